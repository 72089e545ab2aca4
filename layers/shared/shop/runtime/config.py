"""The settings of a deployment, read once from the environment that the template sets."""

import os
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator

from shop.calendar import ReminderDays
from shop.money import Formats, Language, Locale

if TYPE_CHECKING:
    from shop.ledger.purchases import Terms

PREFIX = "SHOP_"

_Line = Annotated[str, Field(max_length=255, pattern=r"^[^\x00-\x1f\x7f]*$")]
# A repetition counted in the pattern instead, {1,1000}, would cost each start 4 MB and a tenth of its time.
_Address = Annotated[str, Field(max_length=1000, pattern=r"^(https://[^\s\"'<>]+)?$")]
_Days = Annotated[int, Field(ge=0, le=60)]


class PaymentMode(StrEnum):
    """What makes a customer's payment count: that the customer says so, that staff or a payment provider confirm it."""

    RECORDED = "recorded"
    CONFIRMED = "confirmed"
    ONLINE = "online"


class Settings(BaseModel):
    """The settings of a deployment. Each field is read from the environment variable `SHOP_<FIELD>`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    table_name: str = Field(min_length=1)
    secret_name: str = ""
    public_url: str = ""
    allowed_origins: str = ""
    sender_address: str = "shop@example.com"
    shop_name: _Line = Field(default="Installment Shop", min_length=1)
    shop_logo: _Address = ""
    shop_address: _Line = ""
    shop_phone: str = Field(default="", pattern=r"^([-+() 0-9]{3,30})?$")
    pay_url: _Address = ""
    language: Language = Language.ENGLISH
    currency: str = Field(default="BDT", pattern="^[A-Z]{3}$")
    time_zone: str = "Asia/Dhaka"
    access_token_minutes: int = Field(default=15, ge=1, le=1440)
    refresh_token_days: int = Field(default=7, ge=1)
    session_days: int = Field(default=30, ge=1)
    late_fee_rate: Decimal = Field(default=Decimal("0.10"), ge=0, le=1)
    least_first_share: Decimal = Field(default=Decimal("0.30"), ge=0, le=1)
    least_payment_share: Decimal = Field(default=Decimal("0.01"), ge=Decimal("0.01"), le=1)
    received_days_back: int = Field(default=7, ge=0, le=30)
    credit_limit: Decimal | None = Field(default=None, gt=0)
    payment_mode: PaymentMode = PaymentMode.RECORDED
    payment_provider: Literal["stripe", "sslcommerz", "sandbox"] = "sslcommerz"
    payment_secret_name: str = ""
    payment_queue_url: str = ""
    confirmation_days: int = Field(default=7, ge=1, le=7)
    most_installments: int = Field(default=60, ge=1, le=60)
    locale: Locale = Locale.BANGLADESH
    reminder_days_before: tuple[_Days, ...] = (3, 0)
    reminder_days_after: tuple[_Days, ...] = (1, 7)
    picture_bucket: str = ""
    mail_queue_url: str = ""
    plan_queue_url: str = ""
    configuration_set: str = ""
    proxies: int = Field(default=0, ge=0, le=8)
    bcrypt_cost: int = Field(default=12, ge=4, le=16)

    @field_validator("credit_limit", mode="before")
    @classmethod
    def _optional(cls, value: object) -> object:
        return value or None

    @field_validator("reminder_days_before", "reminder_days_after", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @property
    def reminder_days(self) -> ReminderDays:
        """Return the days on which customers are reminded."""
        return ReminderDays(self.reminder_days_before, self.reminder_days_after)

    @property
    def formats(self) -> Formats:
        """Return the formats of amounts and dates in English."""
        return Formats(self.locale, self.currency)

    def formats_in(self, language: Language) -> Formats:
        """Return the formats of amounts and dates in a language."""
        return Formats(self.locale, self.currency, language)

    @property
    def region(self) -> str:
        """Return the country of telephone numbers without one, such as `BD`."""
        return self.locale.value.rpartition("-")[2]

    @property
    def terms(self) -> "Terms":
        """Return the shop's conditions."""
        from shop.ledger.purchases import Terms  # most functions do not need it

        return Terms(
            self.formats,
            self.late_fee_rate,
            self.least_first_share,
            self.most_installments,
            self.least_payment_share,
            self.received_days_back,
            self.credit_limit,
        )

    @property
    def zone(self) -> ZoneInfo:
        """Return the shop's time zone, in which its days begin and end."""
        return ZoneInfo(self.time_zone)

    @property
    def logo_origin(self) -> str:
        """Return the origin of the shop's logo; empty without a logo."""
        logo = urlsplit(self.shop_logo)
        return f"{logo.scheme}://{logo.netloc}" if logo.netloc else ""

    @property
    def origins(self) -> list[str]:
        """Return the origins that browsers may call from."""
        return [origin for origin in (part.strip() for part in self.allowed_origins.split(",")) if origin]


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings.

    Raises pydantic.ValidationError, naming the field, when a setting is missing or wrong.
    """
    values = {name.removeprefix(PREFIX).lower(): text for name, text in environment.items() if name.startswith(PREFIX)}
    return Settings.model_validate(values)
