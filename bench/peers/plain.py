"""A handler without a framework: tokens and JSON by hand."""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from bench.peers import given

ITEM = given.item(datetime.now(UTC))


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the profile of the caller."""
    signed, _, signature = event["headers"]["Authorization"].removeprefix("Bearer ").rpartition(".")
    expected = base64.urlsafe_b64encode(hmac.digest(given.KEY, signed.encode(), "sha256")).rstrip(b"=").decode()
    if not hmac.compare_digest(signature, expected):
        return {"statusCode": 401, "body": ""}
    part = signed.partition(".")[2]
    claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if claims["exp"] <= datetime.now(UTC).timestamp() or claims["sub"] != given.USER_ID:
        return {"statusCode": 401, "body": ""}
    profile = {name: value for field in ITEM.items() for name, value in [(field[0], next(iter(field[1].values())))]}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({name: profile[name] for name in given.FIELDS + given.FLAGS}),
    }


given.clock(handler, given.event(given.valid_token()), None)
