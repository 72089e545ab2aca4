"""The demo shop: products, customers and their purchases, created by the shop's own code with a clock in the past.

`python -m local.demo` adds it to a shop without products.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from heapq import heapify, heappop, heapreplace

from pydantic import BaseModel
from tqdm import tqdm

from local.artwork import picture
from local.demo_data import ARCHIVED, BLOCKED, CUSTOMERS, PRODUCTS, PROMISES, STOCK, STORIES, TERMS, Story, drawn
from local.deployment import CUSTOMER_PASSWORD
from local.operations import functions_environment
from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.catalogue.model import SHOP_TERMS, Product
from shop.desk.promises import Promise
from shop.dynamodb import keys
from shop.ledger.acting import Received
from shop.ledger.journal import Method
from shop.ledger.purchases import Order
from shop.money import Language, round_half_up
from shop.reports.aging import Aging
from shop.security.passwords import hash_password
from shop.stores import utc_now

_HISTORY = timedelta(days=410)


class MovedClock:
    """A clock that shows the time it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return that time."""
        return self.now


def fill(shop: Shop, now: datetime) -> None:
    """Add products, customers and their purchases until now to an empty shop."""
    clock = MovedClock(now - _HISTORY)
    past = replace(shop, clock=clock)
    stories = [*STORIES, *drawn()]
    with tqdm(total=len(PRODUCTS) + len(CUSTOMERS) + len(stories), desc="demo shop", unit="", disable=None) as progress:
        products = []
        for place in range(len(PRODUCTS)):
            clock.now += timedelta(minutes=1)
            products.append(_product(past, place))
            progress.update()
        password_hash = hash_password(CUSTOMER_PASSWORD, shop.settings.bcrypt_cost)
        customers = []
        for username, first_name, last_name in CUSTOMERS:
            clock.now += timedelta(minutes=1)
            customers.append(_customer(past, username, first_name, last_name, password_hash))
            progress.update()
        plays = (_play(past, one, customers[one.customer], products[one.product], now) for one in stories)
        for instant in _in_turn(list(plays), progress.update):
            clock.now = instant
    clock.now = now - timedelta(days=5)
    _take_notes(past, {one.username: one for one in customers}, now)
    shop.catalogue.archive(OPERATOR, products[ARCHIVED].id)
    _add_up(shop)


def _in_turn(plays: Sequence[Iterator[datetime]], over: Callable[[], object]) -> Iterator[datetime]:
    """Play stories event by event, so that time never runs back; yields the time of each event before it happens."""
    coming = [(next(play), number) for number, play in enumerate(plays)]
    heapify(coming)
    while coming:
        instant, number = coming[0]
        yield instant
        following = next(plays[number], None)
        if following is None:
            heappop(coming)
            over()
        else:
            heapreplace(coming, (following, number))


def _product(shop: Shop, place: int) -> Product:
    name, description, price, category = PRODUCTS[place]
    terms, sku = TERMS.get(place, SHOP_TERMS), f"{category[:2].upper()}-{100 + place}"
    product = shop.catalogue.add(OPERATOR, name, description, Decimal(price), STOCK.get(place), category, sku, terms)
    return shop.pictures.put(OPERATOR, product.id, picture(product.id, category))


def _take_notes(shop: Shop, customers: dict[str, Account], now: datetime) -> None:
    today = now.astimezone(shop.settings.zone).date()
    for username, text, days, amount in PROMISES:
        promise = Promise(today + timedelta(days=days), amount) if days is not None and amount is not None else None
        shop.notes.add(OPERATOR, customers[username].id, text, promise)
    shop.credit.block(OPERATOR, customers[BLOCKED].id, "Two purchases were returned damaged", is_blocked=True)


def _add_up(shop: Shop) -> None:
    """Close the past days, and note who owes what, as the nightly run does."""
    for shard in range(keys.SHARDS):
        shop.nightly.age(shard, shop.today, "", Aging(), len(CUSTOMERS) + 1)
    while (day := shop.nightly.first_open_day()) and day < shop.today:
        shop.nightly.close(day)


def _customer(shop: Shop, username: str, first_name: str, last_name: str, password_hash: str) -> Account:
    account = Account(
        id=ids.new_id(shop.clock()),
        username=username,
        email=f"{username}@example.com",
        first_name=first_name,
        last_name=last_name,
        password_hash=password_hash,
        phone=f"+880171{1000000 + 12345 * CUSTOMERS.index((username, first_name, last_name)):07}",
        joined_at=shop.clock(),
        is_verified=True,
        language=None if first_name.isascii() else Language.BENGALI,
    )
    shop.accounts.create(account, otp=None)
    return account


def _play(shop: Shop, story: Story, customer: Account, product: Product, now: datetime) -> Iterator[datetime]:
    """Play a story; before each event, yields the time at which it happens."""
    total = product.price * story.quantity
    first = total if story.count == 1 else round_half_up(total * Decimal("0.35"))
    yield now - timedelta(days=story.days_ago)
    order = Order(product.id, story.quantity, first, story.count, story.interval)
    if story.waits:
        shop.attempting.order(customer.id, order, Received(Method.BANK_TRANSFER, reference="TRX 4711"))
        return
    bought = shop.purchasing.buy(customer.id, order).purchase
    for number, days_late in enumerate(story.paid, start=2):
        part = bought.installment(number)
        day = part.due_date + timedelta(days=days_late)
        yield datetime.combine(day, time(12), shop.settings.zone).astimezone(UTC)
        amount = bought.amount_to_pay(part, shop.today)
        shop.paying.pay(customer.id, ids.numbered(bought.id, number), amount)
    if story.part_of_next:
        part = bought.installment(len(story.paid) + 2)
        yield now - timedelta(hours=1)
        amount = round_half_up(part.principal * story.part_of_next)
        shop.paying.pay(customer.id, ids.numbered(bought.id, part.number), amount)
    if story.end:
        yield now - timedelta(days=story.days_ago - 1)
        story.end(shop, bought.id)


class _NoMail:
    """A queue that drops its messages, since these customers do not exist."""

    def send(self, messages: Sequence[BaseModel]) -> None:
        """Drop messages."""


def main() -> None:
    """Add the demo shop to a stack's shop, unless it has products."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--stack", default="installment-shop", help="the CloudFormation stack of the shop")
    environment = functions_environment(parser.parse_args().stack)
    shop = replace(Shop.from_environment(environment), make_queue=lambda _: _NoMail())
    if shop.catalogue.total():
        print("The shop already has products; nothing was added.")
        return
    fill(shop, utc_now())


if __name__ == "__main__":
    main()
