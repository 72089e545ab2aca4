"""Mailed six-digit codes: making, sending again, and checking them."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shop.domain.accounts import OTP_DAILY, OTP_LIFETIME, OTP_PAUSE, OtpPurpose
from shop.errors import InvalidInput
from shop.security.keyring import Keyring
from shop.security.otp import digest_of, is_code, new_code
from shop.store.otps import DAY, Otp, Otps

WRONG_CODE = "invalid_otp"
MINUTES = int(OTP_LIFETIME.total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Codes:
    """What registering and resetting a password share. Addresses are normalised."""

    otps: Otps
    keyring: Keyring
    clock: Callable[[], datetime]

    def fresh(self, email: str, purpose: OtpPurpose, last: Otp | None) -> tuple[str, Otp] | None:
        """A new code and what is kept of it, or None while the last is too recent or there were too many that day."""
        now = self.clock()
        if last is not None and now - last.sent_at < OTP_PAUSE:
            return None
        same_day = last is not None and now - last.day_began < DAY
        sends = last.sends + 1 if last is not None and same_day else 1
        if sends > OTP_DAILY:
            return None
        code = new_code()
        digest = digest_of(code, email, purpose, self.keyring, now)
        day_began = last.day_began if last is not None and same_day else now
        return code, Otp(email, purpose, digest, now, now + OTP_LIFETIME, day_began, sends)

    def wait_after(self, last: Otp | None) -> int:
        """In how many seconds `fresh` will make another code."""
        if last is None:
            return 0
        opens = last.day_began + DAY if last.sends >= OTP_DAILY else last.sent_at + OTP_PAUSE
        return max(0, math.ceil((opens - self.clock()).total_seconds()))

    def check(self, email: str, purpose: OtpPurpose, code: str) -> str:
        """The digest of the right code, the try counted. Raises InvalidInput, the same for whatever is wrong."""
        digest = self.otps.attempt(email, purpose, self.clock())
        if digest is None or not is_code(code, email, purpose, digest, self.keyring):
            raise wrong_code()
        return digest


def wrong_code() -> InvalidInput:
    """The one answer to a code that is wrong, used, run out, or for nobody."""
    return InvalidInput.of("otp_code", "The code is wrong or has expired.", code=WRONG_CODE)
