"""Live search in the table: an item for each word of a listed thing, grouped by first letter and sorted by word.

One query finds all words that begin with some letters, in a shop of any size. The transaction that writes a thing also
writes its search words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from shop.dynamodb import keys
from shop.dynamodb.paging import MOST_COUNTED, Page, PageRequest, page_where, page_within
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item, Write
from shop.text import LONGEST_WORD

MOST_WORDS = 24
"""The most words that are indexed of one thing: a transaction has room for a hundred writes."""
PROBED = 100
"""A search word is rare when fewer items than this match it. Only the items of the rarest word are then examined."""
MOST_EXAMINED = 2 * MOST_COUNTED
"""The most items that are examined when no word is rare."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A thing that search can find: its key, its `search_text`, and the sort keys that its list may be ordered by."""

    id: str
    key: keys.Key
    text: str
    sort_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> set[str]:
        """Return the distinct words, up to `MOST_WORDS`."""
        return set(list(dict.fromkeys(word[:LONGEST_WORD] for word in self.text.split()))[:MOST_WORDS])


def writes(listing: str, before: Indexed | None, after: Indexed | None) -> list[Write]:
    """Return the writes that update a list's index when a thing changes; None means that it is not listed."""
    if before == after:
        return []
    old, new = before.words if before else set(), after.words if after else set()
    gone = [Write.delete(keys.word(listing, word, before.id)) for word in sorted(old - new)] if before else []
    return gone + ([Write.put(item) for item in items(listing, after)] if after else [])


def items(listing: str, indexed: Indexed) -> list[Item]:
    """Return the index items of a thing: one for each of its words."""
    values = {"id": indexed.id, "text": indexed.text, "of": dict(indexed.key), **indexed.sort_keys}
    return [{**keys.word(listing, word, indexed.id), **values} for word in sorted(indexed.words)]


def search(
    table: Table,
    listing: str,
    words: Sequence[str],
    request: PageRequest,
    *,
    by: str,
    descending: bool,
    only: Callable[[Item], bool] | None = None,
) -> Page[Item]:
    """Return a page of the items that match every one of `words`, sorted by the attribute `by`.

    An item matches when one of its words begins with the search word, and `only` admits it; with that, the page is one
    of `page_where`. A search finds at most `MOST_COUNTED` items.
    """
    entries, capped = _entries(table, listing, words)
    if only is not None:
        falling = descending != request.backwards
        ordered = sorted(entries, key=lambda entry: str(entry[by]), reverse=falling)
        return page_where(partial(_beyond, ordered, by, descending=falling), by, request, partial(_led_to, table), only)
    page = page_within(entries, lambda entry: str(entry[by]), request, descending=descending, capped=capped)
    found = table.get_all([entry["of"] for entry in page.items])
    there = [(item, key) for item, key in zip(found, page.keys, strict=True) if item]
    return replace(page, items=[item for item, _ in there], keys=[key for _, key in there])


def _beyond(ordered: Sequence[Item], by: str, after: str | None, limit: int, *, descending: bool) -> Sequence[Item]:
    left = [one for one in ordered if after is None or (one[by] < after if descending else one[by] > after)]
    return left[:limit]


def _led_to(table: Table, entries: Sequence[Item]) -> list[Item | None]:
    return table.get_all([entry["of"] for entry in entries])


def _entries(table: Table, listing: str, words: Sequence[str]) -> tuple[list[Item], bool]:
    """Return the index items that match, each thing once, and whether there may be more."""
    if len(words) == 1:
        most, examined = MOST_COUNTED + 1, _beginning_with(table, listing, words[0], MOST_COUNTED + 1)
    else:
        most, examined = _narrowest(table, listing, words)
    found = {entry["id"]: entry for entry in examined if all(f" {word}" in entry["text"] for word in words)}
    return list(found.values())[:MOST_COUNTED], len(examined) == most or len(found) > MOST_COUNTED


def _narrowest(table: Table, listing: str, words: Sequence[str]) -> tuple[int, list[Item]]:
    """Return the items to examine: all with the rarest word or, if no word is rare, some with the longest."""
    probes = table.at_once(*(partial(_beginning_with, table, listing, word, PROBED) for word in words))
    fewest: list[Item] = min(probes, key=len)
    if len(fewest) < PROBED:
        return PROBED, fewest
    return MOST_EXAMINED, _beginning_with(table, listing, max(words, key=len), MOST_EXAMINED)


def _beginning_with(table: Table, listing: str, word: str, most: int) -> list[Item]:
    return list(table.query(Range(keys.words(listing, word), word, consistent=False), limit=most))
