"""Mailed six-digit codes: making, sending again, and checking them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shop.domain.accounts import OTP_DAILY, OTP_DAILY_BY_STRANGERS, OTP_LIFETIME, OTP_PAUSE, OtpPurpose
from shop.errors import InvalidInput
from shop.security.keyring import Keyring
from shop.security.otp import digest_of, is_code, new_code
from shop.security.sources import pseudonym
from shop.store.otps import DAY, CodeRequest, Otp, Otps

WRONG_CODE = "invalid_otp"
MINUTES = int(OTP_LIFETIME.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Codes:
    """What registering and resetting a password share. Addresses are normalised."""

    otps: Otps
    keyring: Keyring
    clock: Callable[[], datetime]

    def source(self, address: str) -> str:
        """The source that a client's IP address stands for."""
        return pseudonym(address, self.keyring)

    def fresh(self, request: CodeRequest) -> tuple[str, Otp] | None:
        """A new code and what is kept of it, or None while the last is too recent or there were too many that day."""
        now = self.clock()
        if self._opens(request, now) > now:
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
        """In how many seconds `fresh` will make a code."""
        now = self.clock()
        return math.ceil((self._opens(request, now) - now).total_seconds())

    def _opens(self, request: CodeRequest, now: datetime) -> datetime:
        """When a code may be sent; not after `now` where it may be sent at once."""
        if request.last is None:
            return now
        today = _of_today(request.last, now)
        if today is not None:
            used_up = today.by_source.get(request.source, 0) >= OTP_DAILY
            if used_up or (not request.is_known_source and today.by_strangers >= OTP_DAILY_BY_STRANGERS):
                return today.day_began + DAY
        return max(now, request.last.sent_at + OTP_PAUSE)

    def check(self, email: str, purpose: OtpPurpose, code: str) -> str:
        """The digest of the right code, the try counted. Raises InvalidInput, the same for whatever is wrong."""
        digest = self.otps.attempt(email, purpose, self.clock())
        if digest is None or not is_code(code, email, purpose, digest, self.keyring):
            raise wrong_code()
        return digest


def _of_today(last: Otp | None, now: datetime) -> Otp | None:
    return last if last is not None and now - last.day_began < DAY else None


def wrong_code() -> InvalidInput:
    """The one answer to a code that is wrong, used, run out, or for nobody."""
    return InvalidInput.of("otp_code", "The code is wrong or has expired.", code=WRONG_CODE)
