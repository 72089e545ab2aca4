"""Every key of the table, defined in one place.

| Item               | PK               | SK                      | Listed in                          |
|--------------------|------------------|-------------------------|------------------------------------|
| account            | USER#<id>        | ACCOUNT                 | by-created: USER; for an admin,    |
|                    |                  |                         | by-mail-due: SUMMARY               |
| credentials        | EMAIL#<address>  | CREDENTIALS             |                                    |
| one-time password  | EMAIL#<address>  | OTP#<purpose>           |                                    |
| login attempts     | EMAIL#<address>  | TRIES                   |                                    |
|   from a source    | EMAIL#<address>  | TRIES#<source>          |                                    |
| counts of a source | SOURCE#<source>  | FAILURES, REQUESTS      |                                    |
| suppressed address | EMAIL#<address>  | SUPPRESSION             |                                    |
| username claim     | USERNAME#<name>  | CLAIM                   |                                    |
| session            | USER#<id>        | SESSION#<family>        |                                    |
| product            | PRODUCT#<id>     | PRODUCT                 | by-created, by-name, by-price:     |
|                    |                  |                         | PRODUCT; archived: by-created:     |
|                    |                  |                         | ARCHIVE                            |
| place in a         | CATEGORY#<name>  | <id>                    | by-created, by-name, by-price:     |
|   category         |                  |                         | CATEGORY#<name>                    |
| category count     | CATEGORIES       | <name>                  |                                    |
| claim of a SKU     | SKU#<sku>        | CLAIM                   |                                    |
| purchase           | USER#<id>        | PURCHASE#<id>           | by-created: PURCHASE#<status>;     |
|                    |                  |                         | by-mail-due: REFUND, if owed back  |
| journal entry      | USER#<id>        | ENTRY#<purchase>#<id>   | by-created: ENTRY#<day>            |
| payment attempt    | USER#<id>        | ATTEMPT#<purchase>#<id> | by-created: ATTEMPT#<status>;      |
|                    |                  |                         | by-mail-due: ATTEMPT, until mailed |
| refund through a   | USER#<id>        | REFUND#<purchase>#<id>  | by-created: REFUND#pending, until  |
|   provider         |                  |                         | it is done                         |
| mandate            | USER#<id>        | MANDATE#<id>            | by-created: MANDATE#<status>, as   |
|                    |                  |                         | long as something is to be done    |
| notification of a  | NOTICE#<name>    | <id>                    |                                    |
|   provider         |                  |                         |                                    |
| note of staff      | USER#<id>        | NOTE#<id>               |                                    |
| customer totals    | USER#<id>        | TOTALS                  | by-mail-due: OWING#<shard>, while  |
|                    |                  |                         | an installment is open             |
| mail               | USER#<id>        | MAIL#<mail>             |                                    |
| idempotency record | USER#<id>        | IDEMPOTENCY#<hash>      |                                    |
| audit log entry    | ACTION#<id>      | ACTION                  | by-created: ACTION                 |
| count of entries   | STATS#ACTIONS    | STATS                   |                                    |
| search word        | WORD#<list>#<a>  | <word>#<id>             |                                    |
| catalogue totals   | STATS#PRODUCTS   | STATS                   |                                    |
| shop totals        | STATS#<shard>    | <year>, ALL             |                                    |
| late customer      | LATE#<shard>     | <user>                  | by-mail-due: LATE#<shard>          |
| due day            | DUE#<shard>      | <day>#<user>            |                                    |
| debts of a day     | AGING            | <day>, <day>#<shard>    |                                    |
| sales of a day     | SALES            | DAY#<day>,              |                                    |
|                    |                  | PRODUCTS#<day>#<block>  |                                    |
| sales of a month   | SALES            | MONTH#<month>#<block>   |                                    |
"""

import hashlib
from datetime import date
from typing import TypedDict

SHARDS = 16
"""The number of items that share the shop's totals, and of partitions that share the due mails.

It may be raised in a running shop, but never lowered (docs/scale.md).
"""


class Key(TypedDict):
    """The primary key of an item."""

    PK: str
    SK: str


PURCHASES = "PURCHASE#"
ENTRIES = "ENTRY#"
ATTEMPTS = "ATTEMPT#"
ATTEMPT_MAILS = "ATTEMPT"
ONLINE_REFUNDS = "REFUND#"
MANDATES = "MANDATE#"
NOTES = "NOTE#"
MAILS = "MAIL#"
SESSIONS = "SESSION#"
IDEMPOTENCY = "IDEMPOTENCY#"
PRODUCT_LISTING = "PRODUCT"
ARCHIVE_LISTING = "ARCHIVE"
CATEGORIES = "CATEGORIES"
PURCHASE_LISTING = "PURCHASE"
ACCOUNT_LISTING = "USER"
ACTION_LISTING = "ACTION"
ADMINS = "SUMMARY"
REFUNDS = "REFUND"
AGING = "AGING"
SALES = "SALES"


def customer_partition(user_id: str) -> str:
    """Partition of a user."""
    return f"USER#{user_id}"


def account(user_id: str) -> Key:
    """Key of an account."""
    return {"PK": customer_partition(user_id), "SK": "ACCOUNT"}


def credentials(email: str) -> Key:
    """Key of the credentials of a normalised address. The item also reserves the address."""
    return {"PK": f"EMAIL#{email}", "SK": "CREDENTIALS"}


def otp(email: str, purpose: str) -> Key:
    """Key of the last code mailed to an address for a purpose."""
    return {"PK": f"EMAIL#{email}", "SK": f"OTP#{purpose}"}


def tries(email: str, source: str = "") -> Key:
    """Key of the login attempts for an address: from one known source, or from all other sources."""
    return {"PK": f"EMAIL#{email}", "SK": f"TRIES#{source}" if source else "TRIES"}


def counted(source: str, what: str) -> Key:
    """Key of a counter of a source."""
    return {"PK": f"SOURCE#{source}", "SK": what}


def username(name: str) -> Key:
    """Key of the item that reserves a normalised username."""
    return {"PK": f"USERNAME#{name}", "SK": "CLAIM"}


def suppression(email: str) -> Key:
    """Key of a normalised address on the suppression list."""
    return {"PK": f"EMAIL#{email}", "SK": "SUPPRESSION"}


def session(user_id: str, family: str) -> Key:
    """Key of a session."""
    return {"PK": customer_partition(user_id), "SK": SESSIONS + family}


def product(product_id: int) -> Key:
    """Key of a product."""
    return {"PK": f"PRODUCT#{product_id}", "SK": "PRODUCT"}


def category_listing(category: str) -> str:
    """Name of the list, and partition, of the products of a folded category."""
    return f"CATEGORY#{category}"


def category_lead(category: str, of: str) -> Key:
    """Key of the place of a product in a folded category."""
    return {"PK": category_listing(category), "SK": of}


def category(category: str) -> Key:
    """Key of the number of products of a folded category."""
    return {"PK": CATEGORIES, "SK": category}


def sku(sku: str) -> Key:
    """Key of the item that reserves a folded SKU."""
    return {"PK": f"SKU#{sku}", "SK": "CLAIM"}


def purchase(user_id: str, purchase_id: str) -> Key:
    """Key of a purchase with its plan."""
    return {"PK": customer_partition(user_id), "SK": PURCHASES + purchase_id}


def purchase_listing(status: str) -> str:
    """Name of the list of all customers' purchases with a status."""
    return f"PURCHASE#{status}"


def entries(purchase_id: str) -> str:
    """Prefix of the sort keys of a purchase's journal entries."""
    return f"{ENTRIES}{purchase_id}#"


def entry(user_id: str, purchase_id: str, entry_id: str) -> Key:
    """Key of a journal entry."""
    return {"PK": customer_partition(user_id), "SK": entries(purchase_id) + entry_id}


def entry_listing(day: date) -> str:
    """Name of the list of all journal entries recorded on a day of the shop."""
    return f"{ENTRIES}{day.isoformat()}"


def attempts(purchase_id: str) -> str:
    """Prefix of the sort keys of a purchase's payment attempts."""
    return f"{ATTEMPTS}{purchase_id}#"


def attempt(user_id: str, purchase_id: str, attempt_id: str) -> Key:
    """Key of a payment attempt."""
    return {"PK": customer_partition(user_id), "SK": attempts(purchase_id) + attempt_id}


def attempted(sort_key: str) -> tuple[str, str]:
    """Parse the sort key of a payment attempt into the ids of its purchase and of the attempt."""
    purchase_id, _, attempt_id = sort_key.removeprefix(ATTEMPTS).partition("#")
    return purchase_id, attempt_id


def attempt_listing(status: str) -> str:
    """Name of the list of all customers' payment attempts with a status."""
    return f"{ATTEMPTS}{status}"


PENDING_REFUNDS = "REFUND#pending"
"""Name of the list of the refunds of which it is not known yet what becomes of them."""


def online_refunds(purchase_id: str) -> str:
    """Prefix of the sort keys of the refunds of a purchase through providers."""
    return f"{ONLINE_REFUNDS}{purchase_id}#"


def online_refund(user_id: str, purchase_id: str, refund_id: str) -> Key:
    """Key of a refund through a provider."""
    return {"PK": customer_partition(user_id), "SK": online_refunds(purchase_id) + refund_id}


def mandate(user_id: str, mandate_id: str) -> Key:
    """Key of a customer's consent to be charged."""
    return {"PK": customer_partition(user_id), "SK": MANDATES + mandate_id}


def mandate_listing(status: str) -> str:
    """Name of the list of all customers' mandates with a status."""
    return f"{MANDATES}{status}"


def notice(provider: str, notice_id: str) -> Key:
    """Key of a notification of a provider."""
    return {"PK": f"NOTICE#{provider}", "SK": notice_id}


def note(user_id: str, note_id: str) -> Key:
    """Key of a note of staff on a customer."""
    return {"PK": customer_partition(user_id), "SK": NOTES + note_id}


def customer_totals(user_id: str) -> Key:
    """Key of a customer's totals."""
    return {"PK": customer_partition(user_id), "SK": "TOTALS"}


def idempotency(user_id: str, key: str) -> Key:
    """Key of the record of an idempotency key."""
    return {"PK": customer_partition(user_id), "SK": IDEMPOTENCY + hashlib.sha256(key.encode()).hexdigest()}


def mail(user_id: str, mail_id: str) -> Key:
    """Key of the note about a mail."""
    return {"PK": customer_partition(user_id), "SK": MAILS + mail_id}


def user_of(partition: str) -> str:
    """Parse the partition key of a user's item into the user id."""
    return partition.removeprefix(customer_partition(""))


def shard_of(user_id: str) -> int:
    """Return the shard of a customer. It never changes."""
    return hashlib.sha256(user_id.encode()).digest()[0] % SHARDS


def action(action_id: str) -> Key:
    """Key of an entry of the audit log."""
    return {"PK": f"ACTION#{action_id}", "SK": "ACTION"}


def action_totals() -> Key:
    """Key of the number of entries in the audit log."""
    return {"PK": "STATS#ACTIONS", "SK": "STATS"}


def words(listing: str, word: str) -> str:
    """Partition of a list's search words that begin with the same letter."""
    return f"WORD#{listing}#{word[0]}"


def word(listing: str, word: str, of: str) -> Key:
    """Key of a search word that leads to a listed item."""
    return {"PK": words(listing, word), "SK": f"{word}#{of}"}


def catalogue_totals() -> Key:
    """Key of the number of products."""
    return {"PK": "STATS#PRODUCTS", "SK": "STATS"}


def year_totals(shard: int, year: int) -> Key:
    """Key of one shard of the shop's monthly figures of a year."""
    return {"PK": f"STATS#{shard:02}", "SK": f"{year:04}"}


def counts(shard: int) -> Key:
    """Key of one shard of the shop's counts of accounts and purchases."""
    return {"PK": f"STATS#{shard:02}", "SK": "ALL"}


def late_customer(user_id: str) -> Key:
    """Key of a customer in the list of those who were late last night."""
    return {"PK": late_list(shard_of(user_id)), "SK": user_id}


def late_list(shard: int) -> str:
    """Name of the list of one shard of the late customers, sorted by what they owe."""
    return f"LATE#{shard:02}"


def due_day(user_id: str, day: date) -> Key:
    """Key of the note that a customer has installments due on a day."""
    return {"PK": due_partition(shard_of(user_id)), "SK": f"{day.isoformat()}#{user_id}"}


def due_partition(shard: int) -> str:
    """Partition of one shard of the due days."""
    return f"DUE#{shard:02}"


def due_on(sort_key: str) -> tuple[date, str]:
    """Parse the sort key of a due day into the day and the user id."""
    day, user_id = sort_key.split("#")
    return date.fromisoformat(day), user_id


def aging(day: date) -> Key:
    """Key of what was owed on a day."""
    return {"PK": AGING, "SK": day.isoformat()}


def aging_of_shard(day: date, shard: int) -> Key:
    """Key of what the customers of one shard owed on a day."""
    return {"PK": AGING, "SK": f"{day.isoformat()}#{shard:02}"}


def sales(day: date) -> Key:
    """Key of the sales of a day."""
    return {"PK": SALES, "SK": f"DAY#{day.isoformat()}"}


def sales_by_product(period: str, block: int = 0) -> Key:
    """Key of the sales of one block of products in a day, `YYYY-MM-DD`, or a month, `YYYY-MM`."""
    return {"PK": SALES, "SK": f"{'MONTH' if len(period) == len('YYYY-MM') else 'PRODUCTS'}#{period}#{block:05}"}
