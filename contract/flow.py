"""The requests of the Postman collection in the order they are sent, from registering to the admins' reports.

A step adds what the document does not have: values to send, values to keep for later requests, and tests of what the
answer means. Scripts are JavaScript; `answer` is the body of the answer, `given(name)` a variable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Variable:
    """A variable of the environment: its meaning and first value. Without a first value, a script sets it."""

    meaning: str
    value: str = ""
    is_secret: bool = False


@dataclass(frozen=True)
class Step:
    """A request of one operation. The customer sends it, or the admin where only admins may.

    One request of each operation has no `name`: it is called as its operation. `path` and `query` have the values of
    parameters, `key` is the Idempotency-Key, `before` is JavaScript that runs first. `refused` is the code of the
    problem that must answer it; without one the request must succeed. `keeps` sets variables to JavaScript expressions
    over the answer. `tests` maps sentences to JavaScript that fails when the sentence is not true.
    """

    operation: str
    name: str = ""
    body: Mapping[str, object] | None = None
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    before: Sequence[str] = ()
    refused: str = ""
    keeps: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mail:
    """A request to the local cloud's mailbox that keeps the code of the newest mail to the customer."""

    name: str
    subject: str


VARIABLES: Mapping[str, Variable] = {
    "base_url": Variable(
        "where the API answers, without a slash at the end: `.venv/bin/python -m local url` prints it",
        "http://127.0.0.1:4566/restapis/shop/dev/_user_request_",
    ),
    "mailbox_url": Variable(
        "where the local cloud shows the mails it was asked to send; AWS has no such place: set `otp_code` by hand",
        "http://127.0.0.1:4566/_ministack/ses/messages",
    ),
    "mail_address": Variable("an address whose mails reach you, `+` and more added to its name", "shopper@example.com"),
    "admin_email": Variable(
        "an admin's address; `make up` creates this one, `.venv/bin/python -m local admin` others", "admin@example.com"
    ),
    "admin_password": Variable("the admin's password", "admin-password", is_secret=True),
    "password": Variable("the customer's password", "plum river lantern", is_secret=True),
    "new_password": Variable(
        "what the password is changed to before it is reset", "harbour candle nine", is_secret=True
    ),
    "email": Variable("the customer's address, a new one each time somebody registers"),
    "username": Variable("the customer's name"),
    "otp_code": Variable("the code of the newest mail", is_secret=True),
    "access_token": Variable("the customer's access token", is_secret=True),
    "refresh_token": Variable("the customer's refresh token, good once", is_secret=True),
    "admin_access_token": Variable("the admin's access token", is_secret=True),
    "user_id": Variable("the customer"),
    "product_name": Variable("what the product is called, so that a search finds this one alone"),
    "product_id": Variable("the product that is bought"),
    "archived_product_id": Variable("the product that is archived"),
    "purchase_key": Variable("the Idempotency-Key of the purchase that is sent twice"),
    "purchase_id": Variable("the purchase whose installments are paid one by one"),
    "early_purchase_id": Variable("the purchase that is paid off"),
    "cancelled_purchase_id": Variable("the purchase that is cancelled"),
    "desk_purchase_id": Variable("the purchase that staff act on"),
    "desk_installment_id": Variable("its second installment"),
    "entry_id": Variable("the journal entry that is reversed"),
    "next_month": Variable("the day in a month"),
    "installment_id": Variable("the installment that falls due next"),
}

_NEW_CUSTOMER = (
    "const name = `shopper-${Date.now()}`;",
    'const [local, host] = given("mail_address").split("@");',
    'pm.environment.set("username", name);',
    'pm.environment.set("email", `${local}+${name}@${host}`);',
)
_LOGIN = {"email": "{{email}}", "password": "{{password}}"}
_TOKENS = {"access_token": "answer.access", "refresh_token": "answer.refresh"}
_CUSTOMER = {
    "username": "{{username}}",
    "email": "{{email}}",
    "password": "{{password}}",
    "first_name": "Salma",
    "last_name": "Khatun",
}
_CODE = {"email": "{{email}}", "otp_code": "{{otp_code}}"}
_VERIFICATION, _RESET = "Your Installment Shop verification code", "Your new password"

_AUTH: Sequence[Step | Mail] = (
    Step("register", before=_NEW_CUSTOMER, body=_CUSTOMER),
    Step("log_in", "Log in before the address is verified", body=_LOGIN, refused="account_not_verified"),
    Step("send_code_again", body={"email": "{{email}}"}),
    Mail("Read the verification code", _VERIFICATION),
    Step("verify_otp", body=_CODE),
    Step("verify_otp", "Verify by the same code again", body=_CODE, refused="invalid_otp"),
    Step(
        "log_in",
        body=_LOGIN,
        keeps=_TOKENS,
        tests={"The two tokens are different": "pm.expect(answer.access).to.not.eql(answer.refresh);"},
    ),
    Step(
        "read_profile",
        tests={
            "It is the customer's own, verified, and no admin's": (
                'pm.expect([answer.email, answer.is_verified, answer.is_staff]).to.eql([given("email"), true, false]);'
            )
        },
    ),
    Step(
        "change_profile",
        body={"first_name": "Selima", "reminders": True, "language": "en"},
        tests={"The first name was changed": "pm.expect(answer.updated_fields.first_name).to.eql(answer.first_name);"},
    ),
    Step("refresh", body={"refresh": "{{refresh_token}}"}, keeps=_TOKENS),
    Step("change_password", body={"old_password": "{{password}}", "new_password": "{{new_password}}"}),
    Step("log_in", "Log in with the old password", body=_LOGIN, refused="invalid_credentials"),
    Step("ask_password_reset", body={"email": "{{email}}"}),
    Mail("Read the code for a new password", _RESET),
    Step("reset_password", body={**_CODE, "new_password": "{{password}}"}),
    Step(
        "refresh",
        "Refresh a session that the reset has ended",
        body={"refresh": "{{refresh_token}}"},
        refused="session_over",
    ),
    Step("log_in", "Log in with the password that was reset", body=_LOGIN, keeps=_TOKENS),
    Step(
        "export",
        tests={
            "It names the customer, who has bought nothing yet": (
                'pm.expect([answer.account.email, answer.purchases]).to.eql([given("email"), []]);'
            )
        },
    ),
    Step("log_out", body={"refresh": "{{refresh_token}}"}),
    Step("refresh", "Refresh after logging out", body={"refresh": "{{refresh_token}}"}, refused="session_over"),
    Step("log_in", "Log in to delete the account", body=_LOGIN, keeps=_TOKENS),
    Step("delete_account", body={"password": "{{password}}"}),
    Step("read_profile", "Read the profile of a deleted account", refused="not_authenticated"),
    Step("register", "Register the customer who buys", before=_NEW_CUSTOMER, body=_CUSTOMER),
    Mail("Read this customer's code", _VERIFICATION),
    Step("verify_otp", "Verify the customer who buys", body=_CODE),
    Step("log_in", "Log in the customer who buys", body=_LOGIN, keeps=_TOKENS),
    Step("read_profile", "Read who buys", keeps={"user_id": "answer.id"}),
    Step(
        "log_in",
        "Log in the admin",
        body={"email": "{{admin_email}}", "password": "{{admin_password}}"},
        keeps={"admin_access_token": "answer.access"},
    ),
    Step(
        "list_users",
        query={"search": "{{username}}"},
        tests={
            "The search finds the customer alone": (
                'pm.expect(answer.map((user) => user.id)).to.eql([given("user_id")]);'
            )
        },
    ),
    Step(
        "add_user",
        body={"username": "{{username}}", "email": "{{email}}"},
        refused="email_taken",
    ),
    Step(
        "read_user",
        tests={
            "It is the customer, to whom mails are sent": (
                'pm.expect([answer.email, answer.mail_status]).to.eql([given("email"), "ok"]);'
            )
        },
    ),
    Step(
        "change_user",
        body={"is_active": False},
        tests={"It is inactive": "pm.expect(answer.is_active).to.eql(false);"},
    ),
    Step("log_in", "Log in while inactive", body=_LOGIN, refused="account_inactive"),
    Step(
        "change_user",
        "Activate the account again",
        body={"is_active": True},
        tests={"It is active": "pm.expect(answer.is_active).to.eql(true);"},
    ),
    Step("log_in", "Log in once active again", body=_LOGIN, keeps=_TOKENS),
    Step(
        "list_actions",
        query={"page_size": "2"},
        tests={
            "The newest two are what was done to the customer's account": (
                'const done = ["user.changed", given("user_id")];\n'
                "pm.expect(answer.map((one) => [one.action, one.target])).to.eql([done, done]);"
            )
        },
    ),
)

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
"""A grey pixel, a PNG."""
_PRODUCTS: Sequence[Step | Mail] = (
    Step(
        "add_product",
        before=('pm.environment.set("product_name", `Cooker${Date.now()}`);',),
        body={
            "name": "{{product_name}}",
            "price": 3000,
            "description": "Double pot",
            "category": "Kitchen",
            "sku": "{{product_name}}-1",
        },
        keeps={"product_id": "answer.id"},
        tests={"The price is a number": "pm.expect(answer.price).to.eql(3000);"},
    ),
    Step(
        "read_product",
        tests={"It is what was added": 'pm.expect(answer.name).to.eql(given("product_name"));'},
    ),
    Step(
        "replace_product",
        body={"name": "{{product_name}}", "price": "3400.50"},
        tests={
            "What was not sent is empty, the price may be text": (
                'pm.expect([answer.description, answer.price]).to.eql(["", 3400.5]);'
            ),
            "The category stays": 'pm.expect(answer.category).to.eql("Kitchen");',
        },
    ),
    Step(
        "change_product",
        body={"price": 3450},
        tests={
            "The price is another, the name is not": (
                'pm.expect([answer.price, answer.name]).to.eql([3450, given("product_name")]);'
            )
        },
    ),
    Step(
        "list_products",
        query={"search": "{{product_name}}", "ordering": "price", "page_size": "10"},
        tests={
            "The search finds it alone": (
                'pm.expect([count(), String(answer[0].id)]).to.eql([1, String(given("product_id"))]);'
            ),
            "There is no other page": 'pm.expect(pm.response.headers.has("Link")).to.eql(false);',
        },
    ),
    Step(
        "put_picture",
        body={"picture": _PIXEL},
        tests={"It has an address": "pm.expect(answer.picture).to.match(/pictures\\/[0-9a-f]{32}-[0-9a-z]{26}.png$/);"},
    ),
    Step("put_picture", "Send what is no picture", body={"picture": "AAAA"}, refused="not_a_picture"),
    Step("remove_picture"),
    Step(
        "list_categories",
        tests={
            "The product counts in its category": (
                'const kitchen = answer.find((one) => one.name.toLowerCase() === "kitchen");\n'
                "pm.expect(kitchen.products).to.be.at.least(1);"
            )
        },
    ),
    Step(
        "list_products",
        "List the products of a category, between two prices, that are left",
        query={
            "category": "kitchen",
            "min_price": "3450",
            "max_price": "3450",
            "available": "true",
            "search": "{{product_name}}",
        },
        tests={"It is found": 'pm.expect(answer.map((one) => String(one.id))).to.eql([String(given("product_id"))]);'},
    ),
    Step(
        "add_product",
        "Add a product with the SKU of another",
        body={"name": "{{product_name}} too", "price": 3000, "sku": "{{product_name}}-1"},
        refused="sku_taken",
    ),
    Step(
        "add_product",
        "Add a product to archive",
        body={"name": "{{product_name}} old", "price": "99.99"},
        keeps={"archived_product_id": "answer.id"},
    ),
    Step(
        "change_product",
        "Give a product terms of its own",
        path={"product_id": "{{archived_product_id}}"},
        body={"terms": {"most_installments": 6, "intervals": ["monthly"], "plan_markup": 0.1}},
        tests={
            "It costs more on a plan": "pm.expect([answer.price, answer.price_on_plan]).to.eql([99.99, 109.99]);",
            "The rest is as in the shop": "pm.expect(answer.terms.least_first_share).to.eql(null);",
        },
    ),
    Step("archive_product", path={"product_id": "{{archived_product_id}}"}),
    Step(
        "read_product", "Read an archived product", path={"product_id": "{{archived_product_id}}"}, refused="not_found"
    ),
    Step(
        "list_archived_products",
        tests={
            "It is among them": (
                'pm.expect(answer.map((one) => one.id)).to.include(Number(given("archived_product_id")));'
            )
        },
    ),
    Step("restore_product", path={"product_id": "{{archived_product_id}}"}),
    Step("archive_product", "Archive it again", path={"product_id": "{{archived_product_id}}"}),
)

_PLAN = {"product": "{{product_id}}", "quantity": 2, "first_installment_amount": 2500, "installment_count": 3}
_SPLIT = "pm.expect(answer.installments.map((one) => one.due_amount)).to.eql([2500, 2200, 2200]);"
_SPLIT_AND_PAID = "pm.expect(answer.installments.map((one) => one.due_amount)).to.eql([0, 2200, 2200]);"
_FIRST_PAID = 'pm.expect(answer.installments.map((one) => one.status)).to.eql(["paid", "due", "due"]);'

_AT_DESK = {"purchase_id": "{{desk_purchase_id}}"}
_INSTALLMENT = {"installment": "{{desk_installment_id}}"}
_CUSTOMER_AT_DESK = {"customer_id": "{{user_id}}"}
_ATTEMPT = {"attempt_id": "{{desk_purchase_id}}"}
_REASON = {"reason": "Agreed at the counter"}

_DESK: Sequence[Step | Mail] = (
    Step(
        "set_credit_limit",
        path=_CUSTOMER_AT_DESK,
        body={"credit_limit": 50000, **_REASON},
        tests={"It is the customer's own": "pm.expect(answer.is_default_limit).to.eql(false);"},
    ),
    Step("block", path=_CUSTOMER_AT_DESK, body={"is_blocked": True, **_REASON}),
    Step(
        "sell",
        path=_CUSTOMER_AT_DESK,
        body={**_PLAN, "method": "cash"},
        refused="buying_blocked",
    ),
    Step("block", "End the block", path=_CUSTOMER_AT_DESK, body={"is_blocked": False, **_REASON}),
    Step(
        "read_customer",
        path=_CUSTOMER_AT_DESK,
        tests={
            "It is of the customer": 'pm.expect(answer.account.id).to.eql(given("user_id"));',
            "The credit is as said": "pm.expect(answer.credit.credit_limit).to.eql(50000);",
        },
    ),
    Step(
        "read_credit",
        path=_CUSTOMER_AT_DESK,
        tests={
            "Nothing stands in the way": "pm.expect([answer.is_blocked, answer.credit_limit]).to.eql([false, 50000]);"
        },
    ),
    Step(
        "buy",
        "Buy what staff act on",
        key="{{$guid}}",
        body=_PLAN,
        keeps={"desk_purchase_id": "answer.id", "desk_installment_id": "answer.installments[1].id"},
    ),
    Step(
        "take_payment",
        path=_AT_DESK,
        key="{{$guid}}",
        body={"amount": 1000, "method": "cash", "reference": "R-17"},
        tests={
            "It has a receipt number": r"pm.expect(answer.entry.receipt_number).to.match(/^\d{6}-\w{8}$/);",
            "The books balance": (
                "pm.expect(Object.values(answer.entry.postings).reduce((sum, one) => sum + one, 0)).to.eql(0);"
            ),
        },
    ),
    Step(
        "take_payment",
        "Take more than is left",
        path=_AT_DESK,
        body={"amount": 3400.01, "method": "cash"},
        refused="overpayment",
    ),
    Step("waive_late_fee", path=_AT_DESK, body={**_INSTALLMENT, **_REASON}, refused="no_late_fee"),
    Step("give_goodwill", path=_AT_DESK, key="{{$guid}}", body={**_INSTALLMENT, "amount": 100, **_REASON}),
    Step(
        "move_due_date",
        path=_AT_DESK,
        body={**_INSTALLMENT, "due_date": "2020-01-01", **_REASON},
        refused="due_date_out_of_order",
    ),
    Step(
        "replan",
        path=_AT_DESK,
        key="{{$guid}}",
        before=('pm.environment.set("next_month", new Date(Date.now() + 30 * 86400000).toISOString().slice(0, 10));',),
        body={"installment_count": 2, "first_due_date": "{{next_month}}", **_REASON},
        tests={
            "What is left is split into two": (
                'const open = answer.purchase.installments.filter((one) => one.status === "due");\n'
                "pm.expect(open.map((one) => one.due_amount)).to.eql([1650, 1650]);"
            )
        },
    ),
    Step(
        "give_back",
        path=_AT_DESK,
        key="{{$guid}}",
        body={"quantity": 1, **_REASON},
        tests={"What was paid for it is owed back": "pm.expect(answer.purchase.refundable_amount).to.eql(150);"},
    ),
    Step("write_off", path=_AT_DESK, body=_REASON, refused="purchase_already_paid"),
    Step(
        "list_attempts",
        tests={
            "All of them wait": 'pm.expect(answer.every((one) => one.status === "processing")).to.be.true;',
        },
    ),
    Step("list_own_attempts"),
    Step(
        "add_note",
        path=_CUSTOMER_AT_DESK,
        body={"text": "Called: pays when the salary comes", "promise": {"date": "{{next_month}}", "amount": 500}},
        tests={"There is time left": 'pm.expect(answer.promise.status).to.eql("open");'},
    ),
    Step(
        "list_notes",
        path=_CUSTOMER_AT_DESK,
        tests={"It is there": "pm.expect(answer.map((one) => one.promise.amount)).to.eql([500]);"},
    ),
    Step(
        "remind",
        path=_CUSTOMER_AT_DESK,
        tests={"It says so": "pm.expect(answer.message).to.not.be.empty;"},
    ),
    Step(
        "list_mails",
        path=_CUSTOMER_AT_DESK,
        tests={"All have a time": "pm.expect(answer.every((one) => Boolean(one.sent_at))).to.be.true;"},
    ),
    Step("confirm_payment", path={**_AT_DESK, **_ATTEMPT}, body={"method": "cash"}, refused="not_found"),
    Step("reject_payment", path={**_AT_DESK, **_ATTEMPT}, body=_REASON, refused="not_found"),
    Step(
        "refund",
        path=_AT_DESK,
        key="{{$guid}}",
        body={"amount": 150, "method": "cash", **_REASON},
        keeps={"entry_id": "answer.entry.id"},
        tests={"Money went out": "pm.expect(answer.entry.amount).to.eql(-150);"},
    ),
    Step(
        "reverse",
        path=_AT_DESK,
        key="{{$guid}}",
        body={"entry": "{{entry_id}}", **_REASON},
        tests={"It is owed back again": "pm.expect(answer.purchase.refundable_amount).to.eql(150);"},
    ),
    Step("cancel", "Cancel what staff acted on", path=_AT_DESK, key="{{$guid}}", body=_REASON),
    Step(
        "refund",
        "Refund all of it",
        path=_AT_DESK,
        key="{{$guid}}",
        body={"amount": 3500, "method": "cash", **_REASON},
        tests={"Nothing is owed back any more": "pm.expect(answer.purchase.refundable_amount).to.eql(0);"},
    ),
    Step(
        "read_receipt",
        path={**_AT_DESK, "entry_id": "{{entry_id}}"},
        tests={
            "It is of the refund that was reversed": (
                "pm.expect([answer.amount, answer.is_reversed]).to.eql([-150, true]);"
            )
        },
    ),
    Step(
        "list_journal",
        query={"customer": "{{user_id}}", "page_size": "1"},
        tests={"The newest is the refund": 'pm.expect(answer.map((one) => one.kind)).to.eql(["refund"]);'},
    ),
    Step(
        "read_journal",
        path=_AT_DESK,
        tests={
            "Every act is there": (
                "pm.expect(answer.map((one) => one.kind)).to.eql([\n"
                '    "purchase", "payment", "goodwill", "replan", "return", "refund", "reversal", "cancellation",\n'
                '    "refund",\n'
                "]);"
            )
        },
    ),
)

_PURCHASES: Sequence[Step | Mail] = (
    Step(
        "quote",
        body={**_PLAN, "installment_counts": [2, 6]},
        tests={
            "Other counts are quoted, too": (
                "pm.expect(answer.plans.map((one) => one.installments.length)).to.eql([2, 6]);"
            ),
            "Two cost 6900": "pm.expect(answer.total_price).to.eql(6900);",
            "What the first leaves is split evenly": _SPLIT,
        },
    ),
    Step(
        "buy",
        "Buy with too little at first",
        body={**_PLAN, "first_installment_amount": 2069.99},
        refused="first_installment_too_small",
    ),
    Step(
        "buy",
        before=('pm.environment.set("purchase_key", pm.variables.replaceIn("{{$guid}}"));',),
        key="{{purchase_key}}",
        body=_PLAN,
        keeps={"purchase_id": "answer.id"},
        tests={
            "Two cost 6900": "pm.expect([answer.total_price, answer.status]).to.eql([6900, 'due']);",
            "The first installment is paid": _FIRST_PAID,
            "The others are still owed": _SPLIT_AND_PAID,
        },
    ),
    Step(
        "buy",
        "Send the same purchase again",
        key="{{purchase_key}}",
        body=_PLAN,
        tests={
            "It is the first answer again": (
                'pm.expect(answer.id).to.eql(given("purchase_id"));\n'
                'pm.expect(pm.response.headers.get("Idempotency-Replayed")).to.eql("true");'
            )
        },
    ),
    Step(
        "buy",
        "Buy to pay it off early",
        key="{{$guid}}",
        body={**_PLAN, "interval": "monthly"},
        keeps={"early_purchase_id": "answer.id"},
    ),
    Step(
        "pay_off",
        path={"purchase_id": "{{early_purchase_id}}"},
        key="{{$guid}}",
        body={"amount": 4400},
        tests={
            "Both open installments are paid, without a penalty": (
                "pm.expect([answer.amount, answer.late_fee, answer.payments.length]).to.eql([4400, 0, 2]);"
            ),
            "The purchase is paid": 'pm.expect(answer.purchase.status).to.eql("paid");',
        },
    ),
    Step(
        "buy",
        "Buy what is cancelled later",
        key="{{$guid}}",
        body=_PLAN,
        keeps={"cancelled_purchase_id": "answer.id"},
    ),
    Step(
        "cancel",
        path={"purchase_id": "{{cancelled_purchase_id}}"},
        key="{{$guid}}",
        body={"reason": "Out of stock"},
        tests={
            "What was paid is to be given back": (
                'pm.expect([answer.purchase.status, answer.purchase.refundable_amount]).to.eql(["cancelled", 2500]);'
            ),
            "The rest is void": (
                'pm.expect(answer.purchase.installments.map((one) => one.status)).to.eql(["paid", "void", "void"]);'
            ),
        },
    ),
    *_DESK,
    Step(
        "read_purchase",
        tests={
            "One payment was made, of the first installment": (
                "pm.expect(answer.payments.map((one) => one.amount)).to.eql([2500]);"
            ),
            "The first installment is paid": _FIRST_PAID,
        },
    ),
    Step(
        "list_own_purchases",
        query={"status": "due"},
        tests={"One is still to be paid": ('pm.expect(answer.map((one) => one.id)).to.eql([given("purchase_id")]);')},
    ),
    Step(
        "list_purchases",
        query={"customer": "{{user_id}}"},
        tests={
            "The customer has bought four times, the newest first": (
                "pm.expect(answer.map((one) => [one.id, one.status])).to.eql([\n"
                '    [given("desk_purchase_id"), "cancelled"],\n'
                '    [given("cancelled_purchase_id"), "cancelled"],\n'
                '    [given("early_purchase_id"), "paid"],\n'
                '    [given("purchase_id"), "due"],\n'
                "]);"
            )
        },
    ),
)

_INSTALLMENTS: Sequence[Step | Mail] = (
    Step(
        "list_installments",
        query={"status": "due", "purchase": "{{purchase_id}}"},
        tests={
            "Two are due, the earlier first": (
                "pm.expect(answer.map((one) => one.installment_number)).to.eql([2, 3]);\n"
                "pm.expect(answer[0].due_date < answer[1].due_date).to.eql(true);"
            )
        },
    ),
    Step(
        "read_next_due",
        keeps={"installment_id": "answer.id"},
        tests={
            "It is the second, on time": (
                "pm.expect([answer.installment_number, answer.is_overdue, answer.amount_to_pay])"
                ".to.eql([2, false, 2200]);"
            )
        },
    ),
    Step("pay", "Pay more than is due", key="{{$guid}}", body={"amount": 2200.01}, refused="overpayment"),
    Step(
        "pay",
        "Pay a part of the installment",
        key="{{$guid}}",
        body={"amount": 1000},
        tests={
            "1200 are left": (
                "pm.expect([answer.installment.paid_amount, answer.installment.due_amount, answer.installment.status])"
                '.to.eql([1000, 1200, "due"]);'
            )
        },
    ),
    Step(
        "pay",
        key="{{$guid}}",
        body={"amount": 1200},
        tests={
            "The installment is paid, the purchase is not yet": (
                'pm.expect([answer.installment.status, answer.purchase_status]).to.eql(["paid", "due"]);'
            )
        },
    ),
    Step(
        "read_installment",
        tests={"It was paid in two parts": "pm.expect(answer.payments.map((one) => one.amount)).to.eql([1000, 1200]);"},
    ),
    Step("pay", "Pay what is paid already", key="{{$guid}}", body={"amount": 1}, refused="installment_already_paid"),
    Step(
        "read_next_due",
        "Read the last installment",
        keeps={"installment_id": "answer.id"},
        tests={"It is the third": "pm.expect(answer.installment_number).to.eql(3);"},
    ),
    Step(
        "pay",
        "Pay the last installment",
        key="{{$guid}}",
        body={"amount": "2200.00"},
        tests={
            "With it the purchase is paid": (
                'pm.expect([answer.installment.due_amount, answer.purchase_status]).to.eql([0, "paid"]);'
            )
        },
    ),
    Step("read_next_due", "Read what falls due once all is paid", refused="not_found"),
    Step(
        "read_autopay",
        tests={"Nothing is charged by itself": 'pm.expect([answer.status, answer.method]).to.eql(["off", null]);'},
    ),
    Step("agree_to_autopay", body={"agrees": True}, refused="autopay_not_offered"),
    Step("end_autopay"),
)

_DASHBOARD: Sequence[Step | Mail] = (
    Step(
        "read_global_summary",
        tests={"The product is among those counted": "pm.expect(answer.total_products).to.be.at.least(1);"},
    ),
    Step(
        "read_terms",
        tests={"The late fee is a tenth": "pm.expect([answer.currency, answer.late_fee_rate]).to.eql(['BDT', 0.1]);"},
    ),
    Step(
        "read_own_summary",
        tests={
            "Two purchases were paid in full, and the first installment of the cancelled one": (
                "pm.expect([answer.total_purchase, answer.total_paid, answer.total_due]).to.eql([2, 16300, 0]);"
            ),
            "That first installment is to be given back": "pm.expect(answer.total_refundable).to.eql(2500);",
            "Nothing falls due": (
                "pm.expect([answer.installment_left, answer.overdue_count, answer.next_due]).to.eql([0, 0, null]);"
            ),
        },
    ),
    Step(
        "read_user_stats",
        tests={
            "Every account is verified or not": (
                "pm.expect(answer.verified_users + answer.not_verified_users).to.eql(answer.total_users);"
            ),
            "The customer and the admin are verified": "pm.expect(answer.verified_users).to.be.at.least(2);",
        },
    ),
)

# A shop may have more customers than a page shows.
_OWN_ROW = (
    'const own = answer.find((row) => row.id === given("user_id"));\n'
    "pm.expect(own !== undefined || count() > answer.length).to.eql(true);\n"
    "if (own) {\n"
    '    pm.expect([own.total_paid_amount, own.fully_paid_purchases, own.overall_status]).to.eql([16300, 2, "paid"]);\n'
    "}"
)
_FILE_NAMED = 'pm.expect(pm.response.headers.get("Content-Disposition")).to.include("payment-summary-%s.csv");'

_REPORTS: Sequence[Step | Mail] = (
    Step(
        "read_chart",
        tests={
            "It shows six months, the oldest first": (
                "pm.expect(answer.months.length).to.eql(6);\n"
                "pm.expect(answer.months).to.eql([...answer.months].sort());"
            ),
            "What the customer bought and paid is in the last": (
                "pm.expect(answer.datasets.total_purchases[5]).to.be.at.least(13800);\n"
                "pm.expect(answer.datasets.total_paid[5]).to.be.at.least(16300);"
            ),
        },
    ),
    Step(
        "read_weekly_summary",
        query={"page_size": "100"},
        tests={"The customer's row says what was paid": _OWN_ROW},
    ),
    Step(
        "read_weekly_summary",
        "Read the weekly summary as a file",
        query={"format": "csv"},
        tests={"It is a file for the week": _FILE_NAMED % "weekly"},
    ),
    Step(
        "read_monthly_summary",
        query={"page_size": "100"},
        tests={"The customer's row says what was paid": _OWN_ROW},
    ),
    Step(
        "list_payments",
        query={"customer": "{{user_id}}", "method": "cash"},
        tests={
            "What was refunded in cash is there": (
                "pm.expect(answer.map((one) => one.amount)).to.eql([-3500, 150, -150, 1000]);"
            )
        },
    ),
    Step(
        "list_overdue",
        tests={
            "Those late longest come first": (
                "const days = answer.map((one) => one.days_late);\n"
                "pm.expect(days).to.eql([...days].sort((one, other) => other - one));"
            )
        },
    ),
    Step(
        "read_aging",
        tests={
            "It has a bucket for each age": "pm.expect(answer.buckets.length).to.eql(6);",
            "What is late is in those of late days": (
                "const late = answer.buckets.slice(1).reduce((sum, one) => sum + one.customers, 0);\n"
                "pm.expect(answer.overdue_customers).to.eql(late);"
            ),
        },
    ),
    Step(
        "read_overdue_series",
        query={"from": "2020-01-01", "to": "2020-01-31", "by": "week"},
        tests={"Nothing was owed then": "pm.expect(answer).to.eql([]);"},
    ),
    Step(
        "list_due",
        query={"from": "2020-01-01", "to": "2020-01-31"},
        tests={"Nothing was due then": "pm.expect(answer).to.eql([]);"},
    ),
    Step(
        "read_sales",
        query={"from": "2020-01-01", "to": "2020-03-31", "by": "month"},
        tests={
            "There is a row for each month, of no closed day": (
                "pm.expect(answer.map((one) => [one.closed_days, one.sales])).to.eql([[0, 0], [0, 0], [0, 0]]);"
            )
        },
    ),
    Step(
        "list_sales_by_product",
        query={"from": "2020-01-01", "to": "2020-03-31"},
        tests={"No product sold then": "pm.expect(answer).to.eql([]);"},
    ),
    Step(
        "list_sales_by_category",
        query={"from": "2020-01-01", "to": "2020-03-31"},
        tests={"No category sold then": "pm.expect(answer).to.eql([]);"},
    ),
    Step(
        "list_refunds",
        tests={
            "Something is owed for each purchase": (
                "pm.expect(answer.every((one) => one.refundable_amount > 0)).to.eql(true);"
            )
        },
    ),
    Step(
        "read_till",
        tests={
            "It has the cash of today": (
                'pm.expect(answer.rows.filter((row) => row.method === "cash").length).to.be.at.least(1);'
            )
        },
    ),
    Step(
        "export_journal",
        query={"from": "2020-01-01", "to": "2020-01-31"},
        tests={"Nothing was sold then": "pm.expect(answer).to.eql([]);"},
    ),
    Step(
        "read_monthly_summary",
        "Read the monthly summary as a file",
        query={"format": "csv"},
        tests={"It is a file for the month": _FILE_NAMED % "monthly"},
    ),
)

FLOW: Mapping[str, Sequence[Step | Mail]] = {
    "Auth": _AUTH,
    "Products": _PRODUCTS,
    "Purchases": _PURCHASES,
    "Installments": _INSTALLMENTS,
    "Dashboard": _DASHBOARD,
    "Reports": _REPORTS,
}
