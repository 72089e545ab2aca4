"""The shop's own function, as packed; its table answers from memory."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import app  # type: ignore[import-not-found]  # the function's folder is on the path

from bench.peers import given
from shop.accounts.items import account_to_item
from shop.accounts.model import Account
from shop.dynamodb.attributes import encoded
from shop.dynamodb.table import Table
from shop.runtime.metrics import Metric, count
from shop.security.keyring import Keyring
from tests.support.rest import Context


class _Secret:
    """A fixed secret, held in memory as by `StoredSecret`."""

    def __init__(self) -> None:
        self._text = json.dumps({"key": given.KEY.hex()})

    def get(self) -> str:
        """Return its text."""
        return self._text


class _Client:
    """A DynamoDB client for one item."""

    def __init__(self, item: dict[str, Any]) -> None:
        self._answer = {"Item": item}

    def get_item(self, **_: object) -> dict[str, Any]:
        """Return the item, and add to a metric if metrics are on."""
        if os.environ.get("BENCH_COUNTS"):
            count(Metric.CONFLICTS)
        return self._answer


now = datetime.now(UTC)
account = Account(given.USER_ID, "somebody", "somebody@example.com", "Some", "Body", "", now, is_verified=True)
client: Any = _Client({name: encoded(value) for name, value in account_to_item(account).items()})
shop = replace(app.api.shop, keyring=Keyring(_Secret()), table=Table("bench", client))
app.api.shop = shop
given.clock(app.handler, given.event(shop.issuer.issue(account, now).access), Context())
