"""The cost of each endpoint in a small shop and in one a hundred times larger: docs/cost.csv.

Round trips are calls that began while no other was in progress.
"""

import csv
import importlib
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

os.environ.update(SHOP_TABLE_NAME="bench", SHOP_ALLOWED_ORIGINS="*", POWERTOOLS_LOG_LEVEL="CRITICAL")
os.environ.update(POWERTOOLS_METRICS_DISABLED="true")  # metric lines are not part of the table
os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local", AWS_DEFAULT_REGION="local")

from bench.meter import Cost, MeteredClient
from bench.shops import NOW, PASSWORD, ZONE, customer_of, load, product_of
from local import dynamodb
from shop.bootstrap import Shop
from shop.calendar import local_day
from shop.dynamodb.keys import SHARDS
from shop.dynamodb.table import Table
from shop.reports.aging import Aging
from shop.runtime.config import PaymentMode, Settings
from shop.security.keyring import Keyring
from tests.support.mailbox import Mailbox
from tests.support.ports import free_port
from tests.support.queues import Queues
from tests.support.rest import GROUPS, call

MINE, BOSS = customer_of(3), customer_of(0)
COLUMNS = (
    "endpoint",
    "calls",
    "round trips",
    "read units, {small} purchases",
    "read units, {large} purchases",
    "write units, {small} purchases",
    "write units, {large} purchases",
    "items read",
    "KB read",
    "KB answered",
    "growth",
)
"""The columns of docs/cost.csv. Figures without a size are for the larger shop."""


class _Secret:
    """The secret of the benchmark's shop."""

    def get(self) -> str:
        """Return its text."""
        return '{"key": "a secret of the benchmark"}'


@dataclass(frozen=True, slots=True)
class Row:
    """An endpoint's cost in a shop of one size."""

    name: str
    cost: Cost
    answered_bytes: int


def shop_on(client: MeteredClient, table_name: str, mailbox: Mailbox) -> Shop:
    """Return the shop of a table, whose clock stands still."""
    settings = Settings(
        table_name=table_name, allowed_origins="*", bcrypt_cost=4, mail_queue_url="mail", plan_queue_url="plan"
    )
    table = Table(table_name, client)  # type: ignore[arg-type]  # it has the methods that are used
    return Shop(settings, table, Keyring(_Secret()), lambda _: mailbox, Queues(), lambda: NOW)


def serve(shop: Shop) -> None:
    """Let the functions that answer requests serve a shop."""
    for group in set(GROUPS.values()):
        importlib.import_module(f"functions.{group}.app").api.shop = shop


def add_up(shop: Shop) -> None:
    """Do the nightly run, which is no request."""
    for shard in range(SHARDS):
        since, sums = "", Aging()
        while True:
            sums, since = shop.nightly.age(shard, shop.today, since, sums, 1000)
            if not since:
                break
    while (day := shop.nightly.first_open_day()) and day < shop.today:
        shop.nightly.close(day)


class Bench:
    """A loaded shop whose endpoints are called one after the other, one for each row."""

    def __init__(self, url: str, table_name: str) -> None:
        self._client = MeteredClient(dynamodb.client(url))
        self._mailbox = Mailbox()
        self._answer: Any = None
        self._shop = shop_on(self._client, table_name, self._mailbox)
        serve(self._shop)

    def rows(self) -> Iterator[Row]:
        """Measure the cost of each endpoint."""
        add_up(self._shop)
        yield from self._accounts()
        yield from self._catalogue()
        yield from self._ledger()
        yield from self._desk()
        yield from self._waiting()
        yield from self._lists()
        yield from self._figures()
        yield from self._nightly()
        yield from self._whole_lists()

    def seconds(self, method: str, path: str, body: object, by: Any, times: int) -> float:
        """Measure the seconds of a request, the median of several."""
        times_taken = []
        for _ in range(times):
            token = self._shop.issuer.issue(by, NOW).access
            began = perf_counter()
            answer = call(method, path, body, token=token)
            times_taken.append(perf_counter() - began)
            if answer.status >= 300:
                raise SystemExit(f"{path} answered {answer.status}: {answer.text}")
        return median(times_taken)

    def _row(self, endpoint: str, body: object = None, *, by: Any = None, note: str = "", **more: Any) -> Row:
        """Measure the cost of a request. `{id}` and `{attempt}` in the endpoint are in `more`."""
        method, path = endpoint.split(" ")
        token = self._shop.issuer.issue(by, NOW).access if by else None
        url = path.replace("{id}", str(more.pop("id", ""))).replace("{attempt}", str(more.pop("attempt", "")))
        with self._client.measured() as cost:
            answer = call(method, url, body, token=token, **more)
        if answer.status >= 300 or cost.scans:
            raise SystemExit(f"{endpoint} answered {answer.status} with {cost.scans} scans: {answer.text}")
        self._answer = answer.json if answer.text else None
        name = endpoint.replace("page_size=20", "").replace("?&", "?").partition("search=")[0]
        name = re.sub(r"[?&](category|customer|day|from|min_price)=.*", "", name).rstrip("?&")
        return Row(name + note, cost, len(answer.text.encode()))

    def _accounts(self) -> Iterator[Row]:
        new = {"username": "newcomer", "email": "newcomer@example.com", "password": PASSWORD}
        yield self._row("POST /accounts/register/", new)
        code = {"email": new["email"], "otp_code": self._mailbox.code(new["email"])}
        yield self._row("POST /accounts/verify-otp/", code)
        login = {"email": MINE.email, "password": PASSWORD}
        yield self._row("POST /accounts/login/", login, note=", a new source")
        yield self._row("POST /accounts/login/", login, note=", a known source")
        yield self._row("POST /accounts/token/refresh/", {"refresh": self._answer["refresh"]})
        yield self._row("GET /accounts/profile/", by=MINE)
        yield self._row("PATCH /accounts/profile/", {"first_name": "Salma"}, by=MINE)
        yield self._row("GET /accounts/users/?page_size=20", by=BOSS)
        yield self._row("GET /accounts/users/?page_size=20&search=customer00007", by=BOSS, note=", search, one found")
        yield self._row("GET /accounts/users/?page_size=20&search=customer", by=BOSS, note=", search, all found")
        yield self._row("GET /accounts/actions/?page_size=20", by=BOSS)
        yield self._row("GET /accounts/export/?page_size=20", by=MINE)

    def _catalogue(self) -> Iterator[Row]:
        yield self._row("GET /products/?page_size=20")
        yield self._row("GET /products/?page_size=20&ordering=price")
        yield self._row("GET /products/?page_size=20&search=rice+cooker+00017", note=", search, one found")
        yield self._row("GET /products/?page_size=20&search=rice", note=", search, all found")
        yield self._row("GET /products/?page_size=20&category=kitchen+1", note=", of a category")
        yield self._row(
            "GET /products/?page_size=20&min_price=1&max_price=2000&available=true", note=", by price, available"
        )
        yield self._row("GET /products/categories/")
        yield self._row("GET /products/{id}/", id=product_of(7).id)
        yield self._row("POST /products/", {"name": "Ceiling fan", "price": 100}, by=BOSS)
        made = self._answer["id"]
        yield self._row("PATCH /products/{id}/", {"price": 200}, by=BOSS, id=made)
        yield self._row("DELETE /products/{id}/", by=BOSS, id=made)

    def _ledger(self) -> Iterator[Row]:
        order = {"product": product_of(7).id, "first_installment_amount": 400, "installment_count": 3}
        yield self._row("POST /purchases/quote/", order)
        yield self._row("POST /purchases/create/", order, by=MINE)
        bought = self._answer
        key = {"Idempotency-Key": "key"}
        yield self._row("POST /purchases/create/", order, by=MINE, headers=key, note=", with a key")
        one, last = (part["id"] for part in bought["installments"][1:])
        yield self._row("POST /installments/pay/{id}/", {"amount": 300}, by=MINE, id=one)
        yield self._row("POST /installments/pay/{id}/", {"amount": 300}, by=MINE, id=last, note=", the last")
        yield self._row("GET /purchases/{id}/", by=MINE, id=bought["id"])
        yield self._row("GET /installments/{id}/", by=MINE, id=one)

    def _desk(self) -> Iterator[Row]:
        order = {"product": product_of(7).id, "first_installment_amount": 400, "installment_count": 3}
        cash = {"method": "cash"}
        yield self._row("POST /purchases/customers/{id}/purchases/", {**order, **cash}, by=BOSS, id=MINE.id)
        bought = self._answer["purchase"]["id"]
        yield self._row("POST /purchases/{id}/payments/", {**cash, "amount": 300}, by=BOSS, id=bought)
        yield self._row("GET /purchases/{id}/journal/", by=BOSS, id=bought)
        yield self._row("POST /purchases/{id}/cancel/", {"reason": "broken"}, by=BOSS, id=bought)
        yield self._row("GET /purchases/customers/{id}/", by=BOSS, id=MINE.id)
        yield self._row("GET /purchases/customers/{id}/credit/", by=BOSS, id=MINE.id)
        yield self._row("GET /purchases/customers/{id}/mails/?page_size=20", by=BOSS, id=MINE.id)
        yield self._row("POST /purchases/customers/{id}/reminders/", by=BOSS, id=MINE.id)
        yield self._row(f"GET /purchases/journal/?page_size=20&customer={MINE.id}", by=BOSS)
        yield self._row("GET /reports/overdue/?page_size=20", by=BOSS)
        day = f"{local_day(NOW - timedelta(days=20), ZONE)}"
        yield self._row(f"GET /reports/payments/?page_size=20&day={day}", by=BOSS)
        yield self._row(f"GET /reports/journal/?page_size=20&from={day}&to={day}", by=BOSS)

    def _waiting(self) -> Iterator[Row]:
        settings = self._shop.settings.model_copy(update={"payment_mode": PaymentMode.CONFIRMED})
        serve(replace(self._shop, settings=settings))
        order = {"product": product_of(7).id, "first_installment_amount": 400, "installment_count": 3}
        yield self._row("POST /purchases/create/", order, by=MINE, note=", pending")
        bought = self._answer
        yield self._row("GET /purchases/attempts/?page_size=20", by=BOSS)
        confirm, by_card = "POST /purchases/{id}/attempts/{attempt}/confirm/", {"method": "card"}
        yield self._row(confirm, by_card, by=BOSS, id=bought["id"], attempt=self._answer[-1]["id"], note=", an order")
        said = {"amount": 300}
        yield self._row(
            "POST /installments/pay/{id}/", said, by=MINE, id=bought["installments"][1]["id"], note=", said"
        )
        attempt = self._answer["attempt"]["id"]
        yield self._row(confirm, by_card, by=BOSS, id=bought["id"], attempt=attempt)
        serve(self._shop)

    def _lists(self) -> Iterator[Row]:
        yield self._row("GET /purchases/my/?page_size=20", by=MINE)
        yield self._row("GET /purchases/my/?page_size=20&search=rice", by=MINE, note=", search")
        yield self._row("GET /installments/?page_size=20", by=MINE)
        yield self._row("GET /installments/?page_size=20&search=rice", by=MINE, note=", search")
        yield self._row("GET /installments/next-due/", by=MINE)
        yield self._row("GET /purchases/?page_size=20", by=BOSS)
        yield self._row("GET /purchases/?page_size=20&status=due", by=BOSS)
        yield self._row("GET /purchases/?page_size=20&search=customer00007", by=BOSS, note=", search, a customer")
        yield self._row("GET /purchases/?page_size=20&search=rice", by=BOSS, note=", search, all found")

    def _figures(self) -> Iterator[Row]:
        yield self._row("GET /public/global-summary/")
        yield self._row("GET /user/summary/", by=MINE)
        yield self._row("GET /user-stats/", by=BOSS)
        yield self._row("GET /reports/chart/summary/", by=BOSS)
        yield self._row("GET /reports/payment-summary/weekly/?page_size=20", by=BOSS)
        yield self._row("GET /reports/payment-summary/monthly/?page_size=20", by=BOSS)

    def _nightly(self) -> Iterator[Row]:
        today = local_day(NOW, ZONE)
        yield self._row("GET /reports/overdue/?page_size=20&ordering=-amount", by=BOSS)
        yield self._row("GET /reports/refunds/?page_size=20", by=BOSS)
        yield self._row("GET /reports/aging/", by=BOSS)
        month = f"from={today - timedelta(days=15)}&to={today + timedelta(days=15)}"
        yield self._row(f"GET /reports/due/?page_size=20&{month}", by=BOSS)
        year = f"from={today - timedelta(days=364)}&to={today}"
        yield self._row(f"GET /reports/overdue/series/?by=week&{year}", by=BOSS)
        yield self._row(f"GET /reports/sales/?by=month&{year}", by=BOSS)
        yield self._row(f"GET /reports/sales/products/?page_size=20&{year}", by=BOSS)

    def _whole_lists(self) -> Iterator[Row]:
        """Measure lists without a page size: up to a thousand rows."""
        yield self._row("GET /products/", note=", whole")
        yield self._row("GET /products/?search=rice", note=", search, all found, whole")
        for path in ("/purchases/my/", "/installments/"):
            yield self._row(f"GET {path}", by=MINE, note=", whole")
        for path in ("/purchases/", "/accounts/users/", "/reports/payment-summary/monthly/"):
            yield self._row(f"GET {path}", by=BOSS, note=", whole")


def measured(url: str, purchases: int) -> list[Row]:
    """Load a shop of a size and measure its costs."""
    table_name = f"bench-{purchases}"
    load(url, table_name, purchases)
    return list(Bench(url, table_name).rows())


def table_of(small: list[Row], large: list[Row], sizes: tuple[int, int]) -> str:
    """Format the costs in both shops as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.format(small=sizes[0], large=sizes[1]) for column in COLUMNS)
    for before, after in zip(small, large, strict=True):
        cost = after.cost
        cells: list[object] = [after.name, cost.calls, cost.round_trips]
        cells += [before.cost.read_units, cost.read_units, before.cost.write_units, cost.write_units, cost.items]
        cells += [f"{cost.read_bytes / 1024:.1f}", f"{after.answered_bytes / 1024:.1f}", f"{growth(before, after):.2f}"]
        writer.writerow(cells)
    return text.getvalue()


def short_table_of(rows: list[Row]) -> str:
    """Format the calls and units of some endpoints as Markdown."""
    lines = ["| Endpoint | calls | round trips | read units | write units |", "|---|--:|--:|--:|--:|"]
    for row in rows:
        cost = row.cost
        cells = (row.name, cost.calls, cost.round_trips, cost.read_units, cost.write_units)
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def growth(before: Row, after: Row) -> float:
    """Return the largest growth factor of calls, units and bytes."""
    pairs = zip(_figures(before), _figures(after), strict=True)
    return max(large / small for small, large in pairs if small)


def _figures(row: Row) -> tuple[float, ...]:
    cost = row.cost
    return cost.calls, cost.read_units, cost.write_units, cost.read_bytes, row.answered_bytes


def run(small: int, large: int) -> None:
    """Measure two shops with these numbers of purchases and print the table."""
    with dynamodb.running(free_port()) as url:
        rows = measured(url, small), measured(url, large)
    sys.stdout.write(table_of(*rows, (small, large)))
