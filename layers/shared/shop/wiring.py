"""The whole shop, for tools and tests. A function imports its own part of `assembly`."""

from functools import cached_property

from shop.assembly.accounts import WithAccounts
from shop.assembly.catalogue import WithCatalogue
from shop.assembly.figures import WithDashboards, WithReports
from shop.assembly.ledger import WithLedger
from shop.assembly.mails import WithMails
from shop.assembly.upkeep import WithUpkeep
from shop.store.accounts import Accounts
from shop.store.mails import Mails
from shop.store.products import Products
from shop.store.purchases import Purchases
from shop.store.totals import Totals


class Shop(WithAccounts, WithCatalogue, WithLedger, WithDashboards, WithReports, WithMails, WithUpkeep):
    """All parts in one, and the store beneath them."""

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts in the table."""
        return Accounts(self.table)

    @cached_property
    def products(self) -> Products:
        """Products in the table."""
        return Products(self.table)

    @cached_property
    def totals(self) -> Totals:
        """Totals in the table."""
        return Totals(self.table)

    @cached_property
    def purchases(self) -> Purchases:
        """Purchases in the table."""
        return Purchases(self.table, self.settings.reminder_days)

    @cached_property
    def mails(self) -> Mails:
        """Mails in the table."""
        return Mails(self.table)
