"""The end-to-end tests find a secret that was logged, and nothing that looks like one by chance."""

import pytest

from tests.support.leaks import leaked

CODE, PASSWORD, TOKEN = "123456", "correct horse battery", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("secret", "line"),
    [
        (CODE, '{"message": "code 123456 is wrong"}'),
        (CODE, '{"otp_code": "123456"}'),
        (CODE, '{"otp_code":123456}'),
        (CODE, "The code is 123456."),
        (CODE, "GET /accounts/verify-otp/?otp_code=123456&email=a@example.com"),
        (PASSWORD, 'ValidationError: input_value="correct horse battery"'),
        (TOKEN, f"Authorization: Bearer {TOKEN}"),
    ],
)
def test_a_secret_that_was_logged_is_found(secret: str, line: str) -> None:
    assert leaked([secret, "another"], f"before\n{line}\nafter") == [secret]


@pytest.mark.parametrize(
    "line",
    [
        '{"request_id": "7f1234569c0b4d5e8a9b0c1d2e3f4a5b"}',
        '{"xray_trace_id": "1-5759e988-bd862e3fe1be46a994123456"}',
        '{"caller_id": "01KAXW123456TVWXYZABCDEFGH"}',
        '{"cursor": "Zm9v_123456-YmFy"}',
        '{"timestamp": "2026-11-23T06:00:00.123456+00:00"}',
        '{"cents": 1234567}',
    ],
)
def test_a_code_within_an_id_or_a_number_is_none(line: str) -> None:
    assert leaked([CODE], line) == []
