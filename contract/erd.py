"""The page of the data model, made from the code: entities with their attributes, relations and keys."""

from collections.abc import Iterator
from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_origin

from shop.accounts.audit_log import AuditEntry
from shop.accounts.model import Account
from shop.accounts.otp import Otp
from shop.accounts.sessions import Session
from shop.catalogue.model import Product
from shop.dynamodb import keys
from shop.ledger.idempotency import Record
from shop.ledger.journal import Entry, Line
from shop.ledger.purchases import Cancellation, Installment, Purchase
from shop.ledger.totals import CustomerTotals

_ENTITIES: dict[str, type] = {
    "ACCOUNT": Account,
    "SESSION": Session,
    "OTP": Otp,
    "ACTION": AuditEntry,
    "PRODUCT": Product,
    "PURCHASE": Purchase,
    "INSTALLMENT": Installment,
    "CANCELLATION": Cancellation,
    "ENTRY": Entry,
    "LINE": Line,
    "CUSTOMER_TOTALS": CustomerTotals,
    "IDEMPOTENCY_RECORD": Record,
}
# How many of one entity belong to another, and how: inside its item, in its partition, or by its id.
_RELATIONS = (
    ("ACCOUNT ||--o{ SESSION", "logs in with"),
    ("ACCOUNT ||--o{ OTP", "receives"),
    ("ACCOUNT ||--o{ PURCHASE", "buys"),
    ("ACCOUNT ||--o| CUSTOMER_TOTALS", "has"),
    ("ACCOUNT ||--o{ IDEMPOTENCY_RECORD", "sends"),
    ("ACCOUNT ||--o{ ACTION", "performs as an admin"),
    ("PRODUCT ||--o{ PURCHASE", "is copied into"),
    ("PURCHASE ||--|{ INSTALLMENT", "contains"),
    ("PURCHASE ||--o| CANCELLATION", "contains"),
    ("PURCHASE ||--|{ ENTRY", "follows from"),
    ("ENTRY ||--o{ LINE", "contains"),
    ("LINE }o--|| INSTALLMENT", "changes"),
)


def page() -> str:
    """Make the page docs/data-model.md."""
    table = (keys.__doc__ or "").partition("\n\n")[2]
    diagram = "\n".join(["```mermaid", "erDiagram", *_lines(), "```"])
    return (
        "# The data model\n\n"
        "`make docs` makes this page from the code. Everything is in one DynamoDB table\n"
        "([0003](decisions/0003-the-plan-lies-in-the-purchase.md)).\n\n"
        f"{diagram}\n\n## Keys\n\n```text\n{table.strip()}\n```\n"
    )


def _lines() -> Iterator[str]:
    for relation, words in _RELATIONS:
        yield f'    {relation} : "{words}"'
    for name, entity in _ENTITIES.items():
        yield f"    {name} {{"
        for part in fields(entity):
            yield f"        {_type_name(part.type)} {part.name}"
        yield "    }"


def _type_name(annotation: Any) -> str:  # noqa: ANN401 - any type
    """Return the name of a type in a diagram: one word."""
    parts = [part for part in get_args(annotation) if part is not NoneType]
    if len(parts) < len(get_args(annotation)):
        return f"optional_{_type_name(parts[0])}"
    return str((get_origin(annotation) or annotation).__name__)
