"""Metrics count every fact once, whatever is repeated."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.audit import app as audit
from functions.planner import app as planner
from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.dynamodb import retry
from shop.dynamodb.table import Contended
from shop.runtime.metrics import Metric
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.mails import Machinery
from tests.support.queues import Queues
from tests.support.rest import Context, call

Counted = Callable[[], dict[str, float]]
PLAN = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}


@pytest.fixture
def counted(
    capsys: pytest.CaptureFixture[str],
    customer: Person,  # noqa: ARG001
    product: int,  # noqa: ARG001
    monkeypatch: pytest.MonkeyPatch,
) -> Counted:
    """The metrics published since the last call, added up; each line in the form that CloudWatch reads."""
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")
    capsys.readouterr()

    def read() -> dict[str, float]:
        sums: dict[str, float] = {}
        for line in capsys.readouterr().out.splitlines():
            published = json.loads(line)
            (described,) = published["_aws"]["CloudWatchMetrics"]
            assert described["Dimensions"] == [["service"]]
            for metric in described["Metrics"]:
                assert metric["Unit"] == "Count"
                sums[metric["Name"]] = sums.get(metric["Name"], 0) + sum(published[metric["Name"]])
        return sums

    return read


def test_a_purchase_and_its_payments_are_counted_once_however_often_they_are_sent(
    customer: Person, product: int, clock: Clock, counted: Counted
) -> None:
    for _ in range(3):
        bought = customer.call(
            "POST", "/purchases/create/", {"product": product, **PLAN}, headers={"Idempotency-Key": "1"}
        )
    assert counted() == {"Purchases": 1, "AmountPurchased": 1000, "Payments": 1, "AmountPaid": 400}

    clock.move(days=8)
    late = f"/installments/pay/{bought.json['installments'][1]['id']}/"
    for _ in range(2):
        assert customer.call("POST", late, {"amount": 330}, headers={"Idempotency-Key": "2"}).status == 200
    assert counted() == {"Payments": 1, "AmountPaid": 330, "LateFees": 30}


def test_an_order_counts_when_its_money_is_confirmed_and_surplus_money_counts_too(
    confirming: Shop, customer: Person, admin: Person, product: int, counted: Counted
) -> None:
    made = customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).json
    assert counted() == {}
    confirm = f"/purchases/{made['id']}/attempts/{made['attempt']['id']}/confirm/"
    assert admin.call("POST", confirm, {"method": "cash"}).status == 201
    assert counted() == {"Purchases": 1, "AmountPurchased": 1000, "Payments": 1, "AmountPaid": 400}

    said = customer.call("POST", f"/purchases/{made['id']}/payoff/", {"method": "card"}).json["attempt"]["id"]
    confirming.desk.write_off(OPERATOR, made["id"], "moved away")
    assert admin.call("POST", f"/purchases/{made['id']}/attempts/{said}/confirm/", {}).status == 201
    assert counted() == {"AmountPaid": 600}


def test_what_is_refused_or_only_read_counts_no_fact(customer: Person, product: int, counted: Counted) -> None:
    assert (
        customer.call("POST", "/purchases/create/", {"product": product, **PLAN, "installment_count": 0}).status == 400
    )
    customer.call("GET", "/purchases/my/")

    assert counted() == {}


def test_guesses_are_counted_and_what_is_held_up(customer: Person, counted: Counted) -> None:
    for _ in range(7):
        call("POST", "/accounts/login/", {"email": customer.email, "password": "a guess"})
    assert counted() == {"LoginsRefused": 5, "TriesHeldUp": 2}

    call("POST", "/accounts/login/", {"email": "nobody@example.com", "password": PASSWORD})
    assert counted() == {"LoginsRefused": 1}


def test_mails_are_counted_by_what_became_of_them(
    customer: Person, product: int, mailbox: Mailbox, queues: Queues, counted: Counted
) -> None:
    call("POST", "/accounts/password/reset/", {"email": customer.email})
    assert counted() == {"CodesSent": 1, "MailsSent": 1}

    customer.call("POST", "/purchases/create/", {"product": product, **PLAN})
    counted()
    mailbox.broken = True
    assert Machinery(queues).send() == 1
    assert counted() == {"MailsFailed": 1}
    mailbox.broken = False
    assert Machinery(queues).send() == 0
    assert counted() == {"MailsSent": 1}


def test_conflicts_are_counted(
    shop: Shop, customer: Person, product: int, monkeypatch: pytest.MonkeyPatch, counted: Counted
) -> None:
    monkeypatch.setattr(retry, "pause", lambda _: None)
    commit, left = type(shop.purchasing.purchases).commit, [2]

    def contended(*arguments: Any, **named: Any) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise Contended("by the test")
        commit(*arguments, **named)

    monkeypatch.setattr(type(shop.purchasing.purchases), "commit", contended)
    assert customer.call("POST", "/purchases/create/", {"product": product, **PLAN}).status == 201

    assert {name: value for name, value in counted().items() if name in ("Conflicts", "Purchases")} == {
        "Conflicts": 2,
        "Purchases": 1,
    }


def test_schedules_and_audits_say_that_they_ran(counted: Counted) -> None:
    for plan in ("reminders", "receipts", "weekly"):
        planner.handler({"plan": plan, "scheduled_time": "2026-11-23T03:00:00Z"}, Context())
    audit.handler({}, Context())

    assert counted() == {"RemindersStarted": 1, "SweepsStarted": 1, "AuditDifferences": 0}


def test_no_name_is_used_twice() -> None:
    assert len({metric.value for metric in Metric}) == len(Metric)
