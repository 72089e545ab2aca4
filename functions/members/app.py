"""The pages of accounts: signing in and up, passwords, profiles and privacy: `/shop/account/*`."""

from shop.runtime.startup import started

from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler.api_gateway import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field, StrictBool

from shop import problems
from shop.accounts.profile import ProfileChanges
from shop.accounts.registration import NewAccount
from shop.accounts.schemas import (
    CopyOut,
    EmailBody,
    ErasureBody,
    LoginBody,
    MandateOut,
    OwnedPurchaseOut,
    PasswordChangeBody,
    PasswordResetBody,
    ProfileOut,
    RegisterBody,
    VerifyBody,
)
from shop.bootstrap import Shop
from shop.dynamodb.paging import PageRequest
from shop.dynamodb.table import Contended, OutcomeUnknown
from shop.errors import Forbidden, Unauthenticated
from shop.http.auth import CurrentCustomer
from shop.http.dispatch import JSON
from shop.http.fields import Note, PersonName, PhoneText, RequestBody
from shop.http.pagination import CursorQuery, Pager, fitting
from shop.mail.ses import MailNotSent
from shop.money import Language
from shop.runtime.logging import logger
from shop.runtime.metrics import metrics
from shop.security.tokens import Caller
from shop.web.pages import Html, Pages

api = Pages(Shop.from_environment().prepare("sessions"), Path(__file__).parent / "templates", "shop")

NextQuery = Annotated[str, Query(alias="next", max_length=2000)]
EmailQuery = Annotated[str, Query(max_length=254)]
NextField = Annotated[str, Field(max_length=2000)]

SIGN_IN, VERIFY, RESET = "/shop/account/sign-in", "/shop/account/verify", "/shop/account/password/reset"
AT_ONCE = 100
"""The purchases that the file of personal data reads at a time."""


class SignInForm(LoginBody):
    """Who signs in, and the page to go on with."""

    next: NextField = "/"


class SignUpForm(RegisterBody):
    """A new account, and the page to go on with."""

    next: NextField = "/"


class VerifyForm(VerifyBody):
    """A code, and the page to go on with."""

    next: NextField = "/"


class AgainForm(EmailBody):
    """The address of an account that waits for its code, and the page to go on with."""

    next: NextField = "/"


class ProfileForm(RequestBody):
    """A profile as its form sends it: what is left blank is empty, a box that is not ticked is false."""

    first_name: PersonName = ""
    last_name: PersonName = ""
    phone: PhoneText = ""
    address: Note = ""
    language: Language | None = None
    reminders: StrictBool = False

    @property
    def changes(self) -> ProfileChanges:
        """Return the changes of the profile."""
        return ProfileChanges(self.first_name, self.last_name, self.reminders, self.phone, self.address, self.language)


class LanguageForm(RequestBody):
    """The language of pages."""

    language: Language


# Signing in and up


@api.page("/shop/account/sign-in")
def ask_to_sign_in(next_page: NextQuery = "/") -> Html:
    """Show the form to sign in."""
    return api.html("sign_in.html", next=next_page)


@api.act("/shop/account/sign-in", back="/shop/account/sign-in")
def sign_in(form: SignInForm) -> Html:
    """Begin a session. An account whose address is not verified is led to where its code is asked for."""
    try:
        pair = api.shop.sessions.log_in(form.email, form.password, api.client_address)
    except Forbidden as error:
        if error.code != problems.ACCOUNT_NOT_VERIFIED.code:
            raise
        return api.to(_with(VERIFY, email=form.email, next=form.next), api.say("Verify your e-mail address first."))
    logger.append_keys(caller_id=pair.user_id)
    _leave()
    api.begin_session(pair)
    if not api.has_chosen_language:
        api.adopt_language(api.shop.profiles.read(pair.user_id).language)
    return api.to(form.next)


@api.act("/shop/account/sign-out", back="/")
def sign_out() -> Html:
    """End the session of this browser."""
    _leave()
    api.end_session()
    return api.to("/", api.say("You are signed out."))


def _leave() -> None:
    """End the session that this browser came with."""
    if api.caller and api.refresh_token:
        with suppress(Unauthenticated):  # the tokens are of two sessions
            api.shop.sessions.log_out(api.caller, api.refresh_token)


@api.page("/shop/account/sign-up")
def ask_to_sign_up(next_page: NextQuery = "/") -> Html:
    """Show the form for a new account."""
    return api.html("sign_up.html", next=next_page)


@api.act("/shop/account/sign-up", back="/shop/account/sign-up")
def sign_up(form: SignUpForm) -> Html:
    """Create an account and mail its code."""
    api.shop.throttle.count_request(api.client_address)
    language = form.language or (api.language if api.has_chosen_language else None)
    new = NewAccount(form.username, form.email, form.password, form.first_name or "", form.last_name or "", language)
    api.shop.registration.register(new, api.client_address)
    return api.to(_with(VERIFY, email=form.email, next=form.next))


@api.page("/shop/account/verify")
def ask_for_code(email: EmailQuery = "", next_page: NextQuery = "/") -> Html:
    """Show the form for the code of a new account."""
    return api.html("verify.html", email=email, next=next_page)


@api.act("/shop/account/verify", back="/shop/account/verify")
def verify(form: VerifyForm) -> Html:
    """Verify an account with the mailed code."""
    with api.shop.throttle.counting_wrong_codes(api.client_address):
        api.shop.registration.verify(form.email, form.otp_code)
    return api.to(_with(SIGN_IN, next=form.next), api.say("Your e-mail address is verified. Sign in now."))


@api.act("/shop/account/verify/again", back="/shop/account/verify")
def send_code_again(form: AgainForm) -> Html:
    """Mail another code. The answer does not show whether an account exists."""
    api.shop.throttle.count_request(api.client_address)
    try:
        api.shop.registration.send_again(form.email, api.client_address)
    except (MailNotSent, Contended, OutcomeUnknown):  # a refusal would show that there is an account
        logger.warning("verification code not mailed")
    said = api.say("If this address waits for verification, a new code is on its way.")
    return api.to(_with(VERIFY, email=form.email, next=form.next), said)


# Passwords


@api.page("/shop/account/password")
def ask_for_address() -> Html:
    """Show the form for a forgotten password."""
    return api.html("forgotten.html")


@api.act("/shop/account/password", back="/shop/account/password")
def ask_password_reset(form: EmailBody) -> Html:
    """Mail a code for a new password. The answer does not show whether an account exists."""
    api.shop.throttle.count_request(api.client_address)
    try:
        api.shop.credentials.ask_reset(form.email, api.client_address)
    except (MailNotSent, Contended, OutcomeUnknown):  # a refusal would show that there is an account
        logger.warning("password reset code not mailed")
    said = api.say("If there is an account with this address, a code is on its way.")
    return api.to(_with(RESET, email=form.email), said)


@api.page("/shop/account/password/reset")
def ask_for_new_password(email: EmailQuery = "") -> Html:
    """Show the form for a new password with a code."""
    return api.html("reset.html", email=email)


@api.act("/shop/account/password/reset", back="/shop/account/password/reset")
def reset_password(form: PasswordResetBody) -> Html:
    """Set a password with a mailed code and end every session."""
    with api.shop.throttle.counting_wrong_codes(api.client_address):
        api.shop.credentials.reset(form.email, form.otp_code, form.new_password)
    api.end_session()
    return api.to(SIGN_IN, api.say("Your password is changed. Sign in with the new one."))


@api.page("/shop/account/password/change")
def ask_to_change_password(caller: CurrentCustomer) -> Html:
    """Show the form for another password."""
    return api.html("password.html", username=api.shop.profiles.read(caller.user_id).email)


@api.act("/shop/account/password/change", back="/shop/account/password/change")
def change_password(caller: CurrentCustomer, form: PasswordChangeBody) -> Html:
    """Set a new password and end every other session."""
    api.shop.throttle.count_request(api.client_address)
    api.shop.credentials.change(caller, form.old_password, form.new_password)
    said = api.say("Your password is changed. Everywhere else you are signed out.")
    return api.to("/shop/account/profile", said)


# Profile and privacy


@api.page("/shop/account/profile")
def show_profile(caller: CurrentCustomer) -> Html:
    """Show the profile with its form."""
    return api.html("profile.html", account=api.shop.profiles.read(caller.user_id))


@api.act("/shop/account/profile", back="/shop/account/profile")
def change_profile(caller: CurrentCustomer, form: ProfileForm) -> Html:
    """Change the profile."""
    api.shop.profiles.change(caller.user_id, form.changes)
    return api.to("/shop/account/profile", api.say("Your profile is saved."))


@api.page("/shop/account/data")
def download_data(caller: CurrentCustomer, cursor: CursorQuery = None) -> Response[str]:
    """Return the personal data as a file. If it is too much for one, `continues_at` has the address of the next."""
    account = ProfileOut.of(api.shop.profiles.read(caller.user_id))
    purchases, query = _owned(caller, cursor)
    mandates = list(map(MandateOut.of, api.shop.privacy.consents(caller.user_id)))
    text = CopyOut(account=account, mandates=mandates, purchases=purchases).model_dump_json()
    if query:
        text = f'{text[:-1]},"continues_at":"{api.url("/shop/account/data")}{query}"}}'
    return Response(200, JSON, text, {"Content-Disposition": 'attachment; filename="my-data.json"'})


def _owned(caller: Caller, cursor: str | None) -> tuple[list[OwnedPurchaseOut], str]:
    """Read a customer's purchases, as many as fit into one file, and the query that continues after them."""
    today, days = api.shop.today, api.shop.settings.confirmation_days
    pager = Pager(api, cursor, AT_ONCE, caller.user_id)
    rows: list[OwnedPurchaseOut] = []
    request, query = pager.request, ""
    while True:
        page = api.shop.privacy.page(caller.user_id, request)
        rows += [OwnedPurchaseOut.owned(one, today, days) for one in page.items]
        left = len(rows) - fitting(row.model_dump_json() for row in rows)
        if left >= len(page.items) and left:
            return rows[:-left], query
        page = page.cut(len(page.items) - left, backwards=False)
        query = pager.queries(page).get("next", "")
        if left or page.next is None:
            return rows[: len(rows) - left], query
        request = PageRequest(page.next, AT_ONCE)


@api.page("/shop/account/delete")
def ask_to_delete(caller: CurrentCustomer) -> Html:
    """Say what happens when an account is deleted, and ask for the password."""
    return api.html("delete.html", account=api.shop.profiles.read(caller.user_id))


@api.act("/shop/account/delete", back="/shop/account/delete")
def delete_account(caller: CurrentCustomer, form: ErasureBody) -> Html:
    """Erase the customer's personal data. Purchases stay, under an anonymous name."""
    api.shop.throttle.count_request(api.client_address)
    api.shop.privacy.erase(caller, form.password)
    api.end_session()
    return api.to("/", api.say("Your account is deleted."))


@api.act("/shop/account/language", back="/")
def choose_language(form: LanguageForm, next_page: NextQuery = "/") -> Html:
    """Show pages in a language from now on."""
    api.choose_language(form.language)
    return api.to(next_page)


def _with(path: str, **values: str) -> str:
    """Return a path with a query of values, without the first page as the one to go on with."""
    kept = {name: text for name, text in values.items() if (name, text) != ("next", "/")}
    return f"{path}?{urlencode(kept)}" if kept else path


handler = started(metrics.log_metrics(api.handle))
