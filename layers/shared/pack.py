"""Packs the layer for a quick start. The layer's Makefile runs it with the Python that the functions run on.

    python pack.py LAYER

LAYER is the folder with the libraries as they will be deployed. Decision 0011 says what each step saves.
"""

import gzip
import importlib.util
import json
import py_compile
import shutil
import sys
from collections.abc import Iterator
from importlib.util import cache_from_source, source_hash
from pathlib import Path
from typing import Any

SERVICES = {
    "dynamodb": {
        *("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "TransactWriteItems"),
        "UpdateItem",
    },
    "s3": {"DeleteObject", "GetObject", "PutObject"},
    "secretsmanager": {"DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"},
    "sesv2": {"SendEmail"},
    "sqs": {"SendMessageBatch"},
}
"""The operations that the shop calls, by service. Clients have no others."""
_ENDPOINTS = SERVICES.keys() | {"email"}  # the name of SES among the endpoints
_HEADER, _UNCHECKED_HASH = 16, (1).to_bytes(4, "little")


def trim(botocore: Path) -> None:
    """Keep the part of botocore's data that the shop's clients need, unpacked and without documentation."""
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
    """Compile every module so that Python does not compare dates: a zip changes them."""
    for path in folder.rglob("*.py"):
        py_compile.compile(str(path), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


def checked(folder: Path) -> list[str]:
    """The modules of a folder that are not compiled, or not from their source."""
    wrong = []
    for path in folder.rglob("*.py"):
        file = Path(cache_from_source(str(path)))
        header = file.read_bytes()[:_HEADER] if file.exists() else b""
        fresh = importlib.util.MAGIC_NUMBER + _UNCHECKED_HASH + source_hash(path.read_bytes())
        if header != fresh:
            wrong.append(f"{path.relative_to(folder)} is not compiled")
    return wrong


def _undocumented(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {
            name: _undocumented(inner)
            for name, inner in value.items()
            if not (name == "documentation" and isinstance(inner, str))
        }
    return [_undocumented(inner) for inner in value] if isinstance(value, list) else value


def _in_use(service: dict[str, Any], called: set[str]) -> dict[str, Any]:
    """The description of a service with some of its operations and the shapes that they use."""
    operations = {name: operation for name, operation in service["operations"].items() if name in called}
    pending, shapes = list(_shapes(operations)), {}
    while pending:
        name = pending.pop()
        if name not in shapes:
            shapes[name] = service["shapes"][name]
            pending += _shapes(shapes[name])
    # botocore reads the documentation of these, which S3 has
    parameters = {name: {**one, "documentation": ""} for name, one in service.get("clientContextParams", {}).items()}
    return {**service, "operations": operations, "shapes": shapes, "clientContextParams": parameters}


def _shapes(part: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """The names of the shapes in a part of a description."""
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
    layer = Path(sys.argv[1]).resolve()
    trim(layer / "botocore")
    compiled(layer)
    wrong = checked(layer)
    print(*wrong, sep="\n", end="")  # noqa: T201 - a tool that talks
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
