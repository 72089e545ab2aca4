"""What Python compiles anew with each import, compiled once, when the layer is packed (decision 0011).

A module comes compiled, but the methods of dataclasses, annotations in quotes and regular expressions are compiled as
the modules that have them are imported: a fifth of a cold start. Each is looked up here by the very text that it is
compiled of, so that nothing can be stale; what is not here is compiled as ever, as all is where nothing was packed.
"""

import _sre  # type: ignore[import-not-found]
import builtins
import dataclasses
import marshal
import re
import sys
import typing
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

FILE = Path(__file__).with_name(f"precompiled.{sys.implementation.cache_tag}")

_compiler: Any = re._compiler  # type: ignore[attr-defined]


@dataclass
class Precompiled:
    """Code and expressions, by what they are compiled of."""

    methods: dict[str, CodeType] = field(default_factory=dict)
    annotations: dict[str, CodeType] = field(default_factory=dict)
    expressions: dict[tuple[str | bytes, int], tuple[Any, ...]] = field(default_factory=dict)

    def write(self, file: Path) -> None:
        """Keep all in a file of this version of Python."""
        file.write_bytes(marshal.dumps((_sre.MAGIC, self.methods, self.annotations, self.expressions)))

    @classmethod
    def read(cls, file: Path) -> "Precompiled | None":
        """What a file has; None where there is none, or one of other regular expressions."""
        if not file.exists():
            return None
        magic, *tables = marshal.loads(file.read_bytes())  # noqa: S302 - part of the layer, as its modules are
        return cls(*tables) if magic == _sre.MAGIC else None

    def use(self) -> None:
        """Have it used from here on."""
        compile_pattern = _compiler.compile

        def execute(source: str, *scopes: Any) -> None:  # noqa: ANN401 - as exec takes them
            builtins.exec(self.methods.get(source, source), *scopes)  # noqa: S102 - what dataclasses would

        def compiled(source: str, *rest: Any) -> Any:  # noqa: ANN401 - as compile takes them
            return self.annotations.get(source) or builtins.compile(source, *rest)

        def pattern(text: Any, flags: int = 0) -> Any:  # noqa: ANN401 - a pattern, of any text
            known = self.expressions.get((text, int(flags)))
            return compile_pattern(text, flags) if known is None else _sre.compile(text, *known)

        dataclasses.exec = execute  # type: ignore[attr-defined]
        typing.compile = compiled  # type: ignore[attr-defined]
        _compiler.compile = pattern
