"""Purchases and payments."""

from functools import cached_property

from shop.assembly.base import Base
from shop.domain.purchases import Terms
from shop.services.outbox import Outbox
from shop.services.paying import Paying
from shop.services.purchasing import Purchasing
from shop.store.products import Products
from shop.store.purchases import Purchases
from shop.store.totals import Totals


class WithLedger(Base):
    """Buying and paying."""

    @cached_property
    def outbox(self) -> Outbox:
        """Announcing what was committed."""
        return Outbox(self.build_queue(self.settings.mail_queue_url))

    @cached_property
    def purchasing(self) -> Purchasing:
        """Buying."""
        return Purchasing(
            self._ledger,
            Products(self.table),
            Totals(self.table),
            self.outbox,
            self._terms,
            self.settings.zone,
            self.clock,
        )

    @cached_property
    def paying(self) -> Paying:
        """Paying."""
        return Paying(self._ledger, self.outbox, self._terms, self.settings.zone, self.clock)

    @property
    def _ledger(self) -> Purchases:
        return Purchases(self.table, self.settings.reminder_days)

    @property
    def _terms(self) -> Terms:
        given = self.settings
        return Terms(
            given.formats,
            given.late_fee_rate,
            given.least_first_share,
            given.most_installments,
            given.least_payment_share,
        )
