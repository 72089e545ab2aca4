"""The pages in a real browser: at two widths, light and dark, in two languages, by keyboard, without scripts."""

import gzip
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from babel.messages.pofile import read_po

from local.translations import PAGES
from shop.ids import numbered
from shop.money import Language
from tests.e2e.conftest import Browser, Cloud
from tests.support.bought import PASSWORD, Bought, trade
from tests.support.chromium import driven, needs_chromium
from tests.support.routes import routes

HERE = Path(__file__).parent
STAFF = {"email": "admin@example.com", "password": "admin-password"}
PLAN = "quantity=1&installment_count=3&first_installment_amount=300&interval=weekly"
FILES = {"/static/<name>", "/shop/account/data"}
"""What browsers do not show as a page."""


@dataclass(frozen=True)
class Look:
    """How somebody looks at pages."""

    width: int
    color_scheme: str
    language: Language
    scripts: bool = True

    def __str__(self) -> str:
        return f"{self.width}-{self.color_scheme}-{self.language}{'' if self.scripts else '-without-scripts'}"

    @property
    def options(self) -> dict[str, Any]:
        """It as scripts read it."""
        return {
            "width": self.width,
            "colorScheme": self.color_scheme,
            "language": self.language,
            "scripts": self.scripts,
        }


LOOKS = [
    Look(360, "light", Language.BENGALI),
    Look(1440, "dark", Language.ENGLISH),
]
"""They differ in all that a look has."""
WHO = ("customers", "staff")
"""The scripts with the jobs of people."""
JOB_LOOKS = [
    Look(360, "light", Language.BENGALI),
    Look(1440, "dark", Language.ENGLISH),
    Look(360, "dark", Language.ENGLISH, scripts=False),
]
"""Each job is done at both widths, in both colour schemes and languages, and once without scripts."""


@pytest.fixture
def bought(cloud: Cloud, admin: Browser) -> Bought:
    return trade(cloud, admin)


@needs_chromium
def test_main_pages_fit_the_other_look_and_everybody(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    here = f"/shop/products/{bought.number}"
    account = "/shop/account"
    visits: list[dict[str, Any]] = [
        {"paths": ["/", here, f"{here}/checkout?{PLAN}", f"{account}/sign-in", f"{account}/sign-up"]},
        {
            **bought.login,
            "paths": [
                *("/shop/purchases", f"/shop/purchases/{bought.purchases[0].id}", "/shop/installments"),
                *(f"{account}/profile", f"{account}/delete"),
            ],
        },
        {
            **STAFF,
            "paths": [
                *("/admin/", "/admin/counter", f"/admin/customers/{bought.customer}", "/admin/waiting"),
                *("/admin/purchases", f"/admin/purchases/{bought.purchases[0].id}", "/admin/overdue", "/admin/reports"),
                *("/admin/reports/sales", "/admin/reports/aging", "/admin/reports/summary"),
                *("/admin/products", "/admin/products/archived", "/admin/products/new"),
                *(f"/admin/products/{bought.number}", "/admin/users", f"/admin/users/{bought.customer}"),
                *("/admin/audit", "/admin/settings"),
            ],
        },
    ]

    assert wrong_with(cloud, visits, LOOKS[1:], tmp_path) == []


@needs_chromium
def test_every_page_fits_the_first_look_and_nothing_complains(cloud: Cloud, bought: Bought, tmp_path: Path) -> None:
    visits: list[dict[str, Any]] = [{"paths": []}, {**bought.login, "paths": []}, {**STAFF, "paths": []}]
    for route in routes("GET"):
        if route.endpoint.path in FILES:
            continue
        of_waiting = {"purchase_id": [bought.waiting[0].purchase_id]} if "attempt_id" in route.path_parameters else {}
        addresses = route.addresses({**bought.examples, **of_waiting})
        who = 2 if route.endpoint.path.startswith("/admin") else 1 if route.endpoint.check else 0
        visits[who]["paths"] += [f"{one}?{PLAN}" if one.endswith("/checkout") else one for one in addresses]

    assert wrong_with(cloud, visits, LOOKS[:1], tmp_path) == []


def wrong_with(
    cloud: Cloud, visits: list[dict[str, Any]], looks: Sequence[Look], folder: Path, pictures: str | None = None
) -> list[str]:
    """What a browser finds wrong with pages. It keeps pictures of them in a folder, if one is given."""
    plan_file = folder / "plan.json"
    options = [look.options for look in looks]
    plan = {"base": cloud.places.api_url, "looks": options, "visits": visits, "folder": pictures}
    plan_file.write_text(json.dumps(plan))
    seen = driven(HERE / "pages.mjs", plan_file)
    assert seen["opened"] == len(looks) * sum(len(visit["paths"]) for visit in visits)
    return list(seen["wrong"])


@needs_chromium
@pytest.mark.parametrize("look", JOB_LOOKS, ids=str)
def test_people_do_their_jobs(cloud: Cloud, admin: Browser, look: Look, tmp_path: Path) -> None:
    plans = {who: job_plan(cloud, trade(cloud, admin, look.language), look, tmp_path / who) for who in WHO}

    with ThreadPoolExecutor() as together:  # a browser mostly waits for the cloud, and the cloud for a browser
        seen = dict(zip(plans, together.map(lambda who: driven(HERE / f"{who}.mjs", plans[who]), plans), strict=True))

    assert [wrong for who in WHO for wrong in seen[who]["wrong"]] == []
    assert all(seen[who]["done"] for who in WHO)


def job_plan(cloud: Cloud, bought: Bought, look: Look, folder: Path) -> Path:
    """A file that says how jobs are done, and what they are about."""
    newcomer = f"new{uuid4().hex[:8]}"
    plan = {
        "base": cloud.places.api_url,
        "mailbox": cloud.places.mailbox_url,
        "folder": str(folder),
        "look": look.options,
        "texts": texts(look.language),
        "staff": STAFF,
        "customer": {"id": bought.customer, "username": bought.username, **bought.login},
        "newcomer": {"username": newcomer, "email": f"{newcomer}@example.com", "password": PASSWORD},
        "product": bought.product,
        "names": product_names(cloud),
        "purchases": [
            {"id": one.id, "installments": [numbered(one.id, part.number) for part in one.installments]}
            for one in sorted(bought.purchases, key=lambda one: one.id)  # as the counter has them
        ],
        "waiting": [f"/admin/waiting/{one.purchase_id}/{one.id}" for one in bought.waiting],
        "link": f"/pay/{bought.link}",
        "reason": {Language.ENGLISH: "As agreed", Language.BENGALI: "কথামতো"}[look.language],
        "soon": f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}",
    }
    folder.mkdir()
    file = folder / "plan.json"
    file.write_text(json.dumps(plan))
    return file


def product_names(cloud: Cloud) -> list[str]:
    """What the products of all tests are called."""
    answer = httpx.get(f"{cloud.places.api_url}/products/", params={"page_size": 100}, timeout=60)
    return [product["name"] for product in answer.raise_for_status().json()]


def texts(language: Language) -> dict[str, str]:
    """The texts of pages in a language, by the English ones."""
    with PAGES.text_file(Language.BENGALI).open("rb") as file:
        translated = {str(text.id): str(text.string) for text in read_po(file) if text.id}
    return {text: text for text in translated} if language is Language.ENGLISH else translated


def test_a_first_view_is_at_most_150_kilobytes(cloud: Cloud, bought: Bought) -> None:
    base = cloud.places.api_url
    page = httpx.get(f"{base}/", timeout=60)
    files = set(re.findall(r'(?:href|src)="([^"#]*/static/[^"#]*)', page.text))
    texts = [
        page.content,
        *(httpx.get(f"{base}/static/{file.rpartition('/')[2]}", timeout=60).content for file in files),
    ]

    assert len(files) == 6, bought.product
    assert sum(len(gzip.compress(text)) for text in texts) <= 150 * 1024


def test_an_old_frontends_link_leads_to_the_desk(cloud: Cloud) -> None:
    for slashes in ("/", "//"):
        answer = httpx.get(f"{cloud.places.api_url}{slashes}admin", timeout=60, follow_redirects=True)
        assert (answer.status_code, "Sign in" in answer.text) == (200, True)
