"""Bodies of the auth group."""

from datetime import datetime
from typing import Self

from pydantic import Field, StrictBool

from shop.accounts.audit_log import Action, AuditEntry
from shop.accounts.model import Account, MailStatus
from shop.accounts.profile import ProfileChanges
from shop.http.fields import AnswerBody, Email, Ignored, OtpCode, Password, PersonName, RequestBody, Username
from shop.ledger.schemas import PurchaseDetailOut


class RegisterBody(RequestBody):
    """A registration."""

    username: Username
    email: Email
    password: Password
    first_name: PersonName | None = None
    last_name: PersonName | None = None


class VerifyBody(RequestBody):
    """A mailed code."""

    email: Email
    otp_code: OtpCode


class LoginBody(RequestBody):
    """Credentials. Their form is not checked: whatever is wrong with them gets the same answer."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=128)


class EmailBody(RequestBody):
    """An address to mail to."""

    email: Email


class RefreshBody(RequestBody):
    """A refresh token."""

    refresh: str = Field(min_length=1, max_length=4096)


class PasswordChangeBody(RequestBody):
    """The password there is, and the one to be."""

    old_password: str = Field(max_length=128)
    new_password: Password


class PasswordResetBody(RequestBody):
    """A mailed code, and the password to be."""

    email: Email
    otp_code: OtpCode
    new_password: Password


class UserBody(RequestBody):
    """The rights that an admin may give or take."""

    is_staff: StrictBool | None = None
    is_superuser: StrictBool | None = None
    is_active: StrictBool | None = None


class ProfileBody(RequestBody):
    """The fields of a profile that its owner may change, beside those that may not and are ignored.

    Frontends send back what they have read, or what the last change answered.
    """

    first_name: PersonName | None = None
    last_name: PersonName | None = None
    reminders: StrictBool | None = None
    id: Ignored = None
    username: Ignored = None
    email: Ignored = None
    date_joined: Ignored = None
    is_verified: Ignored = None
    is_staff: Ignored = None
    is_superuser: Ignored = None
    message: Ignored = None
    updated_fields: Ignored = None


class TokenPairOut(AnswerBody):
    """A session's tokens; `expires_in` is the access token's lifetime in seconds."""

    access: str
    refresh: str
    expires_in: int


class ProfileOut(AnswerBody):
    """The caller's account."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    date_joined: datetime
    is_verified: bool
    is_staff: bool
    is_superuser: bool
    reminders: bool

    @classmethod
    def of(cls, account: Account) -> Self:
        """The profile of an account."""
        return cls(
            id=account.id,
            username=account.username,
            email=account.email,
            first_name=account.first_name,
            last_name=account.last_name,
            date_joined=account.joined_at,
            is_verified=account.is_verified,
            is_staff=account.is_staff,
            is_superuser=account.is_superuser,
            reminders=account.reminders,
        )


class UserOut(ProfileOut):
    """An account as admins see it; `mail_status` tells whether its address takes mails."""

    is_active: bool
    mail_status: MailStatus

    @classmethod
    def of(cls, account: Account) -> Self:
        """The account as admins see it."""
        return cls(**dict(ProfileOut.of(account)), is_active=account.is_active, mail_status=account.mail_status)


class ActionOut(AnswerBody):
    """An entry of the audit log: `target` is the id of the user, product or purchase, `details` the new values."""

    id: str
    admin: str
    action: Action
    target: str
    details: dict[str, str]
    at: datetime
    request_id: str

    @classmethod
    def of(cls, entry: AuditEntry) -> Self:
        """The entry as admins see it."""
        return cls(
            id=entry.id,
            admin=entry.admin_id,
            action=entry.action,
            target=entry.target,
            details=dict(entry.details),
            at=entry.at,
            request_id=entry.request_id,
        )


class CopyOut(AnswerBody):
    """All that the shop knows of its caller: the account, and the purchases with their payments, page by page."""

    account: ProfileOut
    purchases: list[PurchaseDetailOut]


class ErasureBody(RequestBody):
    """The password of the customer who wants the account erased."""

    password: str = Field(max_length=128)


class ProfileChanged(ProfileOut):
    """The profile after a change, with the fields that were given as they are now."""

    message: str
    updated_fields: dict[str, str | bool]

    @classmethod
    def after(cls, account: Account, changes: ProfileChanges) -> Self:
        """The answer to a change."""
        profile = dict(ProfileOut.of(account))
        updated = {name: profile[name] for name in changes.given}
        return cls(**profile, message="Profile updated successfully.", updated_fields=updated)
