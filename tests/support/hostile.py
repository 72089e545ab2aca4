"""Texts that try to become a part of the page that shows them, and a reader that finds out whether they did."""

import csv
import io
import re
from html.parser import HTMLParser

MARK = "evil"
"""What every hostile text contains, and nothing else does."""
_URLS = {"href", "src", "action", "formaction", "hx-get", "hx-post", "data", "poster", "srcset", "ping"}
_EMPTY = {"meta", "link", "img", "input", "br", "hr", "use", "rect", "path", "circle", "col", "source", "wbr", "area"}
_OWN = r"/dev/(?!/)|\?|#main|tel:\+[0-9]+$"
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def hostile(field: str, start: str = "") -> str:
    """A text for a field, which its name can be told from. It has less than 255 characters."""
    return (
        f"{start}javascript:{MARK}('{MARK}-{field}')//\"'><{MARK} {MARK}=1 on{MARK}=1></title></textarea></script>"
        f"</style>--><script>{MARK}()</script><img src={MARK} onerror={MARK}()>{MARK}{{{{7*7}}}}{MARK} %({MARK})s "
        f"{{{MARK}}} \u200b"
    )


def short(field: str) -> str:
    """A hostile text of less than 60 characters."""
    return f"\"'><{MARK} {MARK}-{field}={MARK}{{{{7*7}}}}{MARK}>"


class Read(HTMLParser):
    """What a browser makes of a page: the texts it shows, and what is wrong with it.

    `injected` are elements, attributes and addresses that are not the page's own, which begin as `own` says; `inline`
    is what its policy would block: scripts, styles and handlers in the page itself.
    """

    def __init__(self, html: str, own: str = _OWN) -> None:
        super().__init__()
        self._own = re.compile(own)
        self.injected: list[str] = []
        self.inline: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        if self._open:
            self.injected.append(f"never closed: {self._open}")
        if f"{MARK}49{MARK}" in html:
            self.injected.append("a text was evaluated")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _EMPTY:
            self._open.append(tag)
        if MARK in tag:
            self.injected.append(f"element {tag}")
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.inline.append(f"element {tag}")
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        self.text += f" {value}"
        if MARK in name:
            self.injected.append(f"attribute {name} of {tag}")
        if name in _URLS and not self._own.match(value):
            self.injected.append(f"address {value} of {tag}")
        if name == "style" or name.startswith("on"):
            self.inline.append(f"attribute {name} of {tag}")

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        if not self._open or self._open.pop() != tag:
            self.injected.append(f"closed too early: {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def marks(self) -> set[str]:
        """The fields whose text it shows."""
        return set(re.findall(rf"{MARK}-(\w+)", self.text))


def formulas(text: str) -> list[str]:
    """The cells of a file that a spreadsheet would run."""
    cells = (cell for row in csv.reader(io.StringIO(text)) for cell in row)
    return [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(cell)]
