"""The log: structured, a line per event, with nothing in it that lets somebody in."""

import re
from json import JSONEncoder
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
    r"|\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}"  # a bcrypt hash
    r"|(?i:bearer\s+\S+)"
    r"|(?<=input_value=).*?(?=, input_type=)",  # what pydantic could not take
    re.DOTALL,
)


# Whatever `redacted` may hide is found by this in a line, which has as much and more.
_SUSPICIOUS = (
    *("eyj", "$2a$", "$2b$", "$2y$", "bearer", "input_value="),
    *(f'"{name}":' for name in _SECRET_NAMES),
    *(f'"{name.replace("_", "-")}":' for name in _SECRET_NAMES if "_" in name),
)


def redacted(value: object, name: str = "") -> object:
    """A value as it may be logged: what its name or its form says is secret is hidden."""
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
    """Powertools' JSON lines, redacted."""

    def serialize(self, log: Any) -> str:  # noqa: ANN401 - one of two types of Powertools'
        """The line of an event. Nearly all have nothing to hide, which one look at the line tells."""
        line = super().serialize(log)
        lowered = line.lower()
        if not any(mark in lowered for mark in _SUSPICIOUS):
            return line
        return super().serialize({name: redacted(value, name) for name, value in log.items()})


# Messages are plain words, of which Powertools would try to make JSON; and it would make an encoder for each line.
logger = Logger(
    logger_formatter=RedactingFormatter(
        json_deserializer=str,
        json_serializer=JSONEncoder(default=str, separators=(",", ":"), ensure_ascii=False).encode,
    )
)
