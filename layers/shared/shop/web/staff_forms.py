"""The forms of staff that differ from the bodies of the API."""

from typing import Literal

from shop.accounts.profile import ProfileChanges
from shop.desk.schemas import ReasonBody
from shop.http.fields import AmountIn, Note, PersonName, PhoneText, RequestBody
from shop.money import Language


class NothingBody(RequestBody):
    """A form that has a button alone."""


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
