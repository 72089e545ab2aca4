"""The rules of money: buying, paying, paying off and cancelling.

The source of every rule is the section "The rules of the money" of the API contract (docs/api.md).
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from shop import ids, problems
from shop.ledger.plan import plan
from shop.ledger.purchases import Cancellation, Customer, Order, Payment, Purchase, Status, Terms
from shop.money import CENT, ZERO, round_half_up


def pay(
    purchase: Purchase, number: int, amount: Decimal, *, payment_id: str, now: datetime, today: date, terms: Terms
) -> tuple[Purchase, Payment]:
    """Pay an installment: on time the rest or a part of it, late exactly the rest and its late fee.

    Raises NotFound, Conflict when it is already paid, InvalidInput naming `amount` when that is too high or too low.
    """
    installment = purchase.installment(number)
    _refuse_cancelled(purchase)
    if not installment.is_open:
        raise problems.INSTALLMENT_ALREADY_PAID.error()
    settles = purchase.amount_to_pay(installment, today)
    late = installment.is_overdue(today)
    if late and amount < settles:
        raise problems.LATE_PAYMENT_TOO_SMALL.error(with_late_fee=terms.formats.amount(settles))
    if amount > settles:
        raise problems.OVERPAYMENT.error(amount=terms.formats.amount(settles))
    least = min(settles, max(CENT, round_half_up(installment.principal * terms.least_payment_share)))
    if amount < least:
        raise problems.PAYMENT_TOO_SMALL.error(least=terms.formats.amount(least))
    late_fee = purchase.late_fee_of(installment, today) if late else ZERO
    paid = replace(
        installment,
        paid_principal=installment.paid_principal + amount - late_fee,
        late_fee=installment.late_fee + late_fee,
        paid_at=now,
    )
    installments = tuple(paid if part.number == number else part for part in purchase.installments)
    payment = Payment(payment_id, purchase.id, number, amount, late_fee, now, today)
    return replace(purchase, installments=installments, version=purchase.version + 1), payment


def pay_off(
    purchase: Purchase, amount: Decimal | None, *, payoff_id: str, now: datetime, today: date, terms: Terms
) -> tuple[Purchase, list[Payment]]:
    """Pay the rest of a purchase, with a payment for each open installment.

    `amount`, unless None, must equal the rest. The payments' ids are numbered parts of `payoff_id`. Raises Conflict
    when nothing is left or the purchase was cancelled, InvalidInput naming `amount`.
    """
    _refuse_cancelled(purchase)
    if purchase.status is Status.PAID:
        raise problems.PURCHASE_ALREADY_PAID.error()
    total = purchase.amount_to_pay_off(today)
    if amount is not None and amount != total:
        raise problems.PAYOFF_AMOUNT_DIFFERS.error(payoff=terms.formats.amount(total))
    paid, payments = purchase, []
    for part in purchase.open_installments:
        settles, payment_id = purchase.amount_to_pay(part, today), ids.numbered(payoff_id, part.number)
        paid, payment = pay(paid, part.number, settles, payment_id=payment_id, now=now, today=today, terms=terms)
        payments.append(payment)
    return replace(paid, version=purchase.version + 1), payments


def cancel(purchase: Purchase, *, by: str, reason: str, now: datetime) -> Purchase:
    """Cancel a purchase: open installments become void, paid amounts refundable. Raises Conflict when cancelled."""
    _refuse_cancelled(purchase)
    installments = tuple(replace(part, is_void=True) if part.is_open else part for part in purchase.installments)
    return replace(
        purchase,
        installments=installments,
        cancellation=Cancellation(now, by, reason),
        version=purchase.version + 1,
    )


def _refuse_cancelled(purchase: Purchase) -> None:
    if purchase.cancellation is not None:
        raise problems.PURCHASE_CANCELLED.error()


def buy(
    order: Order,
    *,
    purchase_id: str,
    payment_id: str,
    customer: Customer,
    product_name: str,
    unit_price: Decimal,
    now: datetime,
    today: date,
    terms: Terms,
) -> tuple[Purchase, Payment]:
    """Make a purchase whose first installment is paid.

    Raises InvalidInput naming the field of the order that breaks a rule.
    """
    installments = plan(unit_price * order.quantity, order, today, terms)
    purchase = Purchase(
        purchase_id,
        customer,
        order.product_id,
        product_name,
        unit_price,
        order.quantity,
        order.interval,
        terms.late_fee_rate,
        now,
        today,
        installments,
        version=0,
    )
    first = installments[0].principal
    return pay(purchase, 1, first, payment_id=payment_id, now=now, today=today, terms=terms)
