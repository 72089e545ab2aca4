"""Every kind of item: what one says, what it must be by what it says, and which items must lead to it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from shop.domain.accounts import MailStatus, OtpPurpose
from shop.domain.money import ZERO
from shop.domain.purchases import Payment, Purchase
from shop.domain.reminders import ReminderDays
from shop.domain.totals import CustomerTotals, combined
from shop.store import (
    accounts,
    actions,
    guards,
    idempotency,
    keys,
    mails,
    otps,
    products,
    purchases,
    schema,
    sessions,
    totals,
)
from shop.store.inspection import Found
from shop.store.keys import DueMail, Key
from shop.store.table import Item

Kind = tuple[str, str]
"""What the keys of its items begin with."""

ACCOUNT, PRODUCT, ACTION = ("USER", "ACCOUNT"), ("PRODUCT", "PRODUCT"), ("ACTION", "ACTION")
PURCHASE, PAYMENT, TOTALS = ("USER", "PURCHASE"), ("USER", "PAYMENT"), ("USER", "TOTALS")
CREDENTIALS, USERNAME = ("EMAIL", "CREDENTIALS"), ("USERNAME", "CLAIM")
WORD, STATS, _MIGRATION = ("WORD", ""), ("STATS", ""), ("MIGRATION", "")
LEADING = {CREDENTIALS, USERNAME, WORD}
"""The kinds that lead to an item of another: to an account, a product, a purchase."""

_OF_ANY_SORT_KEY = {kind[0] for kind in (WORD, STATS, _MIGRATION)}
_LISTINGS = ("listing", "mail_queue")
"""The attributes that put an item into a list."""


class Malformed(Exception):
    """An item cannot be read as one of its kind, or is of none."""


def kind_of(key: Key) -> Kind:
    """The kind that an item's key tells."""
    partition, sort = key["PK"].partition("#")[0], key["SK"].partition("#")[0]
    return partition, "" if partition in _OF_ANY_SORT_KEY else sort


def read(found: Found) -> Any:  # noqa: ANN401 - each kind says something else
    """What an item says: an account, a product, a purchase, … Raises Malformed."""
    with _malformed():
        return _READ[kind_of(found.key)](_decoded(found))


def remade(found: Found, reminder_days: ReminderDays) -> Item:
    """The item made anew of what it says: where the stored one differs, it contradicts itself. Raises Malformed."""
    kind, said, item = kind_of(found.key), read(found), _decoded(found)
    with _malformed():
        if kind == TOTALS:
            return _remade_totals(item, said, reminder_days)
        if kind == PAYMENT:
            return _remade_payment(item, said)
        if kind in _REMADE:
            return _REMADE[kind](said)
        return {name: value for name, value in item.items() if name not in _LISTINGS}


def leading_to(found: Found) -> Sequence[Item]:
    """The items that must lead to an item. Raises Malformed."""
    make = _LEADING_TO.get(kind_of(found.key))
    if make is None:
        return ()
    said = read(found)
    with _malformed():
        return make(said)


def as_asked(found: Found) -> Item:
    """An item that leads to another, as `leading_to` makes it. Raises Malformed."""
    said = read(found)
    return accounts.stated(said) if kind_of(found.key) == CREDENTIALS else _decoded(found)


def target_of(found: Found) -> Key | None:
    """The key of the item that another says to lead to; None where it does not say."""
    item = found.item or {}
    try:
        target = item["of"] if kind_of(found.key) == WORD else keys.account(item["id"])
        return Key(PK=target["PK"], SK=target["SK"]) if kind_of(target) in _LEADING_TO else None
    except schema.MALFORMED:
        return None


@contextmanager
def _malformed() -> Iterator[None]:
    try:
        yield
    except schema.MALFORMED as error:
        raise Malformed from error


def _decoded(found: Found) -> Item:
    if found.item is None:
        raise Malformed
    return found.item


def _credentials(item: Item) -> object:
    account = accounts.from_item(item)
    if accounts.stated(account)["PK"] != item["PK"] or "password_hash" not in item:
        raise LookupError
    return account


def _username(item: Item) -> object:
    return item["id"], item["email"]


def _word(item: Item) -> object:
    return item["id"], item["text"], item["of"]


def _purchase(item: Item) -> Purchase:
    purchase = purchases.from_item(item)
    parts = sum((part.outstanding + part.paid_amount for part in purchase.installments), ZERO)
    _ = parts + purchase.total_price  # a TypeError where an amount is no number
    return purchase


def _payment(item: Item) -> Payment:
    payment = purchases.payment_from_item(item)
    _ = ZERO + payment.amount + payment.late_fee
    return payment


def _totals(item: Item) -> CustomerTotals:
    said = totals.from_item(_customer_of(item), item)
    _ = combined([said.overall, *said.days.values()])
    return said


def _stats(item: Item) -> object:
    """The shop's totals are in no shape but numbers, under keys that are read."""
    shards = [keys.counts(shard)["PK"] for shard in range(keys.SHARDS)]
    is_sharded = item["PK"] in shards and (
        item["SK"] == "ALL" or keys.year_totals(0, int(item["SK"]))["SK"] == item["SK"]
    )
    if not is_sharded and Key(PK=item["PK"], SK=item["SK"]) not in (keys.catalogue_totals(), keys.action_totals()):
        raise LookupError
    return sum((value for name, value in item.items() if name not in ("PK", "SK")), ZERO)


def _otp(item: Item) -> object:
    return otps.from_item("", OtpPurpose(item["SK"].partition("#")[2]), item), int(item["tries"])


def _session(item: Item) -> object:
    return sessions.from_item("", item), int(item["expires_at"])


def _remade_payment(item: Item, payment: Payment) -> Item:
    """Whether it is listed depends on its mail; under what, on itself."""
    customer_id = _customer_of(item)
    made = purchases.payment_to_item(customer_id, payment)
    if "mail_queue" not in item and "mail_due" not in item:
        return made
    return made | _due(item, "RECEIPT", keys.due_receipt(customer_id, payment.id, made["paid_at"]))


def _remade_totals(item: Item, said: CustomerTotals, reminder_days: ReminderDays) -> Item:
    day = said.next_reminder(reminder_days)
    made = totals.to_item(said, day)
    return made | _due(item, "REMINDER", keys.due_reminder(said.customer_id, day)) if day else made


def _due(item: Item, kind: str, due: DueMail) -> DueMail:
    """Under what an item is to be listed: in the shard where it is, as long as the planner looks into that."""
    planned = [keys.due_mails(kind, shard) for shard in range(keys.SHARDS)]
    return DueMail(
        mail_queue=item["mail_queue"] if item.get("mail_queue") in planned else due["mail_queue"],
        mail_due=due["mail_due"],
    )


def _customer_of(item: Item) -> str:
    return str(item["PK"]).removeprefix(keys.customer_partition(""))


_READ: Mapping[Kind, Callable[[Item], Any]] = {
    ACCOUNT: accounts.from_item,
    CREDENTIALS: _credentials,
    USERNAME: _username,
    PRODUCT: products.from_item,
    PURCHASE: _purchase,
    PAYMENT: _payment,
    TOTALS: _totals,
    ACTION: actions.from_item,
    WORD: _word,
    STATS: _stats,
    _MIGRATION: lambda item: item["place"].items(),
    ("EMAIL", "OTP"): _otp,
    ("EMAIL", "SUPPRESSION"): lambda item: MailStatus(item["mail_status"]),
    ("EMAIL", "TRIES"): guards.from_item,
    ("SOURCE", "FAILURES"): guards.from_item,
    ("SOURCE", "REQUESTS"): guards.from_item,
    ("USER", "SESSION"): _session,
    ("USER", "MAIL"): mails.from_item,
    ("USER", "IDEMPOTENCY"): idempotency.from_item,
}
_REMADE: Mapping[Kind, Callable[[Any], Item]] = {
    ACCOUNT: accounts.to_item,
    PRODUCT: products.to_item,
    PURCHASE: purchases.to_item,
    ACTION: actions.to_item,
}
_LEADING_TO: Mapping[Kind, Callable[[Any], Sequence[Item]]] = {
    ACCOUNT: accounts.leading_to,
    PRODUCT: products.leading_to,
    PURCHASE: purchases.leading_to,
}
