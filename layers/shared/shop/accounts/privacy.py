"""Privacy: export and erasure of a customer's personal data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shop import problems
from shop.accounts.model import Account, erased
from shop.accounts.store import Accounts
from shop.attempts.store import Attempts
from shop.dynamodb.paging import Page, PageRequest
from shop.dynamodb.retry import retried
from shop.dynamodb.table import Contended
from shop.ledger.attempts import Attempt
from shop.ledger.journal import Payment, payments_of
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases
from shop.ledger.totals_store import Totals
from shop.online.mandate_store import Mandates
from shop.online.mandates import Mandate
from shop.security.passwords import is_password
from shop.security.tokens import Caller

_MOST_AT_ONCE = 500
_MOST_LINES = 10_000
"""A page ends with the purchase that reaches this many lines of journal entries, a few megabytes of JSON."""


@dataclass(frozen=True, slots=True)
class OwnedPurchase:
    """A purchase with all its payments and payment attempts."""

    purchase: Purchase
    payments: Sequence[Payment]
    attempts: Sequence[Attempt]


@dataclass(frozen=True, slots=True)
class Privacy:
    """The use cases of privacy."""

    accounts: Accounts
    purchases: Purchases
    attempts: Attempts
    totals: Totals
    mandates: Mandates
    clock: Callable[[], datetime]

    def page(self, user_id: str, request: PageRequest) -> Page[OwnedPurchase]:
        """Read a page of a customer's purchases, newest first. It ends early when there are many entries."""
        found = self.purchases.page_of_customer(user_id, request)
        purchase_ids = [one.id for one in (found.items[::-1] if request.backwards else found.items)]
        entries = self.purchases.entries_of_all(user_id, purchase_ids, _MOST_LINES)
        attempts = self.attempts.of_purchases(user_id, purchase_ids)
        return found.cut(len(entries), backwards=request.backwards).map(
            lambda one: OwnedPurchase(one, payments_of(entries[one.id]), attempts[one.id])
        )

    def consents(self, user_id: str) -> list[Mandate]:
        """Read a customer's consents to be charged, oldest first."""
        return self.mandates.of_customer(user_id)

    @retried
    def erase(self, caller: Caller, password: str) -> None:
        """Erase the caller's personal data. The ledger stays, under an anonymous name.

        Raises InvalidInput for a wrong password, Conflict for an admin or while installments are open or payments wait,
        Unavailable when another request is needed to finish. A repeated request continues where the last one stopped.
        """
        known = self.accounts.get(caller.user_id)
        if known is not None and known.is_erased:  # an earlier request erased it, and its answer was lost
            self.mandates.end(known.id)
            self.accounts.remove_notes(known.id)
            return
        account = self.accounts.by_email(known.email) if known else None
        if account is None or account.id != caller.user_id or not account.is_active:
            raise problems.ACCOUNT_NOT_IN_USE.error()
        if not is_password(password, account.password_hash):
            raise problems.WRONG_PASSWORD.error()
        if account.is_staff:
            raise problems.OWN_ADMIN_ACCOUNT.error()
        totals = self.totals.of_customers([account.id])[0]
        if totals.overall.open:
            raise problems.INSTALLMENTS_OPEN.error()
        if totals.overall.waiting:
            raise problems.MONEY_WAITING.error()
        anonymous = erased(account, self.clock())
        self._rename_purchases(anonymous)
        self.accounts.forget(account)  # before the account: an erased account no longer has its address
        if not self.accounts.erase(account, anonymous, totals):
            raise Contended("the account was changed meanwhile")
        self.mandates.end(account.id)  # the next round has the provider delete what was saved
        self.accounts.remove_notes(account.id)  # after the account: to one that is erased, none is added

    def _rename_purchases(self, anonymous: Account) -> None:
        """Remove the customer's names from all purchases, each in a separate write that may be repeated."""
        left = [one for one in self.purchases.of_customer(anonymous.id) if one.customer.username != anonymous.username]
        for purchase in left[:_MOST_AT_ONCE]:
            buyer = replace(purchase.customer, username=anonymous.username, email=anonymous.email)
            self.purchases.rename_buyer(purchase, buyer)
        if len(left) > _MOST_AT_ONCE:
            raise problems.ERASURE_UNFINISHED.error()
