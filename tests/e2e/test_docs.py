"""The docs page in a real browser: log in there, try a call there."""

from pathlib import Path

from tests.e2e.conftest import Cloud
from tests.support.chromium import driven, needs_chromium


@needs_chromium
def test_one_logs_in_and_calls_on_the_docs_page(cloud: Cloud, tmp_path: Path) -> None:
    script = Path(__file__).with_name("docs_page.mjs")
    person = ["admin@example.com", "admin-password"]

    seen = driven(script, f"{cloud.places.api_url}/docs", *person, tmp_path / "page.png")

    assert (seen["status"], "admin@example.com" in seen["body"]) == ("200", True)
    assert seen["complaints"] == []
    assert seen["hosts"] == [f"127.0.0.1:{cloud.places.port}"]
