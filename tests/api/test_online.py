"""A shop whose customers pay online: what they see, what the provider tells, and what the books have at the end."""

from decimal import Decimal
from typing import Any

import pytest

from shop.ledger.journal import LedgerAccount
from tests.api.conftest import Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.online import Online
from tests.support.rest import call

ORDER = {"first_installment_amount": 400, "installment_count": 3, "interval": "weekly"}


@pytest.fixture(autouse=True)
def _online(online: Online) -> None:
    """Every test here has such a shop."""


def ordered(customer: Person, product: int) -> Any:
    answer = customer.call("POST", "/purchases/create/", {"product": product, **ORDER})
    assert answer.status == 201, answer.text
    return answer.json


def sold(online: Online, customer: Person, product: int) -> Any:
    """One piece at 1,000, of which 400 are paid, and twice 300 follow, a week apart."""
    order = ordered(customer, product)
    online.choose(order["attempt"])
    online.settle()
    online.clock.move(seconds=1)
    return customer.call("GET", f"/purchases/{order['id']}/").json


@pytest.fixture
def bought(online: Online, customer: Person, product: int) -> Any:
    return sold(online, customer, product)


def begin(customer: Person, purchase: Any, number: int, amount: float, **more: Any) -> Any:
    """Begin to pay an installment; returns the attempt."""
    path = f"/installments/pay/{purchase['installments'][number - 1]['id']}/"
    answer = customer.call("POST", path, {"amount": amount}, **more)
    assert answer.status == 200, answer.text
    return answer.json["attempt"]


def attempts(customer: Person) -> list[Any]:
    return list(customer.call("GET", "/purchases/attempts/my/").json)


def now(customer: Person, purchase: Any) -> Any:
    return customer.call("GET", f"/purchases/{purchase['id']}/").json


def test_an_order_is_sold_once_the_provider_says_that_its_first_payment_came(
    online: Online, customer: Person, product: int, mailbox: Mailbox
) -> None:
    order = ordered(customer, product)
    assert order["status"] == "pending"
    attempt = order["attempt"]
    assert (attempt["status"], attempt["method"]) == ("requires_action", "sandbox")
    assert attempt["checkout_url"].startswith(online.client.url)

    online.choose(attempt)
    assert now(customer, order)["status"] == "pending"  # nobody has told yet
    assert [answer.status for answer in online.told()] == [200]
    assert now(customer, order)["status"] == "pending"  # and what was told was not asked about yet
    assert online.work() == 0
    online.work()

    sold = now(customer, order)
    assert (sold["status"], [one["status"] for one in sold["installments"]]) == ("due", ["paid", "due", "due"])
    assert attempts(customer)[0]["status"] == "succeeded"
    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == Decimal(400)
    assert any("Rice Cooker" in message.text for message in mailbox.to(customer.email))


def test_a_payment_that_was_begun_goes_on_at_the_same_page(online: Online, customer: Person, bought: Any) -> None:
    first = begin(customer, bought, 2, 300)

    assert begin(customer, bought, 2, 300) == first
    path = f"/installments/pay/{bought['installments'][1]['id']}/"
    assert customer.call("POST", path, {"amount": 200}).json["code"] == "payment_waiting"
    assert len(online.gateway.book.state.payments) == 2


def test_a_replayed_request_has_the_same_page(online: Online, customer: Person, bought: Any) -> None:
    key = {"Idempotency-Key": "once"}
    first = begin(customer, bought, 2, 300, headers=key)
    online.choose(first)
    online.settle()

    path = f"/installments/pay/{bought['installments'][1]['id']}/"
    again = customer.call("POST", path, {"amount": 300}, headers=key)

    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json["attempt"]["checkout_url"] == first["checkout_url"]
    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == Decimal(700)


@pytest.mark.parametrize("trouble", ["broken", "lost"])
def test_a_page_that_could_not_be_had_is_had_by_asking_again(
    online: Online, customer: Person, bought: Any, trouble: str
) -> None:
    online.control("troubles", call="begin", what=trouble)
    path = f"/installments/pay/{bought['installments'][1]['id']}/"

    refused = customer.call("POST", path, {"amount": 300})
    assert (refused.status, refused.json["code"]) == (503, "try_again")
    attempt = begin(customer, bought, 2, 300)

    online.choose(attempt)
    online.settle()
    assert now(customer, bought)["installments"][1]["status"] == "paid"
    assert len(attempts(customer)) == 2


@pytest.mark.parametrize(("choice", "status"), [("soft", "failed"), ("hard", "failed"), ("cancel", "cancelled")])
def test_a_payment_that_comes_to_nothing_leaves_the_debt_and_frees_the_installment(
    online: Online, customer: Person, bought: Any, choice: str, status: str
) -> None:
    online.choose(begin(customer, bought, 2, 300), choice)
    online.settle()

    assert attempts(customer)[0]["status"] == status
    purchase = now(customer, bought)
    assert (purchase["waiting_amount"], purchase["installments"][1]["status"]) == (0, "due")
    assert begin(customer, purchase, 2, 300)["status"] == "requires_action"


def test_an_order_that_nobody_pays_ends_and_its_pieces_are_for_sale_again(
    online: Online, admin: Person, customer: Person, product: int, clock: Clock
) -> None:
    admin.call("PATCH", f"/products/{product}/", {"stock": 1})
    order = ordered(customer, product)
    assert admin.call("GET", f"/products/{product}/").json["stock"] == 0

    clock.move(hours=2)
    online.look_after()

    assert now(customer, order)["status"] == "cancelled"
    assert attempts(customer)[0]["status"] == "expired"
    assert admin.call("GET", f"/products/{product}/").json["stock"] == 1


def test_the_round_finds_what_no_notification_told(online: Online, customer: Person, bought: Any, clock: Clock) -> None:
    online.choose(begin(customer, bought, 2, 300), notify="never")
    online.look_after()
    assert now(customer, bought)["installments"][1]["status"] == "due"  # the customer may still be paying

    clock.move(minutes=3)
    online.look_after()

    assert now(customer, bought)["installments"][1]["status"] == "paid"


@pytest.mark.parametrize("how", ["twice", "late", "reversed"])
def test_notifications_may_come_twice_late_or_in_the_wrong_order(
    online: Online, customer: Person, bought: Any, clock: Clock, how: str
) -> None:
    online.choose(begin(customer, bought, 2, 300), notify=how)
    online.settle()
    clock.move(minutes=30)
    online.settle()
    online.look_after()

    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == Decimal(700)


def test_money_that_comes_late_counts_for_the_day_it_was_begun_and_what_is_too_much_goes_back(
    online: Online, admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    attempt = begin(customer, bought, 2, 300)
    clock.move(minutes=1)
    taken = {"amount": 300, "method": "cash"}
    assert admin.call("POST", f"/purchases/{bought['id']}/payments/", taken).status == 201
    online.choose(attempt)
    online.settle()

    purchase = now(customer, bought)
    assert (purchase["installments"][1]["status"], purchase["refundable_amount"]) == ("paid", 0)
    books = online.balances(customer.id)
    assert books == {**books, LedgerAccount.SANDBOX: 400, LedgerAccount.CASH: 300}
    [refund] = online.gateway.book.state.refunds.values()
    assert (refund.amount, refund.standing) == (Decimal(300), "done")
    journal = admin.call("GET", f"/purchases/{bought['id']}/journal/").json
    assert [one["kind"] for one in journal] == ["purchase", "payment", "payment", "refund"]
    assert journal[-1]["role"] == "provider"


def test_a_refund_that_the_provider_cannot_pay_out_is_owed_again(
    online: Online, admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    assert admin.call("POST", f"/purchases/{bought['id']}/cancel/", {"reason": "unwanted"}).status == 200
    online.control("troubles", call="refund", what="fail")
    body = {"amount": 250, "method": "online", "reason": "goodwill"}
    refunded = admin.call("POST", f"/purchases/{bought['id']}/refunds/", body)
    assert refunded.status == 201, refunded.text
    online.work()
    assert now(customer, bought)["refundable_amount"] == 150

    clock.move(minutes=5)
    online.settle()
    online.look_after()

    assert now(customer, bought)["refundable_amount"] == 400
    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == Decimal(400)
    assert admin.call("GET", f"/purchases/{bought['id']}/journal/").json[-1]["kind"] == "refund_returned"
    too_much = admin.call("POST", f"/purchases/{bought['id']}/refunds/", {**body, "amount": 400.01})
    assert too_much.json["code"] == "refund_too_large"


def test_an_answer_that_was_lost_refunds_once(
    online: Online, admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    admin.call("POST", f"/purchases/{bought['id']}/cancel/", {"reason": "unwanted"})
    online.control("troubles", call="refund", what="lost")
    admin.call("POST", f"/purchases/{bought['id']}/refunds/", {"amount": 400, "method": "online", "reason": "all"})
    assert online.work() == 1
    online.settle()
    clock.move(minutes=5)
    online.look_after()

    assert [one.amount for one in online.gateway.book.state.refunds.values()] == [Decimal(400)]
    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == 0
    assert now(customer, bought)["refundable_amount"] == 0


def test_staff_neither_decide_on_payments_online_nor_reverse_them(admin: Person, customer: Person, bought: Any) -> None:
    attempt = begin(customer, bought, 2, 300)
    path = f"/purchases/{bought['id']}/attempts/{attempt['id']}"
    for how, body in (("confirm", {"method": "cash"}), ("reject", {"reason": "no"})):
        answer = admin.call("POST", f"{path}/{how}/", body)
        assert (answer.status, answer.json["code"]) == (409, "provider_decides")
    entry = admin.call("GET", f"/purchases/{bought['id']}/journal/").json[0]["id"]
    reversal = admin.call("POST", f"/purchases/{bought['id']}/reversals/", {"entry": entry, "reason": "mistake"})
    assert (reversal.status, reversal.json["code"]) == (409, "provider_decides")


def test_a_smaller_sum_or_another_currency_pays_nothing(
    online: Online, customer: Person, bought: Any, clock: Clock
) -> None:
    online.choose(begin(customer, bought, 2, 300), notify="never")
    [*_, payment] = online.gateway.book.state.payments.values()
    clock.move(minutes=3)
    for amount, currency, status in (("299.99", "BDT", "due"), ("300", "INR", "due"), ("300", "BDT", "paid")):
        payment.amount, payment.currency = Decimal(amount), currency
        online.look_after()
        assert now(customer, bought)["installments"][1]["status"] == status


def test_notifications_that_the_provider_did_not_sign_are_refused(
    online: Online, customer: Person, bought: Any, clock: Clock
) -> None:
    online.choose(begin(customer, bought, 2, 300))
    online.gateway.deliver()
    [(headers, body)] = online.inbox.take()
    clock.move(minutes=6)
    replayed = call("POST", "/webhooks/sandbox", raw=body.decode(), headers=dict(headers))
    clock.move(minutes=-6)
    changed = call("POST", "/webhooks/sandbox", raw=body.decode().replace("pay_", "pay-"), headers=dict(headers))
    unsigned = call("POST", "/webhooks/sandbox", raw=body.decode())
    unknown = call("POST", "/webhooks/paypal", raw=body.decode())
    not_in_use = call("POST", "/webhooks/stripe", raw=body.decode())

    assert [one.status for one in (replayed, changed, unsigned)] == [403, 403, 403]
    assert [one.status for one in (unknown, not_in_use)] == [404, 404]
    assert not online.queues.payments.messages


def test_the_page_of_a_payment_asks_the_provider_and_shows_that_payment_alone(
    online: Online, customer: Person, bought: Any
) -> None:
    attempt = begin(customer, bought, 2, 300)
    online.choose(attempt, notify="never")
    [*_, payment] = online.gateway.book.state.payments.values()
    path = payment.return_url.partition("/dev")[2]
    page = call("GET", path, headers={"Accept": "text/html"})

    assert page.status == 200
    assert "the money has come" in page.text
    assert customer.email not in page.text
    assert now(customer, bought)["installments"][1]["status"] == "paid"
    assert call("GET", path[:-1] + ("0" if path[-1] != "0" else "1"), headers={"Accept": "text/html"}).status == 404
    back = call("POST", path, raw="status=VALID", headers={"Sec-Fetch-Site": "cross-site", "Accept": "text/html"})
    assert (back.status, back.headers["Location"]) == (303, f"/dev{path}")


def disputed(online: Online, reference: str, *standings: str) -> None:
    for standing in standings:
        online.control("disputes", payment=reference, standing=standing)


def paid_online(online: Online, customer: Person, purchase: Any, number: int, amount: float) -> str:
    """Pay an installment; returns the provider's reference of the payment."""
    online.choose(begin(customer, purchase, number, amount))
    online.settle()
    online.clock.move(seconds=1)
    return list(online.gateway.book.state.payments)[-1]


@pytest.mark.parametrize("at_once", [True, False])
def test_a_lost_dispute_reopens_what_the_payment_had_paid(
    online: Online, admin: Person, customer: Person, bought: Any, clock: Clock, mailbox: Mailbox, at_once: bool
) -> None:
    clock.move(days=10)
    payment = paid_online(online, customer, bought, 2, 330)

    disputed(online, payment, "open")
    if not at_once:
        online.settle()
        books = online.balances(customer.id)
        assert (books[LedgerAccount.DISPUTES], books[LedgerAccount.SANDBOX]) == (330, 400)
        assert now(customer, bought)["installments"][1]["status"] == "paid"
    disputed(online, payment, "lost")
    online.settle()

    second = now(customer, bought)["installments"][1]
    assert (second["status"], second["amount_to_pay"]) == ("due", 330)
    books = online.balances(customer.id)
    assert (books[LedgerAccount.DISPUTES], books[LedgerAccount.SANDBOX], books[LedgerAccount.LATE_FEES]) == (0, 400, 0)
    kinds = [one["kind"] for one in admin.call("GET", f"/purchases/{bought['id']}/journal/").json]
    assert kinds == ["purchase", "payment", "dispute", "dispute_lost"]
    assert any("taken back" in one.subject for one in mailbox.to(customer.email))
    paid_online(online, customer, bought, 2, 330)
    assert now(customer, bought)["installments"][1]["status"] == "paid"


def test_a_dispute_that_is_won_leaves_everything_as_it_was(online: Online, customer: Person, bought: Any) -> None:
    payment = paid_online(online, customer, bought, 2, 300)

    disputed(online, payment, "open", "won")
    online.settle()

    assert now(customer, bought)["installments"][1]["status"] == "paid"
    assert online.balances(customer.id)[LedgerAccount.SANDBOX] == 700


def test_a_lost_dispute_takes_first_what_is_owed_back_and_the_rest_is_lost(
    online: Online, admin: Person, customer: Person, bought: Any
) -> None:
    payment = paid_online(online, customer, bought, 2, 300)
    admin.call("POST", f"/purchases/{bought['id']}/cancel/", {"reason": "unwanted"})
    handed_out = {"amount": 550, "method": "cash", "reason": "unwanted"}
    assert admin.call("POST", f"/purchases/{bought['id']}/refunds/", handed_out).status == 201

    disputed(online, payment, "open", "lost")
    online.settle()

    books = online.balances(customer.id)
    assert now(customer, bought)["refundable_amount"] == 0
    assert (books[LedgerAccount.LOSSES], books[LedgerAccount.SANDBOX]) == (150, 400)


def test_the_nightly_comparison_finds_what_the_books_do_not_know(
    online: Online, admin: Person, customer: Person, bought: Any, clock: Clock
) -> None:
    first = next(iter(online.gateway.book.state.payments))
    second = paid_online(online, customer, bought, 2, 300)
    admin.call("POST", f"/purchases/{bought['id']}/cancel/", {"reason": "unwanted"})
    admin.call("POST", f"/purchases/{bought['id']}/refunds/", {"amount": 100, "method": "online", "reason": "r"})
    online.settle()
    disputed(online, second, "open")
    online.settle()
    order = ordered(customer, bought["product"])
    online.choose(order["attempt"], notify="never")
    third = list(online.gateway.book.state.payments)[-1]
    clock.move(days=1)

    assert dict(online.compare()) == {first: True, second: True, third: False}

    online.look_after()
    online.gateway.book.state.payments[first].amount += 1  # as if something had come that nobody told of
    assert dict(online.compare()) == {first: False, second: True, third: True}
