"""Mails to a customer as staff see them: those that were sent, and reminders that staff ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry, entry_writes
from shop.accounts.model import Account, MailStatus
from shop.accounts.store import Accounts
from shop.calendar import local_day
from shop.dynamodb.attributes import to_text
from shop.dynamodb.paging import Page, PageRequest, page_within
from shop.dynamodb.retry import retried
from shop.ledger.totals_store import Totals
from shop.mail.model import SentMail, reminder_by_hand
from shop.mail.outbox import Queue, QueueUnavailable
from shop.mail.store import Mails
from shop.mail.tasks import HandReminderTask
from shop.security.tokens import Caller


@dataclass(frozen=True, slots=True)
class CustomerMails:
    """The use cases of mails to a customer."""

    mails: Mails
    accounts: Accounts
    totals: Totals
    queue: Queue
    zone: ZoneInfo
    clock: Callable[[], datetime]

    def page(self, customer_id: str, request: PageRequest) -> Page[SentMail]:
        """Read a page of the mails of the last 90 days to a customer, newest first. Reads all of them. Raises NotFound.

        Mails with codes are not among them: nothing is noted about them.
        """
        found = self.mails.sent_to(self._read(customer_id).id)
        return page_within(found, lambda mail: f"{to_text(mail.sent_at)}#{mail.name}", request, descending=True)

    def remind(self, staff: Caller, customer_id: str) -> bool:
        """Queue a reminder for a customer, once a day; returns False when today's was sent already.

        Raises NotFound, Conflict when nothing is owed or no reminder may be sent, Forbidden when the caller has lost
        the right, Unavailable when the reminder was not queued, and as `retried` does.
        """
        today = local_day(self.clock(), self.zone)
        if self._request(staff, customer_id, today):
            return False
        try:  # also what was asked for and not sent yet: it may not have been queued
            self.queue.send([HandReminderTask(customer_id=customer_id, day=today)])
        except QueueUnavailable as error:
            raise problems.REMINDER_NOT_QUEUED.error() from error
        return True

    @retried
    def _request(self, staff: Caller, customer_id: str, today: date) -> bool:
        """Note that a reminder is to be sent, with an entry in the audit log; returns whether it was sent already."""
        account = self._read(customer_id)
        mail = reminder_by_hand(customer_id, today)
        note = self.mails.note(mail)
        if note is not None and not note.is_withheld:
            return note.sent_at is not None
        _check(account)
        if self.totals.of_customers([customer_id])[0].next_due is None:
            raise problems.NOTHING_OWED.error()
        now = self.clock()
        audit = audit_entry(staff, Action.REMINDER_SENT, customer_id, {"day": today}, now)
        self.mails.request(mail, staff.user_id, entry_writes(audit), now)
        return False

    def _read(self, customer_id: str) -> Account:
        account = self.accounts.get(customer_id) if ids.is_id(customer_id) else None
        if account is None or account.is_erased:
            raise problems.USER_NOT_FOUND.error()
        return account


def _check(account: Account) -> None:
    """Raise Conflict when no reminder may be sent to an account."""
    if not account.is_active:
        raise problems.REMINDED_ACCOUNT_INACTIVE.error()
    if not account.reminders:
        raise problems.REMINDERS_OFF.error()
    if account.mail_status is not MailStatus.OK:
        raise problems.MAIL_UNDELIVERABLE.error()
