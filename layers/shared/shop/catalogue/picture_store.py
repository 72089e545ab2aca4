"""The pictures of products, in a bucket."""

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shop import problems
from shop.catalogue.images import ImageKind
from shop.runtime import clients
from shop.runtime.logging import logger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONFIG = Config(connect_timeout=1, read_timeout=5, retries={"mode": "standard", "max_attempts": 2})
# whoever may not list a bucket is told that what is not there is forbidden
_ABSENT = {"NoSuchKey", "AccessDenied", "404", "403"}


class PictureStore(Protocol):
    """Where pictures are kept by their names."""

    def put(self, name: str, data: bytes, kind: ImageKind) -> None:
        """Store a picture. Raises Unavailable."""

    def get(self, name: str) -> bytes | None:
        """Read a picture; None when there is none. Raises Unavailable."""

    def delete(self, name: str) -> None:
        """Remove a picture that no product has. A picture that cannot be removed stays, unseen."""


class Bucket:
    """A bucket of S3."""

    def __init__(self, name: str) -> None:
        self._name = name

    @cached_property
    def _client(self) -> "S3Client":
        client: S3Client = clients.client("s3", _CONFIG)
        return client

    def put(self, name: str, data: bytes, kind: ImageKind) -> None:
        """Store a picture. Raises Unavailable."""
        try:
            self._client.put_object(Bucket=self._name, Key=name, Body=data, ContentType=kind.media_type)
        except (ClientError, BotoCoreError) as error:
            raise problems.PICTURES_UNAVAILABLE.error() from error

    def get(self, name: str) -> bytes | None:
        """Read a picture; None when there is none. Raises Unavailable."""
        try:
            return self._client.get_object(Bucket=self._name, Key=name)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _ABSENT:
                return None
            raise problems.PICTURES_UNAVAILABLE.error() from error
        except BotoCoreError as error:
            raise problems.PICTURES_UNAVAILABLE.error() from error

    def delete(self, name: str) -> None:
        """Remove a picture that no product has. A picture that cannot be removed stays, unseen."""
        try:
            self._client.delete_object(Bucket=self._name, Key=name)
        except (ClientError, BotoCoreError) as error:
            logger.warning("picture left behind", extra={"picture": name, "reason": type(error).__name__})
