"""Registration with an e-mail address, and its verification with a mailed code."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop import ids, problems
from shop.accounts.audit_log import Action, audit_entry
from shop.accounts.model import Account, OtpPurpose, normalised
from shop.accounts.otp import MINUTES, Codes
from shop.accounts.phones import e164
from shop.accounts.store import Accounts
from shop.mail.messages import verification
from shop.mail.ses import Mailer, MailNotSent
from shop.money import Language
from shop.runtime.config import Settings
from shop.runtime.metrics import Metric, count
from shop.security.passwords import hash_password, refuse_weak
from shop.security.tokens import Caller


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The data of a registration."""

    username: str
    email: str
    password: str
    first_name: str
    last_name: str
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """The data of a customer at the counter. `is_verified`: staff know that the address is the customer's."""

    username: str
    email: str
    first_name: str
    last_name: str
    is_verified: bool
    phone: str = ""
    address: str = ""
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """The use cases of registration."""

    accounts: Accounts
    codes: Codes
    mailer: Mailer
    settings: Settings
    clock: Callable[[], datetime]

    def register(self, new: NewAccount, address: str) -> None:
        """Create an unverified account and mail its code. `address` is the client's IP address.

        Raises InvalidInput for a weak password, Conflict when the e-mail address or the username is taken,
        TooManyRequests after too many codes, Unavailable when the mail was not sent: the customer can then request
        another code.
        """
        refuse_weak("password", new.password, (new.username, new.email, new.first_name, new.last_name))
        now, email = self.clock(), normalised(new.email)
        replaced = self._abandoned(new.email, new.username, now)
        request = self.accounts.code_request(email, OtpPurpose.VERIFY, self.codes.source(address))
        fresh = self.codes.fresh(request)
        if fresh is None:
            raise problems.TOO_MANY_CODES.error(retry_after=self.codes.wait(request))
        code, otp = fresh
        account = Account(
            id=ids.new_id(now),
            username=new.username,
            email=new.email,
            first_name=new.first_name,
            last_name=new.last_name,
            password_hash=hash_password(new.password, self.settings.bcrypt_cost),
            joined_at=now,
            claimed_until=otp.good_until,
            language=new.language,
        )
        if not self.accounts.create(account, otp, replaced, request.last):
            raise problems.ACCOUNT_TAKEN.error()
        try:
            self.mailer.send(verification(account, code, MINUTES, self.settings))
        except MailNotSent as error:
            raise problems.VERIFICATION_NOT_SENT.error() from error
        count(Metric.CODES_SENT)

    def add(self, staff: Caller, new: NewCustomer) -> Account:
        """Create the account of a customer at the counter, who can set a password by the mail for a new one.

        An account that is not verified waits for that without a limit of time. Raises Conflict when the e-mail address
        or the username is taken, InvalidInput naming `phone`, Forbidden when the caller has lost the right.
        """
        phone = e164(new.phone, self.settings.region)
        now = self.clock()
        replaced = self._abandoned(new.email, new.username, now)
        account = Account(
            id=ids.new_id(now),
            username=new.username,
            email=new.email,
            first_name=new.first_name,
            last_name=new.last_name,
            password_hash=hash_password(secrets.token_urlsafe(32), self.settings.bcrypt_cost),
            joined_at=now,
            is_verified=new.is_verified,
            phone=phone,
            address=new.address,
            language=new.language,
        )
        entry = audit_entry(staff, Action.USER_ADDED, account.id, {"is_verified": new.is_verified}, now)
        if not self.accounts.create(account, None, replaced, None, entry):
            raise problems.ACCOUNT_TAKEN.error()
        return account

    def _abandoned(self, email: str, username: str, now: datetime) -> list[Account]:
        """Find the abandoned accounts with these names. Raises Conflict when an account in use has one of them."""
        holders = self.accounts.holding(email, username)
        for holder in holders:
            if holder.may_be_replaced(now):
                continue
            if normalised(holder.email) == normalised(email):
                raise problems.EMAIL_TAKEN.error()
            raise problems.USERNAME_TAKEN.error()
        return holders

    def send_again(self, email: str, address: str) -> None:
        """Mail another code to an unverified account. Without such an account, do nothing, without an error.

        `address` is the client's IP address.
        """
        request = self.accounts.code_request(normalised(email), OtpPurpose.VERIFY, self.codes.source(address))
        account = request.account
        if account is None or account.is_verified:
            return
        fresh = self.codes.fresh(request)
        if fresh is None:
            return
        code, otp = fresh
        # An account made at the counter keeps its names: anybody may ask for a code.
        until = otp.good_until if account.claimed_until else None
        after = replace(account, claimed_until=until, version=account.version + 1)
        if self.accounts.renew_otp(otp, request.last, account, after):
            self.mailer.send(verification(account, code, MINUTES, self.settings))
            count(Metric.CODES_SENT)

    def verify(self, email: str, code: str) -> None:
        """Verify an account with its code. Raises the same InvalidInput for any invalid code."""
        address = normalised(email)
        digest = self.codes.check(address, OtpPurpose.VERIFY, code)
        account = self.accounts.by_email(address)
        if account is None or account.is_verified:
            raise problems.INVALID_OTP.error()
        verified = replace(account, is_verified=True, claimed_until=None, version=account.version + 1)
        if not self.accounts.use_otp(account, verified, OtpPurpose.VERIFY, digest):
            raise problems.INVALID_OTP.error()
