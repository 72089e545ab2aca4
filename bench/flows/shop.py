"""The shop's own functions, as on Lambda, with their log lines and metrics. Mails are queued in memory."""

import json
from dataclasses import replace
from typing import Any

from bench.flows import given
from functions.installments import app as installments
from functions.purchases import app as purchases
from functions.reports import app as reports
from shop.dynamodb.table import Table
from shop.security.keyring import Keyring
from tests.support.queues import KeptQueue


class _Secret:
    """A fixed secret, held in memory as by `StoredSecret`."""

    def __init__(self) -> None:
        self._text = json.dumps({"key": given.JOB.secret})

    def get(self) -> str:
        """Return its text."""
        return self._text


APPS = {"purchases": purchases, "installments": installments, "reports": reports}
HANDLERS = {name: app.handler for name, app in APPS.items()}
client = purchases.api.shop.table.client


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer with the function that owns the path."""
    return HANDLERS[event["path"].split("/", 2)[1]](event, context)


def use(one: Any) -> None:
    """Let the functions use a client of DynamoDB."""
    for app in APPS.values():
        app.api.shop = replace(
            app.api.shop,
            table=Table(given.JOB.table, one),
            keyring=Keyring(_Secret()),
            make_queue=lambda _: KeptQueue(),
            clock=given.clock,
        )


use(client)
given.serve(handler, use, client)
