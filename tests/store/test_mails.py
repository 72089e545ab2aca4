"""A mail is noted as sent whatever else is gone by then, and nothing comes back by it."""

from datetime import UTC, datetime

from shop.dynamodb import keys
from shop.dynamodb.table import Table
from shop.dynamodb.writes import Write
from shop.mail.store import Mails, receipt

CUSTOMER, PURCHASE, PAYMENT = "a customer", "a purchase", "a payment"
MAIL = receipt(CUSTOMER, PAYMENT)
NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
PAYMENT_KEY = keys.payment(CUSTOMER, PURCHASE, PAYMENT)


def test_a_receipt_whose_payment_is_gone_is_noted_as_sent_and_makes_no_payment(table: Table) -> None:
    Mails(table).claim(MAIL, "a claimant", {}, NOW)

    Mails(table).finish_receipt(MAIL, PURCHASE, PAYMENT, NOW)

    assert table.get(PAYMENT_KEY) is None
    assert "sent_at" in (table.get(keys.mail(CUSTOMER, MAIL.name)) or {})


def test_a_receipt_whose_claim_is_gone_is_no_longer_due_once_it_was_sent(table: Table) -> None:
    table.write(Write.put({**PAYMENT_KEY, "amount": 1, **keys.due_receipt(CUSTOMER, PAYMENT, "2026")}))

    Mails(table).finish_receipt(MAIL, PURCHASE, PAYMENT, NOW)

    assert table.get(PAYMENT_KEY) == {**PAYMENT_KEY, "amount": 1}
    assert table.get(keys.mail(CUSTOMER, MAIL.name)) is None
