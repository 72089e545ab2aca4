"""The tour of the front page, pasted into bash."""

import json
import re
import shlex
import subprocess
import sys
from uuid import uuid4

from local.places import ROOT
from tests.e2e.conftest import Browser, Cloud

PYTHON = ".venv/bin/python"


def test_the_tour_registers_buys_and_pays(cloud: Cloud, admin: Browser) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"## A tour\n.*?```sh\n(.*?)```", readme, re.DOTALL)
    assert found
    brand = f"Brand{uuid4().hex[:6]}"  # other tests sell rice cookers, too
    made = admin.post("/products/", json={"name": f"{brand} Rice Cooker", "price": "3450.00"})
    assert made.status_code == 201, made.text
    places = shlex.join(map(str, cloud.places.arguments()))
    tour = re.sub(rf"({PYTHON} -m local \w+)", rf"\1 {places}", found[1])
    tour = tour.replace("search=rice", f"search={brand}").replace(PYTHON, shlex.quote(sys.executable))

    pasted = ["bash", "-euo", "pipefail", "-c", tour]
    done = subprocess.run(pasted, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line]
    bought, paid, summary = answers[-3:]
    assert [one["due_amount"] for one in bought["installments"]] == [0, 2200, 2200]
    assert paid["payment"]["amount"] == 2200
    assert (summary["total_paid"], summary["total_due"], summary["installment_left"]) == (4700, 2200, 1)
