"""Which admin did what."""

from collections.abc import Mapping
from datetime import datetime

from shop.domain import ids
from shop.domain.actions import Action, Kind
from shop.security.tokens import Caller


def action(by: Caller, kind: Kind, target: str, details: Mapping[str, object], at: datetime) -> Action:
    """An admin's action, to be kept with what it does."""
    told = {name: str(value) for name, value in details.items()}
    return Action(ids.new_id(at), by.user_id, kind, target, told, at, by.request_id)
