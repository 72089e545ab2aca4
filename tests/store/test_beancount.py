"""The journal as accountants read it: Beancount accepts it, and its balances are the shop's figures."""

import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core.data import Transaction

from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from shop.ledger.acting import Received
from shop.ledger.journal import Method
from tests.support.clock import Clock
from tests.support.lived_in import LivedIn
from tests.support.queues import Queues

FIRST, LAST = date(2026, 11, 23), date(2026, 12, 22)


def exported(shop: Shop) -> str:
    """The whole journal, three entries a page."""
    texts: list[str] = []
    request = PageRequest(None, 3)
    while True:
        page = shop.books.entries(FIRST, LAST, request)
        texts += shop.books.beancount(page.items, header=not texts)
        if page.next is None:
            return "".join(texts)
        request = PageRequest(page.next, 3)


def test_the_books_close_in_beancount(shop: Shop, clock: Clock, queues: Queues, tmp_path: Path) -> None:
    lived_in = LivedIn(shop, clock, queues)
    cash = Received(Method.CASH, reference='slip "7" \\')
    shop.desk.take(OPERATOR, lived_in.purchases["reminded of"].id, Decimal(100), cash, "flood")
    shop.desk.refund(OPERATOR, lived_in.purchases["cancelled"].id, Decimal(150), cash, "returned")
    file = tmp_path / "journal.beancount"
    file.write_text(exported(shop), encoding="utf-8")

    checked = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), file], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stderr) == (0, "")

    entries, _, _ = loader.load_file(str(file))
    balances: dict[str, Decimal] = defaultdict(Decimal)
    months: dict[str, Decimal] = defaultdict(Decimal)
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    for transaction in transactions:
        for posting in transaction.postings:
            assert posting.units is not None
            assert isinstance(posting.units.number, Decimal)
            balances[posting.account] += posting.units.number
            if posting.account.startswith("Assets:") and posting.account != "Assets:Receivable":
                months[f"{transaction.date:%Y-%m}"] += posting.units.number
    totals = shop.totals.of_customers([one.id for one in lived_in.people.values()])
    figures = shop.totals.of_months(["2026-11", "2026-12", "2027-01"])
    assert len(transactions) == sum(len(shop.desk.journal(purchase.id)) for purchase in lived_in.purchases.values())
    assert balances["Assets:Receivable"] == sum(one.overall.due for one in totals) > 0
    assert -balances["Income:Sales"] == sum(one.purchased for one in figures)
    assert -balances["Liabilities:RefundsPayable"] == sum(one.overall.refundable for one in totals) == 250
    assert [months["2026-11"], months["2026-12"]] == [one.paid for one in figures[:2]]
    assert balances["Expenses:WriteOffs"] == 500
    assert balances["Assets:Cash"] == 350
    assert sum(balances.values()) == 0
