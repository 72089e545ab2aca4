"""The template's parameters that `make up PARAMETERS="Currency=USD …"` gives."""

import shlex
import textwrap

from local import template
from local.processes import LocalCloudError

_ITS_OWN = ("Stage", "PublicUrl")
"""What the local cloud must set itself: they are in the API's URL."""


def parse(text: str) -> dict[str, str]:
    """Parse `Name=value Name=value`. Raises LocalCloudError, naming what cannot be taken."""
    known = [name for name in template.parameters() if name not in _ITS_OWN]
    try:
        parts = shlex.split(text)
    except ValueError as error:
        raise LocalCloudError(f"PARAMETERS cannot be read: {error}.") from None
    found = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if name in _ITS_OWN:
            raise LocalCloudError(f"{name} is a parameter that the local cloud sets itself.")
        if name not in known:
            names = textwrap.fill(", ".join(known), 100, initial_indent="  ", subsequent_indent="  ")
            raise LocalCloudError(f"There is no parameter {name}. There are:\n{names}")
        if not equals or not value:
            raise LocalCloudError(f"{name} has no value: write {name}=value.")
        found[name] = value
    return found
