"""The answer of peers that validate with pydantic."""

from datetime import datetime

from pydantic import BaseModel


class Profile(BaseModel):
    """The profile of the caller."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    date_joined: datetime
    is_verified: bool
    is_staff: bool
    is_superuser: bool
    reminders: bool
