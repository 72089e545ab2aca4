"""FastAPI behind Mangum: an asynchronous route, its token a dependency, its answer a model."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum
from pydantic import BaseModel

from bench.peers import given
from shop.store.attributes import decoded

ITEM = given.item(datetime.now(UTC))
application = FastAPI()


class Profile(BaseModel):
    """One's own account."""

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


async def caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """Whoever the token speaks for."""
    try:
        claims = jwt.decode(credentials.credentials, given.KEY, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])


@application.get("/accounts/profile/")
async def read_profile(_user_id: Annotated[str, Depends(caller)]) -> Profile:
    """Their profile."""
    return Profile(**{name: decoded(value) for name, value in ITEM.items()})


asyncio.set_event_loop(asyncio.new_event_loop())
given.clock(Mangum(application, lifespan="off", api_gateway_base_path="/dev"), given.event(given.valid_token()), None)
