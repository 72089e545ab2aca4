"""The guide to a new endpoint, followed to the letter: its blocks, put where it says, make one that answers."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from contract import document, postman
from contract.flow import FLOW, Step
from contract.operations import OPERATIONS, OperationNotes
from functions.products import app as products

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "adding-an-endpoint.md").read_text(encoding="utf-8")
ROUTE, LINE, STEP = (
    re.sub(r"(?m)^ {4}", "", block).strip() for block in re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
)


@pytest.fixture
def extended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The products function with the guide's route, in place of the one there is."""
    path = tmp_path / "app.py"
    path.write_text(f"{Path(products.__file__).read_text(encoding='utf-8')}\n\n{ROUTE}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("functions.products.app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "functions.products.app", module)
    spec.loader.exec_module(module)
    return module


def test_a_route_without_its_line_is_named(extended: ModuleType) -> None:
    assert extended.api

    with pytest.raises(document.Undescribed, match="list_related_products"):
        document.document()


def test_the_guides_route_line_and_request_are_in_the_document_and_the_collection(
    extended: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = eval(f"{{{LINE}}}", {"OperationNotes": OperationNotes})  # noqa: S307 - the guide is ours
    monkeypatch.setattr(document, "OPERATIONS", {**OPERATIONS, **known})

    described = document.document()
    made = described["paths"]["/products/{product_id}/related/"]["get"]

    assert extended.api
    assert made["summary"] == "The newest products, to show beside one"
    assert {"200", "400", "404", "429"} <= set(made["responses"])

    with pytest.raises(postman.NotInFlow, match="list_related_products"):
        postman.collection(described)
    step = eval(STEP, {"Step": Step})  # noqa: S307 - the guide is ours
    monkeypatch.setattr(postman, "FLOW", {**FLOW, "Products": [*FLOW["Products"], step]})
    folders = {folder["name"]: folder["item"] for folder in postman.collection(described)["item"]}
    assert folders["Products"][-1]["request"]["url"]["raw"] == "{{base_url}}/products/:product_id/related/"
