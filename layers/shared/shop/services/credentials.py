"""Changing a password, knowing the old one or having the address."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop.config import Settings
from shop.domain.accounts import Account, OtpPurpose, normalised
from shop.errors import InvalidInput, Unauthenticated
from shop.mail.codes import password_reset
from shop.mail.sender import Mailer
from shop.metrics import Metric, count
from shop.security.passwords import hash_password, is_password
from shop.security.policy import refuse_weak
from shop.security.tokens import Caller
from shop.services.codes import MINUTES, Codes, wrong_code
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.table import Contended


@dataclass(frozen=True, slots=True)
class Credentials:
    """The use cases of passwords."""

    accounts: Accounts
    codes: Codes
    mailer: Mailer
    settings: Settings
    clock: Callable[[], datetime]

    def change(self, caller: Caller, old: str, new: str) -> None:
        """Set another password and end every other session.

        Raises InvalidInput when the old one is wrong or the new one weak.
        """

        def attempt() -> None:
            known = self.accounts.get(caller.user_id)
            account = self.accounts.by_email(known.email) if known else None
            if account is None or account.id != caller.user_id or not account.may_log_in:
                raise Unauthenticated("This account is no longer in use.")
            if not is_password(old, account.password_hash):
                raise InvalidInput.of("old_password", "The old password is wrong.", code="wrong_password")
            refuse_weak("new_password", new, _personal(account))
            password_hash = hash_password(new, self.settings.bcrypt_cost)
            if not self.accounts.replace(account, self._with_password(account, password_hash, kept=caller.session)):
                raise Contended("the account was changed meanwhile")

        retried(attempt)

    def ask_reset(self, email: str, address: str) -> None:
        """Mail a code that allows a new password, as a client at an IP address asks for it.

        Does nothing, and tells nobody, where there is nobody to mail.
        """
        request = self.accounts.code_request(normalised(email), OtpPurpose.RESET, self.codes.source(address))
        account = request.account
        if account is None or not account.may_log_in:
            return
        fresh = self.codes.fresh(request)
        if fresh is None:
            return
        code, otp = fresh
        if self.accounts.renew_otp(otp, request.last, account, account):
            self.mailer.send(password_reset(account.email, account.username, code, MINUTES))
            count(Metric.CODES_SENT)

    def reset(self, email: str, code: str, new: str) -> None:
        """Set a password by a mailed code and end every session.

        Raises InvalidInput for a weak password, and one for whatever is wrong with the code.
        """
        refuse_weak("new_password", new, (email,))  # before a try is counted
        address = normalised(email)
        digest = self.codes.check(address, OtpPurpose.RESET, code)
        account = self.accounts.by_email(address)
        if account is None or not account.may_log_in:
            raise wrong_code()
        refuse_weak("new_password", new, _personal(account))
        after = self._with_password(account, hash_password(new, self.settings.bcrypt_cost), kept="")
        if not self.accounts.use_otp(account, after, OtpPurpose.RESET, digest):
            raise wrong_code()

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
