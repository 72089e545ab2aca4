"""The shop's own function, as packed; its table answers out of memory."""

import json
import os
from datetime import UTC, datetime
from typing import Any

import app  # type: ignore[import-not-found]  # the function's folder is on the path

from bench.peers import given
from shop.domain.accounts import Account
from shop.metrics import Metric, count
from shop.security.keyring import Keyring
from shop.store.accounts import to_item
from shop.store.attributes import encoded
from tests.support.rest import Context


class _Secret:
    """A secret that is known, and kept as `StoredSecret` keeps one."""

    def __init__(self) -> None:
        self._text = json.dumps({"key": given.KEY.hex()})

    def get(self) -> str:
        """Its text."""
        return self._text


class _Client:
    """A DynamoDB that has one item."""

    def __init__(self, item: dict[str, Any]) -> None:
        self._answer = {"Item": item}

    def get_item(self, **_: object) -> dict[str, Any]:
        """The item; what reads it may count something, as what writes does."""
        if os.environ.get("BENCH_COUNTS"):
            count(Metric.CONFLICTS)
        return self._answer


now = datetime.now(UTC)
account = Account(given.USER_ID, "somebody", "somebody@example.com", "Some", "Body", "", now, is_verified=True)
shop = app.api.shop
shop.keyring = Keyring(_Secret())
shop.table.client = _Client({name: encoded(value) for name, value in to_item(account).items()})
given.clock(app.handler, given.event(shop.issuer.issue(account, now).access), Context())
