"""Bodies of the auth group."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, Field, StrictBool

from shop.accounts.audit_log import Action, AuditEntry
from shop.accounts.model import Account, MailStatus
from shop.accounts.profile import ProfileChanges
from shop.http.fields import (
    AnswerBody,
    Email,
    Ignored,
    Note,
    OtpCode,
    Password,
    PersonName,
    PhoneText,
    RequestBody,
    Username,
)
from shop.ledger.attempt_schemas import AttemptOut
from shop.ledger.schemas import PurchaseDetailOut
from shop.money import Language

if TYPE_CHECKING:
    from shop.accounts.privacy import OwnedPurchase
    from shop.online.mandates import Mandate


class RegisterBody(RequestBody):
    """The data of a registration."""

    username: Username
    email: Email
    password: Password
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    language: Language | None = None


class VerifyBody(RequestBody):
    """An address and the code mailed to it."""

    email: Email
    otp_code: OtpCode


class LoginBody(RequestBody):
    """Credentials. Their form is not checked: all wrong credentials get the same answer."""

    email: str = Field(max_length=254)
    password: str = Field(max_length=128)


class EmailBody(RequestBody):
    """The address of an account."""

    email: Email


class RefreshBody(RequestBody):
    """A refresh token."""

    refresh: str = Field(min_length=1, max_length=4096)


class PasswordChangeBody(RequestBody):
    """The current password and the new one."""

    old_password: str = Field(max_length=128)
    new_password: Password


class PasswordResetBody(RequestBody):
    """A mailed code and the new password."""

    email: Email
    otp_code: OtpCode
    new_password: Password


def _off(value: object) -> object:
    if value is True:
        raise ValueError("may only be turned on by the customer.")
    return value


class UserBody(RequestBody):
    """The rights to give to a user, or to take, and the fields of the profile to change."""

    is_staff: StrictBool | None = None
    is_superuser: StrictBool | None = None
    is_active: StrictBool | None = None
    first_name: PersonName | None = None
    last_name: PersonName | None = None
    phone: PhoneText | None = None
    address: Note | None = None
    language: Language | None = None
    reminders: Annotated[StrictBool | None, AfterValidator(_off)] = None


class NewUserBody(RequestBody):
    """A customer at the counter, without a password. `is_verified`: the address is known to be the customer's."""

    username: Username
    email: Email
    first_name: PersonName = ""
    last_name: PersonName = ""
    phone: PhoneText = ""
    address: Note = ""
    is_verified: StrictBool = False
    language: Language | None = None


class ProfileBody(RequestBody):
    """The fields of a profile to change. The fields that the owner may not change are ignored.

    So a frontend may send back a profile that it has read, or the answer to its last change.
    """

    first_name: PersonName | None = None
    last_name: PersonName | None = None
    reminders: StrictBool | None = None
    phone: PhoneText | None = None
    address: Note | None = None
    language: Language | None = None
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
    """The profile of the caller. `language` is that of mails; null is the shop's."""

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
    phone: str
    address: str
    language: Language | None

    @classmethod
    def of(cls, account: Account) -> Self:
        """Describe an account to its owner."""
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
            phone=account.phone,
            address=account.address,
            language=account.language,
        )


class UserOut(ProfileOut):
    """An account as admins see it. `mail_status` is the delivery status of its address."""

    is_active: bool
    mail_status: MailStatus

    @classmethod
    def of(cls, account: Account) -> Self:
        """Describe an account to admins."""
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
        """Describe an entry."""
        return cls(
            id=entry.id,
            admin=entry.admin_id,
            action=entry.action,
            target=entry.target,
            details=dict(entry.details),
            at=entry.at,
            request_id=entry.request_id,
        )


class OwnedPurchaseOut(PurchaseDetailOut):
    """A purchase with its customer, payments and payment attempts."""

    attempts: list[AttemptOut]

    @classmethod
    def owned(cls, owned: "OwnedPurchase", today: date, days: int) -> Self:
        """Describe a purchase as of today, in a shop in which attempts wait for a number of days."""
        detailed = PurchaseDetailOut.detailed(owned.purchase, owned.payments, today)
        return cls(**dict(detailed), attempts=[AttemptOut.of(attempt, days) for attempt in owned.attempts])


class MandateOut(AnswerBody):
    """A consent of a customer to be charged, and what became of it. `method` is what was saved with it, if anything."""

    text: str
    agreed_at: datetime
    provider: str
    status: str
    method: str | None

    @classmethod
    def of(cls, mandate: "Mandate") -> Self:
        """Describe a mandate."""
        return cls(
            text=mandate.text,
            agreed_at=mandate.agreed_at,
            provider=mandate.provider.value,
            status=mandate.status.value,
            method=mandate.method.label if mandate.method else None,
        )


class CopyOut(AnswerBody):
    """The personal data of the caller: the account, the consents to be charged, and the purchases, page by page."""

    account: ProfileOut
    mandates: list[MandateOut]
    purchases: list[OwnedPurchaseOut]


class ErasureBody(RequestBody):
    """The password of the account to erase."""

    password: str = Field(max_length=128)


class ProfileChanged(ProfileOut):
    """The profile after a change. `updated_fields` repeats the fields of the request with their new values."""

    message: str
    updated_fields: dict[str, str | bool]

    @classmethod
    def after(cls, account: Account, changes: ProfileChanges) -> Self:
        """Describe an account after a change."""
        profile = dict(ProfileOut.of(account))
        updated = {name: profile[name] for name in changes.given}
        return cls(**profile, message="Profile updated successfully.", updated_fields=updated)
