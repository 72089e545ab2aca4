"""The books of the sandbox gateway: payments, refunds, saved cards, notifications, and trouble made on purpose.

Nothing here is real. Tests move the time ahead.
"""

import secrets
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field, HttpUrl

from shop.payments.provider import DisputeStanding, MovementKind, RefundStanding, Refusal, Standing

DELAY = timedelta(minutes=1)
"""How long what is pending takes, and how late a late notification is."""
_PAUSES = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=10))
"""The waits before a notification that was not taken is sent again."""
_CARD_EXPIRES = date(2031, 12, 31)

Amount = Annotated[Decimal, Field(ge=0, decimal_places=2)]


class NotPossible(Exception):
    """The gateway says no. The message is the code that it answers with."""


class Notify(StrEnum):
    """How the gateway tells of a payment."""

    ONCE = "once"
    TWICE = "twice"
    LATE = "late"
    REVERSED = "reversed"
    NEVER = "never"


class Choice(StrEnum):
    """What somebody does on the page."""

    APPROVE = "approve"
    DELAY = "delay"
    ASK = "ask"
    DECLINE_SOFT = "soft"
    DECLINE_HARD = "hard"
    CANCEL = "cancel"


class What(StrEnum):
    """What goes wrong: a call not done, refused, or its answer lost; a charge declined or pending, a refund failed."""

    BROKEN = "broken"
    REFUSED = "refused"
    LOST = "lost"
    PENDING = "pending"
    SOFT = "soft"
    HARD = "hard"
    NEEDS_ACTION = "needs_action"
    FAIL = "fail"


CARDS = {
    "4242": ("works", None),
    "9995": ("later has too little money", Refusal.SOFT),
    "9987": ("is later lost", Refusal.HARD),
    "3155": ("later asks its owner", Refusal.NEEDS_ACTION),
}
"""The cards that one can pay with, by their last digits: what they do, and what becomes of later charges."""
CODES = {
    Refusal.SOFT: "insufficient_funds",
    Refusal.HARD: "lost_card",
    Refusal.NEEDS_ACTION: "authentication_required",
}


class Asked(BaseModel):
    """What a shop asks for, once for a key."""

    key: str
    amount: Amount
    currency: str


class Begin(Asked):
    """A payment to make on the page."""

    purpose: str
    return_url: HttpUrl
    notice_url: HttpUrl
    ends_at: AwareDatetime
    saves: bool = False


class Charge(Asked):
    """A charge of a saved card."""

    saved: str


class GiveBack(Asked):
    """A refund to make."""

    payment: str


class Trouble(BaseModel):
    """Trouble with the next calls of a kind, of any amount or of one."""

    call: str
    what: What
    amount: Amount | None = None
    times: int = 1


class Card(BaseModel):
    """A saved card."""

    reference: str
    digits: str
    notice_url: str

    def shown(self) -> dict[str, Any]:
        """Return it as the gateway tells of it."""
        return {"reference": self.reference, "label": f"Card {self.digits}", "expires_on": _CARD_EXPIRES.isoformat()}


class Payment(BaseModel):
    """A payment, on the page or of a saved card."""

    reference: str
    key: str
    amount: Decimal
    currency: str
    notice_url: str
    purpose: str = ""
    return_url: str = ""
    ends_at: AwareDatetime | None = None
    saves: bool = False
    standing: Standing = Standing.OPEN
    is_asked: bool = False
    paid_at: AwareDatetime | None = None
    refusal: Refusal | None = None
    saved: Card | None = None
    refunded: Decimal = Decimal(0)
    dispute: DisputeStanding | None = None
    notify: Notify = Notify.ONCE

    def shown(self) -> dict[str, Any]:
        """Return it as the gateway tells of it."""
        return {
            "reference": self.reference,
            "key": self.key,
            "standing": self.standing,
            "amount": f"{self.amount:.2f}",
            "currency": self.currency,
            "decline": {"kind": self.refusal, "code": CODES[self.refusal]} if self.refusal else None,
            "saved": self.saved.shown() if self.saved else None,
            "refunded": f"{self.refunded:.2f}",
            "dispute": self.dispute,
        }


class Refund(BaseModel):
    """A refund."""

    reference: str
    payment: str
    amount: Decimal
    currency: str
    standing: RefundStanding = RefundStanding.DONE
    settles_at: AwareDatetime | None = None
    fails: bool = False

    def shown(self) -> dict[str, Any]:
        """Return it as the gateway tells of it."""
        return {
            "reference": self.reference,
            "standing": self.standing,
            "amount": f"{self.amount:.2f}",
            "currency": self.currency,
            "reason": "account_closed" if self.standing is RefundStanding.FAILED else "",
        }


class Notification(BaseModel):
    """A notification to send, until somebody took it."""

    id: str
    kind: str
    reference: str
    url: str
    due: AwareDatetime
    tries: int = 0


class Moved(BaseModel):
    """A movement of money."""

    kind: MovementKind
    payment: str
    amount: Decimal
    currency: str
    at: AwareDatetime


class State(BaseModel):
    """All that the gateway knows."""

    ahead: timedelta = timedelta()
    payments: dict[str, Payment] = {}
    refunds: dict[str, Refund] = {}
    cards: dict[str, Card] = {}
    notifications: list[Notification] = []
    moved: list[Moved] = []
    troubles: list[Trouble] = []
    answers: dict[str, tuple[str, dict[str, Any]]] = {}
    notify: Notify = Notify.ONCE
    """How it tells of charges of saved cards, for which nobody chooses on a page."""


class Book:
    """What the gateway does. The caller keeps two threads from doing something at once."""

    def __init__(self, state: State, clock: Callable[[], datetime]) -> None:
        self.state = state
        self._clock = clock

    @property
    def now(self) -> datetime:
        """Return the gateway's time."""
        return self._clock() + self.state.ahead

    def once(self, call: str, asked: Asked, do: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Do something once for a key; say the same again when it is asked for again."""
        text, name = asked.model_dump_json(), f"{call} {asked.key}"
        known = self.state.answers.get(name)
        if known is None:
            known = self.state.answers[name] = text, do()
        if known[0] != text:
            raise NotPossible("key_reused")
        return known[1]

    def trouble(self, call: str, amount: Decimal | None, among: set[What]) -> What | None:
        """Return the trouble that a call meets, if any, and count it."""
        for one in self.state.troubles:
            if one.call == call and one.what in among and one.amount in (None, amount):
                one.times -= 1
                self.state.troubles = [left for left in self.state.troubles if left.times > 0]
                return one.what
        return None

    def begin(self, asked: Begin) -> Payment:
        """Make a page."""
        made = Payment(
            reference=_reference("pay"),
            **asked.model_dump(exclude={"return_url", "notice_url"}),
            return_url=str(asked.return_url),
            notice_url=str(asked.notice_url),
        )
        self.state.payments[made.reference] = made
        return made

    def payment(self, reference: str) -> Payment:
        """Return a payment as it is now."""
        self.settle()
        if reference not in self.state.payments:
            raise NotPossible("not_found")
        return self.state.payments[reference]

    def choose(self, reference: str, choice: Choice, notify: Notify, digits: str) -> Payment:
        """Do what somebody chose on the page of a payment."""
        payment = self.payment(reference)
        if payment.standing is not Standing.OPEN:
            raise NotPossible("closed")
        payment.notify = notify
        if choice is Choice.ASK:
            payment.is_asked = True
        elif choice is Choice.CANCEL:
            self._end(payment, Standing.CANCELLED)
        elif choice in (Choice.DECLINE_SOFT, Choice.DECLINE_HARD):
            payment.refusal = Refusal(choice.value)
            self._end(payment, Standing.FAILED)
        else:
            if payment.saves:
                payment.saved = Card(reference=_reference("card"), digits=digits, notice_url=payment.notice_url)
                self.state.cards[payment.saved.reference] = payment.saved
            self._approve(payment, is_delayed=choice is Choice.DELAY)
        return payment

    def charge(self, asked: Charge) -> Payment:
        """Charge a saved card."""
        card = self.state.cards.get(asked.saved)
        if card is None:
            raise NotPossible("no_such_card")
        made = Payment(
            reference=_reference("pay"),
            **asked.model_dump(exclude={"saved"}),
            saved=card,
            notice_url=card.notice_url,
            notify=self.state.notify,
        )
        self.state.payments[made.reference] = made
        trouble = self.trouble("charge", asked.amount, {What.PENDING, What.SOFT, What.HARD, What.NEEDS_ACTION})
        made.refusal = CARDS[card.digits][1] if trouble in (None, What.PENDING) else Refusal(trouble.value)
        if made.refusal:
            self._end(made, Standing.FAILED)
        else:
            self._approve(made, is_delayed=trouble is What.PENDING)
        return made

    def refund(self, asked: GiveBack) -> Refund:
        """Give money back."""
        payment = self.payment(asked.payment)
        if payment.standing is not Standing.PAID or asked.currency != payment.currency:
            raise NotPossible("not_refundable")
        if not 0 < asked.amount <= payment.amount - payment.refunded:
            raise NotPossible("too_much")
        made = Refund(reference=_reference("ref"), **asked.model_dump(exclude={"key"}))
        self.state.refunds[made.reference] = made
        payment.refunded += made.amount
        self._move(MovementKind.REFUND, payment, -made.amount)
        trouble = self.trouble("refund", asked.amount, {What.PENDING, What.FAIL})
        if trouble:
            made.standing, made.settles_at, made.fails = RefundStanding.PENDING, self.now + DELAY, trouble is What.FAIL
        self._tell(payment, f"refund.{made.standing}")
        return made

    def found_refund(self, reference: str) -> Refund:
        """Return a refund as it is now."""
        self.settle()
        if reference not in self.state.refunds:
            raise NotPossible("not_found")
        return self.state.refunds[reference]

    def dispute(self, reference: str, standing: DisputeStanding) -> Payment:
        """Let a bank ask for its money, win or lose."""
        payment = self.payment(reference)
        if payment.standing is not Standing.PAID or (payment.dispute is None) != (standing is DisputeStanding.OPEN):
            raise NotPossible("not_disputable")
        payment.dispute = standing
        if standing is not DisputeStanding.LOST:
            self._move(MovementKind.DISPUTE, payment, payment.amount * (1 if standing is DisputeStanding.WON else -1))
        self._tell(payment, f"dispute.{standing}")
        return payment

    def settle(self) -> None:
        """Let happen what happens by the time that it is now."""
        for payment in self.state.payments.values():
            if payment.standing is Standing.OPEN and payment.ends_at and payment.ends_at <= self.now:
                self._end(payment, Standing.EXPIRED)
            elif payment.standing is Standing.PENDING and payment.paid_at and payment.paid_at <= self.now:
                self._paid(payment)
        for refund in self.state.refunds.values():
            if refund.settles_at and refund.settles_at <= self.now:
                refund.settles_at = None
                self._settle_refund(refund, self.state.payments[refund.payment])

    def due(self) -> Iterator[Notification]:
        """Yield the notifications to send now, and forget them."""
        self.settle()
        while first := next((one for one in self.state.notifications if one.due <= self.now), None):
            self.state.notifications.remove(first)
            yield first

    def not_taken(self, one: Notification) -> None:
        """Send a notification again, later, a few times."""
        if one.tries < len(_PAUSES):
            later = one.model_copy(update={"due": self.now + _PAUSES[one.tries], "tries": one.tries + 1})
            self.state.notifications.append(later)

    def _approve(self, payment: Payment, *, is_delayed: bool) -> None:
        payment.paid_at = self.now + DELAY if is_delayed else self.now
        if is_delayed:
            self._end(payment, Standing.PENDING)
        else:
            self._paid(payment)

    def _paid(self, payment: Payment) -> None:
        self._end(payment, Standing.PAID)
        if payment.amount:
            self._move(MovementKind.PAYMENT, payment, payment.amount)

    def _end(self, payment: Payment, standing: Standing) -> None:
        payment.standing = standing
        self._tell(payment, f"payment.{standing}")

    def _settle_refund(self, refund: Refund, payment: Payment) -> None:
        refund.standing = RefundStanding.FAILED if refund.fails else RefundStanding.DONE
        if refund.fails:
            payment.refunded -= refund.amount
            self._move(MovementKind.REFUND, payment, refund.amount)
        self._tell(payment, f"refund.{refund.standing}")

    def _move(self, kind: MovementKind, payment: Payment, amount: Decimal) -> None:
        moved = Moved(kind=kind, payment=payment.reference, amount=amount, currency=payment.currency, at=self.now)
        self.state.moved.append(moved)

    def _tell(self, payment: Payment, kind: str) -> None:
        """Plan the notifications of what became of a payment."""
        if payment.notify is Notify.NEVER:
            return
        due = self.now + DELAY if payment.notify is Notify.LATE else self.now
        told = Notification(
            id=_reference("ntc"), kind=kind, reference=payment.reference, url=payment.notice_url, due=due
        )
        self.state.notifications.append(told)
        if payment.notify is Notify.TWICE:
            self.state.notifications.append(told.model_copy())
        if payment.notify is Notify.REVERSED:
            earlier = told.model_copy(update={"id": _reference("ntc"), "kind": "payment.pending"})
            self.state.notifications.append(earlier)


def _reference(kind: str) -> str:
    return f"{kind}_{secrets.token_urlsafe(12)}"
