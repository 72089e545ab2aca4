"""Committing a change of the ledger once, whatever is lost or repeated on the way."""

from collections.abc import Callable
from dataclasses import dataclass

from shop.domain.actions import Action
from shop.domain.purchases import Change
from shop.metrics import Metric, count
from shop.services.idempotency import Answer, Keyed, recorded
from shop.services.outbox import Outbox
from shop.services.retries import retried
from shop.store.purchases import Purchases, State


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
    """Read and decide by `decide`, commit what it decides and queue its mail; read and decide anew while contended.

    Raises what `decide` raises, Unavailable when the table was too busy, Unconfirmed when nobody can tell whether the
    change was committed: a request with a key may then be repeated.
    """

    def attempt() -> Answer:
        decided = decide()
        if isinstance(decided, Answer):
            return decided
        record = recorded(keyed, decided.json, decided.change.at)
        purchases.commit(decided.change, decided.state, record, caller_id, decided.action)
        _count(decided.change)
        outbox.announce(decided.change)
        return Answer(decided.json)

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
