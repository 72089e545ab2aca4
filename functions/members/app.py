"""The pages of accounts: signing in and up, passwords, profiles and privacy: `/shop/account/*`."""

from shop.runtime.startup import started

from pathlib import Path
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from shop.accounts.schemas import LoginBody
from shop.bootstrap import Shop
from shop.http.fields import RequestBody
from shop.money import Language
from shop.runtime.metrics import metrics
from shop.web.pages import Html, Pages

api = Pages(Shop.from_environment().prepare("sessions"), Path(__file__).parent / "templates", "shop")

NextQuery = Annotated[str, Query(alias="next", max_length=2000)]


class SignInForm(LoginBody):
    """Who signs in, and the page to go on with."""

    next: str = Field(default="/", max_length=2000)


class LanguageForm(RequestBody):
    """The language of pages."""

    language: Language


@api.page("/shop/account/sign-in")
def ask_to_sign_in(next_page: NextQuery = "/") -> Html:
    """Show the form to sign in."""
    return api.html("sign_in.html", next=next_page)


@api.act("/shop/account/sign-in", back="/shop/account/sign-in")
def sign_in(form: SignInForm) -> Html:
    """Begin a session."""
    api.begin_session(api.shop.sessions.log_in(form.email, form.password, api.client_address))
    return api.to(form.next)


@api.act("/shop/account/sign-out", back="/")
def sign_out() -> Html:
    """End the session of this browser."""
    if api.caller and api.refresh_token:
        api.shop.sessions.log_out(api.caller, api.refresh_token)
    api.end_session()
    return api.to("/", api.say("You are signed out."))


@api.act("/shop/account/language", back="/")
def choose_language(form: LanguageForm, next_page: NextQuery = "/") -> Html:
    """Show pages in a language from now on."""
    api.choose_language(form.language)
    return api.to(next_page)


handler = started(metrics.log_metrics(api.handle))
