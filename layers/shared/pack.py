"""Packs the layer for a quick start; run by the layer's Makefile with the Python that the functions will run on.

    python pack.py LAYER IMPORTABLE

LAYER is the folder with the libraries as they will be deployed, IMPORTABLE one with the same that this machine can
import: the same folder, unless the functions run on another architecture. Decision 0011 has what each step saves.
"""

import _sre  # type: ignore[import-not-found]
import dataclasses
import gzip
import importlib
import json
import os
import pkgutil
import py_compile
import re
import shutil
import sys
import typing
from collections.abc import Iterator
from importlib.util import cache_from_source, source_hash
from pathlib import Path
from types import CodeType, SimpleNamespace
from typing import Any

SERVICES = {
    "dynamodb": {
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "TransactWriteItems"),
        "UpdateItem",
    },
    "secretsmanager": {"DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"},
    "sesv2": {"SendEmail"},
    "sqs": {"SendMessageBatch"},
}
"""The operations that the shop calls, by service: clients are made of no others."""
_ENDPOINTS = SERVICES.keys() | {"email"}  # what SES is called among the endpoints
_HEADER, _UNCHECKED_HASH = 16, (1).to_bytes(4, "little")


def trim(botocore: Path) -> None:
    """Leave of botocore's data what the shop's clients need, unpacked and without its documentation."""
    data = botocore / "data"
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    for path in data.rglob("*.json.gz"):
        if path.name.startswith(("examples", "paginators", "waiters")):
            path.unlink()
            continue
        described = _undocumented(json.loads(gzip.decompress(path.read_bytes())))
        if path.name == "service-2.json.gz":
            described = _in_use(described, SERVICES[path.relative_to(data).parts[0]])
        _write(path.with_suffix(""), described)
        path.unlink()
    endpoints = json.loads((data / "endpoints.json").read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {name: value for name, value in partition["services"].items() if name in _ENDPOINTS}
    _write(data / "endpoints.json", endpoints)


def compiled(folder: Path) -> None:
    """Compile every module for a file system where files are as old as zip makes them: dates are not looked at."""
    for path in folder.rglob("*.py"):
        py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def checked(folder: Path) -> list[str]:
    """What is wrong with the compiled modules of a folder: one that is missing, or not of its source."""
    wrong = []
    for path in folder.rglob("*.py"):
        file = Path(cache_from_source(str(path)))
        header = file.read_bytes()[:_HEADER] if file.exists() else b""
        fresh = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(path.read_bytes())
        if header != fresh:
            wrong.append(f"{path.relative_to(folder)} is not compiled")
    return wrong


def precompiled(importable: Path) -> Any:  # noqa: ANN401 - a class of the shop that is packed
    """All that Python compiles while it imports the shop."""
    sys.path.insert(0, str(importable))
    known = importlib.import_module("shop.precompiled").Precompiled()

    def execute(source: str, *scopes: Any) -> None:  # noqa: ANN401 - as exec takes them
        known.methods[source] = compile(source, "<string>", "exec")
        exec(known.methods[source], *scopes)  # noqa: S102 - what dataclasses would

    def compiled(source: str, *rest: Any) -> CodeType:  # noqa: ANN401 - as compile takes them
        code: CodeType = compile(source, *rest)
        known.annotations[source] = code
        return code

    def pattern(text: str | bytes, flags: int, code: list[int], groups: int, names: Any, indices: Any) -> Any:  # noqa: ANN401
        asked[-1] = (int(flags), [int(word) for word in code], groups, dict(names), tuple(indices))
        return _sre.compile(text, flags, code, groups, names, indices)

    def compile_pattern(text: str | bytes, flags: int = 0) -> Any:  # noqa: ANN401 - a pattern
        found = compile_anew(text, flags)
        known.expressions[text, int(flags)] = asked[-1]
        return found

    asked: list[tuple[Any, ...]] = [()]
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    compile_anew, compiler.compile = compiler.compile, compile_pattern
    compiler._sre = SimpleNamespace(**{**vars(_sre), "compile": pattern})
    dataclasses.exec = execute  # type: ignore[attr-defined]
    typing.compile = compiled  # type: ignore[attr-defined]
    importlib.import_module("shop.start")
    for module in pkgutil.walk_packages([str(importable / "shop")], "shop."):
        importlib.import_module(module.name)
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"  # a client needs some; it makes no call
    for service in SERVICES:
        importlib.import_module("shop.aws").client(service)
    return known


def _undocumented(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {
            name: _undocumented(inner)
            for name, inner in value.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [_undocumented(inner) for inner in value] if isinstance(value, list) else value


def _in_use(service: dict[str, Any], called: set[str]) -> dict[str, Any]:
    """A service's description with some of its operations, and the shapes that these are made of."""
    operations = {name: operation for name, operation in service["operations"].items() if name in called}
    pending, shapes = list(_shapes(operations)), {}
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = service["shapes"][name]
            pending += _shapes(shapes[name])
    return {**service, "operations": operations, "shapes": shapes}


def _shapes(part: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """The names of the shapes that a part of a description speaks of."""
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from _shapes(inner)


def _write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")


def main() -> int:
    """Pack a layer."""
    layer, importable = (Path(argument).resolve() for argument in sys.argv[1:])
    trim(layer / "botocore")
    precompiled(importable).write(layer / "shop" / f"precompiled.{sys.implementation.cache_tag}")
    compiled(layer)
    wrong = checked(layer)
    print(*wrong, sep="\n", end="")  # noqa: T201 - a tool that talks
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
