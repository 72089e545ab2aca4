"""Notifications of payment providers: `/webhooks/*`."""

from shop.runtime.startup import started

from shop.bootstrap import Shop
from shop.http import body
from shop.http.app import Api
from shop.http.fields import Message
from shop.runtime.metrics import metrics

api = Api(Shop.from_environment().prepare("receiving"))


@api.post("/webhooks/<provider>", include_in_schema=False)
def receive(provider: str) -> Message:
    """Take a notification."""
    event = api.current_event
    api.shop.receiving.receive(provider, event.headers, body.raw(event))
    return Message(message="Thank you.")


handler = started(metrics.log_metrics(api.handle))
