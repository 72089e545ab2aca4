"""Live search in the table: for each word of what is listed, an item under the word's first letter, sorted by the word.

So what begins with some letters is one query, whatever the size of the shop. The items are written with what they
lead to, in its transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from shop.dynamodb import keys
from shop.dynamodb.paging import MOST_COUNTED, Page, PageRequest, page_within
from shop.dynamodb.table import Range, Table
from shop.dynamodb.writes import Item, Write
from shop.text import LONGEST_WORD

MOST_WORDS = 24
"""How many words of one thing are indexed: a transaction has room for a hundred writes."""
PROBED = 100
"""A word of a search that fewer items begin with is rare: these alone are looked through."""
MOST_EXAMINED = 2 * MOST_COUNTED
"""How many items are looked through when no word is rare."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What can be found: its key, its `search_text`, and the sort keys that its list may be ordered by."""

    id: str
    key: keys.Key
    text: str
    sort_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> set[str]:
        """Its distinct words, as many as are indexed."""
        return set(list(dict.fromkeys(word[:LONGEST_WORD] for word in self.text.split()))[:MOST_WORDS])


def writes(listing: str, before: Indexed | None, after: Indexed | None) -> list[Write]:
    """The writes that bring a list's index from one state of a thing to another, None where it is not listed."""
    if before == after:
        return []
    old, new = before.words if before else set(), after.words if after else set()
    gone = [Write.delete(keys.word(listing, word, before.id)) for word in sorted(old - new)] if before else []
    return gone + ([Write.put(item) for item in items(listing, after)] if after else [])


def items(listing: str, indexed: Indexed) -> list[Item]:
    """The items by which a thing is found: one for each of its words."""
    said = {"id": indexed.id, "text": indexed.text, "of": dict(indexed.key), **indexed.sort_keys}
    return [{**keys.word(listing, word, indexed.id), **said} for word in sorted(indexed.words)]


def search(
    table: Table,
    listing: str,
    words: Sequence[str],
    request: PageRequest,
    *,
    by: str,
    descending: bool,
    status: str | None = None,
) -> Page[Item]:
    """A page of the items that have, for each of `words`, a word that begins with it, sorted by the attribute `by`.

    With `status`, only items of that status count. A search finds at most `MOST_COUNTED` items.
    """
    entries, capped = _entries(table, listing, words)
    if status is not None:
        items = table.get_all([entry["of"] for entry in entries])
        entries = [entry for entry, item in zip(entries, items, strict=True) if item and item["status"] == status]

    page = page_within(entries, lambda entry: str(entry[by]), request, descending=descending, capped=capped)
    found = table.get_all([entry["of"] for entry in page.items])
    there = [(item, key) for item, key in zip(found, page.keys, strict=True) if item]
    return replace(page, items=[item for item, _ in there], keys=[key for _, key in there])


def _entries(table: Table, listing: str, words: Sequence[str]) -> tuple[list[Item], bool]:
    """The index's items of what matches, each thing once, and whether there may be more."""
    if len(words) == 1:
        most, examined = MOST_COUNTED + 1, _beginning_with(table, listing, words[0], MOST_COUNTED + 1)
    else:
        most, examined = _narrowest(table, listing, words)
    found = {entry["id"]: entry for entry in examined if all(f" {word}" in entry["text"] for word in words)}
    return list(found.values())[:MOST_COUNTED], len(examined) == most or len(found) > MOST_COUNTED


def _narrowest(table: Table, listing: str, words: Sequence[str]) -> tuple[int, list[Item]]:
    """What to look through for several words: all that has the rarest of them, or much that has the longest."""
    probes = table.at_once(*(partial(_beginning_with, table, listing, word, PROBED) for word in words))
    fewest: list[Item] = min(probes, key=len)
    if len(fewest) < PROBED:
        return PROBED, fewest
    return MOST_EXAMINED, _beginning_with(table, listing, max(words, key=len), MOST_EXAMINED)


def _beginning_with(table: Table, listing: str, word: str, most: int) -> list[Item]:
    return list(table.query(Range(keys.words(listing, word), word, consistent=False), limit=most))
