"""AWS Secrets Manager with one secret, which fails on purpose."""

from collections.abc import Mapping

from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

_URL = "https://secretsmanager.example.com"


def _refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "by the test"}}, "GetSecretValue")


FAILURES: Mapping[str, Exception] = {
    "throttled": _refused("ThrottlingException"),
    "access denied": _refused("AccessDeniedException"),
    "deleted": _refused("ResourceNotFoundException"),
    "broken": _refused("InternalServiceError"),
    "unreachable": EndpointConnectionError(endpoint_url=_URL),
    "slow to connect": ConnectTimeoutError(endpoint_url=_URL),
    "slow to answer": ReadTimeoutError(endpoint_url=_URL),
}


class SecretsManager:
    """Answers with a text or fails, and counts its calls."""

    def __init__(self, text: str | None, failure: Exception | None = None) -> None:
        self.text = text
        self.failure = failure
        self.asked = 0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        assert SecretId == "name"
        self.asked += 1
        if self.failure is not None:
            raise self.failure
        return {} if self.text is None else {"SecretString": self.text}
