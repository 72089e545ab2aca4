"""What the law gives customers over their data: a copy of it, and its erasure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shop.domain.accounts import Account, erased
from shop.domain.purchases import Payment, Purchase
from shop.errors import Conflict, InvalidInput, Unauthenticated, Unavailable
from shop.security.passwords import is_password
from shop.security.tokens import Caller
from shop.services.retries import retried
from shop.store.accounts import Accounts
from shop.store.paging import Page, Position
from shop.store.purchases import Purchases
from shop.store.table import Contended
from shop.store.totals import Totals

_MOST_AT_ONCE = 500
_MOST_PAYMENTS = 10_000
"""A page of purchases ends with the one that reaches so many payments: they are a few megabytes of JSON."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A purchase and all that was paid for it."""

    purchase: Purchase
    payments: Sequence[Payment]


@dataclass(frozen=True, slots=True)
class Ownership:
    """The use cases of data protection."""

    accounts: Accounts
    purchases: Purchases
    totals: Totals
    clock: Callable[[], datetime]

    def page(self, user_id: str, position: Position | None, size: int) -> Page[Owned]:
        """A page of somebody's purchases, newest first; it ends earlier where they have many payments."""

        def total() -> int:
            overall = self.totals.of_customers([user_id])[0].overall
            return overall.purchases + overall.purchases_cancelled

        found = self.purchases.page_of_customer(user_id, position, size, total)
        backwards = position is not None and position.backwards
        purchase_ids = [one.id for one in (found.items[::-1] if backwards else found.items)]
        payments = self.purchases.payments_of_all(user_id, purchase_ids, _MOST_PAYMENTS)
        return found.cut(len(payments), backwards=backwards).map(lambda one: Owned(one, payments[one.id]))

    def erase(self, caller: Caller, password: str) -> None:
        """Erase the caller's personal data; the ledger stays, under a name that tells nothing.

        Raises InvalidInput for a wrong password, Conflict for an admin or while installments are open, Unavailable when
        it takes another request to finish: asking again goes on where this one stopped, or finds that it is done.
        """
        retried(lambda: self._erase(caller, password))

    def _erase(self, caller: Caller, password: str) -> None:
        known = self.accounts.get(caller.user_id)
        if known is not None and known.is_erased:  # by a request whose answer was lost
            return
        account = self.accounts.by_email(known.email) if known else None
        if account is None or account.id != caller.user_id or not account.is_active:
            raise Unauthenticated("This account is no longer in use.")
        if not is_password(password, account.password_hash):
            raise InvalidInput.of("password", "The password is wrong.", code="wrong_password")
        if account.is_staff:
            raise Conflict("An admin's account cannot be deleted. Have your rights taken first.", code="own_account")
        totals = self.totals.of_customers([account.id])[0]
        if totals.overall.open:
            raise Conflict("Pay your open installments first.", code="installments_open")
        nobody = erased(account, self.clock())
        self._forget_buyer(nobody)
        self.accounts.forget(account)  # first: once the account is erased, nobody knows its address
        if not self.accounts.erase(account, nobody, totals):
            raise Contended("the account was changed meanwhile")

    def _forget_buyer(self, nobody: Account) -> None:
        """Take the customer's names out of all purchases, each in a write of its own that may be repeated."""
        left = [one for one in self.purchases.of_customer(nobody.id) if one.customer.username != nobody.username]
        for purchase in left[:_MOST_AT_ONCE]:
            buyer = replace(purchase.customer, username=nobody.username, email=nobody.email)
            if not self.purchases.rename_buyer(purchase, buyer):
                raise Contended("the purchase was changed meanwhile")
        if len(left) > _MOST_AT_ONCE:
            raise Unavailable("Your purchases are being made anonymous. Ask again to finish.")
