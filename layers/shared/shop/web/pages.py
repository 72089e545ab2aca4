"""The pages of one area. They run on the API's machinery: its routes, its checks of callers and bodies, its services.

    @pages.page("/shop/purchases/<purchase_id>")
    def show_purchase(caller: CurrentCustomer, purchase_id: str) -> Html: ...

    @pages.act("/shop/purchases/<purchase_id>/payoff", back="/shop/purchases/<purchase_id>")
    def pay_off(caller: CurrentCustomer, purchase_id: str, form: PayoffBody) -> Html: ...

A page answers GET. An act answers the POST of a form: it leads to a page when it succeeds. When it fails, the page
`back`, where the form is, is shown again, with what was typed and with the errors beside their fields. So is a page
whose own query is wrong, as if nothing had been asked; its template leaves out what it would have found.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode, urlsplit

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel

from shop import problems
from shop.bootstrap import Shop
from shop.errors import Forbidden, InvalidInput, ShopError, Unauthenticated
from shop.http.app import Api
from shop.http.auth import TOKEN_READER
from shop.http.dispatch import Endpoint, Event
from shop.http.pagination import base_of
from shop.money import Formats, Language
from shop.security.tokens import Caller, TokenPair
from shop.web import cookies, forms
from shop.web.languages import texts_in
from shop.web.rendering import formats_of, templates
from shop.web.wording import field_texts, problem_text

Html = Response[str]
Route = TypeVar("Route", bound=Callable[..., Any])

HTML = "text/html; charset=utf-8"
_MARK = "\N{BYTE ORDER MARK}"
"""What spreadsheets need at the beginning of a file to know that it is UTF-8."""
_OWN_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")
_TOAST_SECONDS, _LANGUAGE_SECONDS = 60, 365 * 24 * 3600


class Pages(Api):
    """The pages of one function. A function serves one request at a time: its fields are about the current one."""

    caller: Caller | None = None
    """Whoever is signed in."""
    problem: ShopError | None = None
    """Why the form that is shown again was refused."""

    def __init__(self, shop: Shop, folder: Path, area: Literal["shop", "desk"]) -> None:
        super().__init__(shop)
        self._area = area
        self.language = shop.settings.language
        self._folder = folder
        self._is_for_programs = False
        self._backs: dict[Endpoint, str] = {}
        self._landings: set[Endpoint] = set()
        self._base = ""
        self._cookies: dict[str, str] = {}
        self._new_cookies: dict[str, str] = {}
        self._submitted: dict[str, list[str]] = {}

    def page(self, path: str) -> Callable[[Route], Route]:
        """Declare a page."""
        return self._route("GET", path.rstrip("/"), include_in_schema=False)

    def landing(self, path: str) -> Callable[[Route], Route]:
        """Declare a page to which other sites lead back, also with a form. What the form says is not read."""

        def declare(function: Route) -> Route:
            endpoint = Endpoint("GET", path, function, is_page=True)
            self.endpoints.add(endpoint)
            self._landings.add(endpoint)
            return function

        return declare

    def act(self, path: str, back: str) -> Callable[[Route], Route]:
        """Declare what a form does. `back` is the page with the form; its path parameters are those of `path`."""

        def declare(function: Route) -> Route:
            endpoint = Endpoint("POST", path, function, is_page=True, read_body=self._read_form)
            self.endpoints.add(endpoint)
            self._backs[endpoint] = back
            return function

        return declare

    # What routes use

    def html(self, template: str, **values: object) -> Html:
        """Return a page."""
        return Response(HTTPStatus.OK, HTML, self._rendered(template, values), {**self._headers})

    def file(self, name: str, row: type[BaseModel], rows: Iterable[BaseModel]) -> Html:
        """Return rows as a file for a spreadsheet. It has a header unless it continues another one."""
        from shop.http.csv import csv_text  # few requests ask for a file

        begins = "cursor" not in self.current_event.query
        text = _MARK * begins + csv_text(row, rows, header=begins)
        named: dict[str, str | list[str]] = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return Response(HTTPStatus.OK, "text/csv; charset=utf-8", text, named)

    def to(self, path: str, toast: str = "") -> Html:
        """Lead to another page of the site, which shows a sentence once."""
        if toast:
            self._set_cookie(cookies.TOAST, toast, _TOAST_SECONDS)
        return Response(HTTPStatus.SEE_OTHER, HTML, "", {"Location": self.url(path)})

    def say(self, text: str, **values: object) -> str:
        """Return a sentence in the visitor's language, with values in its placeholders like `%(name)s`."""
        return texts_in(self.language).gettext(text) % values

    def url(self, path: str) -> str:
        """Return the address of a page of this site; the first page's for any other address."""
        return self._base + (path if _OWN_PATH.fullmatch(path) else "/")

    def begin_session(self, pair: TokenPair) -> None:
        """Sign the visitor in."""
        self._set_cookie(cookies.ACCESS, pair.access, pair.expires_in)
        self._set_cookie(cookies.REFRESH, pair.refresh, self.shop.settings.refresh_token_days * 24 * 3600)

    def end_session(self) -> None:
        """Sign the visitor out."""
        for name in (cookies.ACCESS, cookies.REFRESH):
            self._set_cookie(name, "", 0)

    def choose_language(self, language: Language) -> None:
        """Show the next pages in a language."""
        self._set_cookie(cookies.LANGUAGE, language, _LANGUAGE_SECONDS)

    @property
    def formats(self) -> Formats:
        """Return how amounts and days are written for the visitor."""
        return self.shop.settings.formats_in(self.language)

    @property
    def has_chosen_language(self) -> bool:
        """Return whether the visitor has chosen a language."""
        return cookies.LANGUAGE in self._cookies

    def adopt_language(self, language: Language | None) -> None:
        """Show this page and the next ones in a person's language, unless the visitor has chosen one."""
        if language is not None and not self.has_chosen_language:
            self.language = language
            self.choose_language(language)

    @property
    def refresh_token(self) -> str:
        """Return the refresh token of the visitor's session; empty without one."""
        return self._cookies.get(cookies.REFRESH, "")

    # The machinery

    def resolve(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Return the proxy response to a proxy event."""
        self.caller, self.problem, self.language = None, None, self.shop.settings.language
        self._cookies, self._new_cookies, self._submitted = {}, {}, {}
        self._is_for_programs = False
        answer = super().resolve(event, context)
        answer["multiValueHeaders"]["Set-Cookie"] = list(self._new_cookies.values())
        return answer

    def _answer(self, event: Event) -> Response[str]:
        base = urlsplit(base_of(self))
        self._base = base.path
        repeated = _without_repeated(event)
        for name in [name for name, text in event.query.items() if not text.strip()]:
            del event.query[name]  # a field of a form that was left blank
        self._cookies = cookies.sent(event.headers.get("cookie", ""))
        with suppress(ValueError):
            self.language = Language(self._cookies.get(cookies.LANGUAGE, self.language))
        hosts = {base.netloc, event.headers.get("host", "")}
        if event["httpMethod"] == "POST" and not cookies.is_from_own_page(event.headers, hosts):
            landing = self.endpoints.find("GET", event["path"].rstrip("/"))
            if landing and landing[0] in self._landings:
                return self.to(event["path"])
            raise problems.FOREIGN_FORM.error()
        if event["path"].startswith("//"):  # as the links of an old frontend do
            return self.to("/" + event["path"].lstrip("/"))
        if not self.endpoints.find(event["httpMethod"], event["path"].rstrip("/")):
            # a client of the API that took a wrong address wants no page
            self._is_for_programs = "text/html" not in event.headers.get("accept", "")
        self._read_session(event)
        if repeated is not None:
            raise repeated
        return super()._answer(event)

    def _read_session(self, event: Event) -> None:
        """Find out who is signed in. The cookie stands in for the API's header, so the API's checks of callers hold."""
        token = self._cookies.get(cookies.ACCESS, "")
        if token:
            with suppress(Unauthenticated):
                self.caller = self._read_caller(token)
        if self.caller is None and self.refresh_token:
            try:
                pair = self.shop.sessions.refresh(self.refresh_token)
            except Unauthenticated:
                self.end_session()
            else:
                token, self.caller = pair.access, self._read_caller(pair.access)
                self.begin_session(pair)
        if self.caller is not None:
            event.headers["authorization"] = f"Bearer {token}"

    def _read_caller(self, token: str) -> Caller:
        """Return who a token says is signed in: it is checked once a request."""
        return self.caller or super()._read_caller(token)

    def _read_form(self, event: Event, largest: int) -> dict[str, object]:
        fields = forms.fields(event, largest)
        for name, text in fields:
            self._submitted.setdefault(forms.plain(name), []).append(text)
        return forms.nested(fields)

    def _cors_headers(self, origin: str | None) -> Mapping[str, str]:
        return super()._cors_headers(origin) if self._is_for_programs else {}  # pages are for this site alone

    @property
    def _headers(self) -> dict[str, str | list[str]]:
        pictures = f"'self' data: {self.shop.settings.logo_origin}".strip()
        return {
            "Content-Security-Policy": (
                f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {pictures}; connect-src 'self'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
            ),
            "Referrer-Policy": "same-origin",
        }

    def _set_cookie(self, name: str, value: str, seconds: int) -> None:
        self._new_cookies[name] = cookies.cookie(name, value, seconds)

    def _problem(self, error: ShopError) -> Response[str]:
        if self._is_for_programs:
            return super()._problem(error)
        self._log_refusal(error)
        try:
            return self._after(error)
        except ShopError as again:
            return self._error_page(again)

    def _after(self, error: ShopError) -> Response[str]:
        """Lead to the page to sign in, or show the page with the form again, or the page for errors."""
        event = self.current_event
        endpoint, values = self.endpoints.find(event["httpMethod"], event["path"].rstrip("/")) or (None, {})
        back = self._backs.get(endpoint) if endpoint else None
        page = re.sub(r"<(\w+)>", lambda found: values[found[1]], back) if back else event["path"]
        if endpoint and endpoint.check and self.caller is None and isinstance(error, Unauthenticated):
            if event["httpMethod"] == "GET" and event.query:
                page = f"{page}?{urlencode(event.query)}"
            return self.to(f"/shop/account/sign-in?{urlencode({'next': page})}")
        if back is None and event["httpMethod"] == "GET" and isinstance(error, InvalidInput) and event.query:
            with suppress(ShopError):  # the page has a form that asks for what was wrong
                return self._shown_again(page, error)
        if back is None or error.code in {Forbidden.code, ShopError.code}:
            return self._error_page(error)
        return self._shown_again(page, error)

    def _shown_again(self, page: str, error: ShopError) -> Response[str]:
        found = self.endpoints.find("GET", page.rstrip("/"))
        if found is None:
            raise error
        endpoint, values = found
        event = Event({**self.current_event.raw_event, "httpMethod": "GET", "multiValueQueryStringParameters": None})
        event.headers.update(self.current_event.headers)
        self.problem = error
        answer = endpoint.answer(event, values, {TOKEN_READER: self._read_caller})
        answer.status_code = error.status
        return answer

    def _error_page(self, error: ShopError) -> Response[str]:
        self.problem = None
        message = problem_text(error, self.formats)
        answer = self.html("error.html", message=message, request_id=self.request_id)
        answer.status_code = error.status
        return answer

    def _rendered(self, template: str, values: Mapping[str, object]) -> str:
        toast = self._cookies.get(cookies.TOAST, "")
        if toast and cookies.TOAST not in self._new_cookies:
            self._set_cookie(cookies.TOAST, "", 0)
        shared = {
            "area": f"{self._area}_area.html",
            "person": self.caller,
            "language": self.language,
            "languages": list(Language),
            "path": self.current_event["path"],
            "query": self.current_event.query,
            "toast": toast,
            "problem": problem_text(self.problem, self.formats) if self.problem else "",
            "errors": field_texts(self.problem, self.formats),
            "submitted": self._submitted,
            "settings": self.shop.settings,
            "today": self.shop.today,
            "url": self.url,
            "new_key": lambda: token_urlsafe(16),
        }
        page = templates(self._folder, self.language).get_template(template)
        return page.render({**formats_of(self.formats, self.shop.settings.zone), **shared, **values})


def _without_repeated(event: Event) -> InvalidInput | None:
    """Return the error of a parameter that is given twice; the page that says so has no parameters."""
    try:
        event.query  # noqa: B018 - reads the parameters
    except InvalidInput as error:
        event.raw_event["multiValueQueryStringParameters"] = None
        return error
    return None
