"""Every problem that the shop sends to clients: the one list of codes and texts.

The OpenAPI document and the Postman collection are made from it (`contract/codes.py` chooses the examples). Clients
depend on codes, so a code never changes. Several problems may share a code; `{name}` in a text is a value that
the code passes when it raises the problem: `raise problems.OVERPAYMENT.error(amount="৳2,200.00")`.

Two kinds of problems are not here: `shop.http.problems` words the errors that pydantic finds in a request, and API
Gateway sends `throttled` itself (template.yaml).
"""

from shop.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    Problem,
    ShopError,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    Unconfirmed,
)

# Any request
INTERNAL_ERROR = Problem("internal_error", "Something went wrong, try again.", ShopError)
BUSY = Problem("try_again", "The shop is busy, try again in a moment.", Unavailable)
OUTCOME_UNKNOWN = Problem(
    "outcome_unknown", "We could not confirm that this was done. Check before you try again.", Unconfirmed
)
ADDRESS_NOT_FOUND = Problem("not_found", "There is nothing at this address.", NotFound)
NOT_LOGGED_IN = Problem("not_authenticated", "Log in first: send a Bearer access token.", Unauthenticated)
NOT_AN_ADMIN = Problem("forbidden", "Only admins may do this.", Forbidden)
NOT_AN_OWNER = Problem("forbidden", "Only owners may do this.", Forbidden)
PARAMETER_REPEATED = Problem("invalid_input", "Must be given once.", InvalidInput)
INVALID_CURSOR = Problem("invalid_cursor", "This cursor is not of this list.", InvalidInput, "cursor")

# Bodies of requests
INVALID_JSON = Problem("invalid_json", "The body is not valid JSON.", InvalidInput, "body")
INVALID_UTF8 = Problem("invalid_json", "The body is not valid UTF-8.", InvalidInput, "body")
NOT_AN_OBJECT = Problem("invalid_json", "The body must be a JSON object.", InvalidInput, "body")
FIELD_REPEATED = Problem("invalid_json", "The body names a field twice.", InvalidInput, "body")
BODY_TOO_LARGE = Problem("body_too_large", "The body is larger than {kib} KiB.", InvalidInput, "body")
INVALID_FORM = Problem("invalid_input", "This form was not sent as a browser sends it.", InvalidInput, "body")
FOREIGN_FORM = Problem("forbidden", "This form came from another site. Open the page here and try again.", Forbidden)
NUMBER_TOO_LONG = Problem(
    "invalid_input",
    "A number may have up to {longest} characters and an exponent of up to {longest}.",
    InvalidInput,
    "body",
)

# Security
TOKEN_NOT_VALID = Problem("not_authenticated", "The {token} token is not valid.", Unauthenticated)
TOKEN_EXPIRED = Problem("token_expired", "The {token} token has expired.", Unauthenticated)
SECRET_UNAVAILABLE = Problem("try_again", "The shop cannot do this at the moment, try again shortly.", Unavailable)
PASSWORD_TOO_COMMON = Problem("password_too_common", "This password is too common.", InvalidInput, "password")
PASSWORD_TOO_PERSONAL = Problem(
    "password_too_personal", "This password is too much like your names.", InvalidInput, "password"
)

# Accounts, registration, sessions and passwords
ACCOUNT_TAKEN = Problem("account_taken", "This e-mail address or username was just taken.", Conflict)
EMAIL_TAKEN = Problem("email_taken", "An account with this e-mail address exists already.", Conflict)
USERNAME_TAKEN = Problem("username_taken", "This username is taken.", Conflict)
USERNAME_OF_ADMIN_TAKEN = Problem("username_taken", "The username {username} is taken.", Conflict)
VERIFICATION_NOT_SENT = Problem(
    "try_again", "Your account is created, but the mail was not sent. Ask for a new code.", Unavailable
)
# for a code that is wrong, used or expired, and for an address that no code was sent to
INVALID_OTP = Problem("invalid_otp", "The code is wrong or has expired.", InvalidInput, "otp_code")
TOO_MANY_CODES = Problem("too_many_requests", "This address was sent too many codes.", TooManyRequests)
TOO_MANY_ATTEMPTS = Problem("too_many_requests", "Too many tries. Wait a moment and try again.", TooManyRequests)
INVALID_CREDENTIALS = Problem("invalid_credentials", "The e-mail address or the password is wrong.", Unauthenticated)
ACCOUNT_NOT_VERIFIED = Problem("account_not_verified", "Verify your e-mail address first.", Forbidden)
ACCOUNT_INACTIVE = Problem("account_inactive", "This account is deactivated.", Forbidden)
ACCOUNT_NOT_IN_USE = Problem("not_authenticated", "This account is no longer in use.", Unauthenticated)
SESSION_OVER = Problem("session_over", "This session is over. Log in again.", Unauthenticated)
WRONG_PASSWORD = Problem("wrong_password", "The password is wrong.", InvalidInput, "password")
WRONG_OLD_PASSWORD = Problem("wrong_password", "The old password is wrong.", InvalidInput, "old_password")

PHONE_NOT_VALID = Problem("phone_not_valid", "This is not a telephone number.", InvalidInput, "phone")

# Accounts, user administration and privacy
USER_NOT_FOUND = Problem("not_found", "User not found.", NotFound)
OWN_ACCOUNT = Problem(
    "own_account", "Another admin must change your rights. Change your own data in your profile.", Conflict
)
OWN_ADMIN_ACCOUNT = Problem(
    "own_account", "An admin's account cannot be deleted. Have your rights taken first.", Conflict
)
ACCOUNT_DELETED = Problem("account_deleted", "This account was deleted by its owner.", Conflict)
INSTALLMENTS_OPEN = Problem("installments_open", "Pay your open installments first.", Conflict)
MONEY_WAITING = Problem("installments_open", "A payment waits for confirmation. Ask again after that.", Conflict)
ERASURE_UNFINISHED = Problem("try_again", "Your purchases are being made anonymous. Ask again to finish.", Unavailable)
LINK_NOT_FOUND = Problem("not_found", "This link leads nowhere.", NotFound)
LINK_EXPIRED = Problem("not_found", "This link has expired.", NotFound)

# Catalogue
PRODUCT_NOT_FOUND = Problem("not_found", "Product not found.", NotFound)
FIRST_SHARE_TOO_LOOSE = Problem(
    "terms_too_loose",
    "The least first share of a product must be at least the shop's: {least}.",
    InvalidInput,
    "terms.least_first_share",
)
INSTALLMENTS_TOO_LOOSE = Problem(
    "terms_too_loose",
    "The most installments of a product must be at most the shop's: {most}.",
    InvalidInput,
    "terms.most_installments",
)
NOT_A_PICTURE = Problem("not_a_picture", "This is no JPEG, PNG or WebP picture.", InvalidInput, "picture")
PICTURE_TOO_LARGE = Problem(
    "picture_too_large",
    "A picture may have up to 1 MB, and {pixels} pixels on each side.",
    InvalidInput,
    "picture",
)
PICTURE_NOT_FOUND = Problem("not_found", "Picture not found.", NotFound)
PICTURES_UNAVAILABLE = Problem("try_again", "The pictures cannot be reached, try again in a moment.", Unavailable)
SKU_TAKEN = Problem("sku_taken", "Another product has this SKU.", Conflict)

# Ledger, buying
UNKNOWN_PRODUCT = Problem("unknown_product", "There is no such product.", InvalidInput, "product")
PURCHASE_DATE_NOT_TODAY = Problem("invalid_input", "The purchase date must be today.", InvalidInput, "purchase_date")
TOO_MANY_INSTALLMENTS = Problem(
    "invalid_input", "At most {most} installments are possible.", InvalidInput, "installment_count"
)
PAID_AT_ONCE = Problem(
    "invalid_input", "This must be paid at once, with one installment.", InvalidInput, "installment_count"
)
INTERVAL_NOT_POSSIBLE = Problem(
    "interval_not_possible", "Here the interval must be {intervals}.", InvalidInput, "interval"
)
INSTALLMENTS_TOO_SMALL = Problem(
    "installments_too_small",
    "The rest is too small to be split into {parts} installments.",
    InvalidInput,
    "installment_count",
)
FIRST_INSTALLMENT_NOT_TOTAL = Problem(
    "first_installment_not_total",
    "With one installment, the first must be the total of {total}.",
    InvalidInput,
    "first_installment_amount",
)
FIRST_INSTALLMENT_TOO_SMALL = Problem(
    "first_installment_too_small",
    "The first installment must be at least {least_first}.",
    InvalidInput,
    "first_installment_amount",
)
FIRST_INSTALLMENT_TOO_LARGE = Problem(
    "first_installment_too_large",
    "The first of several installments must be less than the total of {total}.",
    InvalidInput,
    "first_installment_amount",
)

OUT_OF_STOCK = Problem("out_of_stock", "There are not enough of this product: {left} left.", Conflict)
CUSTOMER_BLOCKED = Problem("buying_blocked", "Buying is blocked for this account. Please ask the shop.", Forbidden)
CREDIT_LIMIT_EXCEEDED = Problem(
    "credit_limit_exceeded", "{open} would be left to pay, more than the credit limit of {limit}.", Conflict
)

# Ledger, paying and cancelling
PURCHASE_NOT_FOUND = Problem("not_found", "Purchase not found.", NotFound)
INSTALLMENT_NOT_FOUND = Problem("not_found", "Installment not found.", NotFound)
NO_DUE_INSTALLMENT = Problem("not_found", "No due installments found.", NotFound)
LATE_PAYMENT_TOO_SMALL = Problem(
    "late_payment_too_small",
    "Late payment! You must pay the full amount including penalty: {with_late_fee}.",
    InvalidInput,
    "amount",
)
PAYMENT_TOO_SMALL = Problem("payment_too_small", "Pay at least {least} of this installment.", InvalidInput, "amount")
OVERPAYMENT = Problem("overpayment", "You cannot pay more than the required amount: {amount}.", InvalidInput, "amount")
PAYOFF_AMOUNT_DIFFERS = Problem(
    "payoff_amount_differs", "The amount that pays everything off is {payoff}.", InvalidInput, "amount"
)
MORE_THAN_ALL = Problem("overpayment", "The amount that settles everything is {amount}.", InvalidInput, "amount")
NO_LATE_FEE = Problem("no_late_fee", "There is no late fee.", Conflict)
GOODWILL_TOO_LARGE = Problem(
    "goodwill_too_large", "Only {amount} of this installment are left to pay.", InvalidInput, "amount"
)
DUE_DATE_OUT_OF_ORDER = Problem(
    "due_date_out_of_order", "The due date must lie between {earliest} and {latest}.", InvalidInput, "due_date"
)
FIRST_DUE_DATE_OUT_OF_RANGE = Problem(
    "due_date_out_of_order", "The due date must lie between {earliest} and {latest}.", InvalidInput, "first_due_date"
)
DUE_LATER = Problem("range_of_days", "What is due is known until {latest}.", InvalidInput, "to")
RANGE_OF_DAYS = Problem("range_of_days", "The range must have 1 to {most} days.", InvalidInput, "to")
RANGE_OF_MONTHS = Problem("range_of_days", "The range must have 1 to {most} months.", InvalidInput, "to")
RANGE_OF_POINTS = Problem("range_of_days", "The range must have 1 to {most} points.", InvalidInput, "to")
RECEIVED_ON_OUT_OF_RANGE = Problem(
    "received_on_out_of_range",
    "The money must be received between {earliest} and {latest}.",
    InvalidInput,
    "received_on",
)
RETURN_OF_ALL = Problem(
    "return_of_all", "The customer has {left} of it. Cancel the purchase to take all back.", InvalidInput, "quantity"
)
PROMISE_OUT_OF_RANGE = Problem(
    "promise_out_of_range", "The promised day must be between {earliest} and {latest}.", InvalidInput, "promise.date"
)
NOTHING_OWED = Problem("nothing_owed", "This customer has no installment to pay.", Conflict)
REMINDERS_OFF = Problem("reminders_off", "This customer wants no reminders.", Conflict)
REMINDED_ACCOUNT_INACTIVE = Problem("reminders_off", "This account is deactivated, and gets no reminders.", Conflict)
MAIL_UNDELIVERABLE = Problem(
    "mail_undeliverable", "Mails to this address came back, or were reported as unwanted.", Conflict
)
REMINDER_NOT_QUEUED = Problem("try_again", "The reminder was not sent. Try again in a moment.", Unavailable)
NOTHING_TO_REFUND = Problem("nothing_to_refund", "Nothing is owed back to the customer.", Conflict)
REFUND_TOO_LARGE = Problem("refund_too_large", "Only {amount} are owed back to the customer.", InvalidInput, "amount")
ENTRY_NOT_FOUND = Problem("not_found", "This purchase has no such entry.", NotFound)
RECEIPT_NOT_FOUND = Problem("not_found", "Receipt not found.", NotFound)
ENTRY_REVERSED = Problem("entry_reversed", "This entry was reversed, or is a reversal.", Conflict)
ENTRY_BUILT_UPON = Problem("entry_built_upon", "A later act builds on this one. Reverse that first.", Conflict)
INSTALLMENT_ALREADY_PAID = Problem("installment_already_paid", "This installment is paid already.", Conflict)
PURCHASE_ALREADY_PAID = Problem("purchase_already_paid", "This purchase is paid already.", Conflict)
PURCHASE_CANCELLED = Problem("purchase_cancelled", "This purchase was cancelled.", Conflict)
PURCHASE_PENDING = Problem("purchase_pending", "The first payment of this purchase is not confirmed yet.", Conflict)
PAYMENT_WAITING = Problem("payment_waiting", "A payment for this installment waits for confirmation.", Conflict)
PURCHASE_WAITING = Problem("payment_waiting", "A payment waits for confirmation. Decide on that first.", Conflict)
ATTEMPT_NOT_FOUND = Problem("not_found", "This purchase has no such payment attempt.", NotFound)
ATTEMPT_DECIDED = Problem("attempt_decided", "This payment was confirmed or turned down already.", Conflict)
PROVIDER_DECIDES = Problem("provider_decides", "The payment provider alone says whether this money came.", Conflict)
PROVIDER_UNAVAILABLE = Problem("try_again", "The payment page cannot be reached, try again in a moment.", Unavailable)
PAYMENT_REFUSED = Problem("payment_refused", "The payment provider does not take this payment.", Conflict)
NOTHING_PAID_ONLINE = Problem(
    "refund_too_large", "Online, at most {amount} can go back at once.", InvalidInput, "amount"
)
AUTOPAY_NOT_OFFERED = Problem("autopay_not_offered", "This shop does not charge by itself. Pay as before.", Conflict)
PROVIDER_UNKNOWN = Problem("not_found", "There is no such payment provider.", NotFound)
NOTICE_FORGED = Problem("forbidden", "This notification is not from the payment provider.", Forbidden)
METHOD_UNKNOWN = Problem("method_unknown", "Say how the money came: the customer did not.", InvalidInput, "method")
IDEMPOTENCY_KEY_REUSED = Problem(
    "idempotency_key_reused", "This Idempotency-Key was used for another request.", Conflict
)
