"""Nothing secret reaches the log."""

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger
from pydantic import BaseModel, Field, ValidationError

from shop.runtime.logging import RedactingFormatter

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
HASH = "$2b$12$" + "a" * 53


class Body(BaseModel):
    """A body."""

    password: str = Field(min_length=20)


def logged(write: Any) -> dict[str, Any]:
    lines = io.StringIO()
    logger = Logger(service=f"test-{uuid4()}", logger_formatter=RedactingFormatter(), level="INFO", stream=lines)
    write(logger)
    found: dict[str, Any] = json.loads(lines.getvalue())
    return found


@pytest.mark.parametrize(
    "secret",
    [
        {"password": "hunter22"},
        {"event": {"headers": {"Authorization": "hunter22"}}},
        {"bodies": [{"otp_code": "hunter22"}, {"new_password": "hunter22"}]},
        {"note": f"it sent Bearer hunter22 and {TOKEN}"},
        {"note": TOKEN},
        {"note": HASH},
    ],
    ids=str,
)
def test_what_is_secret_by_its_name_or_form_is_hidden(secret: dict[str, Any]) -> None:
    line = json.dumps(logged(lambda logger: logger.info("happened", extra={**secret, "status": 200})))

    assert "hunter22" not in line
    assert "eyJ" not in line
    assert "$2b$" not in line
    assert json.loads(line)["status"] == 200


def test_half_a_character_loses_no_line_and_shows_nothing_secret() -> None:
    line = logged(lambda logger: logger.info("happened", extra={"path": "/\ud800", "password": "hunter22"}))

    assert line["path"] == "/\ud800"
    assert line["password"] != "hunter22"


def test_what_a_client_sent_is_hidden_in_what_a_defect_tells() -> None:
    def fail(logger: Logger) -> None:
        try:
            Body(password="hunter" + "22")  # a stack trace shows the line itself
        except ValidationError:
            logger.exception(f"failed with {TOKEN}")

    line = logged(fail)

    assert "hunter22" not in json.dumps(line)
    assert "ValidationError" in line["exception_name"]
    assert line["message"] == "failed with [redacted]"
