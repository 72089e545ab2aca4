"""Conversion of accounts to items of the table, and back."""

from dataclasses import replace

from shop.accounts.model import Account, MailStatus, normalised
from shop.dynamodb import due_lists, keys, search
from shop.dynamodb.attributes import to_instant, to_text
from shop.dynamodb.search import Indexed
from shop.dynamodb.writes import Item
from shop.money import Language
from shop.text import search_text


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
    if account.sessions_since is not None:
        stored |= {"sessions_since": to_text(account.sessions_since), "kept_session": account.kept_session}
    if account.is_erased:
        stored["is_erased"] = True
    if not account.reminders:
        stored["reminders"] = False
    stored |= {name: value for name in ("phone", "address") if (value := getattr(account, name))}
    if account.mail_status is not MailStatus.OK:
        stored["mail_status"] = account.mail_status.value
    if account.language is not None:
        stored["language"] = account.language.value
    return stored


def account_to_item(account: Account) -> Item:
    """Convert an account to its item, without its password."""
    item = {
        **keys.account(account.id),
        **_fields(account),
        "listing": keys.ACCOUNT_LISTING,
        "created_key": account.id,
    }
    return {**item, **due_lists.summarised(account.id)} if account.is_staff and account.is_active else item


def credentials_to_item(account: Account) -> Item:
    """Make the item with all that a login needs, under the address, so that a login takes one read."""
    return {
        **keys.credentials(normalised(account.email)),
        **_fields(account),
        "password_hash": account.password_hash,
    }


def username_to_item(account: Account) -> Item:
    """Make the item that reserves a username."""
    return {**keys.username(normalised(account.username)), "id": account.id, "email": account.email}


def leading_to(account: Account) -> list[Item]:
    """Return the items that lead to an account: its credentials as `stated`, its username, its search words."""
    words = search.items(keys.ACCOUNT_LISTING, indexed(account))
    return words if account.is_erased else [stated(account), username_to_item(account), *words]


def stated(account: Account) -> Item:
    """Return the account's credentials without the hash of the password.

    A `sessions_since` equal to the account's beginning means the same as none.
    """
    if account.sessions_since == account.joined_at:
        account = replace(account, sessions_since=None, kept_session="")
    return {**keys.credentials(normalised(account.email)), **_fields(account)}


def account_from_item(item: Item) -> Account:
    """Read the account in an item. Only credentials have the `password_hash`."""
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
        sessions_since=to_instant(item["sessions_since"]) if "sessions_since" in item else None,
        kept_session=item.get("kept_session", ""),
        is_erased=item.get("is_erased", False),
        reminders=item.get("reminders", True),
        phone=item.get("phone", ""),
        address=item.get("address", ""),
        mail_status=MailStatus(item.get("mail_status", MailStatus.OK)),
        language=Language(item["language"]) if "language" in item else None,
        version=int(item["version"]),
    )


def indexed(account: Account) -> Indexed:
    """Return the search entry of an account."""
    text = search_text(account.username, account.email, account.first_name, account.last_name, account.phone)
    return Indexed(account.id, keys.account(account.id), text)
