"""The site of the documents: every page is in its navigation, every link leads to a file."""

from pathlib import Path

import pytest

from local import site


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository whose site is in order."""
    texts = {
        "README.md": "[All](docs/index.md) `[code](is/no/link.md)`\n",
        "template.yaml": "Resources: {}\n",
        "docs/index.md": "# All\n\n## Guides\n\n- [A guide](guide.md): how\n- [Decisions](decisions/README.md)\n",
        "docs/guide.md": "[Template](../template.yaml) [elsewhere](https://example.com/a.md) [here](#below)\n",
        "docs/decisions/README.md": "## Decisions\n\n- [First](0001-first.md)\n",
        "docs/decisions/0001-first.md": "# First\n",
    }
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_navigation_is_the_index_then_the_decisions(root: Path) -> None:
    assert site.faults(root) == []
    assert site.navigation(root) == [
        {"Installment Shop": "README.md"},
        {"All documents": "docs/index.md"},
        {"Guides": [{"A guide": "docs/guide.md"}, {"Decisions": "docs/decisions/README.md"}]},
        {"Decisions": [{"First": "docs/decisions/0001-first.md"}]},
    ]


def test_a_page_that_the_index_lacks_and_a_link_to_nothing_are_named(root: Path) -> None:
    (root / "docs" / "new.md").write_text("![picture](pages/none.png) [folder](decisions)\n", encoding="utf-8")

    assert site.faults(root) == [
        "docs/new.md is not in docs/index.md",
        "docs/new.md links to docs/pages/none.png, which is no file",
        "docs/new.md links to docs/decisions, which is no file",
    ]
