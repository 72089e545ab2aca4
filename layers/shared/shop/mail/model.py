"""Mails by their names, and what is noted about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from shop.ledger.attempts import Attempt

_BY_HAND = "by-hand"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that is sent at most once: the recipient's id, a name such as `reminder-2026-11-27`, and its purchase."""

    user_id: str
    name: str
    purchase_id: str = ""


def attempt_mail(attempt: Attempt) -> Mail:
    """Return the mail that tells of the status of a payment attempt."""
    return Mail(attempt.customer_id, f"attempt-{attempt.id}-{attempt.status}", attempt.purchase_id)


def receipt(user_id: str, entry_id: str, purchase_id: str = "") -> Mail:
    """Return the mail that confirms an act."""
    return Mail(user_id, f"receipt-{entry_id}", purchase_id)


def reminder(user_id: str, day: date) -> Mail:
    """Return the reminder that the schedule sends on a day."""
    return Mail(user_id, f"reminder-{day.isoformat()}")


def reminder_by_hand(user_id: str, day: date) -> Mail:
    """Return the reminder that staff asked for on a day."""
    return Mail(user_id, f"reminder-{day.isoformat()}-{_BY_HAND}")


class MailKind(StrEnum):
    """What a mail is: the first part of its name."""

    RECEIPT = "receipt"
    ATTEMPT = "attempt"
    REMINDER = "reminder"
    SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Note:
    """The note of a mail: its claim and the end of that, its announcement, its purchase, and the time it was sent.

    A withheld mail was not sent: its address was suppressed, or there was nothing to say any more.
    """

    claimant: str
    claimed_until: datetime
    announced: Mapping[date, int]
    sent_at: datetime | None
    purchase_id: str = ""
    is_withheld: bool = False


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that was sent: its name and time, the purchase it is about, and the due dates it reminded of."""

    name: str
    sent_at: datetime
    purchase_id: str
    due_dates: Sequence[date]

    @property
    def kind(self) -> MailKind:
        """Return what it is."""
        return MailKind(self.name.partition("-")[0])

    @property
    def about(self) -> str:
        """Return the second part of its name: the id of a receipt's journal entry, or of a payment attempt."""
        return self.name.split("-")[1]

    @property
    def is_by_hand(self) -> bool:
        """Return whether staff asked for it."""
        return self.name.endswith(_BY_HAND)
