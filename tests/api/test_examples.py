"""The contract's examples of errors are what the shop sends: each is provoked and compared."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract.codes import CODES
from contract.document import document
from contract.refusals import wrong_request
from shop.accounts.model import MailStatus
from shop.accounts.store import Accounts
from shop.bootstrap import Shop
from shop.dynamodb.table import Contended, OutcomeUnknown, Table
from tests.api.conftest import PASSWORD, Person
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.online import Online
from tests.support.pictures import png
from tests.support.rest import Answer, call, group_of
from tests.support.roles import template

OPERATIONS: dict[str, tuple[str, str, dict[str, Any]]] = {
    told["operationId"]: (method.upper(), path, told)
    for path, operations in document()["paths"].items()
    for method, told in operations.items()
}
SHARED = document()["components"]["examples"]
NOBODY = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PLAN = {"quantity": 2, "first_installment_amount": 2500, "installment_count": 3}
NEW = {"username": "salma", "email": "salma@example.com", "password": PASSWORD}
OTHER_PASSWORD = "plum river lantern"
CODE = {"email": NEW["email"], "otp_code": "000000"}


def example(operation: str, code: str) -> dict[str, Any]:
    """The contract's example of a code at an operation, but for the request's id."""
    responses = OPERATIONS[operation][2]["responses"]
    found = responses[str(CODES[code].status)]["content"]["application/problem+json"]["examples"][code]
    value = (SHARED[found["$ref"].rpartition("/")[2]] if "$ref" in found else found)["value"]
    return {name: part for name, part in value.items() if name != "request_id"}


def assert_told(answer: Answer, operation: str, code: str) -> None:
    """The answer is the contract's example of a code at an operation."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert {name: part for name, part in answer.json.items() if name != "request_id"} == example(operation, code)


def operations_with(code: str) -> list[str]:
    status = str(CODES[code].status)
    problem = "application/problem+json"
    return [
        name
        for name, (_, _, told) in OPERATIONS.items()
        if status in told["responses"] and code in told["responses"][status]["content"][problem]["examples"]
    ]


def url_of(operation: str) -> str:
    return re.sub(r"\{\w+\}", NOBODY, OPERATIONS[operation][1])


def route_of(operation: str) -> Callable[..., Any]:
    route: Callable[..., Any] = getattr(group_of(OPERATIONS[operation][1]), operation)
    return route


def test_what_is_wrong_with_any_request_is_told_as_in_the_examples(
    admin: Person, customer: Person, clock: Clock
) -> None:
    for name, (method, _, _) in OPERATIONS.items():
        wrong = wrong_request(route_of(name))
        query = "&".join(f"{parameter}={value}" for parameter, value in wrong.query.items())
        assert_told(admin.call(method, f"{url_of(name)}?{query}", wrong.body), name, "invalid_input")
    for name in operations_with("invalid_json"):
        assert_told(admin.call(OPERATIONS[name][0], url_of(name), raw="{"), name, "invalid_json")
        assert_told(
            admin.call(OPERATIONS[name][0], url_of(name), raw="x" * (1_600_000 if name == "put_picture" else 70_000)),
            name,
            "body_too_large",
        )
    for name in operations_with("invalid_cursor"):
        needed = {
            "list_journal": "customer=x&",
            "export_journal": "from=2026-11-01&to=2026-11-01&",
            "read_overdue_series": "from=2026-11-01&to=2026-11-01&",
            "read_sales": "from=2026-11-01&to=2026-11-01&",
            "list_sales_by_product": "from=2026-11-01&to=2026-11-01&",
            "list_sales_by_category": "from=2026-11-01&to=2026-11-01&",
        }.get(name, "")
        assert_told(admin.call("GET", f"{url_of(name)}?{needed}cursor=x"), name, "invalid_cursor")
    for name in operations_with("forbidden"):
        assert_told(customer.call(OPERATIONS[name][0], url_of(name)), name, "forbidden")
    expired = admin.token
    clock.move(minutes=15)
    for name in operations_with("token_expired"):
        if OPERATIONS[name][2]["security"]:
            assert_told(call(OPERATIONS[name][0], url_of(name)), name, "not_authenticated")
            assert_told(call(OPERATIONS[name][0], url_of(name), token=expired), name, "token_expired")


def test_what_is_not_there_is_told_as_in_the_examples(admin: Person) -> None:
    bodies: dict[str, object] = {
        "replace_product": {"name": "Kettle", "price": 1},
        "change_product": {"price": 1},
        "put_picture": {"picture": b64encode(png(1, 1)).decode()},
        "pay_off": {},
        "cancel": {"reason": "Out of stock"},
        "take_payment": {"amount": 1, "method": "cash"},
        "confirm_payment": {},
        "reject_payment": {"reason": "r"},
        "waive_late_fee": {"installment": NOBODY, "reason": "r"},
        "give_goodwill": {"installment": NOBODY, "amount": 1, "reason": "r"},
        "move_due_date": {"installment": NOBODY, "due_date": "2026-12-30", "reason": "r"},
        "replan": {"installment_count": 1, "first_due_date": "2026-12-30", "reason": "r"},
        "give_back": {"quantity": 1, "reason": "r"},
        "refund": {"amount": 1, "method": "cash", "reason": "r"},
        "write_off": {"reason": "r"},
        "sell": {**PLAN, "product": 1, "method": "cash"},
        "add_note": {"text": "Called"},
        "block": {"is_blocked": True, "reason": "r"},
        "set_credit_limit": {"credit_limit": 1, "reason": "r"},
        "reverse": {"entry": NOBODY, "reason": "r"},
        "pay": {"amount": 1},
        "change_user": {"is_staff": True},
    }
    for name in operations_with("not_found"):
        assert_told(admin.call(OPERATIONS[name][0], url_of(name), bodies.get(name)), name, "not_found")


def test_a_plan_or_payment_that_breaks_a_rule_is_told_as_in_the_examples(
    admin: Person, customer: Person, clock: Clock
) -> None:
    cooker = {"name": "Miyako Rice Cooker 2.8 L", "price": 3450, "description": "Double pot"}
    order = {**PLAN, "product": admin.call("POST", "/products/", cooker).json["id"]}
    wrong: dict[str, dict[str, object]] = {
        "unknown_product": {"product": 99},
        "first_installment_not_total": {"installment_count": 1},
        "first_installment_too_small": {"first_installment_amount": 2069.99},
        "first_installment_too_large": {"first_installment_amount": 6900},
        "installments_too_small": {"first_installment_amount": 6899.99},
    }
    picture, wide = f"/products/{order['product']}/picture/", {"picture": b64encode(png(2001, 1)).decode()}
    assert_told(admin.call("PUT", picture, {"picture": "AAAA"}), "put_picture", "not_a_picture")
    assert_told(admin.call("PUT", picture, wide), "put_picture", "picture_too_large")
    terms = {"intervals": ["monthly", "weekly"]}
    strict = admin.call("POST", "/products/", {**cooker, "terms": terms}).json["id"]
    wrong["interval_not_possible"] = {"product": strict}
    loose = {**cooker, "terms": {"most_installments": 61}}
    assert_told(admin.call("POST", "/products/", loose), "add_product", "terms_too_loose")
    assert_told(admin.call("PUT", f"/products/{strict}/", loose), "replace_product", "terms_too_loose")
    assert_told(admin.call("PATCH", f"/products/{strict}/", loose), "change_product", "terms_too_loose")
    for code, change in wrong.items():
        assert_told(call("POST", "/purchases/quote/", {**order, **change}), "quote", code)
        assert_told(customer.call("POST", "/purchases/create/", {**order, **change}), "buy", code)
    key = {"Idempotency-Key": "1"}
    bought = customer.call("POST", "/purchases/create/", order, headers=key).json
    again = customer.call("POST", "/purchases/create/", {**order, "quantity": 1}, headers=key)
    assert_told(again, "buy", "idempotency_key_reused")
    purchase, installment = f"/purchases/{bought['id']}", bought["installments"][1]["id"]

    pay = f"/installments/pay/{installment}/"
    assert_told(customer.call("POST", pay, {"amount": 2200.01}), "pay", "overpayment")
    assert_told(customer.call("POST", pay, {"amount": 21.99}), "pay", "payment_too_small")
    assert_told(customer.call("POST", f"{purchase}/payoff/", {"amount": 1}), "pay_off", "payoff_amount_differs")
    assert_told(
        customer.call("POST", "/accounts/delete/", {"password": PASSWORD}), "delete_account", "installments_open"
    )
    clock.move(days=31)
    assert_told(customer.call("POST", pay, {"amount": 2200}), "pay", "late_payment_too_small")
    assert customer.call("POST", pay, {"amount": 2420}).status == 200
    assert_told(customer.call("POST", pay, {"amount": 1}), "pay", "installment_already_paid")
    assert customer.call("POST", f"{purchase}/payoff/", {}).status == 200
    assert_told(customer.call("POST", f"{purchase}/payoff/", {}), "pay_off", "purchase_already_paid")
    other = customer.call("POST", "/purchases/create/", order).json
    reason = {"reason": "Out of stock"}
    assert admin.call("POST", f"/purchases/{other['id']}/cancel/", reason).status == 200
    unpaid = f"/installments/pay/{other['installments'][1]['id']}/"
    assert_told(customer.call("POST", unpaid, {"amount": 1}), "pay", "purchase_cancelled")
    assert_told(customer.call("POST", f"/purchases/{other['id']}/payoff/", {}), "pay_off", "purchase_cancelled")
    assert_told(admin.call("POST", f"/purchases/{other['id']}/cancel/", reason), "cancel", "purchase_cancelled")


def test_an_act_of_staff_that_is_refused_is_told_as_in_the_examples(
    admin: Person, customer: Person, clock: Clock
) -> None:
    cooker = {"name": "Miyako Rice Cooker 2.8 L", "price": 3450, "description": "Double pot"}
    order = {**PLAN, "product": admin.call("POST", "/products/", cooker).json["id"]}
    kept, other, small = (
        customer.call("POST", "/purchases/create/", {**order, **change}).json
        for change in ({}, {}, {"first_installment_amount": 6899.99, "installment_count": 2})
    )
    first, second = ({"installment": kept["installments"][number]["id"], "reason": "r"} for number in (0, 1))
    cash = {"method": "cash", "reason": "r"}

    def refused(path: str, body: dict[str, object], operation: str, code: str, of: dict[str, Any] = kept) -> None:
        assert_told(admin.call("POST", f"/purchases/{of['id']}/{path}/", body), operation, code)

    def done(path: str, body: dict[str, object], of: dict[str, Any] = kept) -> Any:
        answer = admin.call("POST", f"/purchases/{of['id']}/{path}/", body)
        assert answer.status in (200, 201), answer.text
        return answer.json["entry"]["id"] if "entry" in answer.json else None

    for path, operation in (
        ("journal/?from=2026-11-01&to=2026-12-02", "export_journal"),
        ("due/?from=2026-12-23&to=2026-12-24", "list_due"),
        ("overdue/series/?from=2026-11-02&to=2026-11-01", "read_overdue_series"),
        ("sales/?from=2024-11-01&to=2026-11-02", "read_sales"),
        ("sales/products/?from=2024-11-01&to=2026-11-02", "list_sales_by_product"),
        ("sales/categories/?from=2024-11-01&to=2026-11-02", "list_sales_by_category"),
        ("chart/summary/?from=2023-11&to=2026-11", "read_chart"),
    ):
        assert_told(admin.call("GET", f"/reports/{path}"), operation, "range_of_days")
    promise = {"text": "Called", "promise": {"date": "2026-11-22", "amount": 1}}
    told = admin.call("POST", f"/purchases/customers/{customer.id}/notes/", promise)
    assert_told(told, "add_note", "promise_out_of_range")
    reminders = f"/purchases/customers/{customer.id}/reminders/"
    assert customer.call("PATCH", "/accounts/profile/", {"reminders": False}).status == 200
    assert_told(admin.call("POST", reminders), "remind", "reminders_off")
    assert customer.call("PATCH", "/accounts/profile/", {"reminders": True}).status == 200
    taken = {"method": "cash"}
    refused("payments", {**taken, "amount": 4400.01}, "take_payment", "overpayment")
    refused("payments", {**taken, "amount": 21.99}, "take_payment", "payment_too_small")
    early = {**taken, "amount": 22, "received_on": "2026-11-22"}
    refused("payments", early, "take_payment", "received_on_out_of_range")
    refused("refunds", {**cash, "amount": 1}, "refund", "nothing_to_refund")
    refused("fee-waivers", second, "waive_late_fee", "no_late_fee")
    refused("goodwill", {**second, "amount": 2200.01}, "give_goodwill", "goodwill_too_large")
    refused("goodwill", {**first, "amount": 1}, "give_goodwill", "installment_already_paid")
    refused("due-dates", {**second, "due_date": "2026-11-22"}, "move_due_date", "due_date_out_of_order")
    plan = {"installment_count": 2, "first_due_date": "2026-11-22", "reason": "r"}
    refused("plans", plan, "replan", "due_date_out_of_order")
    refused("plans", {**plan, "first_due_date": "2026-12-22"}, "replan", "installments_too_small", small)
    refused("returns", {"quantity": 2, "reason": "r"}, "give_back", "return_of_all")
    clock.move(days=31)
    refused("payments", {**taken, "amount": 2200}, "take_payment", "late_payment_too_small")
    paid = done("payments", {**taken, "amount": 2420})
    done("reversals", {"entry": paid, "reason": "r"})
    refused("reversals", {"entry": paid, "reason": "r"}, "reverse", "entry_reversed")
    goodwill = done("goodwill", {**second, "amount": 1})
    done("write-off", {"reason": "r"})
    refused("reversals", {"entry": goodwill, "reason": "r"}, "reverse", "entry_built_upon")
    refused("write-off", {"reason": "r"}, "write_off", "purchase_already_paid")
    done("cancel", {"reason": "r"}, other)
    done("payments", {**taken, "amount": 0.01}, small)
    buyer = f"/purchases/customers/{customer.id}"
    assert admin.call("POST", f"{buyer}/credit-limit/", {"credit_limit": 4000, "reason": "r"}).status == 200
    assert_told(customer.call("POST", "/purchases/create/", order), "buy", "credit_limit_exceeded")
    assert_told(admin.call("POST", f"{buyer}/purchases/", {**order, **taken}), "sell", "credit_limit_exceeded")
    held = {"sku": "MRC-28-DP"}
    assert admin.call("POST", "/products/", {**cooker, **held}).status == 201
    assert_told(admin.call("POST", "/products/", {**cooker, **held}), "add_product", "sku_taken")
    assert_told(admin.call("PATCH", f"/products/{order['product']}/", held), "change_product", "sku_taken")
    assert_told(admin.call("PUT", f"/products/{order['product']}/", {**cooker, **held}), "replace_product", "sku_taken")
    counted = {**cooker, "stock": 1}
    few = {**order, "product": admin.call("POST", "/products/", counted).json["id"]}
    assert_told(customer.call("POST", "/purchases/create/", few), "buy", "out_of_stock")
    assert_told(admin.call("POST", f"{buyer}/purchases/", {**few, **taken}), "sell", "out_of_stock")
    assert admin.call("POST", f"{buyer}/block/", {"is_blocked": True, "reason": "r"}).status == 200
    assert_told(customer.call("POST", "/purchases/create/", order), "buy", "buying_blocked")
    refused("refunds", {**cash, "amount": 2500.01}, "refund", "refund_too_large", other)
    refused("returns", {"quantity": 1, "reason": "r"}, "give_back", "purchase_cancelled", other)


@pytest.mark.usefixtures("confirming")
def test_a_payment_that_waits_is_refused_as_in_the_examples(admin: Person, customer: Person) -> None:
    cooker = {"name": "Miyako Rice Cooker 2.8 L", "price": 3450, "description": "Double pot"}
    order = {**PLAN, "product": admin.call("POST", "/products/", cooker).json["id"]}
    purchase = customer.call("POST", "/purchases/create/", order).json
    number, installment = purchase["id"], purchase["installments"][1]["id"]
    pay, payoff = f"/installments/pay/{installment}/", f"/purchases/{number}/payoff/"
    assert_told(customer.call("POST", pay, {"amount": 2200}), "pay", "purchase_pending")
    assert_told(customer.call("POST", payoff, {}), "pay_off", "purchase_pending")
    money, reason = {"amount": 1, "method": "cash"}, {"reason": "r"}
    refused: dict[str, tuple[str, dict[str, Any]]] = {
        "take_payment": ("payments", money),
        "waive_late_fee": ("fee-waivers", {"installment": installment, **reason}),
        "give_goodwill": ("goodwill", {"installment": installment, "amount": 1, **reason}),
        "move_due_date": ("due-dates", {"installment": installment, "due_date": "2026-12-30", **reason}),
        "replan": ("plans", {"installment_count": 1, "first_due_date": "2026-12-30", **reason}),
        "give_back": ("returns", {"quantity": 1, **reason}),
        "write_off": ("write-off", reason),
        "cancel": ("cancel", reason),
    }
    assert set(operations_with("purchase_pending")) == {"pay", "pay_off", *refused}
    for operation, (path, body) in refused.items():
        answer = admin.call("POST", f"/purchases/{number}/{path}/", body)
        assert_told(answer, operation, "purchase_pending")

    [first] = admin.call("GET", "/purchases/attempts/").json
    decide = f"/purchases/{number}/attempts/{first['id']}"
    assert_told(admin.call("POST", f"{decide}/confirm/", {}), "confirm_payment", "method_unknown")
    assert admin.call("POST", f"{decide}/confirm/", {"method": "cash"}).status == 201
    again = admin.call("POST", f"{decide}/confirm/", {})
    assert_told(again, "confirm_payment", "attempt_decided")
    assert_told(admin.call("POST", f"{decide}/reject/", reason), "reject_payment", "attempt_decided")
    assert customer.call("POST", pay, {"amount": 2200}).status == 200
    assert_told(customer.call("POST", pay, {"amount": 2200}), "pay", "payment_waiting")
    assert_told(customer.call("POST", payoff, {}), "pay_off", "payment_waiting")
    plan = {"installment_count": 1, "first_due_date": "2026-12-30", **reason}
    assert_told(admin.call("POST", f"/purchases/{number}/plans/", plan), "replan", "payment_waiting")


def test_what_a_provider_decides_is_told_as_in_the_examples(online: Online, admin: Person, customer: Person) -> None:
    product = admin.call("POST", "/products/", {"name": "Fan", "price": 1000, "description": "d"}).json["id"]
    plan = {"product": product, "first_installment_amount": 400, "installment_count": 3}
    purchase = customer.call("POST", "/purchases/create/", plan).json
    number, reason = purchase["id"], {"reason": "r"}
    decide = f"/purchases/{number}/attempts/{purchase['attempt']['id']}"
    assert_told(admin.call("POST", f"{decide}/confirm/", {}), "confirm_payment", "provider_decides")
    assert_told(admin.call("POST", f"{decide}/reject/", reason), "reject_payment", "provider_decides")
    online.choose(purchase["attempt"])
    online.settle()
    [entry] = admin.call("GET", f"/purchases/{number}/journal/").json
    reversal = admin.call("POST", f"/purchases/{number}/reversals/", {"entry": entry["id"], **reason})
    assert_told(reversal, "reverse", "provider_decides")
    for _ in range(4):
        online.control("troubles", call="begin", what="refused")
    pay = f"/installments/pay/{purchase['installments'][1]['id']}/"
    assert_told(customer.call("POST", "/purchases/create/", plan), "buy", "payment_refused")
    assert_told(customer.call("POST", pay, {"amount": 300}), "pay", "payment_refused")
    assert_told(customer.call("POST", f"/purchases/{number}/payoff/", {}), "pay_off", "payment_refused")
    refused = customer.call("POST", "/installments/autopay/", {"agrees": True})
    assert_told(refused, "agree_to_autopay", "payment_refused")
    assert customer.call("GET", "/purchases/my/?status=cancelled").count == 1


def test_automatic_payments_are_offered_online_alone_as_in_the_examples(customer: Person) -> None:
    refused = customer.call("POST", "/installments/autopay/", {"agrees": True})
    assert_told(refused, "agree_to_autopay", "autopay_not_offered")


def test_a_registration_that_is_refused_is_told_as_in_the_examples(
    customer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def register(**change: str) -> Answer:
        return call("POST", "/accounts/register/", {**NEW, **change})

    assert_told(register(password="password123"), "register", "password_too_common")
    assert_told(register(password="salma@example"), "register", "password_too_personal")
    assert_told(register(email=customer.email), "register", "email_taken")
    assert_told(register(username=customer.username), "register", "username_taken")
    assert_told(call("POST", "/accounts/verify-otp/", CODE), "verify_otp", "invalid_otp")
    with monkeypatch.context() as patched:
        patched.setattr(Accounts, "create", lambda *_: False)
        assert_told(register(), "register", "account_taken")
    for name in operations_with("too_many_requests"):
        assert example(name, "too_many_requests") == example("log_in", "too_many_requests")


def test_a_login_that_is_refused_is_told_as_in_the_examples(admin: Person, customer: Person, clock: Clock) -> None:
    def log_in(email: str, password: str) -> Answer:
        return call("POST", "/accounts/login/", {"email": email, "password": password})

    call("POST", "/accounts/register/", NEW)
    assert_told(log_in(NEW["email"], PASSWORD), "log_in", "account_not_verified")
    assert_told(log_in(customer.email, "wrong"), "log_in", "invalid_credentials")
    pair = log_in(customer.email, PASSWORD).json
    assert_told(call("POST", "/accounts/token/refresh/", {"refresh": "x"}), "refresh", "not_authenticated")
    assert call("POST", "/accounts/token/refresh/", {"refresh": pair["refresh"]}).status == 200
    clock.move(seconds=10)
    assert_told(call("POST", "/accounts/token/refresh/", {"refresh": pair["refresh"]}), "refresh", "session_over")
    clock.move(days=7)
    assert_told(call("POST", "/accounts/token/refresh/", {"refresh": pair["refresh"]}), "refresh", "token_expired")
    assert admin.call("PATCH", f"/accounts/users/{customer.id}/", {"is_active": False}).status == 200
    assert_told(log_in(customer.email, PASSWORD), "log_in", "account_inactive")
    for _ in range(5):
        log_in("nobody@example.com", "wrong")
    assert_told(log_in("nobody@example.com", "wrong"), "log_in", "too_many_requests")


def test_a_reminder_that_cannot_be_sent_is_told_as_in_the_examples(
    shop: Shop, admin: Person, customer: Person, clock: Clock
) -> None:
    path = f"/purchases/customers/{customer.id}/reminders/"
    assert_told(admin.call("POST", path), "remind", "nothing_owed")
    clock.move(seconds=1)
    shop.feedback.mark(customer.email, MailStatus.BOUNCED)
    assert_told(admin.call("POST", path), "remind", "mail_undeliverable")


def test_a_wrong_telephone_number_is_told_as_in_the_examples(admin: Person, customer: Person) -> None:
    new = {"username": "nila", "email": "nila@example.com", "phone": "017"}
    assert_told(customer.call("PATCH", "/accounts/profile/", {"phone": "017"}), "change_profile", "phone_not_valid")
    assert_told(admin.call("POST", "/accounts/users/", new), "add_user", "phone_not_valid")


def test_a_change_of_an_account_that_is_refused_is_told_as_in_the_examples(
    admin: Person, customer: Person, mailbox: Mailbox
) -> None:
    def change(old: str, new: str) -> Answer:
        return customer.call("POST", "/accounts/password/change/", {"old_password": old, "new_password": new})

    assert_told(change("wrong", OTHER_PASSWORD), "change_password", "wrong_password")
    assert_told(change(PASSWORD, "password123"), "change_password", "password_too_common")
    assert_told(change(PASSWORD, customer.email), "change_password", "password_too_personal")
    call("POST", "/accounts/password/reset/", {"email": customer.email})
    reset = {"email": customer.email, "otp_code": mailbox.code(customer.email)}
    for code, password in {"password_too_common": "password123", "password_too_personal": customer.email}.items():
        refused = call("POST", "/accounts/password/reset/confirm/", {**reset, "new_password": password})
        assert_told(refused, "reset_password", code)
    wrong = call("POST", "/accounts/password/reset/confirm/", {**CODE, "new_password": OTHER_PASSWORD})
    assert_told(wrong, "reset_password", "invalid_otp")
    rights = {"is_staff": False}
    assert_told(admin.call("PATCH", f"/accounts/users/{admin.id}/", rights), "change_user", "own_account")
    assert_told(admin.call("POST", "/accounts/delete/", {"password": PASSWORD}), "delete_account", "own_account")
    assert_told(customer.call("POST", "/accounts/delete/", {"password": "wrong"}), "delete_account", "wrong_password")
    assert customer.call("POST", "/accounts/delete/", {"password": PASSWORD}).status == 200
    assert_told(admin.call("PATCH", f"/accounts/users/{customer.id}/", rights), "change_user", "account_deleted")


def test_a_shop_that_is_busy_tells_so_as_in_the_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Contended("busy")

    monkeypatch.setattr(Table, "get", busy)
    assert_told(call("POST", "/accounts/resend-otp/", {"email": NEW["email"]}), "send_code_again", "try_again")
    assert all(
        example(name, "try_again") == example("send_code_again", "try_again") for name in operations_with("try_again")
    )


def test_a_shop_that_cannot_tell_what_was_done_says_so_as_in_the_examples(
    customer: Person, product: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unanswered(*_: object) -> None:
        raise OutcomeUnknown("no answer")

    monkeypatch.setattr(Table, "transact", unanswered)
    order = {"product": product, "first_installment_amount": 1000, "installment_count": 1}
    answer = customer.call("POST", "/purchases/create/", order)
    assert_told(answer, "buy", "outcome_unknown")
    assert "Retry-After" not in answer.headers
    assert all(
        example(name, "outcome_unknown") == example("buy", "outcome_unknown")
        for name in operations_with("outcome_unknown")
    )


def test_the_gateway_throttles_with_the_words_of_the_example() -> None:
    told = example("log_in", "throttled")

    answers = str(template()["Resources"]["Api"]["Properties"]["GatewayResponses"])
    assert all(f'"{part}"' in answers for part in (told["title"], told["detail"], told["code"]))


def test_every_code_is_provoked_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")

    assert [code for code in CODES if f'"{code}"' not in source] == []
