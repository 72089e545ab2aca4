"""Reports as files for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import TypeVar

from pydantic import BaseModel

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

T = TypeVar("T", bound=BaseModel)


def csv_text(model: type[T], rows: Iterable[T], *, header: bool = True) -> str:
    """Format rows as CSV, with a header unless they continue another file.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    if header:
        writer.writerow(model.model_fields)
    for row in rows:
        writer.writerow(_harmless(value) for value in row.model_dump(mode="json").values())
    return text.getvalue()


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
