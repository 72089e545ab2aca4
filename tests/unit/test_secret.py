"""The secret is read once in five minutes, and the last one that was read serves for six hours when that fails."""

import json
from datetime import timedelta

import pytest

from shop.errors import Unavailable
from shop.security.keyring import ACTIVATION, LONGEST_HELD, Keyring
from shop.security.secret import StoredSecret
from tests.support.clock import Clock
from tests.support.secretsmanager import FAILURES, SecretsManager

FIRST, SECOND = '{"key": "first"}', '{"key": "second"}'
ROTATED = {"key": "first", "keys": [{"id": "1", "key": "first", "from": 0}, {"id": "2", "key": "second", "from": 1}]}
MALFORMED = [
    None,
    "",
    "key=first",
    "[]",
    '"first"',
    "{}",
    '{"key": null}',
    '{"key": ""}',
    '{"key": 5}',
    '{"key": "\\ud800"}',
    '{"key": "first", "keys": 5}',
    '{"key": "first", "keys": [5]}',
    '{"key": "first", "keys": [{"id": "2", "key": "second"}]}',
    '{"key": "first", "keys": [{"id": "2", "key": "", "from": 0}]}',
    '{"key": "first", "keys": [{"id": "2", "key": "second", "from": "soon"}]}',
    '{"key": "first", "keys": [{"id": "2", "key": "second", "from": 1e99}]}',
    json.dumps({**ROTATED, "key": None}),
]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client() -> SecretsManager:
    return SecretsManager(FIRST)


@pytest.fixture
def secret(client: SecretsManager, clock: Clock) -> StoredSecret:
    return StoredSecret("name", client, lambda: clock().timestamp())  # type: ignore[arg-type]


def test_a_secret_is_read_again_after_five_minutes(client: SecretsManager, secret: StoredSecret, clock: Clock) -> None:
    assert [secret.get(), secret.get()] == [FIRST, FIRST]
    assert client.asked == 1
    client.text = SECOND
    clock.move(seconds=299)
    assert secret.get() == FIRST
    clock.move(seconds=1)
    assert secret.get() == SECOND


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_secret_that_was_read_serves_for_six_hours_while_it_cannot_be_read_anew(
    client: SecretsManager, secret: StoredSecret, clock: Clock, failure: Exception
) -> None:
    secret.get()
    client.failure = failure
    clock.move(minutes=5)
    assert secret.get() == FIRST
    clock.move(hours=5, minutes=54)
    assert secret.get() == FIRST
    clock.move(minutes=1)
    with pytest.raises(Unavailable):
        secret.get()

    client.failure = None
    clock.move(seconds=30)
    assert secret.get() == FIRST


def test_a_read_that_failed_is_tried_again_only_after_half_a_minute(
    client: SecretsManager, secret: StoredSecret, clock: Clock
) -> None:
    client.failure = FAILURES["unreachable"]
    waits = []
    for _ in range(3):
        with pytest.raises(Unavailable) as away:
            secret.get()
        waits.append(away.value.retry_after)
        clock.move(seconds=10)
    assert (client.asked, waits) == (1, [30, 20, 10])

    client.failure = None
    assert secret.get() == FIRST
    client.failure = FAILURES["unreachable"]
    clock.move(minutes=5)
    assert [secret.get() for _ in range(3)] == [FIRST] * 3
    assert client.asked == 3


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_secret_is_none_and_takes_no_good_one_away(
    client: SecretsManager, secret: StoredSecret, clock: Clock, text: str | None
) -> None:
    client.text = text
    with pytest.raises(Unavailable):
        secret.get()
    client.text = FIRST
    clock.move(seconds=30)
    assert secret.get() == FIRST

    client.text = text
    clock.move(minutes=5)
    assert secret.get() == FIRST


def test_a_secret_whose_keys_are_not_active_yet_signs_with_its_oldest(clock: Clock) -> None:
    soon = int((clock() + timedelta(days=1)).timestamp())
    keys = [{"id": "1", "key": "first", "from": soon}, {"id": "2", "key": "second", "from": soon + 1}]
    client = SecretsManager(json.dumps({**ROTATED, "keys": keys}))

    assert Keyring(StoredSecret("name", client)).signing(clock()).id == "1"  # type: ignore[arg-type]


def test_a_new_key_signs_only_when_no_function_serves_with_a_secret_that_lacks_it() -> None:
    assert ACTIVATION > LONGEST_HELD
