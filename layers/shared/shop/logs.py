"""The log: structured, a line per event, with nothing in it that lets somebody in."""

import json
import os
import re
from collections.abc import Mapping
from logging import LogRecord, makeLogRecord
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.formatter import RESERVED_LOG_ATTRS, LambdaPowertoolsFormatter
from pydantic_core import PydanticSerializationError, to_json

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


def _is_suspicious(line: str) -> bool:
    lowered = line.lower()
    for mark in _SUSPICIOUS:  # noqa: SIM110 - with each line; any() takes three times as long
        if mark in lowered:
            return True
    return False


def _text(line: Mapping[str, object]) -> str:
    """The JSON of a line; where a client sent half a character, which no encoding has, with everything escaped."""
    try:
        return to_json(line, fallback=str).decode()
    except PydanticSerializationError:
        return json.dumps(line, default=str)


# What a record has whether or not somebody told it.
_RESERVED = frozenset(RESERVED_LOG_ATTRS) | {"message"} | vars(makeLogRecord({})).keys()


class RedactingFormatter(LambdaPowertoolsFormatter):
    """Powertools' JSON lines, redacted."""

    def format(self, record: LogRecord) -> str:
        """The line of an event; of one with arguments or an exception it is Powertools', which takes longer."""
        if record.exc_info or record.args:
            return super().format(record)
        trace = os.environ.get("_X_AMZN_TRACE_ID")
        line = {
            "level": record.levelname,
            "location": f"{record.funcName}:{record.lineno}",
            "message": record.msg,
            "timestamp": self.formatTime(record),
            **{name: value for name, value in self.log_format.items() if name not in _RESERVED},
            **{name: value for name, value in vars(record).items() if name not in _RESERVED},
            "xray_trace_id": trace.split(";")[0].removeprefix("Root=") if trace else None,
        }
        return self.serialize({name: value for name, value in line.items() if value is not None})

    def serialize(self, log: Any) -> str:  # noqa: ANN401 - one of two types of Powertools'
        """The text of a line. Nearly all have nothing to hide, which one look at it tells."""
        line = _text(log)
        if not _is_suspicious(line):
            return line
        return _text({name: redacted(value, name) for name, value in log.items()})


# Messages are plain words, of which Powertools would try to make JSON.
logger = Logger(logger_formatter=RedactingFormatter(json_deserializer=str))
