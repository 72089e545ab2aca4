"""The rules of money: buying, paying, paying off and cancelling. Each decides on the journal entry of an act.

The source of every rule is the section "The rules of the money" of the API contract (docs/api.md).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from shop import problems
from shop.calendar import Interval
from shop.ledger.acting import Act, Tender
from shop.ledger.effects import applied, unpaid
from shop.ledger.journal import MONEY_ACCOUNTS, Entry, Kind, LedgerAccount, Line, PlanLine, postings
from shop.ledger.plan import plan
from shop.ledger.purchases import Change, Customer, Installment, Order, Purchase, Status, Terms
from shop.money import CENT, ZERO, round_half_up


def pay(purchase: Purchase, number: int, amount: Decimal, act: Act, tender: Tender, terms: Terms) -> Change:
    """Pay an installment: on time the rest or a part of it, late exactly the rest and its late fee.

    Raises NotFound, Conflict when it is already paid, InvalidInput naming `amount` when that is too high or too low.
    """
    installment = purchase.installment(number)
    refuse_inactive(purchase)
    if not installment.is_open:
        raise problems.INSTALLMENT_ALREADY_PAID.error()
    settles = purchase.amount_to_pay(installment, tender.received_on)
    if amount > settles:
        raise problems.OVERPAYMENT.error(amount=terms.formats.amount(settles))
    return paid(purchase, [line_of(purchase, installment, amount, tender.received_on, terms)], act, tender)


def line_of(purchase: Purchase, part: Installment, amount: Decimal, on: date, terms: Terms) -> Line:
    """Return the effect of a payment on an installment that it does not pay too much of.

    Raises InvalidInput naming `amount` when it is too low.
    """
    settles, late = purchase.amount_to_pay(part, on), part.is_overdue(on) and not part.fee_waived
    if late and amount < settles:
        raise problems.LATE_PAYMENT_TOO_SMALL.error(with_late_fee=terms.formats.amount(settles))
    least = min(settles, max(CENT, round_half_up(part.principal * terms.least_payment_share)))
    if amount < least:
        raise problems.PAYMENT_TOO_SMALL.error(least=terms.formats.amount(least))
    late_fee = purchase.late_fee_of(part, on) if late else ZERO
    return Line(part.number, principal=amount - late_fee, late_fee=late_fee)


def pay_off(purchase: Purchase, amount: Decimal | None, act: Act, tender: Tender, terms: Terms) -> Change:
    """Pay the rest of a purchase. `amount`, unless None, must equal the rest.

    Raises Conflict when nothing is left or the purchase was cancelled, InvalidInput naming `amount`.
    """
    refuse_inactive(purchase)
    if purchase.status is not Status.DUE:
        raise problems.PURCHASE_ALREADY_PAID.error()
    total = purchase.amount_to_pay_off(tender.received_on)
    if amount is not None and amount != total:
        raise problems.PAYOFF_AMOUNT_DIFFERS.error(payoff=terms.formats.amount(total))
    lines = [
        Line(part.number, part.outstanding, purchase.amount_to_pay(part, tender.received_on) - part.outstanding)
        for part in purchase.open_installments
    ]
    return paid(purchase, lines, act, tender)


def paid(purchase: Purchase, lines: Sequence[Line], act: Act, tender: Tender, too_much: Decimal = ZERO) -> Change:
    """Record money for installments. What is `too_much` is owed back."""
    surplus = [(MONEY_ACCOUNTS[tender.method], too_much), (LedgerAccount.REFUNDS_PAYABLE, -too_much)]
    return changed(purchase, Kind.PAYMENT, act, *_received(lines, tender), *surplus, lines=lines, tender=tender)


def _received(lines: Sequence[Line], tender: Tender) -> list[tuple[LedgerAccount, Decimal]]:
    return [
        posting
        for line in lines
        for posting in (
            (MONEY_ACCOUNTS[tender.method], line.amount),
            (LedgerAccount.RECEIVABLE, -line.principal),
            (LedgerAccount.LATE_FEES, -line.late_fee),
        )
    ]


def cancel(purchase: Purchase, act: Act) -> Change:
    """Take back a sale: nothing more is owed, and what was paid, late fees included, is owed back.

    Raises Conflict when the purchase was cancelled already.
    """
    refuse_inactive(purchase)
    fees = sum((part.late_fee for part in purchase.installments), ZERO)
    return changed(
        purchase,
        Kind.CANCELLATION,
        act,
        (LedgerAccount.SALES, purchase.kept_price),
        (LedgerAccount.LATE_FEES, fees),
        (LedgerAccount.RECEIVABLE, -purchase.outstanding),
        (LedgerAccount.DISCOUNTS, -purchase.discounts),
        (LedgerAccount.WRITE_OFFS, -purchase.write_offs),
        (LedgerAccount.REFUNDS_PAYABLE, -purchase.paid_principal - fees),
        lines=[Line(part.number, credited=part.outstanding) for part in purchase.open_installments],
        quantity=purchase.quantity - purchase.returned,
    )


def refuse_inactive(purchase: Purchase) -> None:
    """Raise Conflict for a purchase that was cancelled, or whose first payment is not confirmed yet."""
    if purchase.cancellation is not None:
        raise problems.PURCHASE_CANCELLED.error()
    if not purchase.is_sold:
        raise problems.PURCHASE_PENDING.error()


def ordered(
    order: Order,
    purchase_id: str,
    customer: Customer,
    product_name: str,
    unit_price: Decimal,
    act: Act,
    terms: Terms,
) -> Purchase:
    """Make the purchase of an order, which is not sold yet.

    Raises InvalidInput naming the field of the order that breaks a rule.
    """
    planned = plan(unit_price * order.quantity, order, act.on, terms)
    return Purchase(
        purchase_id,
        customer,
        order.product_id,
        product_name,
        unit_price,
        order.quantity,
        order.interval,
        terms.late_fee_rate,
        act.at,
        act.on,
        tuple(replace(part, is_pending=True) for part in unpaid(planned)),
        is_sold=False,
        version=0,
    )


def sell(purchase: Purchase, act: Act, tender: Tender) -> Change:
    """Sell what was ordered, and record the first payment."""
    planned = [PlanLine(part.number, part.due_date, part.principal) for part in purchase.installments]
    first = [Line(1, planned[0].principal)]
    sold = [(LedgerAccount.RECEIVABLE, purchase.kept_price), (LedgerAccount.SALES, -purchase.kept_price)]
    return changed(
        purchase,
        Kind.PURCHASE,
        act,
        *sold,
        *_received(first, tender),
        lines=first,
        planned=planned,
        interval=purchase.interval,
        tender=tender,
    )


def changed(
    purchase: Purchase,
    kind: Kind,
    act: Act,
    *posted: tuple[LedgerAccount, Decimal],
    lines: Sequence[Line] = (),
    planned: Sequence[PlanLine] = (),
    interval: Interval | None = None,
    tender: Tender | None = None,
    quantity: int = 0,
) -> Change:
    """Make the entry of an act and apply it."""
    entry = Entry(
        id=act.id,
        kind=kind,
        customer_id=purchase.customer.id,
        purchase_id=purchase.id,
        version=purchase.version + 1,
        actor=act.actor,
        recorded_at=act.at,
        recorded_on=act.on,
        value_date=tender.received_on if tender else act.on,
        postings=postings(*posted),
        lines=tuple(lines),
        plan=tuple(planned),
        interval=interval,
        method=tender.method if tender else None,
        reference=tender.reference if tender else "",
        note=tender.note if tender else "",
        reason=act.reason,
        quantity=quantity,
    )
    return Change(purchase, applied(purchase, entry), entry)
