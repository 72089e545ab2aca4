"""Upkeep: audits, keys, the first admin."""

from datetime import timedelta
from functools import cached_property

from shop import aws
from shop.assembly.base import Base
from shop.services.administration import Administration
from shop.services.auditing import Auditing
from shop.services.rotating import Rotating
from shop.store.accounts import Accounts
from shop.store.actions import Actions
from shop.store.audit import Books
from shop.store.products import Products
from shop.store.totals import Totals

_AUDIT_SEGMENTS = 4


class WithUpkeep(Base):
    """What operators start, or a schedule."""

    @cached_property
    def auditing(self) -> Auditing:
        """Audits."""
        books = Books(self.table, _AUDIT_SEGMENTS, self.settings.reminder_days)
        return Auditing(books, Totals(self.table), Products(self.table), Actions(self.table), self.clock)

    @cached_property
    def rotating(self) -> Rotating:
        """Rotating keys."""
        lifetime = timedelta(days=self.settings.refresh_token_days)
        return Rotating(aws.client("secretsmanager"), lifetime, self.clock)

    @cached_property
    def administration(self) -> Administration:
        """Making admins."""
        return Administration(Accounts(self.table), self.settings, self.clock)
