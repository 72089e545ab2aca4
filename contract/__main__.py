"""`python -m contract`: write the documents that are made from the code; --check only lists outdated ones."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from contract import architecture, erd, postman
from contract.document import ROOT, document

ARCHITECTURE = ROOT / "docs" / "architecture.svg"
DATA_MODEL = ROOT / "docs" / "data-model.md"
OPENAPI = ROOT / "docs" / "openapi.json"  # for readers of the repository
SERVED = ROOT / "functions" / "docs" / "openapi.json"  # the same, in the package of the function that serves it
COLLECTION = ROOT / "docs" / "postman" / "installment-shop.postman_collection.json"
ENVIRONMENT = ROOT / "docs" / "postman" / "local.postman_environment.json"


def made() -> Mapping[Path, str]:
    """Return every file that is made from the code, with its text."""
    contract = document()
    return {
        OPENAPI: _json(contract),
        SERVED: _json(contract),
        COLLECTION: _json(postman.collection(contract)),
        ENVIRONMENT: _json(postman.environment()),
        DATA_MODEL: erd.page(),
        ARCHITECTURE: architecture.picture(),
    }


def _json(made: Mapping[str, object]) -> str:
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write the files, or check them."""
    parser = argparse.ArgumentParser(prog="python -m contract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    check = parser.parse_args().check
    stale = {
        path: text for path, text in made().items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        if check:
            print(f"{path.relative_to(ROOT)} is out of date: make docs", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
