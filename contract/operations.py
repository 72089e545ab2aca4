"""What no signature says of an operation: its status when it is not 200, the codes of its own, where its answer leads.

Codes that follow from a signature are not listed: `contract.document` adds those of bodies, cursors, callers and keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from contract.codes import CODES, Code

_WEAK = ("password_too_common", "password_too_personal")
_NEW_PASSWORD_WEAK = {code: replace(CODES[code], field="new_password") for code in _WEAK}
_PLAN = (
    "unknown_product",
    "first_installment_not_total",
    "first_installment_too_small",
    "first_installment_too_large",
    "installments_too_small",
)


@dataclass(frozen=True)
class Operation:
    """What the document says of one operation beyond its signature.

    `says` has the codes that go with another sentence or field here than in `contract.codes`. `links` leads from the
    answer to operations it can be followed by: the parameter they need, and the field it is in.
    """

    status: int = 200
    codes: tuple[str, ...] = ()
    says: Mapping[str, Code] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


OPERATIONS: Mapping[str, Operation] = {
    "register": Operation(201, (*_WEAK, "account_taken", "email_taken", "username_taken", "too_many_requests")),
    "verify_otp": Operation(codes=("invalid_otp",)),
    "log_in": Operation(codes=("invalid_credentials", "account_not_verified", "account_inactive", "too_many_requests")),
    "send_code_again": Operation(202, ("too_many_requests",)),
    "refresh": Operation(
        codes=("not_authenticated", "token_expired", "session_over"),
        says={
            "not_authenticated": Code(401, "The refresh token is not valid."),
            "token_expired": Code(401, "The refresh token has expired."),
        },
    ),
    "log_out": Operation(),
    "change_password": Operation(
        codes=("wrong_password", *_WEAK, "too_many_requests"),
        says={"wrong_password": Code(400, "The old password is wrong.", "old_password"), **_NEW_PASSWORD_WEAK},
    ),
    "ask_password_reset": Operation(202, ("too_many_requests",)),
    "reset_password": Operation(codes=("invalid_otp", *_WEAK), says=_NEW_PASSWORD_WEAK),
    "list_users": Operation(),
    "list_actions": Operation(),
    "read_user": Operation(),
    "change_user": Operation(codes=("own_account", "account_deleted")),
    "export": Operation(),
    "delete_account": Operation(
        codes=("wrong_password", "own_account", "installments_open", "too_many_requests"),
        says={"own_account": Code(409, "An admin's account cannot be deleted. Have your rights taken first.")},
    ),
    "read_profile": Operation(),
    "change_profile": Operation(),
    "list_products": Operation(),
    "add_product": Operation(
        201,
        links={
            name: {"product_id": "id"}
            for name in ("read_product", "replace_product", "change_product", "archive_product")
        },
    ),
    "read_product": Operation(),
    "replace_product": Operation(),
    "change_product": Operation(),
    "archive_product": Operation(codes=("outcome_unknown",)),
    "buy": Operation(
        201, _PLAN, links={name: {"purchase_id": "id"} for name in ("read_purchase", "pay_off", "cancel")}
    ),
    "list_own_purchases": Operation(),
    "list_purchases": Operation(),
    "quote": Operation(codes=_PLAN),
    "read_purchase": Operation(),
    "pay_off": Operation(codes=("payoff_amount_differs", "purchase_already_paid", "purchase_cancelled")),
    "cancel": Operation(codes=("purchase_cancelled",)),
    "list_installments": Operation(),
    "read_next_due": Operation(
        codes=("not_found",),
        says={"not_found": Code(404, "No due installments found.")},
        links={name: {"installment_id": "id"} for name in ("read_installment", "pay")},
    ),
    "pay": Operation(
        codes=(
            "late_payment_too_small",
            "payment_too_small",
            "overpayment",
            "installment_already_paid",
            "purchase_cancelled",
        ),
        links={"read_purchase": {"purchase_id": "installment/purchase"}},
    ),
    "read_installment": Operation(),
    "read_global_summary": Operation(),
    "read_own_summary": Operation(),
    "read_user_stats": Operation(),
    "read_chart": Operation(),
    "read_weekly_summary": Operation(),
    "read_monthly_summary": Operation(),
}
