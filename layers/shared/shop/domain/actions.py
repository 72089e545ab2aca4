"""What admins do, kept for whoever asks later who did it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OPERATOR_ID = "operator"
"""The `admin_id` of whoever runs the shop's commands by hand."""


class Kind(StrEnum):
    """What was done."""

    ADMIN_MADE = "admin.made"
    USER_CHANGED = "user.changed"
    PRODUCT_ADDED = "product.added"
    PRODUCT_CHANGED = "product.changed"
    PRODUCT_ARCHIVED = "product.archived"
    PURCHASE_CANCELLED = "purchase.cancelled"


@dataclass(frozen=True, slots=True)
class Action:
    """One action: by which admin, to what, what it changed, when, and in which request."""

    id: str
    admin_id: str
    kind: Kind
    target: str
    details: Mapping[str, str]
    at: datetime
    request_id: str
