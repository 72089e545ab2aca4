"""The largest single answers that the rules of the money allow fit into one answer of Lambda's."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from shop import ids
from shop.calendar import Interval
from shop.errors import InvalidInput
from shop.http.pagination import fitting
from shop.ledger.command_schemas import InstallmentDetailOut
from shop.ledger.journal import Payment
from shop.ledger.purchases import Customer, Order, Purchase, Terms
from shop.ledger.rules import pay
from shop.ledger.schemas import PurchaseDetailOut
from shop.money import CENT, Formats, Locale
from tests.support.acts import act, buy, declared

TERMS = Terms(Formats(Locale.BANGLADESH, "BDT"), Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
NOW = datetime(2026, 11, 23, 6, 0, 0, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MOST_PARTS = 149
"""1.49 in parts of 0.01; a larger installment has fewer parts, for a hundredth of it is rounded by less."""


def bought(price: str, first: str, count: int) -> Purchase:
    return buy(
        Order(1, 10_000, Decimal(first), count, Interval.BIWEEKLY),
        purchase_id=ids.new_parent_id(NOW),
        customer=Customer(ids.new_id(NOW), "ক" * 150, f"{'a' * 64}@{'b' * 185}.com"),
        product_name='"' * 255,
        unit_price=Decimal(price),
        act=act(NOW, TODAY),
        tender=declared(TODAY),
        terms=TERMS,
    ).after


def parts_of(principal: Decimal) -> int:
    """In how many payments an installment can be paid at most."""
    purchase = bought("0.01", "50.00", 2)
    second = replace(purchase.installment(2), principal=principal)
    purchase = replace(purchase, installments=(purchase.installment(1), second))
    try:
        pay(purchase, 2, Decimal("0.001"), act(NOW, TODAY), declared(TODAY), TERMS)
    except InvalidInput as refused:
        least = Decimal(refused.detail.split()[3].lstrip("৳").replace(",", ""))
    parts = 0
    while (left := purchase.installment(2).outstanding) > 0:
        purchase = pay(purchase, 2, min(least, left), act(NOW, TODAY), declared(TODAY), TERMS).after
        parts += 1
    return parts


def test_an_installment_has_so_many_payments_at_most() -> None:
    found = [parts_of(Decimal(cents) * CENT) for cents in range(1, 400)]

    assert max(found) == found[148] == MOST_PARTS
    assert max(found[249:]) < 120
    assert parts_of(Decimal("12345.67")) == 100


def test_a_purchase_with_the_most_payments_fits_into_an_answer() -> None:
    purchase = bought("99999999.99", "500000000000.01", 60)
    cancelled = replace(
        purchase,
        installments=tuple(
            replace(part, paid_principal=part.principal - CENT, paid_at=NOW, late_fee=Decimal("1234567890.12"))
            for part in purchase.installments
        ),
    )
    payments = [
        Payment(ids.new_id(NOW), purchase.id, part.number, Decimal("84711864.33"), Decimal("8471186.43"), NOW, TODAY)
        for part in purchase.installments
        for _ in range(MOST_PARTS)
    ]

    detail = PurchaseDetailOut.detailed(cancelled, payments, TODAY)
    single = InstallmentDetailOut.detailed(cancelled, cancelled.installment(60), payments[:MOST_PARTS], TODAY)

    assert len(detail.installments) == 60
    assert fitting([detail.model_dump_json()] * 2) == 2, "even twice"
    assert len(single.model_dump_json()) < 100_000
