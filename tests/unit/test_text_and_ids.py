"""Folding text for search, and identifiers."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop import ids
from shop.text import matches, search_text, words

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Crème Brûlée", ["creme", "brulee"]),
        ("  Wi-Fi 6 (2.4 GHz)", ["wi", "fi", "6", "2", "4", "ghz"]),
        ("ওয়ালটন সিলিং ফ্যান", words("ওয়ালটন সিলিং ফ্যান")),
        ("STRASSE straße", ["strasse", "strasse"]),
        ("ﬁne", ["fine"]),
        ("", []),
    ],
)
def test_words_are_folded(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_bengali_vowel_signs_tell_words_apart() -> None:
    assert len(words("কি কী কু")) == len(set(words("কি কী কু"))) == 3


@given(text=st.text(max_size=60), cut=st.integers(1, 10))
def test_every_word_is_found_by_its_beginning(text: str, cut: int) -> None:
    for word in words(text):
        assert matches(search_text(text), word[:cut])


def test_ids_sort_by_time() -> None:
    assert ids.new_id(NOW) < ids.new_id(NOW + timedelta(milliseconds=1))


@given(number=st.integers(1, 60))
def test_the_id_of_a_part_leads_to_its_parent(number: int) -> None:
    purchase_id = ids.new_parent_id(NOW)

    assert ids.parent_of(ids.numbered(purchase_id, number)) == (purchase_id, number)


@given(text=st.text(max_size=30))
def test_what_is_no_id_is_told(text: str) -> None:
    assert ids.is_id(text) == (ids.parent_of(text) is not None)
