"""One-time passwords in the table: one item per address and purpose, replaced by each new code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shop.domain.accounts import OTP_TRIES, Account, OtpPurpose
from shop.store import keys
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.table import ConditionFailed, Item, Table, Write

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Otp:
    """A one-time password as it is kept: only its digest, when it was sent and until when it is good.

    Since `day_began`, this one among them, `by_source` counts the codes that each source had sent to the address, and
    `by_strangers` those of all sources from which its owner has not logged in.
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
    """What a request for a code is decided on.

    `account` is the one with the address, with its password's hash; `last` is the code last sent there. The source is
    known when the account's owner has logged in from it.
    """

    email: str
    purpose: OtpPurpose
    source: str
    account: Account | None
    last: Otp | None
    is_known_source: bool


def to_write(otp: Otp, last: Otp | None) -> Write:
    """The write that puts a code in the place of the last, refused when another came between."""
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
        {source: int(count) for source, count in item.get("by_source", {}).items()},
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
