"""Rotation the signing keys, against Secrets Manager as moto has it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from shop.accounts.model import Account
from shop.errors import Unauthenticated, Unavailable
from shop.security.keyring import ACTIVATION, Keyring
from shop.security.rotation import Rotation, RotationError
from shop.security.secret import StoredSecret
from shop.security.tokens import Issuer, Tokens
from tests.support.clock import Clock
from tests.support.roles import SECRET, Call, role_of, unused
from tests.support.secretsmanager import FAILURES, SecretsManager

REFRESH = timedelta(days=7)
ROLE = role_of("RotationFunction")
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class Stored:
    """The current secret, read again each time."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self) -> str:
        return str(self.client.get_secret_value(SecretId="secret", VersionStage="AWSCURRENT")["SecretString"])


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("secretsmanager")
        client.create_secret(Name="secret", SecretString='{"key": "the first key of the shop"}')
        yield client


@pytest.fixture
def acting(client: Any) -> Any:
    """A client in the role of the function."""
    client = boto3.client("secretsmanager")
    client.meta.events.register(
        "before-parameter-build.secretsmanager",
        lambda model, **_: ROLE.enter(Call(f"secretsmanager:{model.name}", SECRET)),
    )
    return client


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rotating(acting: Any, clock: Clock) -> Rotation:
    return Rotation(acting, REFRESH, clock)


@pytest.fixture
def keyring(client: Any) -> Keyring:
    return Keyring(Stored(client))


@pytest.fixture
def issuer(keyring: Keyring) -> Issuer:
    return Issuer(keyring, timedelta(minutes=15), REFRESH)


@pytest.fixture
def tokens(keyring: Keyring) -> Tokens:
    return Tokens(keyring)


def account(clock: Clock) -> Account:
    return Account("somebody", "somebody", "somebody@example.com", "", "", "", clock())


def rotate(rotating: Rotation) -> None:
    version = str(uuid4())
    for step in STEPS:
        rotating.step(step, "secret", version)


def test_a_rotation_logs_nobody_out(rotating: Rotation, issuer: Issuer, tokens: Tokens, clock: Clock) -> None:
    before = issuer.issue(account(clock), clock())

    rotate(rotating)

    soon = issuer.issue(account(clock), clock())
    for pair in (before, soon):
        assert tokens.caller(pair.access, clock()).user_id == "somebody"
    clock.move(seconds=ACTIVATION.total_seconds())
    after = issuer.issue(account(clock), clock())
    assert tokens.caller(after.access, clock()).user_id == "somebody"
    for pair in (before, soon, after):
        assert tokens.refresh(pair.refresh, clock()).user_id == "somebody"
    assert len({pair.access.split(".")[0] for pair in (before, soon)}) == 1, "a new key signs before all know it"
    assert after.access.split(".")[0] != before.access.split(".")[0]


def test_who_cannot_read_the_secret_anew_takes_what_others_sign_for_as_long_as_it_serves(
    rotating: Rotation, issuer: Issuer, client: Any, clock: Clock
) -> None:
    stored = SecretsManager(Stored(client).get())
    secret = StoredSecret("name", stored, lambda: clock().timestamp())  # type: ignore[arg-type]
    cut_off = Tokens(Keyring(secret))
    secret.get()
    stored.failure = FAILURES["unreachable"]
    rotate(rotating)

    for _ in range(6):
        assert cut_off.caller(issuer.issue(account(clock), clock()).access, clock())
        clock.move(hours=1)
    with pytest.raises(Unavailable):
        cut_off.caller(issuer.issue(account(clock), clock()).access, clock())


def test_nothing_is_allowed_that_a_rotation_does_not_do(rotating: Rotation) -> None:
    rotate(rotating)

    assert not unused([ROLE])


def test_a_key_is_forgotten_when_nothing_it_signed_is_good_any_more(
    rotating: Rotation, issuer: Issuer, tokens: Tokens, keyring: Keyring, clock: Clock
) -> None:
    rotate(rotating)
    clock.move(days=1)
    rotate(rotating)
    last = issuer.issue(account(clock), clock())
    clock.move(days=9)
    assert tokens.caller(last.access, clock() - timedelta(days=9)), "still known"

    rotate(rotating)

    with pytest.raises(Unauthenticated):
        tokens.caller(last.access, clock() - timedelta(days=9))
    assert len(keyring.keys) == 2


def test_what_must_outlast_rotations_does(rotating: Rotation, client: Any, clock: Clock) -> None:
    keyring = Keyring(Stored(client))
    before = keyring.derive("links")
    for _ in range(3):
        rotate(rotating)
        clock.move(days=30)

    assert keyring.derive("links") == before


def test_every_step_may_be_repeated(rotating: Rotation, client: Any) -> None:
    version = str(uuid4())
    for step in STEPS:
        rotating.step(step, "secret", version)
        found = client.get_secret_value(SecretId="secret", VersionId=version)["SecretString"]
        rotating.step(step, "secret", version) if step != "testSecret" else None
        assert client.get_secret_value(SecretId="secret", VersionId=version)["SecretString"] == found
    rotating.step("createSecret", "secret", version)

    assert client.get_secret_value(SecretId="secret", VersionStage="AWSCURRENT")["VersionId"] == version


def test_a_version_without_the_keys_in_use_is_refused(rotating: Rotation, client: Any) -> None:
    version = str(uuid4())
    client.put_secret_value(
        SecretId="secret",
        ClientRequestToken=version,
        SecretString='{"key": "another"}',
        VersionStages=["AWSPENDING"],
    )

    with pytest.raises(RotationError):
        rotating.step("testSecret", "secret", version)
    with pytest.raises(RotationError):
        rotating.step("dropSecret", "secret", version)
