"""The cold start's shortcuts change how fast a function imports, and nothing else."""

import ast
import dataclasses
import importlib.util
import re
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from botocore import xform_name
from botocore.session import Session

from bench.baseline import worsened
from shop import aws
from shop.precompiled import Precompiled

ROOT = Path(__file__).parents[2]


def pack() -> ModuleType:
    """The layer's packing program."""
    spec = importlib.util.spec_from_file_location("pack", ROOT / "layers" / "shared" / "pack.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", sorted((ROOT / "functions").glob("*/app.py")), ids=lambda path: path.parent.name)
def test_every_function_begins_with_the_start_and_ends_it_with_its_handler(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    first = next(node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    assert isinstance(first, ast.ImportFrom)
    assert first.module == "shop.start"
    assert "ready" in ast.unparse(tree.body[-1])


def test_a_package_that_does_not_run_gives_what_it_would_give() -> None:
    program = """
import importlib, sys
import shop.start as start
kept = dict(start.FACADES)
asked = {
    (package, name): getattr(importlib.import_module(package), name)
    for package, names in kept.items() for name in names
}
assert all(type(importlib.import_module(package)) is start._Facade for package in kept)
for package in kept:
    whole = importlib.import_module(package)
    some = {
        "aws_lambda_powertools.event_handler": "AppSyncResolver",
        "aws_lambda_powertools.utilities.data_classes": "SQSEvent",
        "botocore.docs": "generate_docs",
        "botocore.docs.docstring": "LazyLoadedDocstring",
        "importlib.metadata": "entry_points",
        "jwt": "PyJWKClient",
        "ulid": "ULID",
    }[package]
    assert getattr(whole, some) is not None
    assert type(whole) is not start._Facade, f"{package} runs when it is asked for more"
for (package, name), found in asked.items():
    assert getattr(sys.modules[package], name) is found, name
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_what_is_precompiled_does_what_it_would_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    source = "def answer():\n return 42"
    known = Precompiled({source: compile(source, "<string>", "exec")}, {"int": compile("int", "<string>", "eval")})
    known.write(tmp_path / "file")
    read = Precompiled.read(tmp_path / "file")
    assert read is not None
    assert read.methods.keys() == {source}
    compiler: Any = re._compiler  # type: ignore[attr-defined]
    monkeypatch.setattr(dataclasses, "exec", exec, raising=False)
    monkeypatch.setattr(typing, "compile", compile, raising=False)
    monkeypatch.setattr(compiler, "compile", compiler.compile)
    read.use()

    @dataclasses.dataclass(frozen=True)
    class Unknown:
        name: "str"

    assert Unknown("a") == Unknown("a")
    assert typing.get_type_hints(Unknown) == {"name": str}
    assert re.compile("[a-c]+x", re.IGNORECASE).fullmatch("ABx")


def test_what_was_packed_for_other_expressions_is_not_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shop.precompiled._sre.MAGIC", 1)
    Precompiled().write(tmp_path / "file")
    monkeypatch.undo()
    assert Precompiled.read(tmp_path / "file") is None
    assert Precompiled.read(tmp_path / "nothing") is None


def test_packing_fails_for_a_module_that_is_not_compiled_or_not_of_its_source(tmp_path: Path) -> None:
    program = pack()
    for name in ("good", "missing", "stale"):
        (tmp_path / f"{name}.py").write_text("x = 1\n")
    program.compiled(tmp_path)
    assert program.checked(tmp_path) == []
    Path(importlib.util.cache_from_source(str(tmp_path / "missing.py"))).unlink()
    (tmp_path / "stale.py").write_text("x = 2\n")
    assert sorted(program.checked(tmp_path)) == ["missing.py is not compiled", "stale.py is not compiled"]


def test_the_guard_tells_what_got_worse() -> None:
    before = {"same": 10.0, "better": 10.0, "worse": 10.0, "gone": 1.0}
    now = {"same": 10.0, "better": 9.0, "worse": 11.0, "new": 1.0}
    assert worsened(before, now) == [
        "gone is not counted any more",
        "new is not in the baseline",
        "worse: 11 instead of 10",
    ]


def test_the_layer_describes_the_services_and_operations_that_the_shop_calls_and_no_others() -> None:
    operations = {
        service: {xform_name(name): name for name in Session().get_service_model(service).operation_names}
        for service in aws.SERVICES
    }
    called: dict[str, set[str]] = {service: set() for service in aws.SERVICES}
    for path in (ROOT / "layers" / "shared" / "shop").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("client"):
                for service, names in operations.items():
                    called[service] |= {names[name] for name in [node.attr] if name in names}

    assert called == pack().SERVICES
