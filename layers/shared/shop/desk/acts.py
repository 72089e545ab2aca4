"""The rules of what staff do: taking money, waivers, goodwill, new plans, returns, refunds, write-offs, corrections.

The source of every rule is the section "The acts of staff" of the API contract (docs/api.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from shop import problems
from shop.calendar import Interval, due_date
from shop.ledger.acting import Act, Tender
from shop.ledger.effects import replayed
from shop.ledger.journal import MONEY_ACCOUNTS, Entry, Kind, LedgerAccount, Line, PlanLine, postings, standing
from shop.ledger.purchases import Change, Installment, Purchase, Status, Terms
from shop.ledger.rules import changed, line_of, paid, refuse_inactive
from shop.money import CENT, ZERO, Formats, split

FARTHEST = timedelta(days=3660)
"""How far in the future a due date may lie."""
_MOST_NUMBERS = 255
"""The highest number of an installment: it is one byte of an id."""
_WHOLE = {Kind.REPLAN, Kind.RETURN, Kind.CANCELLATION, Kind.WRITE_OFF}
"""The acts that depend on the whole purchase, not on single installments."""


def take(purchase: Purchase, amount: Decimal, act: Act, tender: Tender, terms: Terms, *, waives_fee: bool) -> Change:
    """Take money for the oldest open installments. Their lateness is judged by the day on which it was received.

    With `waives_fee`, no late fee is due on the installments that are paid. Raises Conflict when nothing is left or no
    fee is due, InvalidInput naming `amount` when it is more than settles all, or too little for the last one it pays.
    """
    _refuse_settled(purchase)
    on = tender.received_on
    judged = _without_fees(purchase, on) if waives_fee else purchase
    settles = judged.amount_to_pay_off(on)
    if amount > settles:
        raise problems.MORE_THAN_ALL.error(amount=terms.formats.amount(settles))
    lines, left = [], amount
    for part in judged.open_installments:
        if not left:
            break
        line = line_of(judged, part, min(left, judged.amount_to_pay(part, on)), on, terms)
        lines.append(replace(line, waives_fee=waives_fee and part.is_overdue(on)))
        left -= line.amount
    return paid(purchase, lines, act, tender)


def _without_fees(purchase: Purchase, on: date) -> Purchase:
    if not any(purchase.late_fee_of(part, on) for part in purchase.open_installments if part.is_overdue(on)):
        raise problems.NO_LATE_FEE.error()
    parts = tuple(replace(part, fee_waived=True) if part.is_overdue(on) else part for part in purchase.installments)
    return replace(purchase, installments=parts)


def waive_fee(purchase: Purchase, number: int, act: Act) -> Change:
    """Waive the late fee of an installment: one that is due, and one that was paid, which is then owed back.

    Raises NotFound, Conflict when there is no fee.
    """
    part = purchase.installment(number)
    refuse_inactive(purchase)
    if not purchase.late_fee_of(part, act.on):
        raise problems.NO_LATE_FEE.error()
    return changed(
        purchase,
        Kind.FEE_WAIVER,
        act,
        (LedgerAccount.LATE_FEES, part.late_fee),
        (LedgerAccount.REFUNDS_PAYABLE, -part.late_fee),
        lines=[Line(number, late_fee=-part.late_fee, waives_fee=True)],
    )


def give_goodwill(purchase: Purchase, number: int, amount: Decimal, act: Act, formats: Formats) -> Change:
    """Take an amount off an installment. Raises NotFound, Conflict when it is paid, InvalidInput naming `amount`."""
    part = _open_part(purchase, number)
    if amount > part.outstanding:
        raise problems.GOODWILL_TOO_LARGE.error(amount=formats.amount(part.outstanding))
    return changed(
        purchase,
        Kind.GOODWILL,
        act,
        (LedgerAccount.DISCOUNTS, amount),
        (LedgerAccount.RECEIVABLE, -amount),
        lines=[Line(number, credited=amount)],
    )


def move_due_date(purchase: Purchase, number: int, day: date, act: Act, formats: Formats) -> Change:
    """Move the due date of an installment, at most to those of its neighbours.

    Raises NotFound, Conflict when it is paid, InvalidInput naming `due_date`.
    """
    part = _open_part(purchase, number)
    position = purchase.installments.index(part)
    before, after = purchase.installments[:position], purchase.installments[position + 1 :]
    earliest = max([act.on, *(other.due_date for other in before)])
    latest = min([act.on + FARTHEST, *(other.due_date for other in after)])
    if not earliest <= day <= latest:
        raise problems.DUE_DATE_OUT_OF_ORDER.error(earliest=formats.date(earliest), latest=formats.date(latest))
    return changed(purchase, Kind.DUE_DATE, act, planned=[PlanLine(number, day, part.principal)])


def replan(purchase: Purchase, count: int, interval: Interval, first: date, act: Act, terms: Terms) -> Change:
    """Split what is left into new installments. Installments with a payment stay, as large as what was paid.

    All of them together are no more than a new purchase may have, so that an answer has room for their payments.
    Raises Conflict when nothing is left or a payment waits, InvalidInput naming `installment_count` or
    `first_due_date`.
    """
    _refuse_settled(purchase)
    if purchase.waiting:
        raise problems.PURCHASE_WAITING.error()
    kept = [
        PlanLine(part.number, part.due_date, part.principal - part.outstanding)
        for part in purchase.installments
        if part.paid_principal or part.credited
    ]
    last = max((line.number for line in kept), default=0)
    most = min(terms.most_installments - len(kept), _MOST_NUMBERS - last)
    if count > most:
        raise problems.TOO_MANY_INSTALLMENTS.error(most=most)
    if purchase.outstanding < CENT * count:
        raise problems.INSTALLMENTS_TOO_SMALL.error(parts=count)
    if not act.on <= first <= act.on + FARTHEST:
        raise problems.FIRST_DUE_DATE_OUT_OF_RANGE.error(
            earliest=terms.formats.date(act.on), latest=terms.formats.date(act.on + FARTHEST)
        )
    new = [
        PlanLine(last + number, due_date(first, interval, number), amount)
        for number, amount in enumerate(split(purchase.outstanding, count), start=1)
    ]
    return changed(purchase, Kind.REPLAN, act, planned=[*kept, *new], interval=interval)


def give_back(purchase: Purchase, quantity: int, act: Act) -> Change:
    """Take back some of the goods. Their price is taken off what is open, the last installments first.

    What it exceeds that by is owed back as far as it was paid; goodwill and write-offs are not paid out. Raises
    Conflict for a cancelled purchase, InvalidInput naming `quantity` when nothing would be left.
    """
    refuse_inactive(purchase)
    left = purchase.quantity - purchase.returned
    if quantity >= left:
        raise problems.RETURN_OF_ALL.error(left=left)
    value = purchase.unit_price * quantity
    credited = min(value, purchase.outstanding)
    refundable = min(value - credited, purchase.paid_principal)
    discounts = min(value - credited - refundable, purchase.discounts)
    return changed(
        purchase,
        Kind.RETURN,
        act,
        (LedgerAccount.SALES, value),
        (LedgerAccount.RECEIVABLE, -credited),
        (LedgerAccount.REFUNDS_PAYABLE, -refundable),
        (LedgerAccount.DISCOUNTS, -discounts),
        (LedgerAccount.WRITE_OFFS, credited + refundable + discounts - value),
        lines=list(_credits(purchase, credited)),
        quantity=quantity,
    )


def _credits(purchase: Purchase, amount: Decimal) -> Iterator[Line]:
    for part in reversed(purchase.open_installments):
        credited = min(amount, part.outstanding)
        if not credited:
            return
        amount -= credited
        yield Line(part.number, credited=credited)


def refund(purchase: Purchase, amount: Decimal, act: Act, tender: Tender, formats: Formats) -> Change:
    """Hand out what is owed back. Raises Conflict when nothing is, InvalidInput naming `amount` when it is too much."""
    if not purchase.refundable:
        raise problems.NOTHING_TO_REFUND.error()
    if amount > purchase.refundable:
        raise problems.REFUND_TOO_LARGE.error(amount=formats.amount(purchase.refundable))
    posted = [(LedgerAccount.REFUNDS_PAYABLE, amount), (MONEY_ACCOUNTS[tender.method], -amount)]
    return changed(purchase, Kind.REFUND, act, *posted, tender=tender)


def write_off(purchase: Purchase, act: Act) -> Change:
    """Give up on what is left of a purchase. Raises Conflict when nothing is."""
    _refuse_settled(purchase)
    return changed(
        purchase,
        Kind.WRITE_OFF,
        act,
        (LedgerAccount.WRITE_OFFS, purchase.outstanding),
        (LedgerAccount.RECEIVABLE, -purchase.outstanding),
        lines=[Line(part.number, credited=part.outstanding) for part in purchase.open_installments],
    )


def reverse(purchase: Purchase, entries: Sequence[Entry], entry_id: str, act: Act) -> Change:
    """Correct an entry that was made by mistake: the purchase is as if it had never been made.

    `entries` are those of the purchase. Raises NotFound, Conflict when it is a reversal or was reversed, when a later
    act builds on it, or for a new plan while a payment waits.
    """
    original = next((entry for entry in entries if entry.id == entry_id), None)
    if original is None:
        raise problems.ENTRY_NOT_FOUND.error()
    if original not in standing(entries):
        raise problems.ENTRY_REVERSED.error()
    if original.method and original.method.is_online:  # the provider's books would have it still
        raise problems.PROVIDER_DECIDES.error()
    if any(_builds_on(later, original) for later in standing(entries)):
        raise problems.ENTRY_BUILT_UPON.error()
    if original.kind is Kind.REPLAN and purchase.waiting:  # for installments that would be gone
        raise problems.PURCHASE_WAITING.error()
    reversal = Entry(
        id=act.id,
        kind=Kind.REVERSAL,
        customer_id=purchase.customer.id,
        purchase_id=purchase.id,
        version=purchase.version + 1,
        actor=act.actor,
        recorded_at=act.at,
        recorded_on=act.on,
        value_date=original.value_date,
        postings=postings(*((account, -amount) for account, amount in _reversible(original))),
        lines=tuple(Line(line.number, -line.principal, -line.late_fee, -line.credited) for line in original.lines),
        method=original.method,
        reason=act.reason,
        quantity=-original.quantity,
        reverses=original.id,
    )
    after = replace(replayed(purchase, [*entries, reversal]), version=reversal.version)
    if after.refundable < ZERO:  # it was handed out meanwhile
        raise problems.ENTRY_BUILT_UPON.error()
    return Change(purchase, after, reversal)


def _reversible(entry: Entry) -> Iterator[tuple[LedgerAccount, Decimal]]:
    """Yield the postings that a reversal takes back: of a purchase only its first payment."""
    yield from entry.postings.items()
    if entry.kind is Kind.PURCHASE:
        total = sum((line.principal for line in entry.plan), ZERO)
        yield from [(LedgerAccount.RECEIVABLE, -total), (LedgerAccount.SALES, total)]


def _builds_on(later: Entry, earlier: Entry) -> bool:
    """Return whether the effect of an act depends on that of an earlier one."""
    if later.version <= earlier.version:
        return False
    if {later.kind, earlier.kind} & _WHOLE:
        return True
    return bool(_touched(later) & _touched(earlier))


def _touched(entry: Entry) -> set[int]:
    planned = {line.number for line in entry.plan} if entry.kind is Kind.DUE_DATE else set()
    return planned | {line.number for line in entry.lines}


def _open_part(purchase: Purchase, number: int) -> Installment:
    part = purchase.installment(number)
    refuse_inactive(purchase)
    if not part.is_open:
        raise problems.INSTALLMENT_ALREADY_PAID.error()
    return part


def _refuse_settled(purchase: Purchase) -> None:
    refuse_inactive(purchase)
    if purchase.status is not Status.DUE:
        raise problems.PURCHASE_ALREADY_PAID.error()
