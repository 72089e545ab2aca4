"""Pictures of products: uploaded by admins, read by everybody, kept by browsers."""

import json
from base64 import b64decode, b64encode

import pytest

from shop.bootstrap import Shop
from tests.api.conftest import Person
from tests.support.pictures import KeptPictures, jpeg, png, webp
from tests.support.rest import Answer, call


def put(admin: Person, product: int, data: bytes) -> Answer:
    return admin.call("PUT", f"/products/{product}/picture/", {"picture": b64encode(data).decode()})


def kept(shop: Shop) -> dict[str, bytes]:
    store = shop.make_pictures("")
    assert isinstance(store, KeptPictures)
    return store.kept


def path_of(address: str) -> str:
    base, _, path = address.partition("/dev")
    assert base == "https://api.example.com"
    return path


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(png(2000, 3), "image/png"), (jpeg(3, 2000), "image/jpeg"), (webp(300, 200), "image/webp")],
)
def test_a_picture_is_shown_at_an_address_that_may_be_kept(
    admin: Person, product: int, data: bytes, media_type: str
) -> None:
    uploaded = put(admin, product, data)
    assert uploaded.status == 200, uploaded.text
    address = call("GET", f"/products/{product}/").json["picture"]
    assert address == uploaded.json["picture"] == call("GET", "/products/").json[0]["picture"]

    answer = call("GET", path_of(address))

    assert (answer.status, b64decode(answer.text)) == (200, data)
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_another_picture_has_another_address_and_the_old_one_goes(admin: Person, product: int, shop: Shop) -> None:
    first = put(admin, product, png(1, 1)).json["picture"]
    assert put(admin, product, png(1, 1)).json["picture"] == first
    second = put(admin, product, png(1, 2)).json["picture"]

    assert first != second
    assert (call("GET", path_of(first)).status, call("GET", path_of(second)).status) == (404, 200)
    assert list(kept(shop).values()) == [png(1, 2)]
    assert admin.call("DELETE", f"/products/{product}/picture/").status == 204
    assert admin.call("DELETE", f"/products/{product}/picture/").status == 204
    assert call("GET", f"/products/{product}/").json["picture"] is None
    assert kept(shop) == {}


def test_the_same_picture_of_two_products_is_kept_for_each(admin: Person, product: int) -> None:
    other = admin.call("POST", "/products/", {"name": "Pot", "price": 1}).json["id"]
    first, second = (put(admin, one, png(1, 1)).json["picture"] for one in (product, other))
    admin.call("DELETE", f"/products/{product}/picture/")

    assert (call("GET", path_of(first)).status, call("GET", path_of(second)).status) == (404, 200)


def test_the_picture_of_an_archived_product_stays(admin: Person, product: int) -> None:
    address = put(admin, product, png(1, 1)).json["picture"]
    admin.call("DELETE", f"/products/{product}/")

    assert call("GET", path_of(address)).status == 200
    assert admin.call("GET", "/products/archived/").json[0]["picture"] == address
    assert put(admin, product, png(1, 2)).status == 404


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_picture"),
        (b"GIF89a" + b"\x01\x00" * 50, "not_a_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        (png(1, 1)[:20], "not_a_picture"),
        (png(2001, 1), "picture_too_large"),
        (jpeg(1, 2001), "picture_too_large"),
        (png(1, 1) + b"\0" * 1024 * 1024, "picture_too_large"),
        (b"\0" * (1024 * 1024 + 1), "picture_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[:8]!r} of {len(value)}",
)
def test_what_is_no_picture_or_too_large_is_refused(
    admin: Person, product: int, shop: Shop, data: bytes, code: str
) -> None:
    answer = put(admin, product, data)

    assert (answer.status, answer.json["code"], answer.json["errors"][0]["field"]) == (400, code, "picture")
    assert kept(shop) == {}


@pytest.mark.parametrize("picture", [7, None, [], "A", "\ud800", "ü"])
def test_what_is_no_base64_is_refused(admin: Person, product: int, picture: object) -> None:
    answer = admin.call("PUT", f"/products/{product}/picture/", raw=json.dumps({"picture": picture}))

    assert (answer.status, answer.json["errors"][0]["field"]) in {(400, "picture"), (400, "body")}


def test_a_picture_of_1_mb_is_taken(admin: Person, product: int) -> None:
    whole = png(1, 1)

    assert put(admin, product, whole + b"\0" * (1024 * 1024 - len(whole))).status == 200


def test_pictures_are_of_admins_alone(admin: Person, customer: Person, product: int) -> None:
    assert put(customer, product, png(1, 1)).status == 403
    assert call("DELETE", f"/products/{product}/picture/").status == 401
    assert put(admin, product + 1, png(1, 1)).status == 404


@pytest.mark.parametrize("name", ["x", "x.png", "0" * 32 + "-" + "0" * 26 + ".png", "..%2F..", "%00", "a" * 2000])
def test_a_picture_that_is_none_is_a_404(name: str) -> None:
    answer = call("GET", f"/products/pictures/{name}")

    assert (answer.status, answer.json["code"]) == (404, "not_found")


def test_a_store_that_does_not_answer_is_a_503(admin: Person, product: int, shop: Shop) -> None:
    address = put(admin, product, png(1, 1)).json["picture"]
    store = shop.make_pictures("")
    assert isinstance(store, KeptPictures)
    store.broken = True

    for answer in (put(admin, product, png(1, 2)), call("GET", path_of(address))):
        assert (answer.status, answer.json["code"]) == (503, "try_again")
    assert admin.call("DELETE", f"/products/{product}/picture/").status == 204
