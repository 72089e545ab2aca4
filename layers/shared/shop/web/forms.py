"""The bodies of forms, in the shape of the API's JSON bodies, so that the same models check both."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

from aws_lambda_powertools.utilities.data_classes.common import BaseProxyEvent

from shop import problems
from shop.http.body import LARGEST

_MOST_FIELDS = 200


def fields(event: BaseProxyEvent, largest: int = LARGEST) -> list[tuple[str, str]]:
    """Read the fields of a form; a file is its bytes as base64.

    Raises InvalidInput when it has too many fields or more than `largest` bytes.
    """
    if len(event.get("body") or "") > largest * 4 // 3 + 4:
        raise problems.BODY_TOO_LARGE.error(kib=largest // 1024)
    kind = event.headers.get("content-type", "")
    try:
        body = event.get("body") or ""
        data = b64decode(body) if event.get("isBase64Encoded") else body.encode()
        if kind.startswith("multipart/form-data"):
            return list(_parts(kind, data))
        return parse_qsl(data.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError as error:
        raise problems.INVALID_FORM.error() from error


def nested(fields: Iterable[tuple[str, str]]) -> dict[str, object]:
    """Return the object that the fields of a form describe, in the form of the API's bodies.

    A field that is left blank counts as not sent. `a.b` is the field `b` of an object `a`, `a[]` an entry of a list,
    `a!` is true or false.
    """
    found: dict[str, object] = {}
    for name, text in fields:
        if not text.strip():
            continue
        *outer, last = plain(name).split(".")
        inner = found
        for part in outer:
            child = inner.setdefault(part, {})
            if not isinstance(child, dict):
                raise problems.FIELD_REPEATED.error()
            inner = child
        if name.endswith("[]"):
            entries = inner.setdefault(last, [])
            if not isinstance(entries, list):
                raise problems.FIELD_REPEATED.error()
            entries.append(text)
        elif last in inner:
            raise problems.FIELD_REPEATED.error()
        else:
            inner[last] = text == "true" if name.endswith("!") else text
    return found


def plain(name: str) -> str:
    """Return the name of a field as errors have it."""
    return name.removesuffix("[]").removesuffix("!")


def _parts(kind: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Return the fields of a form with a file (RFC 7578), which is a MIME message without its first header."""
    message = BytesParser(EmailMessage, policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + data)
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            yield name, b64encode(content).decode() if part.get_filename() is not None else content.decode()
