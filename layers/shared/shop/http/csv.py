"""Lists as files for spreadsheets.

The columns follow from the model of the rows. A nested model has a column for each field, as `customer_email`; a map of
amounts one for each of its possible keys, as `cash`. Other maps are JSON in one cell, lists of texts one cell. Lists of
models are left out: they are rows of lists of their own.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NULL = type(None)

T = TypeVar("T", bound=BaseModel)


class Column(NamedTuple):
    """A column: its name, and how to get its cell from the JSON of a row."""

    name: str
    cell: Callable[[Mapping[str, Any]], object]


def csv_text(model: type[T], rows: Iterable[T], *, header: bool = True) -> str:
    """Format rows as CSV, with a header unless they continue another file.

    A text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    text, columns = io.StringIO(), columns_of(model)
    writer = csv.writer(text)
    if header:
        writer.writerow(column.name for column in columns)
    for row in rows:
        values = row.model_dump(mode="json")
        writer.writerow(_written(column.cell(values)) for column in columns)
    return text.getvalue()


@cache
def columns_of(model: type[BaseModel]) -> tuple[Column, ...]:
    """Return the columns of the rows of a model."""
    return tuple(
        column
        for name, field in model.model_fields.items()
        for column in _columns(name, _without_null(field.annotation))
    )


def _columns(name: str, kind: Any) -> Iterator[Column]:  # noqa: ANN401 - any annotation
    origin, of = get_origin(kind), get_args(kind)
    if _is_a(kind, BaseModel):
        for inner in columns_of(kind):
            yield Column(f"{name}_{inner.name}", _inside(name, inner))
    elif origin is dict and _is_a(of[0], StrEnum):
        for key in of[0]:
            yield Column(key.value, _amount(name, key.value))
    elif origin is dict:
        yield Column(name, lambda row: json.dumps(row[name], ensure_ascii=False))
    elif origin is not list:
        yield Column(name, lambda row: row[name])
    elif not _is_a(of[0], BaseModel):
        yield Column(name, lambda row: " ".join(row[name] or ()))


def _inside(name: str, inner: Column) -> Callable[[Mapping[str, Any]], object]:
    return lambda row: None if row[name] is None else inner.cell(row[name])


def _amount(name: str, key: str) -> Callable[[Mapping[str, Any]], object]:
    return lambda row: (row[name] or {}).get(key, 0)


def _without_null(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Return the type of a value that may also be None."""
    if get_origin(kind) not in (Union, UnionType):
        return kind
    return next(one for one in get_args(kind) if one is not _NULL)


def _is_a(kind: object, base: type) -> bool:
    return isinstance(kind, type) and issubclass(kind, base)


def _written(value: object) -> object:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
