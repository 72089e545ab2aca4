"""The cookies of pages. Scripts cannot read them, other sites cannot send them along with a form, other hosts cannot
set them (RFC 6265bis: `HttpOnly`, `SameSite`, the prefix `__Host-`).
"""

from collections.abc import Mapping
from urllib.parse import quote, unquote

ACCESS, REFRESH = "__Host-access", "__Host-refresh"
"""The two tokens of a session."""
TOAST = "__Host-toast"
"""A sentence that the next page shows, once."""
LANGUAGE = "__Host-language"
"""The language that the visitor chose."""
_LONGEST_TOAST = 1000


def sent(header: str) -> dict[str, str]:
    """Return the cookies in a request's header by name.

    They end at semicolons alone, as for browsers (RFC 6265, 5.4). Python's own parser ends them at blanks too, so that
    another host's cookie with the value `x __Host-access=…` would give a session; so would one whose name begins with
    a blank of Unicode, if that were stripped.
    """
    pairs = (part.strip(" \t").partition("=") for part in header.split(";"))
    return {name: unquote(value) for name, _, value in pairs if name}


def cookie(name: str, value: str, seconds: int) -> str:
    """Make a cookie for a `Set-Cookie` header. It is kept for some seconds; none removes it."""
    text = quote(value[:_LONGEST_TOAST] if name == TOAST else value, safe="")
    return f"{name}={text}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def is_from_own_page(headers: Mapping[str, str], own_hosts: set[str]) -> bool:
    """Return whether a form was sent from a page of this site, as the browser itself says (OWASP, Fetch Metadata).

    Browsers without `Sec-Fetch-Site` send `Origin` with every form.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    _, _, host = headers.get("origin", "").partition("://")
    return bool(host) and host in own_hosts
