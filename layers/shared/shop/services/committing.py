"""Committing a change of the ledger once, whatever is lost or repeated on the way."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.domain.actions import Action
from shop.domain.purchases import Change
from shop.errors import ShopError
from shop.metrics import Metric, count
from shop.services.idempotency import Answer, Keyed, recorded
from shop.services.outbox import Outbox
from shop.services.retries import retried
from shop.store.purchases import Purchases, State
from shop.store.table import OutcomeUnknown


@dataclass(frozen=True, slots=True)
class Decision:
    """A change to commit, what it was decided on, the answer's JSON, and which admin's action it is, if one's."""

    change: Change
    state: State
    json: str
    action: Action | None = None


def commit_once(
    purchases: Purchases,
    outbox: Outbox,
    caller_id: str,
    keyed: Keyed | None,
    decide: Callable[[], Decision | Answer],
) -> Answer:
    """The answer to a request, once the change that `decide` reads and decides is in the ledger and its mail queued.

    A change whose outcome was lost is looked for before anything is decided anew, so even a request without a key has
    one effect. Raises what `decide` raises, and Unavailable when the table was too busy.
    """
    doubtful: Decision | None = None

    def done(decision: Decision) -> Answer:
        _count(decision.change)
        outbox.announce(decision.change)
        return Answer(decision.json)

    def attempt() -> Answer:
        nonlocal doubtful
        if doubtful is not None and purchases.is_committed(doubtful.change):
            return done(doubtful)
        try:
            decided = decide()
        except ShopError:
            # Perhaps refused for what it has itself done: the lost change may have come in between the two reads.
            if doubtful is not None and purchases.is_committed(doubtful.change):
                return done(doubtful)
            raise
        if isinstance(decided, Answer):
            return done(doubtful) if doubtful is not None and doubtful.json == decided.json else decided
        try:
            record = recorded(keyed, decided.json, decided.change.at)
            purchases.commit(decided.change, decided.state, record, caller_id, decided.action)
        except OutcomeUnknown:
            doubtful = decided
            raise
        return done(decided)

    return retried(attempt)


def _count(change: Change) -> None:
    if change.before is None:
        count(Metric.PURCHASES)
        count(Metric.AMOUNT_PURCHASED, change.after.total_price)
    for payment in change.payments:
        count(Metric.PAYMENTS)
        count(Metric.AMOUNT_PAID, payment.amount)
        if payment.late_fee:
            count(Metric.LATE_FEES, payment.late_fee)
