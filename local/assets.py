"""The files of pages that come from npm: copied from the locked packages, and icons collected into one file.

`python -m local assets` writes them, and with `--check` only says which are out of date.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from local import node
from local.places import ROOT

STATIC = ROOT / "layers" / "shared" / "shop" / "web" / "static"
_COPIES = {
    "pico.min.css": "@picocss/pico/css/pico.indigo.min.css",
    "pico.LICENSE.txt": "@picocss/pico/LICENSE.md",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "icons.LICENSE.txt": "@tabler/icons/LICENSE",
}
_TEMPLATES = (ROOT / "layers" / "shared" / "shop" / "web", ROOT / "functions")
_USED = re.compile(r"""\bicon\(["']([a-z0-9-]+)["']\)""")
_DRAWN = re.compile(r"<(?:path|circle|rect|line)\b[^>]*/>")


def write() -> None:
    """Write the files."""
    for path, text in _files().items():
        path.write_text(text, encoding="utf-8")


def faults() -> list[str]:
    """Return what is wrong with the files."""
    return [
        f"{path.name} is out of date: .venv/bin/python -m local assets"
        for path, text in _files().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _files() -> dict[Path, str]:
    node.tools()
    modules = ROOT / "node_modules"
    copies = {STATIC / name: (modules / source).read_text(encoding="utf-8") for name, source in _COPIES.items()}
    return copies | {STATIC / "icons.svg": _icons(modules / "@tabler" / "icons" / "icons" / "outline")}


def _icons(folder: Path) -> str:
    symbols = (_symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in sorted(set(_used())))
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{"".join(symbols)}</svg>\n'


def _symbol(name: str, drawing: str) -> str:
    shapes = (shape for shape in _DRAWN.findall(drawing) if 'stroke="none"' not in shape)
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>\n'


def _used() -> Iterator[str]:
    for folder in _TEMPLATES:
        for path in folder.rglob("*.html"):
            yield from _USED.findall(path.read_text(encoding="utf-8"))
