"""Money that is owed back to customers."""

from dataclasses import dataclass

from shop.accounts.model import Account
from shop.accounts.store import Accounts
from shop.dynamodb.paging import Page, PageRequest
from shop.ledger.purchases import Purchase
from shop.ledger.store import Purchases


@dataclass(frozen=True, slots=True)
class RefundOwed:
    """A purchase for which money is owed back, and the customer's account."""

    purchase: Purchase
    account: Account


@dataclass(frozen=True, slots=True)
class RefundList:
    """The use case of those who pay money back."""

    accounts: Accounts
    purchases: Purchases

    def page(self, request: PageRequest) -> Page[RefundOwed]:
        """Read a page of the purchases for which money is owed back, the oldest first."""
        page = self.purchases.page_to_refund(request)
        customer_ids = sorted({purchase.customer.id for purchase in page.items})
        accounts = {account.id: account for account in self.accounts.of(customer_ids) if account}
        owners = [accounts.get(purchase.customer.id) for purchase in page.items]
        return page.known(
            [RefundOwed(one, owner) if owner else None for one, owner in zip(page.items, owners, strict=True)]
        )
