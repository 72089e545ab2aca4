"""A provider's answers as tests want them, in place of HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from shop.payments import calls


@dataclass(frozen=True)
class Request:
    """A request that an adapter sent, with the fields of its query or form."""

    method: str
    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, str]


@dataclass
class Answers:
    """Answers requests in order: each with a status and a body, or with an error."""

    waiting: list[tuple[int, Any] | Exception]
    requests: list[Request] = field(default_factory=list)

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> calls.Answer:
        address = urlsplit(url)
        fields = dict(parse_qsl(body.decode() if body else address.query, keep_blank_values=True))
        self.requests.append(Request(method, address.path, headers, fields))
        answer = self.waiting.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return calls.Answer(*answer)


def answers(*waiting: dict[str, Any] | tuple[int, Any] | Exception) -> Answers:
    """Answers, of status 200 where none is given."""
    return Answers([(200, one) if isinstance(one, dict) else one for one in waiting])
