"""Parsing the template's parameters in `make up PARAMETERS="Currency=USD …"`."""

import shlex
import textwrap

from local import template
from local.processes import LocalCloudError

_RESERVED = ("Stage", "PublicUrl")
"""Parameters that the local cloud must set itself, since they are part of the API's URL."""


def parse(text: str) -> dict[str, str]:
    """Parse `Name=value Name=value`. Raises LocalCloudError, which names the wrong part."""
    known = [name for name in template.parameters() if name not in _RESERVED]
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise LocalCloudError(f"PARAMETERS cannot be read: {error}.") from None
    found = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if name in _RESERVED:
            raise LocalCloudError(f"The local cloud sets the parameter {name} itself.")
        if name not in known:
            names = textwrap.fill(", ".join(known), 100, initial_indent="  ", subsequent_indent="  ")
            raise LocalCloudError(f"There is no parameter {name}. There are:\n{names}")
        if not equals or not value:
            raise LocalCloudError(f"{name} has no value: write {name}=value.")
        found[name] = value
    return found
