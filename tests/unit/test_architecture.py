"""Dependencies point one way: functions → api → services → store and domain; the domain knows nothing of the rest."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "layers" / "shared" / "shop"
MAY_IMPORT = {
    "domain": {"domain", "errors"},
    "store": {"aws", "domain", "errors", "store"},
    "security": {"aws", "domain", "errors", "logs", "metrics", "security"},
    "mail": {"aws", "domain", "errors", "mail"},
    "services": {"domain", "errors", "store", "security", "mail", "config", "logs", "metrics", "services"},
    "api": {"domain", "errors", "store", "security", "services", "config", "assembly", "logs", "metrics", "api"},
}


def imported(path: Path) -> set[str]:
    """The parts of the shop that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_each_part_imports_only_what_it_may(part: str) -> None:
    modules = list((SHOP / part).rglob("*.py"))
    assert modules
    for module in modules:
        parts = {name.split(".")[1] for name in imported(module) if name.startswith("shop.")}
        assert parts <= MAY_IMPORT[part], module


def test_the_layer_never_imports_functions_and_the_domain_no_library_of_aws() -> None:
    for module in SHOP.rglob("*.py"):
        names = {name.split(".")[0] for name in imported(module)}
        assert "functions" not in names, module
        if "domain" in module.parts:
            assert not names & {"boto3", "botocore", "aws_lambda_powertools", "pydantic", "jwt", "bcrypt"}, module


def test_every_module_of_a_function_is_its_app() -> None:
    assert {path.name for path in (ROOT / "functions").rglob("*.py")} == {"app.py"}
