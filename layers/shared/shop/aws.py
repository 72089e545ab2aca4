"""Clients of AWS, made by botocore itself, without what the shop never uses (decision 0011)."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS
from botocore.session import Session

SERVICES = frozenset({"dynamodb", "secretsmanager", "sesv2", "sqs"})
"""What the shop has clients of."""


@cache
def _session() -> Session:
    """A session with botocore's handlers for every service and for the shop's; those of others are most of them."""
    session = Session(include_builtin_handlers=False)
    for event, handler, *_ in BUILTIN_HANDLERS:
        _, _, service = event.partition(".")
        if not service or service.split(".")[0] in SERVICES:
            session.register(event, handler)
    return session


def client(service: str, config: Config | None = None) -> Any:  # noqa: ANN401 - who asks knows which client it is
    """A client of a service of the account, region and endpoint that the environment names. Makes no call."""
    return _session().create_client(service, config=config)
