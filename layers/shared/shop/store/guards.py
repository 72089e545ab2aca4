"""Tries to log in, in the table: counted before a password is looked at, so that parallel guesses count as well."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shop.domain.accounts import Account
from shop.domain.guards import ACCOUNT, FAILURES, REQUESTS, Guard, Tries
from shop.store import accounts, keys
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.table import ConditionFailed, Contended, Item, Table, Write


class Counted(StrEnum):
    """What is counted against a source."""

    FAILURES = "FAILURES"
    REQUESTS = "REQUESTS"

    @property
    def guard(self) -> Guard:
        """The rule that its count follows."""
        return FAILURES if self is Counted.FAILURES else REQUESTS


KNOWN_FOR = timedelta(days=90)
"""How long a source from which somebody logged in counts as theirs."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a login is decided on: the account, if there is one, and what was tried before."""

    email: str
    source: str
    account: Account | None
    is_known_source: bool
    of_account: Tries | None
    of_source: Tries | None


class Guards:
    """Access patterns of doors that are tried. Addresses are normalised; sources are pseudonyms."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def approach(self, email: str, source: str) -> Door:
        """The account with an address and the tries made before, in one round trip."""
        credentials, known, others, failed = self._table.get_all(
            [
                keys.credentials(email),
                keys.tries(email, source),
                keys.tries(email),
                keys.counted(source, Counted.FAILURES),
            ]
        )
        return Door(
            email,
            source,
            accounts.from_item(credentials) if credentials else None,
            known is not None,
            _counted(known or others),
            _counted(failed),
        )

    def count(self, door: Door, now: datetime) -> None:
        """Count a try. Raises Contended when another was counted since the door was looked at."""
        key = keys.tries(door.email, door.source if door.is_known_source else "")
        kept = KNOWN_FOR if door.is_known_source else ACCOUNT.memory
        try:
            self._replace(key, door.of_account, ACCOUNT.after(door.of_account, now), kept)
        except ConditionFailed as error:
            raise Contended("another try was counted") from error

    def of_source(self, source: str, what: Counted) -> Tries | None:
        """What was counted against a source."""
        return _counted(self._table.get(keys.counted(source, what)))

    def count_against(self, source: str, what: Counted, before: Tries | None, now: datetime) -> None:
        """Count something against a source, whatever was counted meanwhile."""
        key = keys.counted(source, what)
        try:
            self._replace(key, before, what.guard.after(before, now), what.guard.memory)
        except ConditionFailed:
            change = "SET tried_at = :at, expires_at = :expires_at ADD tries :one"
            kept = {":at": to_text(now), ":expires_at": to_epoch(now + what.guard.memory), ":one": 1}
            self._table.write(Write.update(key, change, kept))

    def _replace(self, key: keys.Key, before: Tries | None, after: Tries, kept: timedelta) -> None:
        condition, values = "attribute_not_exists(PK)", None
        if before is not None:
            condition = "tries = :tries AND tried_at = :at"
            values = {":tries": before.count, ":at": to_text(before.last)}
        self._table.write(Write.put(_to_item(key, after, kept), condition, values))


def opened(door: Door, now: datetime) -> list[Write]:
    """The writes that make a source its owner's, with no tries against it, and forget the tries from elsewhere."""
    known = Write.put(_to_item(keys.tries(door.email, door.source), Tries(0, now), KNOWN_FOR))
    return [known] if door.is_known_source else [known, Write.delete(keys.tries(door.email))]


def _to_item(key: keys.Key, tries: Tries, kept: timedelta) -> Item:
    return {
        **key,
        "tries": tries.count,
        "tried_at": to_text(tries.last),
        "expires_at": to_epoch(tries.last + kept),
    }


def from_item(item: Item) -> Tries:
    """The tries that an item counts."""
    return Tries(int(item["tries"]), to_instant(item["tried_at"]))


def _counted(item: Item | None) -> Tries | None:
    return from_item(item) if item else None
