"""A mail is noted as sent whatever else is gone by then, and nothing comes back by it."""

from datetime import UTC, datetime

from shop.dynamodb import keys
from shop.dynamodb.table import Table
from shop.dynamodb.writes import Write
from shop.mail.model import receipt
from shop.mail.store import Mails

CUSTOMER, PURCHASE, ENTRY = "a customer", "a purchase", "an entry"
MAIL = receipt(CUSTOMER, ENTRY, PURCHASE)
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
ENTRY_KEY = keys.entry(CUSTOMER, PURCHASE, ENTRY)


def test_a_receipt_whose_entry_is_gone_is_noted_as_sent_and_makes_no_entry(table: Table) -> None:
    Mails(table).claim(MAIL, "a claimant", {}, NOW)

    Mails(table).finish_receipt(MAIL, PURCHASE, ENTRY, NOW)

    assert table.get(ENTRY_KEY) is None
    assert "sent_at" in (table.get(keys.mail(CUSTOMER, MAIL.name)) or {})


def test_a_receipt_whose_claim_is_gone_is_no_longer_due_once_it_was_sent(table: Table) -> None:
    table.write(Write.put({**ENTRY_KEY, "kind": "payment", "receipt": "due"}))

    Mails(table).finish_receipt(MAIL, PURCHASE, ENTRY, NOW)

    assert table.get(ENTRY_KEY) == {**ENTRY_KEY, "kind": "payment"}
    assert table.get(keys.mail(CUSTOMER, MAIL.name)) is None
