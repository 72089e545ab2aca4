"""Bodies of mails to a customer."""

from datetime import date, datetime
from typing import Self

from shop.http.fields import AnswerBody
from shop.mail.model import MailKind, SentMail


class SentMailOut(AnswerBody):
    """A mail that was sent to a customer.

    A `receipt` is about the journal entry `entry` of a purchase, an `attempt` about a payment attempt of one. A
    `reminder` names the installments that fall due on `due_dates`; `is_by_hand`: staff asked for it.
    """

    id: str
    kind: MailKind
    sent_at: datetime
    purchase: str | None
    entry: str | None
    attempt: str | None
    due_dates: list[date]
    is_by_hand: bool

    @classmethod
    def of(cls, mail: SentMail) -> Self:
        """Describe a mail."""
        return cls(
            id=mail.name,
            kind=mail.kind,
            sent_at=mail.sent_at,
            purchase=mail.purchase_id or None,
            entry=mail.about if mail.kind is MailKind.RECEIPT else None,
            attempt=mail.about if mail.kind is MailKind.ATTEMPT else None,
            due_dates=list(mail.due_dates),
            is_by_hand=mail.is_by_hand,
        )
