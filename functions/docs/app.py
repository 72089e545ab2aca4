"""The description of the API: `/openapi.json`, and a page to read and try it, `/docs/`."""

from shop.runtime.startup import started

from pathlib import Path

from aws_lambda_powertools.event_handler.api_gateway import Response

from shop import problems
from shop.bootstrap import Shop
from shop.http.app import Api
from shop.runtime.metrics import metrics

api = Api(Shop.from_environment())

_HERE = Path(__file__).parent
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_PAGE = {file.name: file for file in (_HERE / "page").iterdir()}

# Swagger UI sets styles on elements and inlines its icons. Scripts and calls are allowed from this origin only.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@api.get("/openapi.json", include_in_schema=False)
def read_document() -> Response[str]:
    """Return the OpenAPI document."""
    return _file(_HERE / "openapi.json", "application/vnd.oai.openapi+json;version=3.1")


@api.get("/docs", include_in_schema=False)
def read_page() -> Response[str]:
    """Return the page; its files are below the trailing slash."""
    if not api.current_event.path.endswith("/"):
        return Response(308, "text/plain", "", {"Location": "docs/"})
    return read_file("index.html")


@api.get("/docs/<name>", include_in_schema=False)
def read_file(name: str) -> Response[str]:
    """Return a file of the page."""
    if name not in _PAGE:
        raise problems.ADDRESS_NOT_FOUND.error()
    return _file(_PAGE[name], _KINDS[_PAGE[name].suffix])


def _file(path: Path, kind: str) -> Response[str]:
    headers: dict[str, str | list[str]] = {
        "Cache-Control": "public, max-age=300",
        "Content-Security-Policy": _POLICY,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(200, kind, path.read_text(encoding="utf-8"), headers)


handler = started(metrics.log_metrics(api.handle))
