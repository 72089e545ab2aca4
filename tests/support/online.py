"""A shop whose customers pay online: at the sandbox gateway, which runs in this process by the shop's clock."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import Any

from functions.sender import app as sender
from functions.settler import app as settler
from local.gateway import Gateway, Handler
from shop.bootstrap import Shop
from shop.ledger.journal import LedgerAccount
from shop.online.tasks import PAYMENT_TASK, CompareTask
from shop.payments.providers import Providers
from shop.payments.sandbox import Sandbox
from shop.runtime.config import PaymentMode
from tests.support.clock import Clock
from tests.support.providers import BROWSER, KEY, SIGNING_KEY, Inbox, inbox
from tests.support.queues import Queues
from tests.support.rest import Answer, Context, call


@dataclass(frozen=True)
class Keys:
    """The secret with the keys of the gateway."""

    url: str

    def get(self) -> str:
        return json.dumps({"sandbox": {"url": self.url, "key": KEY, "signing_key": SIGNING_KEY}})


@dataclass(frozen=True)
class Online:
    """The shop, the gateway, and what happens between them."""

    shop: Shop
    gateway: Gateway
    client: Sandbox
    inbox: Inbox
    clock: Clock
    queues: Queues

    def choose(self, attempt: Any, choice: str = "approve", **fields: str) -> None:
        """Do something on the page of an attempt, as an answer of the API describes it."""
        BROWSER.post(attempt["checkout_url"], data={"choice": choice, **fields})

    def told(self) -> list[Answer]:
        """Let the gateway send what is due; what the shop answers to it."""
        self.gateway.deliver()
        return [
            call("POST", "/webhooks/sandbox", raw=body.decode(), headers=dict(headers))
            for headers, body in self.inbox.take()
        ]

    def work(self) -> int:
        """Let the shop do what waits in its queues, once; how many tasks of payments failed."""
        failed = self.queues.payments.hand_to(settler.handler)
        assert self.queues.mail.hand_to(sender.handler) == 0
        return failed

    def settle(self) -> None:
        """Let everything that was told take its effect."""
        assert all(answer.status == 200 for answer in self.told())
        while self.queues.payments.messages:
            assert self.work() == 0

    def look_after(self) -> None:
        """The regular round, to its end."""
        self.start_round()
        while self.queues.payments.messages:
            assert self.work() == 0

    def charge(self) -> None:
        """The daily schedule that charges what is due, to its end."""
        self.start_charges()
        while self.queues.payments.messages:
            assert self.work() == 0

    def start_charges(self) -> None:
        """Begin to charge what is due."""
        self._start("charges")

    def start_round(self) -> None:
        """Begin the regular round."""
        self._start("round")

    def compare(self) -> list[Any]:
        """The nightly comparison of the past day; what it compared, and whether both sides agree."""
        self._start("comparison")
        tasks = [PAYMENT_TASK.validate_json(message) for message in self.queues.payments.messages]
        self.queues.payments.messages = []
        return [(task.payment, self.shop.comparison.compare(task)) for task in tasks if isinstance(task, CompareTask)]

    def _start(self, plan: str) -> None:
        settler.handler({"plan": plan, "scheduled_time": self.clock().isoformat()}, Context())

    def balances(self, customer_id: str) -> Counter[LedgerAccount]:
        """The sums of a customer's postings by account."""
        sums: Counter[LedgerAccount] = Counter()
        for purchase in self.shop.purchases.of_customer(customer_id):
            for entry in self.shop.purchases.entries_of(customer_id, purchase.id):
                sums.update(entry.postings)
        return sums

    def control(self, path: str, **values: object) -> None:
        """Make trouble at the gateway."""
        headers = {"Authorization": f"Bearer {KEY}"}
        BROWSER.post(f"{self.client.url}/control/{path}", json=values, headers=headers).raise_for_status()


@contextmanager
def online(shop: Shop, clock: Clock, queues: Queues) -> Iterator[Online]:
    """Give a shop the gateway."""
    gateway = Gateway(KEY, SIGNING_KEY, clock)
    handler = type("Served", (Handler,), {"gateway": gateway})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, inbox() as box:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        base = box.url.replace("/notices", "/dev")
        changes = {"payment_mode": PaymentMode.ONLINE, "payment_provider": "sandbox", "public_url": base}
        settings = shop.settings.model_copy(update=changes)
        given = replace(shop, settings=settings, make_providers=lambda _: Providers(Keys(url)))
        yield Online(given, gateway, Sandbox(url, KEY, SIGNING_KEY), box, clock, queues)
        server.shutdown()
