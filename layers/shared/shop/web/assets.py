"""The files that pages load: their names change with their contents, so that browsers keep them for a year."""

import hashlib
from functools import cache
from pathlib import Path

from shop import problems

_FOLDER = Path(__file__).parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@cache
def hashed_name(file: str) -> str:
    """Return the name by which pages load a file."""
    return f"{hashlib.sha256((_FOLDER / file).read_bytes()).hexdigest()[:16]}-{file}"


def read(name: str) -> tuple[str, str]:
    """Return the text and the media type of a file by the name in pages. Raises NotFound for other names."""
    _, _, file = name.partition("-")
    path = _FOLDER / file
    if path.parent != _FOLDER or not path.is_file() or name != hashed_name(file):
        raise problems.ADDRESS_NOT_FOUND.error()
    return path.read_text(encoding="utf-8"), _KINDS[path.suffix]
