"""Only tokens that the shop signed, for the use at hand, are accepted."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shop.accounts.model import Account
from shop.errors import Unauthenticated
from shop.security.keyring import Keyring
from shop.security.tokens import ALGORITHM, AUDIENCE, ISSUER, PURPOSE, Issuer, Tokens

NOW = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
SOMEBODY = Account("01ARZ3NDEKTSV4RRFFQ69G5FAV", "somebody", "somebody@example.com", "", "", "", NOW, is_staff=True)
CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "typ": "access", "sub": "1", "sid": "2", "jti": "3", "iat": 1, "exp": 2**40}


class Secret:
    """A secret of two keys."""

    def get(self) -> str:
        """Its text."""
        keys = [{"id": "1", "key": "first", "from": 0}, {"id": "2", "key": "second", "from": 1}]
        return json.dumps({"key": "lasting", "keys": keys})


KEYRING = Keyring(Secret())
TOKENS = Tokens(KEYRING)
PAIR = Issuer(KEYRING, timedelta(minutes=15), timedelta(days=7)).issue(SOMEBODY, NOW)


def taken(token: str) -> bool:
    """Whether the shop takes an access token."""
    try:
        TOKENS.caller(token, NOW)
    except Unauthenticated:
        return False
    return True


def taken_by_pyjwt(token: str) -> bool:
    """Whether PyJWT does, by any of the keys."""
    for key in KEYRING.keys:
        try:
            jwt.decode(
                token,
                key.derive(PURPOSE),
                [ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            continue
        return True
    return False


def test_a_pair_says_what_was_put_into_it() -> None:
    caller, refresh = TOKENS.caller(PAIR.access, NOW, "request"), TOKENS.refresh(PAIR.refresh, NOW)

    assert (caller.user_id, caller.is_staff, caller.session, caller.request_id) == (
        SOMEBODY.id,
        True,
        PAIR.session,
        "request",
    )
    assert (refresh.user_id, refresh.session, refresh.token_id) == (SOMEBODY.id, PAIR.session, PAIR.refresh_id)
    assert taken_by_pyjwt(PAIR.access)


def test_a_token_is_good_to_its_last_second_and_for_one_use() -> None:
    last = NOW + timedelta(minutes=15)
    TOKENS.caller(PAIR.access, last - timedelta(microseconds=1))
    with pytest.raises(Unauthenticated) as expired:
        TOKENS.caller(PAIR.access, last)
    assert expired.value.code == "token_expired"
    for read, other in ((TOKENS.caller, PAIR.refresh), (TOKENS.refresh, PAIR.access)):
        with pytest.raises(Unauthenticated):
            read(other, NOW)


@given(st.integers(0, len(PAIR.access) - 1), st.characters(), st.booleans())
@example(len(PAIR.access) - 1, "=", True)
@example(0, "\ud800", True)
def test_a_token_with_another_character_anywhere_is_refused(position: int, character: str, added: bool) -> None:
    changed = PAIR.access[:position] + character + PAIR.access[position + (not added) :]

    assert taken(changed) is (changed == PAIR.access)


@given(st.text() | st.lists(st.sampled_from([*PAIR.access.split("."), ".", "..", ""])).map("".join))
def test_no_text_is_a_defect(text: str) -> None:
    assert not taken(text) or text == PAIR.access


@pytest.mark.parametrize("part", [0, 1])
def test_a_deeply_nested_part_is_refused(part: int) -> None:
    parts = PAIR.access.split(".")
    parts[part] = jwt.utils.base64url_encode(b"[" * 100_000).decode()

    assert not taken(".".join(parts))


claims = st.fixed_dictionaries(
    {},
    optional={
        name: st.just(value) | st.none() | st.integers() | st.text(max_size=3) | st.booleans() | st.just([value])
        for name, value in CLAIMS.items()
    }
    | {"staff": st.booleans() | st.just("yes"), "nbf": st.integers()},
)


@given(claims)
@example(CLAIMS)
@example({**CLAIMS, "aud": [AUDIENCE]})
@example({**CLAIMS, "exp": True})
def test_nothing_is_taken_that_pyjwt_would_refuse(told: Mapping[str, Any]) -> None:
    for key in KEYRING.keys:
        try:
            token = jwt.encode(dict(told), key.derive(PURPOSE), ALGORITHM, {"kid": key.id})
        except (TypeError, jwt.InvalidTokenError):
            return  # it does not even make one
        assert not taken(token) or taken_by_pyjwt(token)
    assert not taken(token) or CLAIMS.keys() <= told.keys()


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jku"]), st.text(max_size=5) | st.just("none")))
def test_a_header_that_the_shop_did_not_sign_is_refused(told: dict[str, str]) -> None:
    key = KEYRING.keys[0]
    by_hand = jwt.encode(CLAIMS, key.derive(PURPOSE), ALGORITHM, {"kid": key.id}).split(".", 1)[1]
    encoded = jwt.utils.base64url_encode(json.dumps(told).encode()).decode()

    assert not taken(f"{encoded}.{by_hand}")
    assert taken(jwt.encode(CLAIMS, key.derive(PURPOSE), ALGORITHM, {"kid": key.id}))
