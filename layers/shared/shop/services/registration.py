"""Registering with an e-mail address and verifying it by a mailed code."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.config import Settings
from shop.domain import ids
from shop.domain.accounts import OTP_LIFETIME, Account, OtpPurpose, normalised
from shop.errors import Conflict, InvalidInput, Unavailable
from shop.mail.messages import verification
from shop.mail.sender import Mailer, MailNotSent
from shop.security.keyring import Keyring
from shop.security.otp import digest_of, is_code, new_code
from shop.security.passwords import hash_password
from shop.store.accounts import Accounts, Otp


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a person registers with."""

    username: str
    email: str
    password: str
    first_name: str
    last_name: str


@dataclass(frozen=True, slots=True)
class Registration:
    """The use cases of registering."""

    accounts: Accounts
    mailer: Mailer
    keyring: Keyring
    settings: Settings
    clock: Callable[[], datetime]

    def register(self, new: NewAccount) -> None:
        """Create an unverified account and mail its code.

        Raises Conflict when the address or the username is taken, Unavailable when the mail could not be sent; the
        code can then be sent again.
        """
        now = self.clock()
        replaced = self._given_up(new, now)
        code, email = new_code(), normalised(new.email)
        expires_at = now + OTP_LIFETIME
        account = Account(
            id=ids.new_id(now),
            username=new.username,
            email=new.email,
            first_name=new.first_name,
            last_name=new.last_name,
            password_hash=hash_password(new.password, self.settings.bcrypt_cost),
            joined_at=now,
            claimed_until=expires_at,
        )
        otp = Otp(email, OtpPurpose.VERIFY, digest_of(code, email, OtpPurpose.VERIFY, self.keyring), expires_at)
        if not self.accounts.create(account, otp, replaced):
            raise Conflict("This e-mail address or username was just taken.", code="account_taken")
        try:
            minutes = int(OTP_LIFETIME.total_seconds() // 60)
            self.mailer.send(verification(new.email, new.username, code, minutes))
        except MailNotSent as error:
            raise Unavailable("Your account is created, but the mail was not sent. Ask for a new code.") from error

    def _given_up(self, new: NewAccount, now: datetime) -> list[Account]:
        """The accounts that hold the names but were never verified. Raises Conflict for any other."""
        holders = self.accounts.holding(new.email, new.username)
        for holder in holders:
            if holder.may_be_replaced(now):
                continue
            if normalised(holder.email) == normalised(new.email):
                raise Conflict("An account with this e-mail address exists already.", code="email_taken")
            raise Conflict("This username is taken.", code="username_taken")
        return holders

    def verify(self, email: str, code: str) -> None:
        """Verify an account by its code. Raises InvalidInput, the same for whatever is wrong."""
        now, address = self.clock(), normalised(email)
        digest = self.accounts.try_otp(address, OtpPurpose.VERIFY, now)
        wrong = InvalidInput.of("otp_code", "The code is wrong or has expired.", code="invalid_otp")
        if digest is None or not is_code(code, address, OtpPurpose.VERIFY, digest, self.keyring):
            raise wrong
        account = self.accounts.by_email(address)
        if account is None or account.is_verified:
            raise wrong
        verified = replace(account, is_verified=True, claimed_until=None, version=account.version + 1)
        if not self.accounts.verify(account, verified, digest):
            raise wrong
