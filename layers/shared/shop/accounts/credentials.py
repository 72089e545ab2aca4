"""Passwords: changing a password, and resetting a forgotten one with a mailed code."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop import problems
from shop.accounts.model import Account, OtpPurpose, normalised
from shop.accounts.otp import MINUTES, Codes
from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.mail.messages import password_reset
from shop.mail.ses import Mailer
from shop.runtime.config import Settings
from shop.runtime.metrics import Metric, count
from shop.security.passwords import hash_password, is_password, refuse_weak
from shop.security.tokens import Caller


@dataclass(frozen=True, slots=True)
class Credentials:
    """The use cases of passwords."""

    accounts: Accounts
    codes: Codes
    mailer: Mailer
    settings: Settings
    clock: Callable[[], datetime]

    @retried
    def change(self, caller: Caller, old: str, new: str) -> None:
        """Set a new password and end every other session.

        Raises InvalidInput when the old password is wrong or the new one is weak.
        """
        known = self.accounts.get(caller.user_id)
        account = self.accounts.by_email(known.email) if known else None
        if account is None or account.id != caller.user_id or not account.may_log_in:
            raise problems.ACCOUNT_NOT_IN_USE.error()
        if not is_password(old, account.password_hash):
            raise problems.WRONG_OLD_PASSWORD.error()
        refuse_weak("new_password", new, _personal(account))
        password_hash = hash_password(new, self.settings.bcrypt_cost)
        if not self.accounts.replace(account, self._with_password(account, password_hash, kept=caller.session)):
            raise Contended("the account was changed meanwhile")

    def ask_reset(self, email: str, address: str) -> None:
        """Mail a code for a new password. For an address without an account, do nothing, without an error.

        `address` is the client's IP address.
        """
        request = self.accounts.code_request(normalised(email), OtpPurpose.RESET, self.codes.source(address))
        account = request.account
        if account is None or not account.may_reset:
            return
        fresh = self.codes.fresh(request)
        if fresh is None:
            return
        code, otp = fresh
        if self.accounts.renew_otp(otp, request.last, account, account):
            self.mailer.send(password_reset(account, code, MINUTES, self.settings))
            count(Metric.CODES_SENT)

    def reset(self, email: str, code: str, new: str) -> None:
        """Set a password with a mailed code, which verifies the address, and end every session.

        Raises InvalidInput for a weak password, and one and the same InvalidInput for any invalid code.
        """
        refuse_weak("new_password", new, (email,))  # before an attempt is counted
        address = normalised(email)
        digest = self.codes.check(address, OtpPurpose.RESET, code)
        account = self.accounts.by_email(address)
        if account is None or not account.may_reset:
            raise problems.INVALID_OTP.error()
        refuse_weak("new_password", new, _personal(account))
        password_hash = hash_password(new, self.settings.bcrypt_cost)
        after = replace(self._with_password(account, password_hash, kept=""), is_verified=True)
        if not self.accounts.use_otp(account, after, OtpPurpose.RESET, digest):
            raise problems.INVALID_OTP.error()

    def _with_password(self, account: Account, password_hash: str, kept: str) -> Account:
        return replace(
            account,
            password_hash=password_hash,
            sessions_since=self.clock(),
            kept_session=kept,
            version=account.version + 1,
        )


def _personal(account: Account) -> tuple[str, ...]:
    return account.username, account.email, account.first_name, account.last_name
