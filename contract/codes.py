"""Every `code` that a problem may carry, with its status and a sentence that is sent with it.

`tests/api/test_examples.py` provokes each and compares.
"""

from dataclasses import dataclass

REQUEST_ID = "6f1f3a3e-8a3f-4c61-9a57-0d6f4a0b8f11"


@dataclass(frozen=True, slots=True)
class Code:
    """What one code says: its HTTP status, an example of its detail, and the field it is about, if any."""

    status: int
    detail: str
    field: str | None = None


CODES = {
    "invalid_input": Code(400, "page: Unknown parameter.", "page"),
    "invalid_json": Code(400, "The body is not valid JSON.", "body"),
    "body_too_large": Code(400, "The body is larger than 64 KiB.", "body"),
    "invalid_cursor": Code(400, "This cursor is not of this list.", "cursor"),
    "invalid_otp": Code(400, "The code is wrong or has expired.", "otp_code"),
    "wrong_password": Code(400, "The password is wrong.", "password"),
    "password_too_common": Code(400, "This password is too common.", "password"),
    "password_too_personal": Code(400, "This password is too much like your names.", "password"),
    "unknown_product": Code(400, "There is no such product.", "product"),
    "first_installment_not_total": Code(
        400, "With one installment, the first must be the total of ৳6,900.00.", "first_installment_amount"
    ),
    "first_installment_too_small": Code(
        400, "The first installment must be at least ৳2,070.00.", "first_installment_amount"
    ),
    "first_installment_too_large": Code(
        400,
        "The first of several installments must be less than the total of ৳6,900.00.",
        "first_installment_amount",
    ),
    "installments_too_small": Code(400, "The rest is too small to be split into 2 installments.", "installment_count"),
    "late_payment_too_small": Code(
        400, "Late payment! You must pay the full amount including penalty: ৳2,420.00.", "amount"
    ),
    "payment_too_small": Code(400, "Pay at least ৳22.00 of this installment.", "amount"),
    "overpayment": Code(400, "You cannot pay more than the required amount: ৳2,200.00.", "amount"),
    "payoff_amount_differs": Code(400, "The amount that pays everything off is ৳4,400.00.", "amount"),
    "not_authenticated": Code(401, "Log in first: send a Bearer access token."),
    "token_expired": Code(401, "The access token has expired."),
    "invalid_credentials": Code(401, "The e-mail address or the password is wrong."),
    "session_over": Code(401, "This session is over. Log in again."),
    "forbidden": Code(403, "Only admins may do this."),
    "account_not_verified": Code(403, "Verify your e-mail address first."),
    "account_inactive": Code(403, "This account is deactivated."),
    "not_found": Code(404, "Purchase not found."),
    "account_taken": Code(409, "This e-mail address or username was just taken."),
    "email_taken": Code(409, "An account with this e-mail address exists already."),
    "username_taken": Code(409, "This username is taken."),
    "own_account": Code(409, "You cannot change your own rights."),
    "account_deleted": Code(409, "This account was deleted by its owner."),
    "installments_open": Code(409, "Pay your open installments first."),
    "installment_already_paid": Code(409, "This installment is paid already."),
    "purchase_already_paid": Code(409, "This purchase is paid already."),
    "purchase_cancelled": Code(409, "This purchase was cancelled."),
    "idempotency_key_reused": Code(409, "This Idempotency-Key was used for another request."),
    "too_many_requests": Code(429, "Too many tries. Wait a moment and try again."),
    "throttled": Code(429, "Too many requests, try again shortly."),
    "try_again": Code(503, "The shop is busy, try again in a moment."),
    "outcome_unknown": Code(503, "We could not confirm that this was done. Check before you try again."),
}
