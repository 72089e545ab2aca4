"""The catalogue."""

from functools import cached_property

from shop.assembly.base import Base
from shop.services.catalogue import Catalogue
from shop.store.products import Products


class WithCatalogue(Base):
    """Products and what is done with them."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue."""
        return Catalogue(Products(self.table), self.clock)
