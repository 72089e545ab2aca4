"""Bodies of automatic payments."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, StrictBool

from shop.http.fields import AnswerBody, RequestBody
from shop.online.mandates import Mandate, MandateStatus


def _agreed(value: object) -> object:
    if value is not True:
        raise ValueError("Agree to it first.")
    return value


class MandateBody(RequestBody):
    """A customer's consent to be charged."""

    agrees: Annotated[StrictBool, AfterValidator(_agreed)]


class AutopayStatus(StrEnum):
    """Whether a customer is charged: not, not until the method is saved, yes, or not any more, as it was declined."""

    OFF = "off"
    PENDING = "pending"
    ACTIVE = "active"
    DECLINED = "declined"


class AutopayOut(AnswerBody):
    """Whether the shop charges a customer by itself, and with what.

    `text` is what the customer agreed to at `agreed_at` or, before, has to agree to. `method` is what the customer
    knows the saved method by. `checkout_url` is the provider's page at which it is saved.
    """

    is_offered: bool
    status: AutopayStatus
    text: str
    agreed_at: datetime | None
    method: str | None
    expires_on: date | None
    checkout_url: str | None

    @classmethod
    def of(cls, mandate: Mandate | None, text: str, *, is_offered: bool) -> Self:
        """Describe a customer's mandate, if there is one."""
        if mandate is None:
            return cls(
                is_offered=is_offered,
                status=AutopayStatus.OFF,
                text=text,
                agreed_at=None,
                method=None,
                expires_on=None,
                checkout_url=None,
            )
        is_pending = mandate.status is MandateStatus.PENDING
        return cls(
            is_offered=is_offered,
            status=AutopayStatus(mandate.status.value),
            text=mandate.text,
            agreed_at=mandate.agreed_at,
            method=mandate.method.label if mandate.method else None,
            expires_on=mandate.method.expires_on if mandate.method else None,
            checkout_url=mandate.checkout_url if is_pending else None,
        )
