"""Registration, login and profiles: `/accounts/*`."""

from shop.start import ready

from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from shop.api import unsubscribe
from shop.api.callers import CurrentAdmin, CurrentCustomer
from shop.api.operations import JSON
from shop.api.pages import Cursor, PageSize, Search, found, listed
from shop.api.resolver import Api
from shop.api.schemas.accounts import (
    ActionOut,
    CopyOut,
    EmailBody,
    ErasureBody,
    LoginBody,
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
from shop.api.schemas.fields import Message
from shop.api.schemas.purchases import PurchaseDetailOut
from shop.assembly.accounts import WithAccounts
from shop.logs import logger
from shop.mail.sender import MailNotSent
from shop.security.issuing import TokenPair
from shop.services.moderation import Rights
from shop.services.ownership import Owned
from shop.services.profiles import ProfileChanges
from shop.services.registration import NewAccount
from shop.store.table import Contended, OutcomeUnknown

api = Api(WithAccounts.from_environment())

LinkToken = Annotated[str, Query(max_length=100)]


@api.post("/accounts/register")
def register(body: RegisterBody) -> tuple[Message, int]:
    """Create an account and mail its verification code."""
    api.shop.guarding.count_request(api.client_address)
    new = NewAccount(body.username, body.email, body.password, body.first_name or "", body.last_name or "")
    api.shop.registration.register(new, api.client_address)
    return Message(message="User registered. Check your email for OTP."), 201


@api.post("/accounts/verify-otp")
def verify_otp(body: VerifyBody) -> Message:
    """Verify an account by the code that was mailed."""
    with api.shop.guarding.counting_wrong_codes(api.client_address):
        api.shop.registration.verify(body.email, body.otp_code)
    return Message(message="Account verified successfully.")


@api.post("/accounts/login")
def log_in(body: LoginBody) -> TokenPairOut:
    """Begin a session."""
    return _shown(api.shop.sessions.log_in(body.email, body.password, api.client_address))


@api.post("/accounts/resend-otp")
def send_code_again(body: EmailBody) -> tuple[Message, int]:
    """Mail another verification code; the answer does not tell whether there is an account."""
    api.shop.guarding.count_request(api.client_address)
    try:
        api.shop.registration.send_again(body.email, api.client_address)
    except (MailNotSent, Contended, OutcomeUnknown):  # a refusal would tell that there is an account
        logger.warning("verification code not mailed")
    return Message(message="If this address waits for verification, a new code is on its way."), 202


@api.post("/accounts/token/refresh")
def refresh(body: RefreshBody) -> TokenPairOut:
    """The next pair of tokens of a session."""
    return _shown(api.shop.sessions.refresh(body.refresh))


@api.post("/accounts/logout")
def log_out(caller: CurrentCustomer, body: RefreshBody) -> Response[None]:
    """End a session."""
    api.shop.sessions.log_out(caller, body.refresh)
    return Response(204)


@api.post("/accounts/password/change")
def change_password(caller: CurrentCustomer, body: PasswordChangeBody) -> Message:
    """Set another password and end every other session."""
    api.shop.guarding.count_request(api.client_address)
    api.shop.credentials.change(caller, body.old_password, body.new_password)
    return Message(message="Password changed successfully.")


@api.post("/accounts/password/reset")
def ask_password_reset(body: EmailBody) -> tuple[Message, int]:
    """Mail a code for a new password; the answer does not tell whether there is an account."""
    api.shop.guarding.count_request(api.client_address)
    try:
        api.shop.credentials.ask_reset(body.email, api.client_address)
    except (MailNotSent, Contended, OutcomeUnknown):  # a refusal would tell that there is an account
        logger.warning("password reset code not mailed")
    return Message(message="If there is an account with this address, a code is on its way."), 202


@api.post("/accounts/password/reset/confirm")
def reset_password(body: PasswordResetBody) -> Message:
    """Set a password by a mailed code and end every session."""
    with api.shop.guarding.counting_wrong_codes(api.client_address):
        api.shop.credentials.reset(body.email, body.otp_code, body.new_password)
    return Message(message="Password reset successfully.")


@api.get("/accounts/users")
def list_users(
    caller: CurrentAdmin, search: Search = "", cursor: Cursor = None, page_size: PageSize = None
) -> Response[list[UserOut]]:
    """All accounts, oldest first."""
    return listed(api, cursor, page_size, partial(api.shop.moderation.page, search), UserOut.of, caller.user_id)


@api.get("/accounts/actions")
def list_actions(caller: CurrentAdmin, cursor: Cursor = None, page_size: PageSize = None) -> Response[list[ActionOut]]:
    """What admins did, newest first."""
    return listed(api, cursor, page_size, api.shop.moderation.page_of_actions, ActionOut.of, caller.user_id)


@api.get("/accounts/users/<user_id>")
def read_user(caller: CurrentAdmin, user_id: str) -> UserOut:
    """An account."""
    return UserOut.of(api.shop.moderation.read(user_id))


@api.patch("/accounts/users/<user_id>")
def change_user(caller: CurrentAdmin, user_id: str, body: UserBody) -> UserOut:
    """Give or take somebody's rights."""
    return UserOut.of(
        api.shop.moderation.change(caller, user_id, Rights(body.is_staff, body.is_superuser, body.is_active))
    )


@api.get("/accounts/export")
def export(caller: CurrentCustomer, cursor: Cursor = None, page_size: PageSize = None) -> Response[CopyOut]:
    """All that the shop knows of oneself."""
    today = api.shop.today

    def shape(owned: Owned) -> PurchaseDetailOut:
        return PurchaseDetailOut.detailed(owned.purchase, owned.payments, today)

    account = ProfileOut.of(api.shop.profiles.read(caller.user_id))
    fetch = partial(api.shop.ownership.page, caller.user_id)
    purchases, headers = found(api, cursor, page_size, fetch, shape, caller.user_id)
    return Response(200, JSON, CopyOut(account=account, purchases=purchases), headers)


@api.post("/accounts/delete")
def delete_account(caller: CurrentCustomer, body: ErasureBody) -> Message:
    """Erase one's personal data; what was bought stays, under a name that tells nothing."""
    api.shop.guarding.count_request(api.client_address)
    api.shop.ownership.erase(caller, body.password)
    return Message(message="Your account is deleted.")


@api.get("/accounts/unsubscribe", include_in_schema=False)  # a page for people, not for clients
def ask_to_unsubscribe(token: LinkToken) -> Response[str]:
    """A page that asks whether to end reminders."""
    api.shop.unsubscribing.owner(token)
    return unsubscribe.asking()


@api.post("/accounts/unsubscribe", include_in_schema=False)
def end_reminders(token: LinkToken) -> Response[str]:
    """End somebody's reminders by the link in one."""
    api.shop.unsubscribing.unsubscribe(token)
    return unsubscribe.done()


def _shown(pair: TokenPair) -> TokenPairOut:
    logger.append_keys(caller_id=pair.user_id)
    return TokenPairOut(access=pair.access, refresh=pair.refresh, expires_in=pair.expires_in)


@api.get("/accounts/profile")
def read_profile(caller: CurrentCustomer) -> ProfileOut:
    """One's own account."""
    return ProfileOut.of(api.shop.profiles.read(caller.user_id))


@api.patch("/accounts/profile")
def change_profile(caller: CurrentCustomer, body: ProfileBody) -> ProfileChanged:
    """Change one's own names, or whether one is reminded of installments."""
    changes = ProfileChanges(body.first_name, body.last_name, body.reminders)
    return ProfileChanged.after(api.shop.profiles.change(caller.user_id, changes), changes)


handler = ready(api.handle)
