"""The docs function: the document and the page that shows it, from this origin alone."""

import json
import re
from pathlib import Path

import pytest

from tests.support.rest import call

PAGE = Path(__file__).parents[2] / "functions" / "docs" / "page"


def test_the_document_is_served() -> None:
    answer = call("GET", "/openapi.json")

    assert answer.status == 200
    assert json.loads(answer.text)["servers"][0]["url"] == "."


def test_the_page_lies_below_a_slash() -> None:
    assert call("GET", "/docs").headers["Location"] == "docs/"
    assert "swagger-ui" in call("GET", "/docs/").text


@pytest.mark.parametrize("name", [file.name for file in PAGE.iterdir()])
def test_a_file_of_the_page_may_load_scripts_of_its_origin_alone(name: str) -> None:
    answer = call("GET", f"/docs/{name}")

    assert answer.status == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_names_no_other_host_and_no_script_of_its_own() -> None:
    html = (PAGE / "index.html").read_text(encoding="utf-8")

    assert "//" not in html
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|javascript:", html)


@pytest.mark.parametrize("name", ["nothing", "..%2Fapp.py", "app.py", "openapi.json"])
def test_no_other_file_is_served(name: str) -> None:
    assert call("GET", f"/docs/{name}").status == 404
