"""Accounts in the table: the account, its credentials under its address, and the item that reserves its username."""

import contextlib
import secrets
from collections.abc import Mapping, Sequence

from shop.accounts.audit_log import AuditEntry, entry_writes
from shop.accounts.items import account_from_item, account_to_item, credentials_to_item, indexed, username_to_item
from shop.accounts.model import LONGEST_ADDRESS, Account, OtpPurpose, normalised
from shop.accounts.otp import CodeRequest, Otp, otp_from_item, otp_to_write, use_otp_write
from shop.dynamodb import keys, search
from shop.dynamodb.attributes import to_text
from shop.dynamodb.keys import Key
from shop.dynamodb.paging import NOT_COUNTED, Page, PageRequest, page_of
from shop.dynamodb.table import MOST_WRITES, ConditionFailed, Contended, Range, Table
from shop.dynamodb.writes import Item, Write
from shop.ledger import totals_store
from shop.ledger.totals import CustomerTotals

_LISTED = Range(keys.ACCOUNT_LISTING, index="by-created", partition_key="listing", sort_key="created_key")


def creation(account: Account, replaced: Sequence[Account] = ()) -> list[Write]:
    """Return the writes of a new account, which replaces abandoned ones."""
    email, username = normalised(account.email), normalised(account.username)
    by_email = {normalised(old.email): old for old in replaced}
    by_username = {normalised(old.username): old for old in replaced}
    writes = [
        Write.create(account_to_item(account)),
        *_found_by(None, account),
        _claim(credentials_to_item(account), by_email.pop(email, None)),
        _claim(username_to_item(account), by_username.pop(username, None)),
        *(Write.delete(keys.account(old.id), "version = :version", {":version": old.version}) for old in replaced),
        *(write for old in replaced for write in _found_by(old, None)),
        *(Write.delete(keys.credentials(other)) for other in by_email),
        *(Write.delete(keys.username(other)) for other in by_username),
    ]
    counts = {"accounts": 1 - len(replaced), "verified": int(account.is_verified)}
    if any(counts.values()):
        writes.append(Write.add(keys.counts(secrets.randbelow(keys.SHARDS)), counts))
    return writes


class Accounts:
    """Access patterns of accounts. Addresses and usernames are looked up in their normalised form."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, user_id: str) -> Account | None:
        """Read an account by its id, without the hash of its password."""
        item = self._table.get(keys.account(user_id))
        return account_from_item(item) if item else None

    def of(self, user_ids: Sequence[str]) -> list[Account | None]:
        """Read accounts in the order of the ids, without the hashes of their passwords."""
        items = self._table.get_all([keys.account(user_id) for user_id in user_ids])
        return [account_from_item(item) if item else None for item in items]

    def by_email(self, email: str) -> Account | None:
        """Read an account by its address, with the hash of its password."""
        address = normalised(email)
        if len(address) > LONGEST_ADDRESS:  # no account has it, and it may be too long for a key
            return None
        item = self._table.get(keys.credentials(address))
        return account_from_item(item) if item else None

    def holding(self, email: str, username: str) -> list[Account]:
        """Find the accounts with an address or a username: none, one, or one each."""
        credentials, claim = self._table.get_all(
            [keys.credentials(normalised(email)), keys.username(normalised(username))]
        )
        holders = [account_from_item(credentials)] if credentials else []
        if claim and (credentials is None or claim["id"] != credentials["id"]):
            other = self.by_email(claim["email"])
            holders += [other] if other else []
        return holders

    def create(
        self,
        account: Account,
        otp: Otp | None,
        replaced: Sequence[Account] = (),
        last_otp: Otp | None = None,
        entry: AuditEntry | None = None,
    ) -> bool:
        """Store a new account in place of abandoned ones; False when a name was taken meanwhile."""
        done = entry_writes(entry)
        kept = [otp_to_write(otp, last_otp)] if otp else []
        return self._commit([*creation(account, replaced), *kept, *done])

    def replace(self, before: Account, after: Account, entry: AuditEntry | None = None) -> bool:
        """Store a changed account, read with the hash of its password; False when it changed since `before` was read.

        `entry` is the entry of the audit log, for a change by an operator.
        """
        done = entry_writes(entry)
        return self._commit([*_replacement(before, after), *_counted(before, after), *done])

    def change_profile(self, before: Account, after: Account) -> bool:
        """Store the fields that the owner may change; False when the account changed since `before` was read."""
        return self._commit(
            [
                Write.replace(account_to_item(after), before.version),
                *_found_by(before, after),
                _credentials_write(before, after, _profile(after)),
            ]
        )

    def suppress(self, before: Account, after: Account) -> bool:
        """Store an account whose address bounced or complained; False when it changed since `before` was read.

        The address goes on the suppression list too, so a new registration does not reset it.
        """
        mark = {**keys.suppression(normalised(after.email)), "mail_status": after.mail_status.value}
        return self._commit([*_replacement(before, after), Write.put(mark)])

    def is_suppressed(self, email: str) -> bool:
        """Return whether an address is on the suppression list."""
        return self._table.get(keys.suppression(email)) is not None

    def rehash(self, account: Account, password_hash: str) -> None:
        """Store a new hash of the same password, unless the password was changed meanwhile."""
        values = {":before": account.password_hash, ":after": password_hash}
        change, condition = "SET password_hash = :after", "password_hash = :before"
        with contextlib.suppress(ConditionFailed, Contended):  # the next login hashes it again
            self._table.write(Write.update(keys.credentials(normalised(account.email)), change, values, condition))

    def code_request(self, email: str, purpose: OtpPurpose, source: str) -> CodeRequest:
        """Read the state that decides a request for a code, in one round trip. The address is normalised."""
        credentials, otp, known = self._table.get_all(
            [keys.credentials(email), keys.otp(email, purpose), keys.tries(email, source)]
        )
        return CodeRequest(
            email,
            purpose,
            source,
            account=account_from_item(credentials) if credentials else None,
            last=otp_from_item(email, purpose, otp) if otp else None,
            is_known_source=known is not None,
        )

    def renew_otp(self, otp: Otp, last: Otp | None, before: Account, after: Account) -> bool:
        """Replace the last code and store its account; False when either was changed meanwhile."""
        replacement = _replacement(before, after) if after != before else []
        return self._commit([otp_to_write(otp, last), *replacement])

    def use_otp(self, before: Account, after: Account, purpose: OtpPurpose, digest: str) -> bool:
        """Store a changed account and use up the code that allowed it; False when either was changed meanwhile."""
        used = use_otp_write(normalised(after.email), purpose, digest)
        return self._commit([*_replacement(before, after), used, *_counted(before, after)])

    def change_user(self, before: Account, after: Account, entry: AuditEntry) -> bool:
        """Store changed rights and a changed profile with an audit entry; False when the account changed meanwhile.

        Raises Forbidden when the admin no longer is one: of two who take each other's rights at once, one keeps them.
        """
        values = {
            **_profile(after),
            "is_staff": after.is_staff,
            "is_superuser": after.is_superuser,
            "is_active": after.is_active,
            "sessions_since": to_text(after.sessions_since or after.joined_at),
            "kept_session": after.kept_session,
        }
        return self._commit(
            [
                Write.replace(account_to_item(after), before.version),
                *_found_by(before, after),
                _credentials_write(before, after, values),
                *entry_writes(entry),
            ]
        )

    def erase(self, before: Account, after: Account, totals: CustomerTotals) -> bool:
        """Store an account without personal data and close its ledger; False when either was changed meanwhile.

        A purchase that read the totals before the erasure cannot commit after it. Call `forget` first.
        """
        address = normalised(before.email)
        return self._commit(
            [
                Write.replace(account_to_item(after), before.version),
                *_found_by(before, after),
                Write.delete(keys.credentials(address), "version = :version", {":version": before.version}),
                Write.delete(keys.suppression(address)),
                Write.delete(keys.username(normalised(before.username))),
                Write.replace(totals_store.to_item(totals.closed(), None), totals.version),
            ]
        )

    def forget(self, account: Account) -> None:
        """Remove what is kept for a person alone: codes, tries, sessions, idempotency records."""
        address, person = normalised(account.email), keys.customer_partition(account.id)
        kept = keys.credentials(address), keys.suppression(address)
        self._remove(Range(keys.credentials(address)["PK"]), kept)
        self._remove(Range(person, keys.SESSIONS))
        self._remove(Range(person, keys.IDEMPOTENCY))

    def remove_notes(self, user_id: str) -> None:
        """Remove the notes of staff on a person."""
        self._remove(Range(keys.customer_partition(user_id), keys.NOTES))

    def _remove(self, source: Range, kept: Sequence[Key] = ()) -> None:
        found = [Key(PK=item["PK"], SK=item["SK"]) for item in self._table.query(source)]
        gone = [key for key in found if key not in kept]
        for start in range(0, len(gone), MOST_WRITES):
            self._table.write_each([Write.delete(key) for key in gone[start : start + MOST_WRITES]])

    def page(self, request: PageRequest, words: Sequence[str] = (), *, is_counted: bool = True) -> Page[Account]:
        """Read a page of all accounts, oldest first; with `words`, only accounts that match each of them."""
        if words:
            found = search.search(self._table, keys.ACCOUNT_LISTING, words, request, by="id", descending=False)
        else:
            counter = totals_store.shop_counter(["accounts"]) if is_counted else NOT_COUNTED
            found = page_of(self._table, [_LISTED], request, counter, descending=False)
        return found.map(account_from_item)

    def _commit(self, writes: Sequence[Write]) -> bool:
        try:
            self._table.transact(writes)
        except ConditionFailed:
            return False
        return True


def _found_by(before: Account | None, after: Account | None) -> list[Write]:
    """Return the writes that update an account in the search index."""
    return search.writes(keys.ACCOUNT_LISTING, indexed(before) if before else None, indexed(after) if after else None)


def _profile(account: Account) -> Mapping[str, str | bool]:
    fields: dict[str, str | bool] = {
        "first_name": account.first_name,
        "last_name": account.last_name,
        "reminders": account.reminders,
        "phone": account.phone,
        "address": account.address,
    }
    # a language that was chosen can be replaced, not removed
    return fields | {"language": account.language.value} if account.language else fields


def _credentials_write(before: Account, after: Account, values: Mapping[str, str | bool]) -> Write:
    """Return the write that changes fields of an account's credentials. The hash of the password stays."""
    changed = {**values, "version": after.version}
    names = {f"#{name}": name for name in changed}  # some are words of DynamoDB's own
    change = "SET " + ", ".join(f"#{name} = :{name}" for name in changed)
    parameters = {f":{name}": value for name, value in changed.items()} | {":before": before.version}
    return Write.update(keys.credentials(normalised(after.email)), change, parameters, "version = :before", names)


def _replacement(before: Account, after: Account) -> list[Write]:
    return [
        Write.replace(account_to_item(after), before.version),
        Write.replace(credentials_to_item(after), before.version),
    ]


def _counted(before: Account, after: Account) -> list[Write]:
    newly = int(after.is_verified) - int(before.is_verified)
    return [Write.add(keys.counts(secrets.randbelow(keys.SHARDS)), {"verified": newly})] if newly else []


def _claim(item: Item, replaced: Account | None) -> Write:
    if replaced is None:
        return Write.create(item)
    return Write.put(item, "attribute_not_exists(PK) OR id = :old", {":old": replaced.id})
