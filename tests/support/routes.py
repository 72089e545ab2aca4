"""The routes of all functions that make pages, read from the functions themselves, and addresses of each."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import Any, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from local.places import ROOT
from shop.http.dispatch import Endpoint, Parameter

Examples = Mapping[str, Sequence[str]]
"""What stands in the address for each parameter of paths."""


@dataclass(frozen=True)
class Route:
    """A page, or an act of a form."""

    endpoint: Endpoint

    def addresses(self, examples: Examples) -> list[str]:
        """Its addresses with every example; a parameter that is a choice has each of its values."""
        named = [one for one in self.endpoint.parameters if one.place == "path"]
        filled = product(*(choices(one.type) or self._examples(one, examples) for one in named))
        return [self.with_values(dict(zip([one.name for one in named], values, strict=True))) for values in filled]

    def with_values(self, values: Mapping[str, str]) -> str:
        """Its address with values in the places of its parameters."""
        path = self.endpoint.path
        for name, value in values.items():
            path = path.replace(f"<{name}>", value)
        return path

    @property
    def path_parameters(self) -> list[str]:
        """The names of the parameters in its path."""
        return [one.name for one in self.endpoint.parameters if one.place == "path"]

    @property
    def queries(self) -> dict[str, list[str]]:
        """The values of its query parameters that are choices, and none for others, by their names."""
        return {one.alias: choices(one.type) for one in self.endpoint.parameters if one.place == "query"}

    @property
    def fields(self) -> list[str]:
        """The fields of its form, as the form names them."""
        hints = get_type_hints(self.endpoint.function).values()
        return [name for hint in hints if _is_model(hint) for name in _fields(hint)]

    def _examples(self, parameter: Parameter, examples: Examples) -> Sequence[str]:
        assert parameter.name in examples, f"say what <{parameter.name}> of {self.endpoint.path} may be"
        return examples[parameter.name]


def routes(method: str) -> list[Route]:
    """Every page (GET), or every act (POST)."""
    groups = sorted(folder.parent.name for folder in (ROOT / "functions").glob("*/templates"))
    found = [one for group in groups for one in importlib.import_module(f"functions.{group}.app").api.endpoints]
    return [Route(one) for one in found if one.method == method]


def choices(hint: Any) -> list[str]:
    """The values of a type that is a choice."""
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return [one.value for one in hint]
    if get_origin(hint) is Literal:
        return [str(one) for one in get_args(hint)]
    return [value for inner in get_args(hint) for value in choices(inner)]


def _fields(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = next((one for one in (field.annotation, *get_args(field.annotation)) if _is_model(one)), None)
        if inner is None:
            yield name
        else:
            yield from (f"{name}.{one}" for one in _fields(inner))


def _is_model(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)
