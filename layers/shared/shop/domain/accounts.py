"""Accounts of customers and admins, and the one-time passwords that verify them."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

LONGEST_ADDRESS = 254
"""Characters of an e-mail address: https://www.rfc-editor.org/errata/eid1690."""
OTP_LIFETIME = timedelta(minutes=10)
OTP_TRIES = 5
OTP_PAUSE = timedelta(minutes=1)
"""How long after one code another may be asked for."""
OTP_DAILY = 10
"""How many codes for a purpose one source may have sent to an address within a day."""
OTP_DAILY_BY_STRANGERS = 30
"""How many all sources together may, but for those from which the address's owner has logged in."""


class OtpPurpose(StrEnum):
    """What a one-time password is good for."""

    VERIFY = "verify"
    RESET = "reset"


class MailStatus(StrEnum):
    """What became of mails to an address."""

    OK = "ok"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can log in.

    `claimed_until` is set while unverified: after it, the names may be registered anew. Sessions begun before
    `sessions_since` are over, but for the one named `kept_session`. One that is `is_erased` has no personal data left.
    `reminders` is its owner's choice; `mail_status` is that of its address.
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
    mail_status: MailStatus = MailStatus.OK
    version: int = 1

    def may_be_replaced(self, now: datetime) -> bool:
        """Whether its e-mail and username are free again: never verified, and its OTP has run out."""
        return not self.is_verified and self.claimed_until is not None and self.claimed_until <= now

    @property
    def may_log_in(self) -> bool:
        """Whether it is verified and not deactivated."""
        return self.is_verified and self.is_active

    @property
    def wants_reminders(self) -> bool:
        """Whether to remind of installments by mail."""
        return self.is_active and self.reminders and self.mail_status is MailStatus.OK

    def has_session(self, family: str, begun_at: datetime) -> bool:
        """Whether a session was not ended by a change of password or status since it began."""
        return self.sessions_since is None or begun_at >= self.sessions_since or family == self.kept_session


def normalised(name: str) -> str:
    """The form in which e-mail addresses and usernames are unique: whatever their case."""
    return unicodedata.normalize("NFKC", name).casefold()


def erased(account: Account, now: datetime) -> Account:
    """An account without personal data: what was bought under it stays told apart from what others bought."""
    name = f"deleted-{account.id.lower()}"
    return replace(
        account,
        username=name,
        email=f"{name}@deleted.invalid",
        first_name="",
        last_name="",
        password_hash="",
        is_active=False,
        sessions_since=now,
        kept_session="",
        is_erased=True,
        mail_status=MailStatus.OK,
        version=account.version + 1,
    )
