"""An example error for each code that a problem may carry, made from `shop.problems`.

`tests/api/test_examples.py` provokes each error and compares it with its example.
"""

from collections.abc import Mapping

from shop import problems
from shop.errors import Problem, ShopError, TooManyRequests
from shop.security.tokens import TokenType

REQUEST_ID = "6f1f3a3e-8a3f-4c61-9a57-0d6f4a0b8f11"

# Values for the placeholders of texts. Amounts are of one purchase: 2 pieces at ৳3,450.00 each, in 3 installments.
_VALUES: Mapping[str, object] = {
    "token": TokenType.ACCESS,
    "kib": 64,
    "total": "৳6,900.00",
    "least_first": "৳2,070.00",
    "parts": 2,
    "intervals": "monthly or weekly",
    "amount": "৳2,200.00",
    "with_late_fee": "৳2,420.00",
    "least": "৳22.00",
    "payoff": "৳4,400.00",
    "earliest": "23 November 2026",
    "latest": "22 January 2027",
    "left": 2,
    "most": 31,
    "open": "৳4,400.00",
    "limit": "৳4,000.00",
}


def example(problem: Problem, *, field: str = "", **values: object) -> ShopError:
    """Return an example of a problem. `field` replaces the problem's own, `values` replace those of the table."""
    return problem.error(field=field, retry_after=None, **{**_VALUES, **values})


_FROM_GATEWAY = TooManyRequests("Too many requests, try again shortly.", code="throttled")
_EXAMPLES = (
    example(problems.PARAMETER_REPEATED, field="page"),
    example(problems.INVALID_JSON),
    example(problems.BODY_TOO_LARGE),
    example(problems.INVALID_CURSOR),
    example(problems.INVALID_OTP),
    example(problems.WRONG_PASSWORD),
    example(problems.PHONE_NOT_VALID),
    example(problems.PASSWORD_TOO_COMMON),
    example(problems.PASSWORD_TOO_PERSONAL),
    example(problems.UNKNOWN_PRODUCT),
    example(problems.FIRST_INSTALLMENT_NOT_TOTAL),
    example(problems.FIRST_INSTALLMENT_TOO_SMALL),
    example(problems.FIRST_INSTALLMENT_TOO_LARGE),
    example(problems.INSTALLMENTS_TOO_SMALL),
    example(problems.INTERVAL_NOT_POSSIBLE),
    example(problems.INSTALLMENTS_TOO_LOOSE, most=60),
    example(problems.NOT_A_PICTURE),
    example(problems.PICTURE_TOO_LARGE, pixels=2000),
    example(problems.LATE_PAYMENT_TOO_SMALL),
    example(problems.PAYMENT_TOO_SMALL),
    example(problems.OVERPAYMENT),
    example(problems.PAYOFF_AMOUNT_DIFFERS),
    example(problems.RANGE_OF_DAYS),
    example(problems.RECEIVED_ON_OUT_OF_RANGE, latest="23 November 2026"),
    example(problems.GOODWILL_TOO_LARGE),
    example(problems.PROMISE_OUT_OF_RANGE, latest="24 November 2027"),
    example(problems.DUE_DATE_OUT_OF_ORDER),
    example(problems.RETURN_OF_ALL),
    example(problems.REFUND_TOO_LARGE, amount="৳2,500.00"),
    example(problems.METHOD_UNKNOWN),
    example(problems.NOT_LOGGED_IN),
    example(problems.TOKEN_EXPIRED),
    example(problems.INVALID_CREDENTIALS),
    example(problems.SESSION_OVER),
    example(problems.NOT_AN_ADMIN),
    example(problems.ACCOUNT_NOT_VERIFIED),
    example(problems.ACCOUNT_INACTIVE),
    example(problems.PURCHASE_NOT_FOUND),
    example(problems.ACCOUNT_TAKEN),
    example(problems.EMAIL_TAKEN),
    example(problems.USERNAME_TAKEN),
    example(problems.SKU_TAKEN),
    example(problems.OWN_ACCOUNT),
    example(problems.ACCOUNT_DELETED),
    example(problems.INSTALLMENTS_OPEN),
    example(problems.INSTALLMENT_ALREADY_PAID),
    example(problems.PURCHASE_ALREADY_PAID),
    example(problems.PURCHASE_CANCELLED),
    example(problems.CUSTOMER_BLOCKED),
    example(problems.CREDIT_LIMIT_EXCEEDED),
    example(problems.OUT_OF_STOCK, left=1),
    example(problems.NO_LATE_FEE),
    example(problems.NOTHING_OWED),
    example(problems.REMINDERS_OFF),
    example(problems.MAIL_UNDELIVERABLE),
    example(problems.NOTHING_TO_REFUND),
    example(problems.ENTRY_REVERSED),
    example(problems.ENTRY_BUILT_UPON),
    example(problems.PURCHASE_PENDING),
    example(problems.PAYMENT_WAITING),
    example(problems.ATTEMPT_DECIDED),
    example(problems.PROVIDER_DECIDES),
    example(problems.PAYMENT_REFUSED),
    example(problems.AUTOPAY_NOT_OFFERED),
    example(problems.IDEMPOTENCY_KEY_REUSED),
    example(problems.TOO_MANY_ATTEMPTS),
    _FROM_GATEWAY,
    example(problems.BUSY),
    example(problems.OUTCOME_UNKNOWN),
)

CODES: Mapping[str, ShopError] = {error.code: error for error in _EXAMPLES}
"""The examples by code, in the order of the document."""
