"""Accounts in the table: the account itself, its credentials under its address, the claim of its username."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.domain.accounts import OTP_TRIES, Account, OtpPurpose, normalised
from shop.domain.text import search_text
from shop.store import keys
from shop.store.codec import to_epoch, to_instant, to_text
from shop.store.paging import Page, Position, page_of
from shop.store.table import ConditionFailed, Contains, Item, Range, Table, Write

_LISTED = Range(keys.ACCOUNT_LISTING, index="by-created", partition_key="listing", sort_key="created_key")


@dataclass(frozen=True, slots=True)
class Otp:
    """A one-time password as it is kept: only its digest, and until when it is good."""

    email: str
    purpose: OtpPurpose
    digest: str
    expires_at: datetime


def _fields(account: Account) -> Item:
    stored: Item = {
        "id": account.id,
        "username": account.username,
        "email": account.email,
        "first_name": account.first_name,
        "last_name": account.last_name,
        "joined_at": to_text(account.joined_at),
        "is_verified": account.is_verified,
        "is_active": account.is_active,
        "is_staff": account.is_staff,
        "is_superuser": account.is_superuser,
        "version": account.version,
    }
    if account.claimed_until is not None:
        stored["claimed_until"] = to_text(account.claimed_until)
    return stored


def to_item(account: Account) -> Item:
    """An account as it is stored and listed: without its password."""
    return {
        **keys.account(account.id),
        **_fields(account),
        "listing": keys.ACCOUNT_LISTING,
        "created_key": account.id,
        "search_text": search_text(account.username, account.email, account.first_name, account.last_name),
    }


def _to_credentials(account: Account) -> Item:
    """All that a login needs, under the address, so that it is one read."""
    return {
        **keys.credentials(normalised(account.email)),
        **_fields(account),
        "password_hash": account.password_hash,
    }


def from_item(item: Item) -> Account:
    """The account stored in an item; `password_hash` is empty but where credentials were read."""
    return Account(
        id=item["id"],
        username=item["username"],
        email=item["email"],
        first_name=item["first_name"],
        last_name=item["last_name"],
        password_hash=item.get("password_hash", ""),
        joined_at=to_instant(item["joined_at"]),
        is_verified=item["is_verified"],
        is_active=item["is_active"],
        is_staff=item["is_staff"],
        is_superuser=item["is_superuser"],
        claimed_until=to_instant(item["claimed_until"]) if "claimed_until" in item else None,
        version=int(item["version"]),
    )


def _otp_write(otp: Otp) -> Write:
    return Write.put(
        {
            **keys.otp(otp.email, otp.purpose),
            "digest": otp.digest,
            "tries": 0,
            "expires_at": to_epoch(otp.expires_at),
        }
    )


class Accounts:
    """Access patterns of accounts. Addresses and usernames are looked up in their normalised form."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user_id: str) -> Account | None:
        """An account by its id, without its password's hash."""
        item = self._table.get(keys.account(user_id))
        return from_item(item) if item else None

    def by_email(self, email: str) -> Account | None:
        """An account by its address, with its password's hash."""
        item = self._table.get(keys.credentials(normalised(email)))
        return from_item(item) if item else None

    def holding(self, email: str, username: str) -> list[Account]:
        """The accounts that hold an address or a username: none, one, or one for each."""
        credentials, claim = self._table.get_all(
            [keys.credentials(normalised(email)), keys.username(normalised(username))]
        )
        holders = [from_item(credentials)] if credentials else []
        if claim and (credentials is None or claim["id"] != credentials["id"]):
            other = self.by_email(claim["email"])
            holders += [other] if other else []
        return holders

    def create(self, account: Account, otp: Otp | None, replaced: Sequence[Account] = ()) -> bool:
        """Store a new account in place of those given up; False when a name was taken since it was looked up."""
        email, username = normalised(account.email), normalised(account.username)
        by_email = {normalised(old.email): old for old in replaced}
        by_username = {normalised(old.username): old for old in replaced}
        writes = [
            Write.create(to_item(account)),
            _claim(_to_credentials(account), by_email.pop(email, None)),
            _claim(
                {**keys.username(username), "id": account.id, "email": account.email}, by_username.pop(username, None)
            ),
            *(Write.delete(keys.account(old.id), "version = :version", {":version": old.version}) for old in replaced),
            *(Write.delete(keys.credentials(other)) for other in by_email),
            *(Write.delete(keys.username(other)) for other in by_username),
            *([_otp_write(otp)] if otp else []),
        ]
        counts = {"accounts": 1 - len(replaced), "verified": int(account.is_verified)}
        if any(counts.values()):
            writes.append(Write.add(keys.counts(secrets.randbelow(keys.SHARDS)), counts))
        return self._commit(writes)

    def replace(self, before: Account, after: Account) -> bool:
        """Store a changed account, read with its password's hash; False when it changed since `before` was read."""
        return self._commit([*_replacement(before, after), *_counted(before, after)])

    def rename(self, before: Account, after: Account) -> bool:
        """Store other personal names of an account; False when it changed since `before` was read."""
        changes = {":first": after.first_name, ":last": after.last_name, ":new": after.version}
        return self._commit(
            [
                Write.replace(to_item(after), before.version),
                Write.update(
                    keys.credentials(normalised(after.email)),
                    "SET first_name = :first, last_name = :last, version = :new",
                    {**changes, ":before": before.version},
                    "version = :before",
                ),
            ]
        )

    def store_otp(self, otp: Otp) -> None:
        """Keep a one-time password in place of the last for its purpose."""
        self._table.write(_otp_write(otp))

    def try_otp(self, email: str, purpose: OtpPurpose, now: datetime) -> str | None:
        """The digest to compare a guess with, once the try is counted; None when there is none left to try."""
        try:
            item = self._table.write(
                Write.update(
                    keys.otp(email, purpose),
                    "SET tries = tries + :one",
                    {":one": 1, ":most": OTP_TRIES, ":now": to_epoch(now)},
                    "attribute_exists(PK) AND tries < :most AND expires_at > :now",
                )
            )
        except ConditionFailed:
            return None
        return str(item["digest"])

    def verify(self, before: Account, after: Account, digest: str) -> bool:
        """Store a verified account and use up its one-time password; False when either was changed meanwhile."""
        used = Write.delete(
            keys.otp(normalised(after.email), OtpPurpose.VERIFY), "digest = :digest", {":digest": digest}
        )
        return self._commit([*_replacement(before, after), used, *_counted(before, after)])

    def store_session(self, user_id: str, family: str, token_id: str, expires_at: datetime) -> None:
        """Keep a login, with the id of the refresh token that may follow it."""
        self._table.write(
            Write.create({**keys.session(user_id, family), "token_id": token_id, "expires_at": to_epoch(expires_at)})
        )

    def page(self, position: Position | None, size: int, total: Callable[[], int]) -> Page[Account]:
        """A page of all accounts, oldest first."""
        return page_of(
            self._table, [_LISTED], descending=False, matching=Contains(), position=position, size=size, total=total
        ).map(from_item)

    def _commit(self, writes: Sequence[Write]) -> bool:
        try:
            self._table.transact(writes)
        except ConditionFailed:
            return False
        return True


def _replacement(before: Account, after: Account) -> list[Write]:
    return [Write.replace(to_item(after), before.version), Write.replace(_to_credentials(after), before.version)]


def _counted(before: Account, after: Account) -> list[Write]:
    newly = int(after.is_verified) - int(before.is_verified)
    return [Write.add(keys.counts(secrets.randbelow(keys.SHARDS)), {"verified": newly})] if newly else []


def _claim(item: Item, replaced: Account | None) -> Write:
    if replaced is None:
        return Write.create(item)
    return Write.put(item, "attribute_not_exists(PK) OR id = :old", {":old": replaced.id})
