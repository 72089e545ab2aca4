"""The rules of payment attempts: a customer says that something was paid, and the shop confirms it or does not.

Or the customer pays at a payment provider, whose word confirms it.

The source of every rule is the section "Payments that wait" of the API contract (docs/api.md).
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from shop import problems
from shop.ledger.acting import Act, Confirmed, Tender
from shop.ledger.attempts import Attempt, AttemptStatus, Decision
from shop.ledger.journal import Entry, Line, Method
from shop.ledger.purchases import Cancellation, Change, Purchase, Status, Waiting
from shop.ledger.rules import paid, sell
from shop.money import ZERO


@dataclass(frozen=True, slots=True)
class AttemptChange:
    """A change that moves no money: the attempt, and its purchase before (None for a new order) and after."""

    before: Purchase | None
    after: Purchase
    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The journal entry of money that came, and the attempt that said so."""

    change: Change
    attempt: Attempt


def order(purchase: Purchase, act: Act, tender: Tender) -> AttemptChange:
    """Make the attempt of a new order's first payment. The purchase is pending until it is confirmed."""
    return _waiting(None, sell(purchase, act, tender).entry, purchase)


def note(purchase: Purchase, payment: Entry, mandate_id: str = "") -> AttemptChange:
    """Make the attempt of a payment that the rules allow today. Nothing is paid yet.

    With a mandate, the shop charges the method that the customer saved: nobody has to act. Raises Conflict when a
    payment for one of the installments waits already.
    """
    if {one.number for one in purchase.waiting} & {line.number for line in payment.lines}:
        raise problems.PAYMENT_WAITING.error()
    return _waiting(purchase, payment, purchase, mandate_id)


def _waiting(before: Purchase | None, entry: Entry, purchase: Purchase, mandate_id: str = "") -> AttemptChange:
    """Make the attempt of a payment from the entry that its confirmation would make today."""
    has_page = entry.method is not None and entry.method.is_online and not mandate_id
    attempt = Attempt(
        id=entry.id,
        customer_id=entry.customer_id,
        purchase_id=entry.purchase_id,
        numbers=tuple(line.number for line in entry.lines),
        amount=entry.money,
        method=entry.method or Method.SELF_DECLARED,
        reference=entry.reference,
        note=entry.note,
        made_at=entry.recorded_at,
        made_on=entry.recorded_on,
        status=AttemptStatus.REQUIRES_ACTION if has_page else AttemptStatus.PROCESSING,
        mandate_id=mandate_id,
    )
    waiting = (Waiting(attempt.id, line.number, line.amount) for line in entry.lines)
    after = replace(purchase, waiting=(*purchase.waiting, *waiting), version=purchase.version + 1)
    return AttemptChange(before, after, attempt)


def confirm(purchase: Purchase, attempt: Attempt, act: Act, confirmed: Confirmed) -> Confirmation:
    """Record money that came. It counts for the day on which the customer said so.

    It pays what the attempt is for, as far as that is still open; what is too much is owed back. An order is sold by
    it, unless it has come to nothing meanwhile. Raises Conflict when the attempt was confirmed already, InvalidInput
    naming `method` when nobody said how the money came.
    """
    refuse_online(attempt)
    if attempt.status is AttemptStatus.SUCCEEDED:
        raise problems.ATTEMPT_DECIDED.error()
    return _confirmed(purchase, attempt, act, _tender(attempt, confirmed))


def settle(purchase: Purchase, attempt: Attempt, act: Act, payment: str, came: Decimal, note: str = "") -> Confirmation:
    """Record money that a payment provider says came: `came` in all, by its reference of the payment.

    The first time it is recorded as `confirm` does, and counts for the day of the attempt; whatever came beyond that is
    owed back. Nothing is to be done unless more came than the attempt has received.
    """
    if attempt.status is not AttemptStatus.SUCCEEDED:
        done = _confirmed(purchase, attempt, act, Tender(attempt.method, attempt.made_on, payment, note))
        return replace(done, attempt=replace(done.attempt, received=attempt.amount))
    change = paid(purchase, [], act, Tender(attempt.method, act.on, payment, note), came - attempt.received)
    entry = replace(change.entry, attempt_id=attempt.id)
    return Confirmation(replace(change, entry=entry), replace(attempt, received=came, version=attempt.version + 1))


def refuse_online(attempt: Attempt) -> None:
    """Raise Conflict for an attempt on which a payment provider decides."""
    if attempt.method.is_online:
        raise problems.PROVIDER_DECIDES.error()


def _confirmed(purchase: Purchase, attempt: Attempt, act: Act, tender: Tender) -> Confirmation:
    if purchase.status is Status.PENDING:
        change = sell(purchase, act, tender)
    else:
        lines = _lines(purchase, attempt, tender.received_on)
        too_much = attempt.amount - sum((line.amount for line in lines), ZERO)
        change = paid(purchase, lines, act, tender, too_much)
    decided = _decided(attempt, AttemptStatus.SUCCEEDED, Decision(act.at, act.on, act.actor, entry_id=act.id))
    entry = replace(change.entry, attempt_id=attempt.id)
    return Confirmation(replace(change, after=_without(change.after, attempt), entry=entry), decided)


def _tender(attempt: Attempt, confirmed: Confirmed) -> Tender:
    """Return how money came: as staff say or, where they say nothing, as the customer said."""
    method = confirmed.method or attempt.method
    if method is Method.SELF_DECLARED:
        raise problems.METHOD_UNKNOWN.error()
    reference, note = confirmed.reference or attempt.reference, confirmed.note or attempt.note
    return Tender(method, attempt.made_on, reference, note)


def _lines(purchase: Purchase, attempt: Attempt, on: date) -> list[Line]:
    """Share the money out to the installments of an attempt that are still open.

    An overdue one takes all that settles it or nothing, as its late fee is due in one payment with the rest.
    """
    lines: list[Line] = []
    left = attempt.amount
    for part in purchase.open_installments:
        if part.number not in attempt.numbers:
            continue
        settles = purchase.amount_to_pay(part, on)
        late_fee, amount = settles - part.outstanding, min(left, settles)
        if amount == settles or (amount and not late_fee):
            lines.append(Line(part.number, principal=amount - late_fee, late_fee=late_fee))
            left -= amount
    return lines


def reject(purchase: Purchase, attempt: Attempt, act: Act) -> AttemptChange:
    """Say that the money did not come. Raises Conflict when the attempt does not wait any more."""
    refuse_online(attempt)
    return end(purchase, attempt, AttemptStatus.FAILED, act)


def end(purchase: Purchase, attempt: Attempt, status: AttemptStatus, act: Act, refusal: str = "") -> AttemptChange:
    """End an attempt without money. An order comes to nothing with it. `refusal` is the kind of a provider's refusal.

    Raises Conflict when the attempt does not wait any more.
    """
    if not attempt.is_waiting:
        raise problems.ATTEMPT_DECIDED.error()
    after = replace(_without(purchase, attempt), version=purchase.version + 1)
    if purchase.status is Status.PENDING:
        parts = (
            replace(part, is_pending=False, is_void=True, credited=part.principal) for part in purchase.installments
        )
        cancellation = Cancellation(act.at, act.actor.id, act.reason)
        after = replace(after, installments=tuple(parts), cancellation=cancellation)
    decided = _decided(attempt, status, Decision(act.at, act.on, act.actor, act.reason))
    return AttemptChange(purchase, after, replace(decided, refusal=refusal))


def _decided(attempt: Attempt, status: AttemptStatus, decision: Decision) -> Attempt:
    return replace(attempt, status=status, decision=decision, version=attempt.version + 1)


def _without(purchase: Purchase, attempt: Attempt) -> Purchase:
    return replace(purchase, waiting=tuple(one for one in purchase.waiting if one.attempt_id != attempt.id))
