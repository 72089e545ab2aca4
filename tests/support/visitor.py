"""A visitor of the pages: a browser without scripts that keeps cookies, follows redirects and sends forms."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

from tests.support.rest import Context, event, group_of

BASE = "/dev"
_UPLOAD = "multipart/form-data; boundary=xYzZY"


@dataclass
class Form:
    """A form of a page: its method and address, and what its fields contain."""

    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def filled(self, values: Mapping[str, str]) -> list[tuple[str, str]]:
        """Its fields, with other values in some of them."""
        kept = [(name, text) for name, text in self.fields if name not in values]
        return [*kept, *values.items()]


class _Reader(HTMLParser):
    """Reads the text and the forms of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._form: Form | None = None
        self._select = self._textarea = self._link = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(of.get("method", "get").upper(), of.get("action", ""))
            self.forms.append(self._form)
        elif tag == "a":
            self._link = of.get("href", "")
            self.links.append((self._link, ""))
        elif tag == "select":
            self._select = of.get("name", "")
        elif tag == "textarea":
            self._textarea = of.get("name", "")
            if self._form:
                self._form.fields.append((self._textarea, ""))
        elif self._form is not None:
            self._field(tag, of)

    def _field(self, tag: str, of: Mapping[str, str]) -> None:
        assert self._form is not None
        if tag == "input" and of.get("name"):
            if of.get("type") in {"checkbox", "radio"} and "checked" not in of:
                return
            self._form.fields.append((of["name"], of.get("value", "")))
        elif tag == "option" and self._select:
            chosen = [name for name, _ in self._form.fields]
            if self._select not in chosen:
                self._form.fields.append((self._select, of.get("value", "")))
            elif "selected" in of:
                self._form.fields = [one for one in self._form.fields if one[0] != self._select]
                self._form.fields.append((self._select, of.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""
        elif tag == "a":
            self._link = ""

    def handle_data(self, data: str) -> None:
        if self._textarea and self._form:
            name, text = self._form.fields[-1]
            self._form.fields[-1] = (name, text + data)
        elif data.strip():
            self.texts.append(" ".join(data.split()))
            if self._link:
                self.links[-1] = (self._link, f"{self.links[-1][1]} {data.strip()}".strip())


@dataclass(frozen=True)
class Page:
    """A page that was opened."""

    status: int
    path: str
    headers: Mapping[str, list[str]]
    html: str

    @property
    def text(self) -> str:
        """What it says."""
        return " ".join(_Reader(self.html).texts)

    @property
    def forms(self) -> list[Form]:
        """Its forms."""
        return _Reader(self.html).forms

    def form(self, action: str) -> Form:
        """The form that leads to an address, or to one below it."""
        found = [form for form in self.forms if form.action.removeprefix(BASE).split("?")[0] == action]
        assert found, f"no form to {action} among {[form.action for form in self.forms]}"
        return found[0]

    def link(self, text: str) -> str:
        """The address that a link with a text leads to."""
        return next(href for href, shown in _Reader(self.html).links if text in shown).removeprefix(BASE)


@dataclass
class Visitor:
    """A browser without scripts."""

    cookies: dict[str, str] = field(default_factory=dict)
    address: str = "192.0.2.1"

    def open(self, path: str) -> Page:
        """Open a page, following redirects."""
        return self._ask("GET", path, None)

    def send(self, page: Page, action: str, **values: str) -> Page:
        """Fill a form of a page and send it. A double underscore in a name stands for a full stop."""
        form = page.form(action)
        names = {name.rstrip("[]!"): name for name, _ in form.fields}
        given = {names.get(name, name): text for name, text in _spelled(values)}
        fields = urlencode(form.filled(given))
        if form.method == "GET":
            return self._ask("GET", f"{form.action.removeprefix(BASE)}?{fields}", None)
        return self._ask("POST", form.action.removeprefix(BASE), fields)

    def post(self, path: str, **values: str) -> Page:
        """Send fields to an address, as a form there would."""
        return self._ask("POST", path, urlencode(dict(_spelled(values))))

    def upload(self, page: Page, action: str, name: str, data: bytes) -> Page:
        """Choose a file in a form of a page and send it."""
        fields = [(field, text.encode(), "") for field, text in page.form(action).fields if field != name]
        return self._ask("POST", action, _multipart([*fields, (name, data, '; filename="picture"')]))

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in."""
        return self.send(self.open("/shop/account/sign-in"), "/shop/account/sign-in", email=email, password=password)

    def _ask(self, method: str, url: str, body: str | bytes | None) -> Page:
        for _ in range(5):
            page = self._answered(method, url, body)
            if "Location" not in page.headers:
                return page
            method, body = "GET", None
            url = urljoin(f"{BASE}{url}", page.headers["Location"][0]).removeprefix(BASE)
        raise AssertionError(f"too many redirects to {url}")

    def _answered(self, method: str, url: str, body: str | bytes | None) -> Page:
        headers = {"Accept": "text/html,*/*;q=0.8"}
        if method == "POST":
            headers["Sec-Fetch-Site"] = "same-origin"
        if body is not None:
            headers["Content-Type"] = _UPLOAD if isinstance(body, bytes) else "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        raw = b64encode(body).decode() if isinstance(body, bytes) else body
        request = event(method, url, raw=raw, headers=headers, address=self.address)
        request["isBase64Encoded"] = isinstance(body, bytes)
        answer = group_of(url.split("?")[0]).handler(request, Context())
        assert answer["statusCode"] < 500 or answer["statusCode"] == 503, answer["body"]
        for line in answer["multiValueHeaders"].get("Set-Cookie", ()):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return Page(answer["statusCode"], url, answer["multiValueHeaders"], answer["body"])


def _multipart(parts: Iterable[tuple[str, bytes, str]]) -> bytes:
    """The body of a form with a file: names, contents, and what else the header of each part says."""
    lines = [
        f'--xYzZY\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n"
        for name, data, more in parts
    ]
    return b"".join([*lines, b"--xYzZY--\r\n"])


def _spelled(values: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((name.replace("__", "."), text) for name, text in values.items())
