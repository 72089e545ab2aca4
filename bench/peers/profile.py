"""What peers that validate by pydantic answer with."""

from datetime import datetime

from pydantic import BaseModel


class Profile(BaseModel):
    """The caller's account."""

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
