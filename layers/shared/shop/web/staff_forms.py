"""The forms of staff that differ from the bodies of the API."""

from typing import Literal

from pydantic import model_validator

from shop.accounts.profile import ProfileChanges
from shop.accounts.schemas import NewUserBody
from shop.desk.schemas import ReasonBody, SaleBody
from shop.http.fields import AmountIn, Ignored, Note, PersonName, PhoneText, RequestBody
from shop.money import Language


class NothingBody(RequestBody):
    """A form that has a button alone."""


class SaleForm(SaleBody):
    """A sale at the counter, with what the plan picker beside it sends along."""

    suggested: Ignored = None


class NewCustomerForm(NewUserBody):
    """A customer at the counter. A blank username is the e-mail address."""

    @model_validator(mode="before")
    @classmethod
    def _username(cls, sent: dict[str, object]) -> dict[str, object]:
        return {"username": sent.get("email"), **sent}


class CreditLimitForm(ReasonBody):
    """The most that a customer may owe after a purchase; blank is the shop's default."""

    credit_limit: AmountIn | None = None


class ContactForm(RequestBody):
    """The contact data of a customer. What is blank is taken away; staff can turn reminders off, not on."""

    first_name: PersonName = ""
    last_name: PersonName = ""
    phone: PhoneText = ""
    address: Note = ""
    language: Language | None = None
    reminders: Literal["off"] | None = None

    @property
    def changes(self) -> ProfileChanges:
        """Return the changes of the profile."""
        reminders = False if self.reminders else None
        return ProfileChanges(self.first_name, self.last_name, reminders, self.phone, self.address, self.language)
