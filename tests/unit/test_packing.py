"""The packed layer is complete and compiled, and the guard notices what gets worse."""

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

from botocore import xform_name
from botocore.session import Session

from bench.baseline import worsened

ROOT = Path(__file__).parents[2]


def pack() -> ModuleType:
    """The layer's packing program."""
    spec = importlib.util.spec_from_file_location("pack", ROOT / "layers" / "shared" / "pack.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
    services = pack().SERVICES
    operations = {
        service: {xform_name(name): name for name in Session().get_service_model(service).operation_names}
        for service in services
    }
    called: dict[str, set[str]] = {service: set() for service in services}
    for path in (ROOT / "layers" / "shared" / "shop").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value).endswith("client"):
                for service, names in operations.items():
                    called[service] |= {names[name] for name in [node.attr] if name in names}

    assert called == services
