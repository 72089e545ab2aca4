"""Every key of the table, spelled once.

| Item               | PK               | SK                      | Listed in                          |
|--------------------|------------------|-------------------------|------------------------------------|
| account            | USER#<id>        | ACCOUNT                 | by-created: USER; an admin's in    |
|                    |                  |                         | by-mail-due: SUMMARY               |
| credentials        | EMAIL#<address>  | CREDENTIALS             |                                    |
| one-time password  | EMAIL#<address>  | OTP#<purpose>           |                                    |
| tries to log in    | EMAIL#<address>  | TRIES                   |                                    |
|   from a known     | EMAIL#<address>  | TRIES#<source>          |                                    |
|   source           |                  |                         |                                    |
| what a source did  | SOURCE#<source>  | FAILURES, REQUESTS      |                                    |
| bounce, complaint  | EMAIL#<address>  | SUPPRESSION             |                                    |
| username claim     | USERNAME#<name>  | CLAIM                   |                                    |
| session            | USER#<id>        | SESSION#<family>        |                                    |
| product            | PRODUCT#<id>     | PRODUCT                 | by-created, by-name, by-price:     |
|                    |                  |                         | PRODUCT, unless archived           |
| purchase           | USER#<id>        | PURCHASE#<id>           | by-created: PURCHASE#<status>      |
| payment            | USER#<id>        | PAYMENT#<purchase>#<id> | by-mail-due: RECEIPT#<shard>,      |
|                    |                  |                         | until its mail is sent             |
| customer totals    | USER#<id>        | TOTALS                  | by-mail-due: REMINDER#<shard>,     |
|                    |                  |                         | while a reminder is to come        |
| mail               | USER#<id>        | MAIL#<mail>             |                                    |
| idempotency record | USER#<id>        | IDEMPOTENCY#<hash>      |                                    |
| admin's action     | ACTION#<id>      | ACTION                  | by-created: ACTION                 |
| count of actions   | STATS#ACTIONS    | STATS                   |                                    |
| word of a list     | WORD#<list>#<a>  | <word>#<id>             |                                    |
| catalogue totals   | STATS#PRODUCTS   | STATS                   |                                    |
| shop totals        | STATS#<shard>    | <year>, ALL             |                                    |
"""

import hashlib
from datetime import date
from typing import TypedDict

SHARDS = 16
"""Over how many items the shop's totals, and over how many partitions the mails that are due, are spread.

It may be raised in a running shop, never lowered (docs/scale.md).
"""


class Key(TypedDict):
    """The primary key of an item."""

    PK: str
    SK: str


PURCHASES = "PURCHASE#"
PAYMENTS = "PAYMENT#"
SESSIONS = "SESSION#"
IDEMPOTENCY = "IDEMPOTENCY#"
PRODUCT_LISTING = "PRODUCT"
PURCHASE_LISTING = "PURCHASE"
ACCOUNT_LISTING = "USER"
ACTION_LISTING = "ACTION"
ADMINS = "SUMMARY"


def customer_partition(user_id: str) -> str:
    """Where all that belongs to one person lies."""
    return f"USER#{user_id}"


def account(user_id: str) -> Key:
    """A person's account."""
    return {"PK": customer_partition(user_id), "SK": "ACCOUNT"}


def credentials(email: str) -> Key:
    """What a login with this normalised address needs; also claims the address."""
    return {"PK": f"EMAIL#{email}", "SK": "CREDENTIALS"}


def otp(email: str, purpose: str) -> Key:
    """The one-time password last mailed to an address for a purpose."""
    return {"PK": f"EMAIL#{email}", "SK": f"OTP#{purpose}"}


def tries(email: str, source: str = "") -> Key:
    """The tries to log in with an address: from a source its owner has used, or from all others together."""
    return {"PK": f"EMAIL#{email}", "SK": f"TRIES#{source}" if source else "TRIES"}


def counted(source: str, what: str) -> Key:
    """What is counted against a source."""
    return {"PK": f"SOURCE#{source}", "SK": what}


def username(name: str) -> Key:
    """The claim of a normalised username."""
    return {"PK": f"USERNAME#{name}", "SK": "CLAIM"}


def suppression(email: str) -> Key:
    """That nothing is sent to this normalised address any more."""
    return {"PK": f"EMAIL#{email}", "SK": "SUPPRESSION"}


def session(user_id: str, family: str) -> Key:
    """A login and the refresh tokens that followed from it."""
    return {"PK": customer_partition(user_id), "SK": SESSIONS + family}


def product(product_id: int) -> Key:
    """A product of the catalogue."""
    return {"PK": f"PRODUCT#{product_id}", "SK": "PRODUCT"}


def purchase(user_id: str, purchase_id: str) -> Key:
    """A purchase with its whole plan."""
    return {"PK": customer_partition(user_id), "SK": PURCHASES + purchase_id}


def purchase_listing(status: str) -> str:
    """The list of all customers' purchases of a status."""
    return f"PURCHASE#{status}"


def payments(purchase_id: str) -> str:
    """The prefix of a purchase's payments in its customer's partition."""
    return f"{PAYMENTS}{purchase_id}#"


def payment(user_id: str, purchase_id: str, payment_id: str) -> Key:
    """One payment."""
    return {"PK": customer_partition(user_id), "SK": payments(purchase_id) + payment_id}


def customer_totals(user_id: str) -> Key:
    """What a customer's ledger adds up to."""
    return {"PK": customer_partition(user_id), "SK": "TOTALS"}


def idempotency(user_id: str, key: str) -> Key:
    """The record of a client's idempotency key."""
    return {"PK": customer_partition(user_id), "SK": IDEMPOTENCY + hashlib.sha256(key.encode()).hexdigest()}


def mail(user_id: str, mail_id: str) -> Key:
    """What became of a mail to somebody."""
    return {"PK": customer_partition(user_id), "SK": f"MAIL#{mail_id}"}


class DueMail(TypedDict):
    """The attributes that list an item among the mails that are due, by the instant or day it is due."""

    mail_queue: str
    mail_due: str


def due_reminder(user_id: str, day: date) -> DueMail:
    """What lists a customer under the day of a reminder."""
    return {"mail_queue": due_mails("REMINDER", shard_of(user_id)), "mail_due": f"{day.isoformat()}#{user_id}"}


def due_receipt(user_id: str, payment_id: str, paid_at: str) -> DueMail:
    """What lists a payment until its mail is sent."""
    return {"mail_queue": due_mails("RECEIPT", shard_of(user_id)), "mail_due": f"{paid_at}#{payment_id}"}


def summarised(user_id: str) -> DueMail:
    """What lists an admin, who gets the summaries."""
    return {"mail_queue": ADMINS, "mail_due": user_id}


def mailed_about(partition: str, sort: str) -> tuple[str, str, str]:
    """Whose item is listed among the mails that are due; of a payment also its purchase's id and its own."""
    user_id = partition.removeprefix(customer_partition(""))
    purchase_id, _, payment_id = sort.removeprefix(PAYMENTS).partition("#") if sort.startswith(PAYMENTS) else ("",) * 3
    return user_id, purchase_id, payment_id


def due_mails(kind: str, shard: int) -> str:
    """Where the mails of a kind to the people of a shard are listed."""
    return f"{kind}#{shard:02}"


def shard_of(user_id: str) -> int:
    """The shard of a customer, always the same."""
    return hashlib.sha256(user_id.encode()).digest()[0] % SHARDS


def action(action_id: str) -> Key:
    """What an admin did."""
    return {"PK": f"ACTION#{action_id}", "SK": "ACTION"}


def action_totals() -> Key:
    """How many actions there are."""
    return {"PK": "STATS#ACTIONS", "SK": "STATS"}


def words(listing: str, word: str) -> str:
    """Where the words of a list lie that begin with the same letter."""
    return f"WORD#{listing}#{word[0]}"


def word(listing: str, word: str, of: str) -> Key:
    """A word of something that is listed."""
    return {"PK": words(listing, word), "SK": f"{word}#{of}"}


def catalogue_totals() -> Key:
    """How many products there are. Only admins write it."""
    return {"PK": "STATS#PRODUCTS", "SK": "STATS"}


def year_totals(shard: int, year: int) -> Key:
    """A shard of the shop's figures by month of a year."""
    return {"PK": f"STATS#{shard:02}", "SK": f"{year:04}"}


def counts(shard: int) -> Key:
    """A shard of the shop's counts of accounts and purchases."""
    return {"PK": f"STATS#{shard:02}", "SK": "ALL"}
