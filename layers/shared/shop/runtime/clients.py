"""Clients of AWS services, made by botocore. The layer has no boto3 (decision 0011)."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session


@cache
def _session() -> Session:
    return Session()


def client(service: str, config: Config | None = None) -> Any:  # noqa: ANN401 - the caller knows the type of the client
    """Make a client of a service, for the account, region and endpoint that the environment names. Makes no call."""
    return _session().create_client(service, config=config)
