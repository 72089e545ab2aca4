"""Sums that a double cannot hold to the cent, from the table to all their readers."""

from decimal import Decimal

import pytest

from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.ledger.purchases import Order
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues

PURCHASED, PAID, DUE = "1234567899876543.21", "400000000000000.22", "834567899876542.99"


@pytest.fixture(autouse=True)
def _bought(shop: Shop, customer: Person, admin: Person, product: int) -> None:
    """One purchase as large as a thousand of the largest that the API takes."""
    assert admin.call("PATCH", f"/products/{product}/", {"price": "99999999.99"}).status == 200
    order = Order(product, 12_345_679, Decimal(PAID), 2, Interval.WEEKLY)
    shop.purchasing.buy(customer.id, order)


def test_a_customers_summary_is_exact(customer: Person) -> None:
    summary = customer.call("GET", "/user/summary/").json

    assert (summary["total_paid"], summary["total_due"], summary["total_refundable"]) == (PAID, DUE, 0)


def test_the_admins_chart_is_exact(admin: Person) -> None:
    datasets = admin.call("GET", "/reports/chart/summary/").json["datasets"]

    assert {name: amounts[-2:] for name, amounts in datasets.items()} == {
        "total_purchases": [0, PURCHASED],
        "total_paid": [0, PAID],
        "total_due": [0, DUE],
    }


def test_reports_are_exact_as_json_and_as_csv(admin: Person, customer: Person, clock: Clock) -> None:
    clock.move(days=8)

    rows = admin.call("GET", "/reports/payment-summary/monthly/").json
    (row,) = [row for row in rows if row["username"] == customer.username]
    assert (row["total_paid_amount"], row["total_due_amount"]) == (PAID, DUE)
    file = admin.call("GET", "/reports/payment-summary/monthly/?format=csv").text
    assert f",{customer.email},{PAID},{DUE}," in file


def test_the_admins_mail_is_exact(admin: Person, mailbox: Mailbox, queues: Queues, clock: Clock) -> None:
    machinery = Machinery(queues)
    clock.move(days=8)
    machinery.plan("2026-12-01", "monthly")
    machinery.send()

    (mail,) = [mail for mail in mailbox.to(admin.email) if "summary" in mail.subject]
    assert "Paid by customers, late fees included: ৳40,00,00,00,00,00,000.22\n" in mail.text
    assert "Purchased, total price of these purchases: ৳1,23,45,67,89,98,76,543.21\n" in mail.text
    assert "Still unpaid, of what fell due in these days: ৳83,45,67,89,98,76,542.99\n" in mail.text
