"""Accounts of customers and admins."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from shop.money import Language

LONGEST_ADDRESS = 254
"""The most characters of an e-mail address: https://www.rfc-editor.org/errata/eid1690."""
OTP_LIFETIME = timedelta(minutes=10)
OTP_TRIES = 5
OTP_PAUSE = timedelta(minutes=1)
"""The time between a code and the next one."""
OTP_DAILY = 10
"""The most codes for one purpose that a source may request for an address in a day."""
OTP_DAILY_BY_STRANGERS = 30
"""The same limit for all unknown sources together: those without a login of the address's owner."""


class OtpPurpose(StrEnum):
    """The purpose of a one-time password."""

    VERIFY = "verify"
    RESET = "reset"


class MailStatus(StrEnum):
    """The delivery status of an address."""

    OK = "ok"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can log in.

    An unverified account reserves its names until `claimed_until`. Sessions that began before `sessions_since` have
    ended, except `kept_session`. An erased account has no personal data. `reminders` is the owner's choice, `phone` a
    number in the form of E.164, `mail_status` the result of earlier mails to the e-mail address. `language` is that of
    mails; None is the shop's.
    """

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    password_hash: str
    joined_at: datetime
    is_verified: bool = False
    is_active: bool = True
    is_staff: bool = False
    is_superuser: bool = False
    claimed_until: datetime | None = None
    sessions_since: datetime | None = None
    kept_session: str = ""
    is_erased: bool = False
    reminders: bool = True
    phone: str = ""
    address: str = ""
    mail_status: MailStatus = MailStatus.OK
    language: Language | None = None
    version: int = 1

    def may_be_replaced(self, now: datetime) -> bool:
        """Return whether its address and username are free again: it was never verified, and its code has expired."""
        return not self.is_verified and self.claimed_until is not None and self.claimed_until <= now

    @property
    def may_log_in(self) -> bool:
        """Return whether it is verified and active."""
        return self.is_verified and self.is_active

    @property
    def may_reset(self) -> bool:
        """Return whether a mailed code may set its password. It verifies an account that was made at the counter."""
        return self.is_active and (self.is_verified or self.claimed_until is None)

    @property
    def name(self) -> str:
        """Return the name as the person wrote it: first and last name, else the username."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.username

    @property
    def wants_reminders(self) -> bool:
        """Return whether to send reminders."""
        return self.is_active and self.reminders and self.mail_status is MailStatus.OK

    def has_session(self, family: str, begun_at: datetime) -> bool:
        """Return whether a session is valid: no change of password or rights has ended it since it began."""
        return self.sessions_since is None or begun_at >= self.sessions_since or family == self.kept_session


def normalised(name: str) -> str:
    """Return the form in which addresses and usernames are unique: without differences of case or width."""
    return unicodedata.normalize("NFKC", name).casefold()


def erased(account: Account, now: datetime) -> Account:
    """Return the account without personal data. It keeps its id, and with that its purchases."""
    name = f"deleted-{account.id.lower()}"
    return replace(
        account,
        username=name,
        email=f"{name}@deleted.invalid",
        first_name="",
        last_name="",
        phone="",
        address="",
        password_hash="",
        is_active=False,
        sessions_since=now,
        kept_session="",
        is_erased=True,
        mail_status=MailStatus.OK,
        language=None,
        version=account.version + 1,
    )
