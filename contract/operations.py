"""What the document says of an operation beyond its signature: a status other than 200, its own codes, links.

`contract.document` adds the codes that follow from a signature: those of bodies, cursors, callers and keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from contract.codes import example
from shop import problems
from shop.errors import ShopError
from shop.security.tokens import TokenType

_WEAK = ("password_too_common", "password_too_personal")
_NEW_PASSWORD_WEAK = tuple(
    example(problem, field="new_password") for problem in (problems.PASSWORD_TOO_COMMON, problems.PASSWORD_TOO_PERSONAL)
)
_PLAN = (
    "unknown_product",
    "first_installment_not_total",
    "first_installment_too_small",
    "first_installment_too_large",
    "installments_too_small",
    "interval_not_possible",
)
_NO_INSTALLMENT = (example(problems.INSTALLMENT_NOT_FOUND),)
_CREDIT = ("buying_blocked", "credit_limit_exceeded", "out_of_stock")
_INACTIVE = ("purchase_cancelled", "purchase_pending")
_SETTLED = ("purchase_already_paid", *_INACTIVE)
_NO_ATTEMPT = (example(problems.ATTEMPT_NOT_FOUND),)


@dataclass(frozen=True)
class OperationNotes:
    """What the document says of one operation beyond its signature.

    `texts` are the errors whose text or field differs from the example in `contract.codes`. `links` names the
    operations that can follow: for each, the parameter that it needs and the field of the answer that has its value.
    """

    status: int = 200
    codes: tuple[str, ...] = ()
    texts: tuple[ShopError, ...] = ()
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


OPERATIONS: Mapping[str, OperationNotes] = {
    "register": OperationNotes(201, (*_WEAK, "account_taken", "email_taken", "username_taken", "too_many_requests")),
    "verify_otp": OperationNotes(codes=("invalid_otp",)),
    "log_in": OperationNotes(
        codes=("invalid_credentials", "account_not_verified", "account_inactive", "too_many_requests")
    ),
    "send_code_again": OperationNotes(202, ("too_many_requests",)),
    "refresh": OperationNotes(
        codes=("not_authenticated", "token_expired", "session_over"),
        texts=(
            example(problems.TOKEN_NOT_VALID, token=TokenType.REFRESH),
            example(problems.TOKEN_EXPIRED, token=TokenType.REFRESH),
        ),
    ),
    "log_out": OperationNotes(),
    "change_password": OperationNotes(
        codes=("wrong_password", *_WEAK, "too_many_requests"),
        texts=(example(problems.WRONG_OLD_PASSWORD), *_NEW_PASSWORD_WEAK),
    ),
    "ask_password_reset": OperationNotes(202, ("too_many_requests",)),
    "reset_password": OperationNotes(codes=("invalid_otp", *_WEAK), texts=_NEW_PASSWORD_WEAK),
    "list_users": OperationNotes(),
    "list_actions": OperationNotes(),
    "add_user": OperationNotes(201, ("account_taken", "email_taken", "username_taken", "phone_not_valid")),
    "read_user": OperationNotes(),
    "change_user": OperationNotes(codes=("own_account", "account_deleted", "phone_not_valid")),
    "export": OperationNotes(),
    "delete_account": OperationNotes(
        codes=("wrong_password", "own_account", "installments_open", "too_many_requests"),
        texts=(example(problems.OWN_ADMIN_ACCOUNT),),
    ),
    "read_profile": OperationNotes(),
    "change_profile": OperationNotes(codes=("phone_not_valid",)),
    "list_products": OperationNotes(),
    "add_product": OperationNotes(
        201,
        ("terms_too_loose", "sku_taken"),
        links={
            name: {"product_id": "id"}
            for name in ("read_product", "replace_product", "change_product", "archive_product")
        },
    ),
    "read_product": OperationNotes(),
    "replace_product": OperationNotes(codes=("terms_too_loose", "sku_taken")),
    "change_product": OperationNotes(codes=("terms_too_loose", "sku_taken")),
    "put_picture": OperationNotes(
        codes=("not_a_picture", "picture_too_large"), texts=(example(problems.BODY_TOO_LARGE, kib=1536),)
    ),
    "remove_picture": OperationNotes(codes=("outcome_unknown",)),
    "list_categories": OperationNotes(),
    "list_archived_products": OperationNotes(),
    "restore_product": OperationNotes(),
    "archive_product": OperationNotes(codes=("outcome_unknown",)),
    "buy": OperationNotes(
        201,
        (*_PLAN, *_CREDIT, "payment_refused"),
        links={name: {"purchase_id": "id"} for name in ("read_purchase", "pay_off", "cancel")},
    ),
    "list_own_purchases": OperationNotes(),
    "list_purchases": OperationNotes(),
    "quote": OperationNotes(codes=_PLAN),
    "read_purchase": OperationNotes(),
    "pay_off": OperationNotes(codes=("payoff_amount_differs", *_SETTLED, "payment_waiting", "payment_refused")),
    "cancel": OperationNotes(codes=_INACTIVE),
    "list_attempts": OperationNotes(),
    "list_own_attempts": OperationNotes(),
    "confirm_payment": OperationNotes(
        201, ("method_unknown", "attempt_decided", "provider_decides"), texts=_NO_ATTEMPT
    ),
    "reject_payment": OperationNotes(codes=("attempt_decided", "provider_decides"), texts=_NO_ATTEMPT),
    "take_payment": OperationNotes(
        201,
        (
            "overpayment",
            "payment_too_small",
            "late_payment_too_small",
            "received_on_out_of_range",
            "no_late_fee",
            *_SETTLED,
        ),
        texts=(example(problems.MORE_THAN_ALL, amount="৳4,400.00"),),
    ),
    "waive_late_fee": OperationNotes(codes=("no_late_fee", *_INACTIVE), texts=_NO_INSTALLMENT),
    "give_goodwill": OperationNotes(
        codes=("goodwill_too_large", "installment_already_paid", *_INACTIVE), texts=_NO_INSTALLMENT
    ),
    "move_due_date": OperationNotes(
        codes=("due_date_out_of_order", "installment_already_paid", *_INACTIVE), texts=_NO_INSTALLMENT
    ),
    "replan": OperationNotes(
        codes=("due_date_out_of_order", "installments_too_small", *_SETTLED, "payment_waiting"),
        texts=(
            example(problems.FIRST_DUE_DATE_OUT_OF_RANGE, latest="30 November 2036"),
            example(problems.PURCHASE_WAITING),
        ),
    ),
    "give_back": OperationNotes(codes=("return_of_all", *_INACTIVE)),
    "refund": OperationNotes(201, ("nothing_to_refund", "refund_too_large", "received_on_out_of_range")),
    "write_off": OperationNotes(codes=_SETTLED),
    "reverse": OperationNotes(
        codes=("entry_reversed", "entry_built_upon", "payment_waiting", "provider_decides", "out_of_stock"),
        texts=(example(problems.PURCHASE_WAITING),),
    ),
    "read_journal": OperationNotes(),
    "list_journal": OperationNotes(),
    "read_receipt": OperationNotes(),
    "sell": OperationNotes(201, (*_PLAN, *_CREDIT)),
    "read_customer": OperationNotes(),
    "read_credit": OperationNotes(),
    "block": OperationNotes(),
    "set_credit_limit": OperationNotes(),
    "list_payments": OperationNotes(),
    "add_note": OperationNotes(201, ("promise_out_of_range",)),
    "list_notes": OperationNotes(),
    "list_mails": OperationNotes(),
    "remind": OperationNotes(codes=("nothing_owed", "reminders_off", "mail_undeliverable")),
    "list_overdue": OperationNotes(),
    "list_refunds": OperationNotes(),
    "read_overdue_series": OperationNotes(
        codes=("range_of_days",), texts=(example(problems.RANGE_OF_POINTS, most=62),)
    ),
    "read_aging": OperationNotes(),
    "list_due": OperationNotes(codes=("range_of_days",), texts=(example(problems.DUE_LATER, latest="2026-12-23"),)),
    "read_sales": OperationNotes(codes=("range_of_days",), texts=(example(problems.RANGE_OF_DAYS, most=731),)),
    "list_sales_by_product": OperationNotes(
        codes=("range_of_days",), texts=(example(problems.RANGE_OF_DAYS, most=731),)
    ),
    "list_sales_by_category": OperationNotes(
        codes=("range_of_days",), texts=(example(problems.RANGE_OF_DAYS, most=731),)
    ),
    "read_till": OperationNotes(),
    "export_journal": OperationNotes(codes=("range_of_days",)),
    "list_installments": OperationNotes(),
    "read_next_due": OperationNotes(
        codes=("not_found",),
        texts=(example(problems.NO_DUE_INSTALLMENT),),
        links={name: {"installment_id": "id"} for name in ("read_installment", "pay")},
    ),
    "pay": OperationNotes(
        codes=(
            "late_payment_too_small",
            "payment_too_small",
            "overpayment",
            "installment_already_paid",
            *_INACTIVE,
            "payment_waiting",
            "payment_refused",
        ),
        links={"read_purchase": {"purchase_id": "installment/purchase"}},
    ),
    "read_installment": OperationNotes(),
    "read_autopay": OperationNotes(),
    "agree_to_autopay": OperationNotes(codes=("autopay_not_offered", "payment_refused")),
    "end_autopay": OperationNotes(),
    "read_global_summary": OperationNotes(),
    "read_terms": OperationNotes(),
    "read_own_summary": OperationNotes(),
    "read_user_stats": OperationNotes(),
    "read_chart": OperationNotes(codes=("range_of_days",), texts=(example(problems.RANGE_OF_MONTHS, most=36),)),
    "read_weekly_summary": OperationNotes(),
    "read_monthly_summary": OperationNotes(),
}
