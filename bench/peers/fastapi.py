"""FastAPI behind Mangum: an asynchronous route, its token a dependency, its answer a model."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum

from bench.peers import given
from bench.peers.profile import Profile
from shop.dynamodb.attributes import decoded

ITEM = given.item(datetime.now(UTC))
application = FastAPI()


async def caller(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> str:
    """Return the caller in the token."""
    try:
        claims = jwt.decode(credentials.credentials, given.KEY, algorithms=["HS256"], options={"require": ["exp"]})
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    return str(claims["sub"])


@application.get("/accounts/profile/")
async def read_profile(_user_id: Annotated[str, Depends(caller)]) -> Profile:
    """Return the profile of the caller."""
    return Profile(**{name: decoded(value) for name, value in ITEM.items()})


asyncio.set_event_loop(asyncio.new_event_loop())
given.clock(Mangum(application, lifespan="off", api_gateway_base_path="/dev"), given.event(given.valid_token()), None)
