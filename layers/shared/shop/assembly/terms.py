"""The shop's conditions."""

from shop.assembly.base import Base
from shop.domain.purchases import Terms


class WithTerms(Base):
    """What purchases are made and shown by."""

    @property
    def terms(self) -> Terms:
        """The shop's conditions."""
        given = self.settings
        return Terms(given.currency, given.late_fee_rate, given.least_first_share, given.most_installments)
