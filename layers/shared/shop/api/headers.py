"""What every answer tells browsers and caches."""

from collections.abc import Mapping

Headers = dict[str, str | list[str]]
"""Of an answer; a list is a header in several lines."""

_OF_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}


def completed(headers: Mapping[str, str | list[str]]) -> dict[str, list[str]]:
    """The headers of an answer with those of every answer, except where its route has set its own."""
    found = {**_OF_EVERY_ANSWER, **headers}
    return {name: [value] if isinstance(value, str) else value for name, value in found.items()}
