"""Categories, SKUs and the filters of the catalogue."""

from typing import Any

import pytest

from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.rest import call


def add(admin: Person, name: str, price: float = 10, **more: Any) -> int:
    answer = admin.call("POST", "/products/", {"name": name, "price": price, **more})
    assert answer.status == 201, answer.text
    return int(answer.json["id"])


def names(query: str) -> list[str]:
    answer = call("GET", f"/products/?{query}")
    assert answer.status == 200, answer.text
    return [one["name"] for one in answer.json]


@pytest.fixture
def goods(admin: Person, clock: Clock) -> dict[str, int]:
    """Six products of two categories, by their names."""
    found = {}
    for name, price, more in (
        ("Kettle", 20, {"category": "Kitchen", "sku": "KT-1"}),
        ("Pot", 30, {"category": "kitchen", "stock": 0}),
        ("Pan", 10, {"category": "KITCHEN", "stock": 2}),
        ("Sofa", 300, {"category": "Living Room", "sku": "so-9"}),
        ("Lamp", 30, {"category": "Living Room", "stock": 0}),
        ("Gift", 30, {}),
    ):
        found[name] = add(admin, name, price, **more)
        clock.move(seconds=1)
    return found


def test_a_category_and_a_sku_are_kept_changed_and_taken_away(admin: Person) -> None:
    product = add(admin, "Kettle", category=" Kitchen ", sku=" KT-1 ")

    def now() -> tuple[str | None, str | None]:
        read = call("GET", f"/products/{product}/").json
        return read["category"], read["sku"]

    assert now() == ("Kitchen", "KT-1")
    assert admin.call("PUT", f"/products/{product}/", {"name": "Kettle", "price": 11}).status == 200
    assert now() == ("Kitchen", "KT-1")
    assert admin.call("PUT", f"/products/{product}/", {"name": "Kettle", "price": 11, "sku": "KT-2"}).status == 200
    assert now() == ("Kitchen", "KT-2")
    assert admin.call("PATCH", f"/products/{product}/", {"category": "Tea", "sku": None}).status == 200
    assert now() == ("Tea", None)
    assert admin.call("PUT", f"/products/{product}/", {"name": "Kettle", "price": 11, "category": None}).status == 200
    assert now() == (None, None)
    assert call("GET", "/products/categories/").json == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", ""),
        ("category", "   "),
        ("category", "x" * 61),
        ("category", "a\nb"),
        ("category", "\u202eabc"),
        ("category", 7),
        ("sku", ""),
        ("sku", "x" * 65),
        ("sku", "a\tb"),
        ("sku", "a\u200bb"),
        ("sku", ["a"]),
    ],
)
def test_a_wrong_category_or_sku_is_named(admin: Person, field: str, value: object) -> None:
    product = add(admin, "Pan")
    for method, path in (("POST", "/products/"), ("PUT", f"/products/{product}/"), ("PATCH", f"/products/{product}/")):
        answer = admin.call(method, path, {"name": "Kettle", "price": 1, field: value})

        assert (answer.status, [one["field"] for one in answer.json["errors"]]) == (400, [field])


@pytest.mark.parametrize("text", ["\ufdfa", "\U0001d160", "\u0390", "\U00020000", "#", "\u1e9e"])
def test_a_category_and_sku_of_any_characters_are_kept(admin: Person, text: str) -> None:
    product = add(admin, "Kettle", category=text * 60, sku=text * 64)

    (found,) = call("GET", f"/products/?category={(text * 60).replace('#', '%23')}").json
    assert (found["id"], found["sku"]) == (product, text * 64)
    assert admin.call("POST", "/products/", {"name": "Pot", "price": 1, "sku": text * 64}).status == 409


def test_a_sku_is_of_one_product_whatever_its_case_also_of_an_archived_one(admin: Person) -> None:
    first, second = add(admin, "Kettle", sku="Kt-1"), add(admin, "Pot")
    taken = {"sku": "kT-1"}

    for method, path in (("POST", "/products/"), ("PUT", f"/products/{second}/"), ("PATCH", f"/products/{second}/")):
        answer = admin.call(method, path, {"name": "Pan", "price": 1, **taken})
        assert (answer.status, answer.json["code"]) == (409, "sku_taken")
    assert admin.call("PATCH", f"/products/{first}/", {"sku": "KT-1"}).json["sku"] == "KT-1"
    assert admin.call("DELETE", f"/products/{first}/").status == 204
    assert admin.call("PATCH", f"/products/{second}/", taken).status == 409
    assert admin.call("POST", f"/products/{first}/restore/").json["sku"] == "KT-1"
    assert admin.call("PATCH", f"/products/{first}/", {"sku": None}).status == 200
    assert admin.call("PATCH", f"/products/{second}/", taken).json["sku"] == "kT-1"


def test_a_product_is_found_by_words_of_its_category_and_sku(admin: Person, goods: dict[str, int]) -> None:
    assert names("search=kt-1") == ["Kettle"]
    assert names("search=kitch&ordering=name") == ["Kettle", "Pan", "Pot"]
    assert names("search=room+so") == ["Sofa"]
    admin.call("PATCH", f"/products/{goods['Kettle']}/", {"sku": "new", "category": None})
    assert names("search=kt") == []
    assert names("search=new") == ["Kettle"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=kitchen", ["Pan", "Pot", "Kettle"]),
        ("category=%20KITCHEN%20&ordering=name", ["Kettle", "Pan", "Pot"]),
        ("category=kitch", []),
        ("category=living+room&ordering=-price", ["Sofa", "Lamp"]),
        ("min_price=30&ordering=price", ["Pot", "Lamp", "Gift", "Sofa"]),
        ("max_price=20&ordering=price", ["Pan", "Kettle"]),
        ("max_price=20&ordering=-price", ["Kettle", "Pan"]),
        ("min_price=20&max_price=30&ordering=-name", ["Pot", "Lamp", "Kettle", "Gift"]),
        ("min_price=20.01&max_price=29.99", []),
        ("min_price=30&max_price=20&ordering=price", []),
        ("min_price=0&max_price=0", []),
        ("available=true", ["Gift", "Sofa", "Pan", "Kettle"]),
        ("available=false&ordering=created", ["Kettle", "Pot", "Pan", "Sofa", "Lamp", "Gift"]),
        ("category=kitchen&min_price=15&available=true", ["Kettle"]),
        ("category=kitchen&min_price=15&ordering=price", ["Kettle", "Pot"]),
        ("search=room&available=true", ["Sofa"]),
        ("search=p&category=kitchen&max_price=15", ["Pan"]),
        ("search=...&category=kitchen", []),
    ],
)
@pytest.mark.usefixtures("goods")
def test_the_list_is_narrowed_by_category_price_and_what_is_left(
    admin: Person, query: str, expected: list[str]
) -> None:
    assert names(query) == expected
    paged: list[str] = []
    url: str | None = f"/products/?{query}&page_size=1"
    while url:
        page = admin.call("GET", url)
        paged += [one["name"] for one in page.json]
        url = page.link("next")
    assert paged == expected


@pytest.mark.usefixtures("goods")
def test_a_list_has_a_count_where_that_is_known() -> None:
    counts = {
        query: call("GET", f"/products/?page_size=1&{query}").headers.get("X-Total-Count")
        for query in (
            "category=KITCHEN",
            "category=none",
            "search=p&max_price=15",
            "max_price=15",
            "available=true",
            "",
        )
    }

    assert counts == {
        "category=KITCHEN": "3",
        "category=none": "0",
        "search=p&max_price=15": None,
        "max_price=15": None,
        "available=true": None,
        "": "6",
    }


def test_the_categories_are_listed_with_what_is_for_sale(admin: Person, goods: dict[str, int]) -> None:
    def listed() -> list[tuple[str, int]]:
        answer = call("GET", "/products/categories/")
        assert (answer.status, "public" in answer.headers["Cache-Control"]) == (200, True)
        return [(one["name"], one["products"]) for one in answer.json]

    assert listed() == [("KITCHEN", 3), ("Living Room", 2)]
    admin.call("PATCH", f"/products/{goods['Pan']}/", {"category": "Kitchen"})
    assert listed() == [("Kitchen", 3), ("Living Room", 2)]
    for name in ("Sofa", "Lamp"):
        admin.call("DELETE", f"/products/{goods[name]}/")
    admin.call("PATCH", f"/products/{goods['Pot']}/", {"category": "Garden"})
    assert listed() == [("Garden", 1), ("Kitchen", 2)]
    assert names("category=living%20room") == []
    admin.call("POST", f"/products/{goods['Sofa']}/restore/")
    assert listed() == [("Garden", 1), ("Kitchen", 2), ("Living Room", 1)]
    assert call("GET", "/products/categories/?page_size=2").links["next"]


def test_what_admins_did_says_which_category_and_sku(admin: Person, clock: Clock) -> None:
    product = add(admin, "Kettle", category="Kitchen", sku="KT-1")
    clock.move(seconds=1)
    admin.call("PATCH", f"/products/{product}/", {"category": None})

    changed, added = (one["details"] for one in admin.call("GET", "/accounts/actions/?page_size=2").json)

    assert added == {"name": "Kettle", "price": "10.00", "category": "Kitchen", "sku": "KT-1"}
    assert changed == {"category": "None"}
