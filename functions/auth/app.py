"""Registration, login and profiles: `/accounts/*`."""

from shop.runtime.startup import started

from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.accounts.administration import Rights
from shop.accounts.profile import ProfileChanges
from shop.accounts.registration import NewAccount, NewCustomer
from shop.accounts.schemas import (
    ActionOut,
    CopyOut,
    EmailBody,
    ErasureBody,
    LoginBody,
    MandateOut,
    NewUserBody,
    OwnedPurchaseOut,
    PasswordChangeBody,
    PasswordResetBody,
    ProfileBody,
    ProfileChanged,
    ProfileOut,
    RefreshBody,
    RegisterBody,
    TokenPairOut,
    UserBody,
    UserOut,
    VerifyBody,
)
from shop.bootstrap import Shop
from shop.dynamodb.table import Contended, OutcomeUnknown
from shop.http.app import Api
from shop.http.auth import CurrentAdmin, CurrentCustomer
from shop.http.dispatch import JSON
from shop.http.fields import Message
from shop.http.pagination import CursorQuery, Pager, PageSizeQuery, SearchQuery
from shop.mail.ses import MailNotSent
from shop.runtime.logging import logger
from shop.runtime.metrics import metrics
from shop.security.tokens import TokenPair

# The other services are made on first use: most requests log in, refresh or read a profile.
api = Api(Shop.from_environment().prepare("sessions", "profiles"))

TokenQuery = Annotated[str, Query(max_length=100)]


@api.post("/accounts/register")
def register(body: RegisterBody) -> tuple[Message, int]:
    """Create an account and mail its verification code."""
    api.shop.throttle.count_request(api.client_address)
    new = NewAccount(
        body.username, body.email, body.password, body.first_name or "", body.last_name or "", body.language
    )
    api.shop.registration.register(new, api.client_address)
    return Message(message="User registered. Check your email for OTP."), 201


@api.post("/accounts/verify-otp")
def verify_otp(body: VerifyBody) -> Message:
    """Verify an account with the mailed code."""
    with api.shop.throttle.counting_wrong_codes(api.client_address):
        api.shop.registration.verify(body.email, body.otp_code)
    return Message(message="Account verified successfully.")


@api.post("/accounts/login")
def log_in(body: LoginBody) -> TokenPairOut:
    """Begin a session."""
    return _shown(api.shop.sessions.log_in(body.email, body.password, api.client_address))


@api.post("/accounts/resend-otp")
def send_code_again(body: EmailBody) -> tuple[Message, int]:
    """Mail another verification code. The answer does not show whether an account exists."""
    api.shop.throttle.count_request(api.client_address)
    try:
        api.shop.registration.send_again(body.email, api.client_address)
    except (MailNotSent, Contended, OutcomeUnknown):  # a refusal would show that there is an account
        logger.warning("verification code not mailed")
    return Message(message="If this address waits for verification, a new code is on its way."), 202


@api.post("/accounts/token/refresh")
def refresh(body: RefreshBody) -> TokenPairOut:
    """Issue the next pair of tokens of a session."""
    return _shown(api.shop.sessions.refresh(body.refresh))


@api.post("/accounts/logout")
def log_out(caller: CurrentCustomer, body: RefreshBody) -> Response[None]:
    """End a session."""
    api.shop.sessions.log_out(caller, body.refresh)
    return Response(204)


@api.post("/accounts/password/change")
def change_password(caller: CurrentCustomer, body: PasswordChangeBody) -> Message:
    """Set a new password and end every other session."""
    api.shop.throttle.count_request(api.client_address)
    api.shop.credentials.change(caller, body.old_password, body.new_password)
    return Message(message="Password changed successfully.")


@api.post("/accounts/password/reset")
def ask_password_reset(body: EmailBody) -> tuple[Message, int]:
    """Mail a code for a new password. The answer does not show whether an account exists."""
    api.shop.throttle.count_request(api.client_address)
    try:
        api.shop.credentials.ask_reset(body.email, api.client_address)
    except (MailNotSent, Contended, OutcomeUnknown):  # a refusal would show that there is an account
        logger.warning("password reset code not mailed")
    return Message(message="If there is an account with this address, a code is on its way."), 202


@api.post("/accounts/password/reset/confirm")
def reset_password(body: PasswordResetBody) -> Message:
    """Set a password with a mailed code and end every session."""
    with api.shop.throttle.counting_wrong_codes(api.client_address):
        api.shop.credentials.reset(body.email, body.otp_code, body.new_password)
    return Message(message="Password reset successfully.")


@api.post("/accounts/users")
def add_user(caller: CurrentAdmin, body: NewUserBody) -> tuple[UserOut, int]:
    """Create the account of a customer at the counter."""
    new = NewCustomer(
        body.username,
        body.email,
        body.first_name,
        body.last_name,
        body.is_verified,
        body.phone,
        body.address,
        body.language,
    )
    return UserOut.of(api.shop.registration.add(caller, new)), 201


@api.get("/accounts/users")
def list_users(
    caller: CurrentAdmin, search: SearchQuery = "", cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[UserOut]]:
    """List all accounts, oldest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.user_administration.page(search, pager.request)
    return pager.answer(page, [UserOut.of(account) for account in page.items])


@api.get("/accounts/actions")
def list_actions(
    caller: CurrentAdmin, cursor: CursorQuery = None, page_size: PageSizeQuery = None
) -> Response[list[ActionOut]]:
    """List the audit log: the actions of admins, newest first."""
    pager = Pager(api, cursor, page_size, caller.user_id)
    page = api.shop.user_administration.page_of_audit_log(pager.request)
    return pager.answer(page, [ActionOut.of(entry) for entry in page.items])


@api.get("/accounts/users/<user_id>")
def read_user(caller: CurrentAdmin, user_id: str) -> UserOut:
    """Read an account."""
    return UserOut.of(api.shop.user_administration.read(user_id))


@api.patch("/accounts/users/<user_id>")
def change_user(caller: CurrentAdmin, user_id: str, body: UserBody) -> UserOut:
    """Give rights to a user, or take them, or change the profile. Owners alone change other staff's profiles."""
    rights = Rights(body.is_staff, body.is_superuser, body.is_active)
    profile = ProfileChanges(body.first_name, body.last_name, body.reminders, body.phone, body.address, body.language)
    return UserOut.of(api.shop.user_administration.change(caller, user_id, rights, profile))


@api.get("/accounts/export")
def export(caller: CurrentCustomer, cursor: CursorQuery = None, page_size: PageSizeQuery = None) -> Response[CopyOut]:
    """Export the customer's personal data: the account, and all purchases with payments and payment attempts."""
    today, days = api.shop.today, api.shop.settings.confirmation_days
    pager = Pager(api, cursor, page_size, caller.user_id)
    account = ProfileOut.of(api.shop.profiles.read(caller.user_id))
    mandates = list(map(MandateOut.of, api.shop.privacy.consents(caller.user_id)))
    page = api.shop.privacy.page(caller.user_id, pager.request)
    rows = [OwnedPurchaseOut.owned(one, today, days) for one in page.items]
    purchases, headers = pager.fit(page, rows)
    return Response(200, JSON, CopyOut(account=account, mandates=mandates, purchases=purchases), headers)


@api.post("/accounts/delete")
def delete_account(caller: CurrentCustomer, body: ErasureBody) -> Message:
    """Erase the customer's personal data. Purchases stay, under an anonymous name."""
    api.shop.throttle.count_request(api.client_address)
    api.shop.privacy.erase(caller, body.password)
    return Message(message="Your account is deleted.")


@api.get("/accounts/unsubscribe", include_in_schema=False)  # a page for people, not for clients
def ask_to_unsubscribe(token: TokenQuery) -> Response[str]:
    """Show a page that asks whether to end reminders."""
    return api.document(api.shop.unsubscribing.ask(token))


@api.post("/accounts/unsubscribe", include_in_schema=False)
def end_reminders(token: TokenQuery) -> Response[str]:
    """End a customer's reminders with the link in a mail."""
    return api.document(api.shop.unsubscribing.unsubscribe(token))


def _shown(pair: TokenPair) -> TokenPairOut:
    logger.append_keys(caller_id=pair.user_id)
    return TokenPairOut(access=pair.access, refresh=pair.refresh, expires_in=pair.expires_in)


@api.get("/accounts/profile")
def read_profile(caller: CurrentCustomer) -> ProfileOut:
    """Read the customer's profile."""
    return ProfileOut.of(api.shop.profiles.read(caller.user_id))


@api.patch("/accounts/profile")
def change_profile(caller: CurrentCustomer, body: ProfileBody) -> ProfileChanged:
    """Change the customer's names, telephone number, address or language, or turn reminders on or off."""
    changes = ProfileChanges(body.first_name, body.last_name, body.reminders, body.phone, body.address, body.language)
    return ProfileChanged.after(api.shop.profiles.change(caller.user_id, changes), changes)


handler = started(metrics.log_metrics(api.handle))
