"""One-time passwords: six-digit codes, each mailed to an address for one purpose.

The table stores one item for each address and purpose, with only a digest of the code. A new code replaces it.
Addresses are normalised.
"""

import hashlib
import hmac
import math
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shop import problems
from shop.accounts.model import (
    OTP_DAILY,
    OTP_DAILY_BY_STRANGERS,
    OTP_LIFETIME,
    OTP_PAUSE,
    OTP_TRIES,
    Account,
    OtpPurpose,
)
from shop.dynamodb import keys
from shop.dynamodb.attributes import to_epoch, to_instant, to_text
from shop.dynamodb.table import ConditionFailed, Table
from shop.dynamodb.writes import Item, Write
from shop.security.keyring import Key, Keyring, pseudonym

DIGITS = 6
DAY = timedelta(days=1)
MINUTES = int(OTP_LIFETIME.total_seconds() // 60)


def new_code() -> str:
    """Make a code of six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def digest_of(code: str, email: str, purpose: OtpPurpose, keyring: Keyring, now: datetime) -> str:
    """Return the digest to store of a code. It is bound to an address and a purpose, and useless without the secret."""
    return _digest(code, email, purpose, keyring.signing(now))


def is_code(code: str, email: str, purpose: OtpPurpose, digest: str, keyring: Keyring) -> bool:
    """Return whether a code has the stored digest; compares in constant time."""
    return any(hmac.compare_digest(_digest(code, email, purpose, key), digest) for key in keyring.keys)


def _digest(code: str, email: str, purpose: OtpPurpose, key: Key) -> str:
    message = f"{purpose}:{email}:{code}"
    return hmac.new(key.derive("one-time password"), message.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Otp:
    """A stored code: its digest, the time it was sent, and the time it expires.

    `by_source` counts the codes that each source requested since `day_began`, including this one. `by_strangers` counts
    those of all unknown sources: sources from which the owner of the address has not logged in.
    """

    email: str
    purpose: OtpPurpose
    digest: str
    sent_at: datetime
    good_until: datetime
    day_began: datetime
    by_source: Mapping[str, int]
    by_strangers: int


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """The state that decides a request for a code.

    `account` is the account with the address, including the hash of its password; `last` is the last code sent to the
    address. The source is known when the owner of the account has logged in from it.
    """

    email: str
    purpose: OtpPurpose
    source: str
    account: Account | None
    last: Otp | None
    is_known_source: bool


def otp_to_write(otp: Otp, last: Otp | None) -> Write:
    """Make the write that replaces the last code. Its condition fails when another code was stored meanwhile."""
    item: Item = {
        **keys.otp(otp.email, otp.purpose),
        "digest": otp.digest,
        "tries": 0,
        "sent_at": to_text(otp.sent_at),
        "good_until": to_epoch(otp.good_until),
        "day_began": to_text(otp.day_began),
        "by_source": dict(otp.by_source),
        "sends": otp.by_strangers,
        "expires_at": to_epoch(otp.day_began + DAY + (otp.good_until - otp.sent_at)),
    }
    if last is None:
        return Write.create(item)
    return Write.put(item, "attribute_not_exists(PK) OR sent_at = :before", {":before": to_text(last.sent_at)})


def use_otp_write(email: str, purpose: OtpPurpose, digest: str) -> Write:
    """Make the write that uses up a code. Its condition fails when the code was used or replaced."""
    return Write.delete(keys.otp(email, purpose), "digest = :digest", {":digest": digest})


def otp_from_item(email: str, purpose: OtpPurpose, item: Item) -> Otp:
    """Read the code in an item."""
    return Otp(
        email,
        purpose,
        item["digest"],
        to_instant(item["sent_at"]),
        datetime.fromtimestamp(int(item["good_until"]), UTC),
        to_instant(item["day_began"]),
        {source: int(count) for source, count in item.get("by_source", {}).items()},
        int(item["sends"]),
    )


class Otps:
    """Access patterns of one-time passwords."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def attempt(self, email: str, purpose: OtpPurpose, now: datetime) -> str | None:
        """Count an attempt; returns the digest to compare the guess with, None when no attempt is left."""
        try:
            item = self._table.write(
                Write.update(
                    keys.otp(email, purpose),
                    "SET tries = tries + :one",
                    {":one": 1, ":most": OTP_TRIES, ":now": to_epoch(now)},
                    "attribute_exists(PK) AND tries < :most AND good_until > :now",
                )
            )
        except ConditionFailed:
            return None
        return str(item["digest"])


@dataclass(frozen=True, slots=True)
class Codes:
    """The use cases that registration and password reset share."""

    otps: Otps
    keyring: Keyring
    clock: Callable[[], datetime]

    def source(self, address: str) -> str:
        """Return the source of a client: the pseudonym of its IP address."""
        return pseudonym(address, self.keyring)

    def fresh(self, request: CodeRequest) -> tuple[str, Otp] | None:
        """Make a code and its stored form. None when the last code is too recent or the day's limit is reached."""
        now = self.clock()
        if self._allowed_at(request, now) > now:
            return None
        code = new_code()
        digest = digest_of(code, request.email, request.purpose, self.keyring, now)
        today = _of_today(request.last, now)
        by_source, by_strangers = (today.by_source, today.by_strangers) if today else ({}, 0)
        otp = Otp(
            request.email,
            request.purpose,
            digest,
            sent_at=now,
            good_until=now + OTP_LIFETIME,
            day_began=today.day_began if today else now,
            by_source={**by_source, request.source: by_source.get(request.source, 0) + 1},
            by_strangers=by_strangers + (0 if request.is_known_source else 1),
        )
        return code, otp

    def wait(self, request: CodeRequest) -> int:
        """Return the number of seconds until `fresh` makes a code."""
        now = self.clock()
        return math.ceil((self._allowed_at(request, now) - now).total_seconds())

    def _allowed_at(self, request: CodeRequest, now: datetime) -> datetime:
        """Return the time at which the next code may be sent; `now` or earlier means at once."""
        if request.last is None:
            return now
        today = _of_today(request.last, now)
        if today is not None:
            used_up = today.by_source.get(request.source, 0) >= OTP_DAILY
            if used_up or (not request.is_known_source and today.by_strangers >= OTP_DAILY_BY_STRANGERS):
                return today.day_began + DAY
        return max(now, request.last.sent_at + OTP_PAUSE)

    def check(self, email: str, purpose: OtpPurpose, code: str) -> str:
        """Count an attempt and return the digest of the right code. Raises one InvalidInput for any invalid code."""
        digest = self.otps.attempt(email, purpose, self.clock())
        if digest is None or not is_code(code, email, purpose, digest, self.keyring):
            raise problems.INVALID_OTP.error()
        return digest


def _of_today(last: Otp | None, now: datetime) -> Otp | None:
    return last if last is not None and now - last.day_began < DAY else None
