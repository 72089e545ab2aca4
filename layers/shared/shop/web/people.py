"""The people whose ids a page shows."""

from collections.abc import Iterable, Mapping

from shop import ids
from shop.bootstrap import Shop


def names_of(shop: Shop, people: Iterable[str]) -> Mapping[str, str]:
    """Return people's names by their ids, without those who have no account."""
    known = sorted({one for one in people if ids.is_id(one)})
    accounts = shop.accounts.of(known) if known else []
    return {account.id: account.name for account in accounts if account}
