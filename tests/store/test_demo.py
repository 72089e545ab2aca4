"""The demo shop has something to look at in every state."""

from datetime import timedelta

from local import demo
from local.deployment import CUSTOMER_EMAIL, CUSTOMER_PASSWORD
from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from shop.ledger.purchases import InstallmentStatus, Status
from shop.reports.sales import Period, Step


def test_the_customer_that_make_up_names_logs_in_to_purchases_in_every_state(shop: Shop) -> None:
    demo.fill(shop, shop.clock())

    customer = shop.accounts.by_email(CUSTOMER_EMAIL)
    assert customer is not None
    assert shop.sessions.log_in(CUSTOMER_EMAIL, CUSTOMER_PASSWORD, "192.0.2.1")
    day, aging = shop.debts.aging()
    assert day == shop.today
    assert aging.overdue.customers
    assert aging.coming
    (year,) = shop.sales_report.by_period(Period(shop.today - timedelta(days=365), shop.today), Step.TOTAL)
    assert year.sales.purchases >= len(Status)
    purchases = shop.purchasing.page_of_customer(customer.id, None, "", PageRequest(None, 100)).items
    parts = [part for purchase in purchases for part in purchase.installments]
    today = shop.today
    assert {purchase.status for purchase in purchases} == set(Status)
    assert {part.status for part in parts} == set(InstallmentStatus)
    assert any(part.late_fee for part in parts)
    assert any(part.is_overdue(today) for part in parts)
    assert any(part.is_open and part.paid_principal for part in parts)
    assert any(part.is_open and (part.due_date - today).days == 3 for part in parts)
