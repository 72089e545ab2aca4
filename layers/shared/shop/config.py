"""The settings of a deployment, read once from the environment that the template sets."""

import os
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

PREFIX = "SHOP_"


class Settings(BaseModel):
    """What may differ between two deployments. Each field is the environment variable `SHOP_<FIELD>`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    table_name: str = Field(min_length=1)
    secret_name: str = ""
    public_url: str = ""
    allowed_origins: str = ""
    sender_address: str = "shop@example.com"
    currency: str = Field(default="BDT", pattern="^[A-Z]{3}$")
    time_zone: str = "Asia/Dhaka"
    access_token_minutes: int = Field(default=15, ge=1)
    refresh_token_days: int = Field(default=7, ge=1)
    session_days: int = Field(default=30, ge=1)
    late_fee_rate: Decimal = Field(default=Decimal("0.10"), ge=0, le=1)
    least_first_share: Decimal = Field(default=Decimal("0.30"), ge=0, le=1)
    most_installments: int = Field(default=60, ge=1, le=60)
    reminder_days_before: int = Field(default=3, ge=0)
    bcrypt_cost: int = Field(default=12, ge=4, le=16)

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone: days begin and end in it."""
        return ZoneInfo(self.time_zone)

    @property
    def origins(self) -> list[str]:
        """The origins that browsers may call from."""
        return [origin for origin in (part.strip() for part in self.allowed_origins.split(",")) if origin]


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings.

    Raises pydantic.ValidationError, naming the field, when one is missing or wrong.
    """
    given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if name.startswith(PREFIX)}
    return Settings.model_validate(given)
