"""The documents as a site, for `make site`: its pages and its navigation, checked.

Pages lie in the site as in the repository, so their links lead to the same files in both. Other files that they link
to, such as the template, are copied. The navigation is the list in docs/index.md.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.places import ROOT

SOURCE = ROOT / ".local" / "site-source"
CONFIGURATION = ROOT / ".local" / "site.toml"

_FRONT, _INDEX, _DECISIONS = "README.md", "docs/index.md", "docs/decisions/README.md"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_HEADING_OR_ITEM = re.compile(r"(?m)^## (.+)$|^- \[(.+?)\]\((.+?)\)")
_SETTINGS = """\
[project]
site_name = "Installment Shop"
docs_dir = "site-source"
site_dir = "site"
use_directory_urls = false
nav = %s
[project.theme]
font = false
"""

Navigation = list[Mapping[str, "str | Navigation"]]


def pages(root: Path) -> list[str]:
    """Return the documents of a repository."""
    found = [*root.glob("*.md"), *(root / "docs").rglob("*.md")]
    return sorted(path.relative_to(root).as_posix() for path in found)


def links(root: Path, page: str) -> Iterator[str]:
    """Yield the files that a document links to, whether or not they are there."""
    for target in _LINK.findall(_CODE.sub("", (root / page).read_text(encoding="utf-8"))):
        path = target.partition("#")[0]
        if path and ":" not in path:
            yield ((root / page).parent / path).resolve().relative_to(root.resolve()).as_posix()


def navigation(root: Path) -> Navigation:
    """Return the pages by the groups of the index, then the decisions."""
    made: Navigation = [{"Installment Shop": _FRONT}, {"All documents": _INDEX}]
    return [*made, *_groups(root, _INDEX), *_groups(root, _DECISIONS)]


def _groups(root: Path, page: str) -> Navigation:
    """Return what a page lists below its headings of the second level."""
    groups: dict[str, Navigation] = {}
    heading = ""
    for named, title, target in _HEADING_OR_ITEM.findall((root / page).read_text(encoding="utf-8")):
        heading = named or heading
        if target.endswith(".md"):
            path = ((root / page).parent / target).resolve().relative_to(root.resolve()).as_posix()
            groups.setdefault(heading, []).append({title: path})
    return [{heading: group} for heading, group in groups.items()]


def _listed(group: "str | Navigation") -> Iterator[str]:
    if isinstance(group, str):
        yield group
    else:
        for entry in group:
            for inner in entry.values():
                yield from _listed(inner)


def faults(root: Path) -> list[str]:
    """Return which pages the index does not list, and which links lead to no file."""
    known = pages(root)
    listed = set(_listed(navigation(root)))
    return [
        *(f"{page} is not in {_INDEX}" for page in known if page not in listed),
        *(
            f"{page} links to {path}, which is no file"
            for page in known
            for path in links(root, page)
            if not (root / path).is_file()
        ),
    ]


def write() -> None:
    """Write the pages of the site and the builder's configuration."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    for page in pages(ROOT):
        for path in {page, *links(ROOT, page)}:
            (SOURCE / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, SOURCE / path)
        # A site draws Mermaid with a script from elsewhere; GitHub draws it itself.
        text = (ROOT / page).read_text(encoding="utf-8").replace("```mermaid", "```text")
        (SOURCE / page).write_text(text, encoding="utf-8")
    CONFIGURATION.write_text(_SETTINGS % _toml(navigation(ROOT)), encoding="utf-8")


def _toml(value: "str | Navigation") -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"[{', '.join(f'{{{_toml(title)} = {_toml(inner)}}}' for entry in value for title, inner in entry.items())}]"


def main() -> int:
    """Write the site's source, or say what is wrong."""
    found = faults(ROOT)
    if not found:
        write()
    for fault in found:
        print(fault, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
