"""Telephone numbers as staff type them into a search."""

import pytest

from shop.accounts.phones import searched


@pytest.mark.parametrize(
    ("typed", "region", "looked_for"),
    [
        ("01812-345678", "BD", "8801812345678"),
        ("01812 34", "BD", "880181234"),
        ("1812345678", "BD", "8801812345678"),
        ("+880 1812 345678", "BD", "8801812345678"),
        ("88018", "BD", "88018"),
        ("০১৮১২৩৪৫৬৭৮", "BD", "8801812345678"),
        ("(415) 555-2671", "US", "14155552671"),
        ("+44 20 7946 0958", "BD", "442079460958"),
        ("Rahim 2", "BD", "Rahim 2"),
        ("rahim@example.com", "BD", "rahim@example.com"),
        ("2026", "BD", "2026"),
    ],
)
def test_a_number_is_looked_for_as_accounts_have_it(typed: str, region: str, looked_for: str) -> None:
    assert searched(typed, region) == looked_for
