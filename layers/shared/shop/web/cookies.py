"""The cookies of pages. Scripts cannot read them, other sites cannot send them along with a form, other hosts cannot
set them (RFC 6265bis: `HttpOnly`, `SameSite`, the prefix `__Host-`).
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote

ACCESS, REFRESH = "__Host-access", "__Host-refresh"
"""The two tokens of a session."""
TOAST = "__Host-toast"
"""A sentence that the next page shows, once."""
LANGUAGE = "__Host-language"
"""The language that the visitor chose."""
_LONGEST_TOAST = 1000


def sent(header: str) -> dict[str, str]:
    """Return the cookies in a request's header by name; none from a header that is malformed."""
    try:
        return {name: unquote(morsel.value) for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


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
