"""The lists of what is due, most of it mails: the attributes that put an item into the index `by-mail-due`."""

from datetime import date
from typing import TypedDict

from shop.dynamodb import keys


class DueMail(TypedDict):
    """The attributes that put an item into a list of what is due, most of it mails, sorted by due day or instant."""

    mail_queue: str
    mail_due: str


NEVER = "9999-12-31"
"""The day of the next reminder of a customer to whom none is planned."""


def owing(user_id: str, oldest: date, reminder: date | None) -> DueMail:
    """List a customer by the earliest due date of an open installment, with the day of the next reminder."""
    day = reminder.isoformat() if reminder else NEVER
    return {"mail_queue": owing_list(keys.shard_of(user_id)), "mail_due": f"{oldest.isoformat()}#{day}#{user_id}"}


def owed(mail_due: str) -> tuple[str, date, str]:
    """Parse a place in a list of customers who owe: the user id, the earliest due date, the day of the reminder."""
    oldest, reminder, user_id = mail_due.split("#")
    return user_id, date.fromisoformat(oldest), reminder


def due_attempt_mail(attempt_id: str, decided_at: str) -> DueMail:
    """List a payment attempt whose mail is due, by the time of the change that it tells of."""
    return {"mail_queue": keys.ATTEMPT_MAILS, "mail_due": f"{decided_at}#{attempt_id}"}


def owed_back(purchase_id: str) -> DueMail:
    """List a purchase for which money is owed back to the customer."""
    return {"mail_queue": keys.REFUNDS, "mail_due": purchase_id}


def summarised(user_id: str) -> DueMail:
    """List an admin as a recipient of summaries."""
    return {"mail_queue": keys.ADMINS, "mail_due": user_id}


def owing_list(shard: int) -> str:
    """Name of the list of one shard of the customers who owe, those who are late longest first."""
    return f"OWING#{shard:02}"
