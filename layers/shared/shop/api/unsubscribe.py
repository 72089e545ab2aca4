"""The pages behind the link in a reminder: a mail program posts to it (RFC 8058), a person presses the button."""

from aws_lambda_powertools.event_handler.api_gateway import Response

_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Installment Shop</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
    '</head><body style="font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em"><h1>Reminders</h1>{}'
    "</body></html>"
)
# Following a link changes nothing: programs that check links follow it as well.
_ASK = (
    '<p>Shall we stop reminding you of installments?</p><form method="post"><button>No more reminders</button></form>'
)
_DONE = "<p>You get no more reminders. In your profile you can switch them on again.</p>"


def asking() -> Response[str]:
    """The page with the button."""
    return _page(_ASK)


def done() -> Response[str]:
    """The page after it was pressed."""
    return _page(_DONE)


def _page(content: str) -> Response[str]:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(200, "text/html; charset=utf-8", _PAGE.format(content), headers)
