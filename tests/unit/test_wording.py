"""Errors on pages: in the visitor's language, with values as pages write them."""

from datetime import date
from typing import cast

import pytest

from shop import problems
from shop.calendar import Interval
from shop.errors import InvalidInput, ShopError
from shop.http.problems import invalid_input
from shop.money import Formats, Language, Locale, Share
from shop.web.wording import field_texts, problem_text

ENGLISH = Formats(Locale.BANGLADESH, "BDT")
BENGALI = Formats(Locale.BANGLADESH, "BDT", Language.BENGALI)


@pytest.mark.parametrize(
    ("error", "of_the_api", "english", "bengali"),
    [
        (
            problems.INTERVAL_NOT_POSSIBLE.error(intervals=(Interval.MONTHLY, Interval.BIWEEKLY, Interval.WEEKLY)),
            "Here the interval must be monthly or biweekly or weekly.",
            "Here the interval must be every month or every two weeks or every week.",
            "এখানে কিস্তির বিরতি হতে হবে প্রতি মাসে অথবা প্রতি দুই সপ্তাহে অথবা প্রতি সপ্তাহে।",
        ),
        (
            problems.FIRST_SHARE_TOO_LOOSE.error(least=Share("0.30")),
            "The least first share of a product must be at least the shop's: 0.30.",
            "The least first share of a product must be at least the shop's: 30\u00a0%.",
            "পণ্যের ন্যূনতম প্রথম অংশ দোকানের চেয়ে কম হতে পারে না: ৩০%।",
        ),
        (
            problems.DUE_LATER.error(latest=date(2026, 11, 30)),
            "What is due is known until 2026-11-30.",
            "What is due is known until 30 November 2026.",
            "কী বাকি আছে তা ৩০ নভেম্বর ২০২৬ পর্যন্ত জানা।",
        ),
        (
            problems.RANGE_OF_DAYS.error(most=31),
            "The range must have 1 to 31 days.",
            "The range must have 1 to 31 days.",
            "সময়ের পরিসর ১ থেকে ৩১ দিন হতে হবে।",
        ),
    ],
    ids=["intervals", "share", "day", "number"],
)
def test_an_error_has_its_values_in_words(error: ShopError, of_the_api: str, english: str, bengali: str) -> None:
    found = cast("InvalidInput", error)

    assert (error.detail, found.errors[0].message) == (of_the_api, of_the_api)
    for formats, text in ((ENGLISH, english), (BENGALI, bengali)):
        assert problem_text(error, formats) == text
        assert field_texts(error, formats) == {found.errors[0].field: text}


def test_a_choice_that_a_page_does_not_offer_is_not_told_by_its_codes() -> None:
    expected = {"expected": "'30d', 'monthly'"}
    error = invalid_input([{"type": "enum", "loc": ("body", "interval"), "msg": "", "ctx": expected}])

    assert field_texts(error, ENGLISH) == {"interval": "The interval must be one of '30d', 'monthly'."}
    assert field_texts(error, BENGALI) == {"interval": "সঠিক নয়।"}


def test_texts_that_clients_send_are_no_placeholders() -> None:
    error = invalid_input([{"type": "extra_forbidden", "loc": ("body", "{least}%(x)s"), "msg": ""}])

    assert field_texts(error, BENGALI) == {"{least}%(x)s": "There is no field {least}%(x)s."}
