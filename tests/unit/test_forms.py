"""Forms become bodies as the API takes them."""

from base64 import b64encode

import pytest

from shop.errors import InvalidInput
from shop.http.dispatch import Event
from shop.web import cookies, forms
from tests.support.rest import event

FORM = "application/x-www-form-urlencoded"


def posted(body: str, kind: str = FORM) -> Event:
    return Event(event("POST", "/shop", raw=body, headers={"Content-Type": kind}))


def test_fields_become_objects_lists_and_truths() -> None:
    fields = [("name", "Fan"), ("terms.least_first_share", "0.4"), ("terms.intervals[]", "weekly")]
    more = [("terms.intervals[]", "monthly"), ("reminders!", "true"), ("blank", " "), ("is_staff!", "false")]

    assert forms.nested([*fields, *more]) == {
        "name": "Fan",
        "terms": {"least_first_share": "0.4", "intervals": ["weekly", "monthly"]},
        "reminders": True,
        "is_staff": False,
    }


@pytest.mark.parametrize(
    "fields",
    [
        [("a", "1"), ("a", "2")],
        [("a", "1"), ("a.b", "2")],
        [("a.b", "1"), ("a", "2")],
        [("a", "1"), ("a[]", "2")],
        [("a[]", "1"), ("a.b", "2")],
    ],
)
def test_a_field_that_is_there_twice_is_refused(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidInput):
        forms.nested(fields)


def test_a_form_is_read_as_browsers_send_it() -> None:
    assert forms.fields(posted("name=%E0%A6%AB%E0%A7%8D%E0%A6%AF%E0%A6%BE%E0%A6%A8+1&note=a%26b&empty=")) == [
        ("name", "ফ্যান 1"),
        ("note", "a&b"),
        ("empty", ""),
    ]


def test_a_file_is_its_bytes_as_base64() -> None:
    body = (
        '--x\r\nContent-Disposition: form-data; name="picture"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        'PNG\r\n--x\r\nContent-Disposition: form-data; name="note"\r\n\r\nনীল\r\n--x--\r\n'
    )

    assert forms.fields(posted(body, "multipart/form-data; boundary=x")) == [
        ("picture", b64encode(b"PNG").decode()),
        ("note", "নীল"),
    ]


@pytest.mark.parametrize(
    "body",
    ["a=%FF", "&".join(f"a{number}=1" for number in range(201)), "a=" + "x" * 100_000],
    ids=["utf-8", "many", "long"],
)
def test_a_form_that_no_page_has_is_refused(body: str) -> None:
    with pytest.raises(InvalidInput):
        forms.fields(posted(body))


@pytest.mark.parametrize("body", ["no part", "", "--x--", "--x\r\n\r\nno name\r\n--x--"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/form-data"])
def test_a_body_without_parts_has_no_fields(body: str, kind: str) -> None:
    assert forms.fields(posted(body, kind)) == []


@pytest.mark.parametrize("header", ["", "a", "=", "a=b=c", '"', "__Host-access", "a=1; a=2", "é=ü", ";;;", "a=\\777"])
def test_no_header_of_cookies_is_a_crash(header: str) -> None:
    assert isinstance(cookies.sent(header), dict)
