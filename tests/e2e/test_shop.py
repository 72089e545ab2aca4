"""The shop from registration to reports, through its URL on the local cloud."""

import json
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local import deployment
from local.artwork import picture
from local.processes import wait_until
from shop.calendar import Interval
from shop.ledger.purchases import Order
from tests.e2e.conftest import Browser, Cloud
from tests.support import frontend
from tests.support.clock import Clock

PASSWORD = "correct horse battery"
LONGEST = 180
"""Seconds that a queue may take."""


def sign_up(cloud: Cloud, browser: Browser) -> str:
    """Register, verify by the mailed code, log in; the address."""
    name = f"customer-{uuid4().hex[:8]}"
    email = f"{name}@example.com"
    registered = browser.post(
        "/accounts/register/", json={"username": name, "email": email, "password": PASSWORD, "first_name": "Rahim"}
    )
    assert registered.status_code == 201, registered.text
    code = _code(cloud, email)
    assert browser.post("/accounts/verify-otp/", json={"email": email, "otp_code": code}).status_code == 200
    browser.log_in(email, PASSWORD)
    return email


def _code(cloud: Cloud, email: str) -> str:
    mails = cloud.await_mails(email, 1)
    found = re.search(r"\b\d{6}\b", mails[-1]["text"])
    assert found
    assert found[0] in mails[-1]["html"]
    return found[0]


@pytest.fixture
def product(admin: Browser) -> Any:
    created = admin.post("/products/", json={"name": f"Rice Cooker {uuid4().hex[:6]}", "price": "1000.00"})
    assert created.status_code == 201
    return created.json()


def test_a_picture_is_uploaded_and_shown_to_a_browser(admin: Browser, browser: Browser, product: Any) -> None:
    data = picture(7)
    path = f"/products/{product['id']}/picture/"
    uploaded = admin.put(path, json={"picture": b64encode(data).decode()})
    assert uploaded.status_code == 200, uploaded.text
    address = browser.get(f"/products/{product['id']}/").json()["picture"]
    assert address == uploaded.json()["picture"]

    shown = httpx.get(address, headers={"Accept": "image/avif,image/webp,image/png,*/*;q=0.8"})

    assert (shown.status_code, shown.content) == (200, data)
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert admin.put(path, json={"picture": b64encode(picture(8)).decode()}).json()["picture"] != address
    assert httpx.get(address).status_code == 404
    assert admin.delete(path).status_code == 204
    assert browser.get(f"/products/{product['id']}/").json()["picture"] is None


def test_a_customer_buys_on_three_installments_and_pays_and_everybodys_figures_follow(
    cloud: Cloud, browser: Browser, admin: Browser, product: Any
) -> None:
    email = sign_up(cloud, browser)
    profile = browser.get("/accounts/profile/").json()
    assert (profile["email"], profile["first_name"], profile["is_verified"]) == (email, "Rahim", True)
    found = browser.get("/products/", params={"search": product["name"]}).json()
    assert [one["id"] for one in found] == [product["id"]]
    chart_before = admin.get("/reports/chart/summary/").json()["datasets"]

    bought = browser.post(
        "/purchases/create/",
        json={"product": product["id"], "first_installment_amount": 300, "installment_count": 3},
        headers={"Idempotency-Key": "the-purchase"},
    )
    assert bought.status_code == 201, bought.text
    purchase = bought.json()
    assert (purchase["total_price"], purchase["status"], len(purchase["installments"])) == (1000, "due", 3)
    again = browser.post(
        "/purchases/create/",
        json={"product": product["id"], "first_installment_amount": 300, "installment_count": 3},
        headers={"Idempotency-Key": "the-purchase"},
    )
    assert again.json() == purchase
    assert again.headers["Idempotency-Replayed"] == "true"

    second = browser.get("/installments/next-due/").json()
    assert second["id"] == purchase["installments"][1]["id"]
    paid = browser.post(f"/installments/pay/{second['id']}/", json={"amount": 350})
    assert paid.json()["message"] == "Payment successful."
    summary = browser.get("/user/summary/").json()
    assert (summary["total_paid"], summary["total_due"], summary["installment_left"]) == (650, 350, 1)
    mine = browser.get("/purchases/my/").json()
    assert [part["status"] for part in mine[0]["installments"]] == ["paid", "paid", "due"]
    third = purchase["installments"][2]["id"]
    closed = browser.post(f"/installments/pay/{third}", json={"amount": "350.00"}).json()
    assert closed["purchase_status"] == "paid"
    assert browser.get("/installments/next-due/").status_code == 404

    newest = admin.get("/purchases/").json()[0]
    assert (newest["id"], newest["status"], newest["customer"]["email"]) == (purchase["id"], "paid", email)
    rows = admin.get("/reports/payment-summary/weekly/", params={"page_size": 100}).json()
    (row,) = [row for row in rows if row["email"] == email]
    assert (row["total_paid_amount"], row["fully_paid_purchases"], row["overall_status"]) == (1000, 1, "paid")
    monthly = admin.get("/reports/payment-summary/monthly/", params={"page_size": 100}).json()
    assert row in monthly
    chart = admin.get("/reports/chart/summary/").json()["datasets"]
    assert chart["total_purchases"][-1] - chart_before["total_purchases"][-1] == pytest.approx(1000)
    assert chart["total_paid"][-1] - chart_before["total_paid"][-1] == pytest.approx(1000)
    assert admin.get("/user-stats/").json()["verified_users"] >= 2
    assert browser.get("/public/global-summary/").json()["total_products"] >= 1
    for path in ("/purchases/", "/user-stats/", "/reports/chart/summary/", "/reports/payment-summary/weekly/"):
        assert browser.get(path).status_code == 403


def test_a_late_payment_owes_its_penalty_exactly(cloud: Cloud, browser: Browser, product: Any) -> None:
    sign_up(cloud, browser)
    customer_id = browser.get("/accounts/profile/").json()["id"]
    shop = cloud.shop(Clock(datetime.now(UTC) - timedelta(days=10)))
    order = Order(product["id"], 1, Decimal(300), 2, Interval.WEEKLY)
    shop.purchasing.buy(customer_id, order)

    (overdue,) = browser.get("/installments/", params={"status": "overdue"}).json()
    assert (overdue["due_amount"], overdue["late_fee"], overdue["amount_to_pay"]) == (700, 70, 770)
    path = f"/installments/pay/{overdue['id']}/"
    assert browser.post(path, json={"amount": 700}).json()["code"] == "late_payment_too_small"
    assert browser.post(path, json={"amount": 770.01}).json()["code"] == "overpayment"
    paid = browser.post(path, json={"amount": 770}).json()
    assert (paid["payment"]["late_fee"], paid["purchase_status"]) == (70, "paid")


def _subjects(cloud: Cloud, email: str, count: int) -> list[str]:
    """The subjects of the mails to an address, once there are so many."""
    return [mail["subject"] for mail in cloud.await_mails(email, count)]


def test_a_purchase_is_confirmed_and_the_schedule_reminds_once(cloud: Cloud, browser: Browser, product: Any) -> None:
    email = sign_up(cloud, browser)
    order = {"product": product["id"], "first_installment_amount": 300, "installment_count": 2, "interval": "weekly"}
    assert browser.post("/purchases/create/", json=order).status_code == 201
    due = datetime.fromisoformat(browser.get("/installments/next-due/").json()["due_date"])
    expected = ["Your Installment Shop verification code", f"Your purchase: {product['name']}"]
    assert _subjects(cloud, email, 2) == expected

    for days, subject in ((-3, "is due soon"), (0, "is due today"), (1, "is overdue")):
        day = f"{due + timedelta(days=days):%Y-%m-%d}"
        cloud.run("remind", "--date", day)
        cloud.run("remind", "--date", day)
        expected.append(f"An installment {subject}")
        assert _subjects(cloud, email, len(expected)) == expected
    printed = [json.loads(line) for line in cloud.run("mail", "--to", email).splitlines()]
    assert printed == cloud.mails(email)


def test_a_kill_between_planning_and_sending_loses_and_repeats_no_reminder(
    cloud: Cloud, browser: Browser, product: Any
) -> None:
    email = sign_up(cloud, browser)
    order = {"product": product["id"], "first_installment_amount": 300, "installment_count": 2, "interval": "weekly"}
    assert browser.post("/purchases/create/", json=order).status_code == 201
    due = browser.get("/installments/next-due/").json()["due_date"]
    assert len(_subjects(cloud, email, 2)) == 2
    found, functions = deployment.outputs(cloud.places), deployment.boto3_client("lambda", cloud.places)
    listed = functions.list_event_source_mappings(FunctionName=found["SenderFunctionName"])
    sender = listed["EventSourceMappings"][0]["UUID"]

    functions.update_event_source_mapping(UUID=sender, Enabled=False)
    try:
        cloud.run("remind", "--date", due)
        _wait_for_mails_to_send(cloud, found["MailQueueUrl"], lambda waiting: waiting > 0)
        cloud.kill("ministack")
        cloud.up()
        assert len(cloud.mails(email)) == 2
    finally:
        functions.update_event_source_mapping(UUID=sender, Enabled=True)
    cloud.run("remind", "--date", due)

    assert _subjects(cloud, email, 3)[2:] == ["An installment is due today"]
    _wait_for_mails_to_send(cloud, found["MailQueueUrl"], lambda waiting: waiting == 0)
    assert len(cloud.mails(email)) == 3


def _wait_for_mails_to_send(cloud: Cloud, url: str, ready: Callable[[int], bool]) -> None:
    queues = deployment.boto3_client("sqs", cloud.places)

    def waiting() -> int:
        counts = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return sum(int(counts[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible"))

    wait_until(lambda: ready(waiting()), "the mail queue", LONGEST)


def test_a_message_that_fails_for_good_ends_in_the_dead_letter_queue(cloud: Cloud) -> None:
    found, queues = deployment.outputs(cloud.places), deployment.boto3_client("sqs", cloud.places)
    url = found["MailQueueUrl"]
    before = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    queues.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})  # its tries follow each other
    try:
        queues.send_message(QueueUrl=url, MessageBody="poison")
        dead: list[Any] = []

        def arrived() -> bool:
            dead.extend(queues.receive_message(QueueUrl=found["MailDeadLettersUrl"]).get("Messages", []))
            return bool(dead)

        wait_until(arrived, "The dead letter", LONGEST)
    finally:
        queues.set_queue_attributes(QueueUrl=url, Attributes=before)

    assert [message["Body"] for message in dead] == ["poison"]


def test_a_list_is_followed_by_its_links(browser: Browser, admin: Browser) -> None:
    name = f"Lamp{uuid4().hex[:6]}"
    for number in range(5):
        admin.post("/products/", json={"name": f"{name} {number}", "price": 10 + number})

    pages = [browser.get("/products/", params={"search": name, "ordering": "price", "page_size": 2})]
    assert pages[0].headers["X-Total-Count"] == "5"
    while "next" in pages[-1].links:
        pages.append(browser.get(pages[-1].links["next"]["url"]))

    assert [one["price"] for page in pages for one in page.json()] == [10, 11, 12, 13, 14]
    assert browser.get(pages[-1].links["prev"]["url"]).json() == pages[1].json()


@pytest.mark.parametrize("path", ["/nothing", "/products/nothing", "/reports/", "/accounts/"])
def test_what_is_not_there_is_a_404_problem_with_cors(browser: Browser, path: str) -> None:
    answer = browser.get(path, headers={"Origin": frontend.origin()})

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.headers["Access-Control-Allow-Origin"] in ("*", frontend.origin())
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "includeSubDomains" in answer.headers["Strict-Transport-Security"]


def test_the_shop_outlives_the_death_of_its_servers(cloud: Cloud, browser: Browser, product: Any) -> None:
    email = sign_up(cloud, browser)
    cloud.kill("ministack", "dynamodb", "mailbox")

    assert "unchanged" in cloud.up()

    assert browser.get("/accounts/profile/").json()["email"] == email
    assert browser.get(f"/products/{product['id']}/").json() == product
    assert len(cloud.mails(email)) == 1


def test_a_purchase_is_paid_off_another_cancelled_and_the_audit_is_clean(
    cloud: Cloud, browser: Browser, admin: Browser, product: Any
) -> None:
    sign_up(cloud, browser)
    order = {"product": product["id"], "first_installment_amount": 400, "installment_count": 4}
    one, other = (browser.post("/purchases/create/", json=order).json() for _ in range(2))
    key = {"Idempotency-Key": "once"}

    paid = browser.post(f"/purchases/{one['id']}/payoff/", json={"amount": 600}, headers=key)
    assert (paid.status_code, paid.json()["purchase"]["status"]) == (200, "paid")
    assert browser.post(f"/purchases/{one['id']}/payoff", json={"amount": 600}, headers=key).json() == paid.json()
    cancelled = admin.post(f"/purchases/{other['id']}/cancel/", json={"reason": "Out of stock"}).json()
    assert (cancelled["purchase"]["status"], cancelled["purchase"]["refundable_amount"]) == ("cancelled", 400)
    summary = browser.get("/user/summary/").json()
    assert (summary["total_paid"], summary["total_due"], summary["total_refundable"]) == (1400, 0, 400)
    assert len(browser.get(f"/purchases/{one['id']}/").json()["payments"]) == 4
    assert "0 differences, 0 moving" in cloud.run("audit")


def test_a_session_goes_on_and_ends(cloud: Cloud, browser: Browser) -> None:
    email = sign_up(cloud, browser)
    pair = browser.post("/accounts/login/", json={"email": email, "password": PASSWORD}).json()
    following = browser.post("/accounts/token/refresh/", json={"refresh": pair["refresh"]})
    assert following.status_code == 200
    assert browser.post("/accounts/logout/", json={"refresh": following.json()["refresh"]}).status_code == 204
    assert browser.post("/accounts/token/refresh/", json={"refresh": following.json()["refresh"]}).status_code == 401


def test_answers_without_a_body_arrive(browser: Browser, admin: Browser, product: Any) -> None:
    path = f"/products/{product['id']}/"
    etag = browser.get(path).headers["ETag"]

    kept = browser.get(path, headers={"If-None-Match": etag})
    gone = admin.delete(path)

    assert (kept.status_code, kept.text) == (304, "")
    assert (gone.status_code, gone.text) == (204, "")
    assert browser.get(path).status_code == 404


def test_a_rotation_of_the_signing_keys_logs_nobody_out(cloud: Cloud, admin: Browser) -> None:
    refresh = admin.post("/accounts/login/", json={"email": "admin@example.com", "password": "admin-password"}).json()

    assert "The new key" in cloud.run("rotate")
    assert "The new key" in cloud.run("rotate")

    assert admin.get("/user-stats/").status_code == 200
    assert admin.post("/accounts/token/refresh/", json={"refresh": refresh["refresh"]}).status_code == 200
    admin.log_in("admin@example.com", "admin-password")
    assert admin.get("/user-stats/").status_code == 200


def test_the_lists_serve_a_data_table(admin: Browser, browser: Browser) -> None:
    """Pages there and back, sorted, searched letter by letter, renamed and archived, kept while nothing changes."""
    brand = f"zinc{uuid4().hex[:6]}"
    made = [admin.post("/products/", json={"name": f"{brand} Crème {n:02}", "price": 100 - n}).json() for n in range(7)]
    by_price = sorted(made, key=lambda one: float(one["price"]))

    pages = [browser.get("/products/", params={"search": brand, "ordering": "price", "page_size": 3})]
    while "next" in pages[-1].links:
        pages.append(browser.get(pages[-1].links["next"]["url"]))
    assert [one["id"] for page in pages for one in page.json()] == [one["id"] for one in by_price]
    assert [page.headers["X-Total-Count"] for page in pages] == ["7", "7", "7"]
    assert browser.get(pages[-1].links["prev"]["url"]).json() == pages[1].json()

    typed = [
        len(browser.get("/products/", params={"search": f"{brand} {part}"}).json()) for part in ("c", "cre", "crx")
    ]
    assert typed == [7, 7, 0]
    admin.patch(f"/products/{made[0]['id']}/", json={"name": f"{brand} Brûlée"})
    admin.delete(f"/products/{made[1]['id']}/")
    found = {
        word: len(browser.get("/products/", params={"search": f"{brand} {word}"}).json()) for word in ("cre", "bru")
    }
    assert found == {"cre": 5, "bru": 1}

    kept = browser.get("/products/", params={"search": brand})
    again = browser.get("/products/", params={"search": brand}, headers={"If-None-Match": kept.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    forged = browser.get("/products/", params={"search": brand, "cursor": "bm9uc2Vuc2U"})
    assert (forged.status_code, forged.json()["code"]) == (400, "invalid_cursor")
