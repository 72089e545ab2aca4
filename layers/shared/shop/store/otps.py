"""One-time passwords in the table: one item per address and purpose, replaced by each new code."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shop.domain.accounts import OTP_TRIES, OtpPurpose
from shop.store import keys
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.table import ConditionFailed, Item, Table, Write

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Otp:
    """A one-time password as it is kept: only its digest, when it was sent and until when it is good.

    `sends` counts those sent to the address since `day_began`, this one among them.
    """

    email: str
    purpose: OtpPurpose
    digest: str
    sent_at: datetime
    good_until: datetime
    day_began: datetime
    sends: int = 1


def to_write(otp: Otp, last: Otp | None) -> Write:
    """The write that puts a code in the place of the last, refused when another came between."""
    item: Item = {
        **keys.otp(otp.email, otp.purpose),
        "digest": otp.digest,
        "tries": 0,
        "sent_at": to_text(otp.sent_at),
        "good_until": to_epoch(otp.good_until),
        "day_began": to_text(otp.day_began),
        "sends": otp.sends,
        "expires_at": to_epoch(otp.day_began + DAY + (otp.good_until - otp.sent_at)),
    }
    if last is None:
        return Write.create(item)
    return Write.put(item, "attribute_not_exists(PK) OR sent_at = :before", {":before": to_text(last.sent_at)})


def use(email: str, purpose: OtpPurpose, digest: str) -> Write:
    """The write that uses a code up, refused when it was used or replaced."""
    return Write.delete(keys.otp(email, purpose), "digest = :digest", {":digest": digest})


def from_item(email: str, purpose: OtpPurpose, item: Item) -> Otp:
    """The one-time password stored in an item."""
    return Otp(
        email,
        purpose,
        item["digest"],
        to_instant(item["sent_at"]),
        datetime.fromtimestamp(int(item["good_until"]), UTC),
        to_instant(item["day_began"]),
        int(item["sends"]),
    )


class Otps:
    """Access patterns of one-time passwords."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def attempt(self, email: str, purpose: OtpPurpose, now: datetime) -> str | None:
        """The digest to compare a guess with, once the try is counted; None when there is none left to try."""
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
