"""The time of pages beside the time of the API calls that return the same rows: the table in docs/performance.md."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from bench.cost import BOSS, MINE, add_up, serve, shop_on
from bench.meter import MeteredClient
from bench.shops import NOW, load, product_of
from local import dynamodb
from shop.bootstrap import Shop
from shop.web.cookies import ACCESS
from tests.support.mailbox import Mailbox
from tests.support.ports import free_port
from tests.support.rest import Answer, call

_PURCHASES = 1000
_QUOTE = {"product": product_of(7).id, "first_installment_amount": 300, "installment_count": 3}

Call = tuple[str, object]
"""A path and a body, without which it is read."""


@dataclass(frozen=True, slots=True)
class Case:
    """A page, and the calls of the API that return what it shows."""

    page: str
    calls: Sequence[Call]
    is_of_staff: bool = True


PAGES = (
    Case("/", [("/products/?page_size=24", None), ("/products/categories/", None)], is_of_staff=False),
    Case(
        "/shop/products/{product}", [("/products/{product}/", None), ("/purchases/quote/", _QUOTE)], is_of_staff=False
    ),
    Case("/shop/purchases", [("/purchases/my/?page_size=25", None)], is_of_staff=False),
    Case("/shop/purchases/{purchase}", [("/purchases/{purchase}/", None)], is_of_staff=False),
    Case("/shop/installments", [("/installments/?status=due", None)], is_of_staff=False),
    Case("/shop/installments/{installment}", [("/installments/{installment}/", None)], is_of_staff=False),
    Case(
        "/admin/",
        [
            ("/reports/chart/summary/", None),
            ("/reports/till/", None),
            ("/reports/due/?page_size=25", None),
            ("/reports/aging/", None),
            ("/reports/overdue/?page_size=8", None),
            ("/purchases/attempts/?page_size=11", None),
        ],
    ),
    Case("/admin/overdue", [("/reports/overdue/?page_size=25", None)]),
    Case(
        "/admin/counter?search=customer00003",
        [
            ("/accounts/users/?page_size=25&search=customer00003", None),
            ("/purchases/customers/{customer}/credit/", None),
        ],
    ),
    Case(
        "/admin/customers/{customer}/counter",
        [("/purchases/customers/{customer}/", None), ("/purchases/?customer={customer}&status=due", None)],
    ),
    Case(
        "/admin/customers/{customer}",
        [
            ("/purchases/customers/{customer}/", None),
            ("/purchases/?customer={customer}&page_size=5", None),
            ("/purchases/customers/{customer}/notes/?page_size=5", None),
            ("/purchases/customers/{customer}/mails/?page_size=5", None),
        ],
    ),
    Case("/admin/purchases", [("/purchases/?page_size=25", None)]),
    Case("/admin/purchases/{purchase}", [("/purchases/{purchase}/", None), ("/purchases/{purchase}/journal/", None)]),
    Case("/admin/reports/sales", [("/reports/sales/?by=month&from=2026-05-01&to=2026-11-23", None)]),
    Case("/admin/reports/due", [("/reports/due/?page_size=25", None)]),
    Case("/admin/reports/summary", [("/reports/payment-summary/weekly/?page_size=25", None)]),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What a page costs: its time of that of its calls, its calls of the table and theirs, and its compressed bytes."""

    page: str
    ratio: float
    milliseconds: float
    reads: int
    reads_of_calls: int
    compressed: int


class _Shop:
    """A loaded shop whose pages and calls are made one after the other."""

    def __init__(self, url: str, rounds: int) -> None:
        load(url, "pages", _PURCHASES)
        self._client, self._rounds = MeteredClient(dynamodb.client(url)), rounds
        shop = shop_on(self._client, "pages", Mailbox())
        add_up(shop)
        serve(shop)
        self._tokens = {is_staff: _token(shop, is_staff=is_staff) for is_staff in (False, True)}
        bought = self._called(Case("", ()), "/purchases/my/?page_size=1", None).json[0]
        self._ids: Mapping[str, object] = {
            "customer": MINE.id,
            "product": product_of(7).id,
            "purchase": bought["id"],
            "installment": bought["installments"][-1]["id"],
        }

    def measured(self, case: Case) -> Figures:
        """Measure a page and its calls in turn, several times, so that both have the same noise."""
        pairs = []
        for _ in range(self._rounds):
            began = perf_counter()
            with self._client.measured() as of_page:
                answer = self._opened(case)
            between = perf_counter()
            with self._client.measured() as of_calls:
                for path, body in case.calls:
                    self._called(case, path, body)
            pairs.append((between - began, perf_counter() - between))
        return Figures(
            case.page,
            median(page / calls for page, calls in pairs),
            median(page for page, _ in pairs) * 1000,
            of_page.calls,
            of_calls.calls,
            len(gzip.compress(answer.text.encode())),
        )

    def _opened(self, case: Case) -> Answer:
        headers = {"Accept": "text/html", "Cookie": f"{ACCESS}={self._tokens[case.is_of_staff]}"}
        return _good(case.page, call("GET", self._filled(case.page), headers=headers))

    def _called(self, case: Case, path: str, body: object) -> Answer:
        method, token = "GET" if body is None else "POST", self._tokens[case.is_of_staff and bool(case.page)]
        return _good(path, call(method, self._filled(path), body, token=token))

    def _filled(self, path: str) -> str:
        return path.format(**self._ids) if "{" in path else path


def _token(shop: Shop, *, is_staff: bool) -> str:
    return shop.issuer.issue(BOSS if is_staff else MINE, NOW).access


def _good(path: str, answer: Answer) -> Answer:
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}: {answer.text}")
    return answer


def run(rounds: int) -> None:
    """Measure every page and print the table."""
    with dynamodb.running(free_port()) as url:
        shop = _Shop(url, rounds)
        found = [shop.measured(case) for case in PAGES]
    print("| Page | of its API calls | ms | calls of the table | those of the API calls | compressed KB |")
    print("|---|--:|--:|--:|--:|--:|")
    for one in found:
        size = f"{one.compressed / 1024:.1f}"
        reads = f"{one.reads} | {one.reads_of_calls}"
        print(f"| `{one.page}` | {one.ratio:.2f} | {one.milliseconds:.1f} | {reads} | {size} |")
