"""Products of the catalogue."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

LARGEST_NUMBER = 9_999_999


@dataclass(frozen=True, slots=True)
class Product:
    """A product. An archived product cannot be bought. `version` counts its changes.

    `id` numbers the products from 1, in the order they were added. `stock` is the number of pieces that are left to
    sell, never below zero; None is not counted.
    """

    id: int
    name: str
    description: str
    price: Decimal
    created_at: datetime
    updated_at: datetime
    archived: bool = False
    stock: int | None = None
    version: int = 1
