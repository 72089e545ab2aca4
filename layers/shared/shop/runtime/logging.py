"""The log: Powertools' JSON lines, without secrets."""

import re
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

_HIDDEN = "[redacted]"
_SECRET_NAMES = {
    "access",
    "authorization",
    "code",
    "key",
    "new_password",
    "old_password",
    "otp_code",
    "password",
    "password_hash",
    "refresh",
    "secret",
    "token",
}
_SECRET_TEXTS = re.compile(
    r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*"  # a JSON Web Token
    r"|\b[0-9A-Z]{26}-[0-9]{8}-[0-9]{1,11}-[0-9a-f]{36}\b"  # the token of a link with which one pays
    r"|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"  # a bcrypt hash
    r"|(?i:bearer\s+\S+)"
    r"|(?<=input_value=).*?(?=, input_type=)",  # a value in an error of pydantic
    re.DOTALL,
)


def redacted(value: object, name: str = "") -> object:
    """Return a value without its secrets, which are recognised by their names or forms."""
    if name.lower().replace("-", "_") in _SECRET_NAMES:
        return _HIDDEN
    if isinstance(value, dict):
        return {key: redacted(inner, str(key)) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _SECRET_TEXTS.sub(_HIDDEN, str(value))  # an exception is logged as its text


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' formatter, which redacts each line before it is written."""

    def serialize(self, log: Any) -> str:  # noqa: ANN401 - one of two types of Powertools
        """Return the text of a line."""
        return super().serialize({name: redacted(value, name) for name, value in log.items()})


# Messages are plain texts; by default Powertools would try to parse them as JSON.
logger = Logger(logger_formatter=RedactingFormatter(json_deserializer=str))
