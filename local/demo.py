"""The demo shop: products, customers and their purchases, created by the shop's own code with a clock in the past.

`python -m local.demo` adds it to a shop without products.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from pydantic import BaseModel
from tqdm import tqdm

from local.deployment import CUSTOMER_PASSWORD
from local.operations import functions_environment
from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Product
from shop.dynamodb import keys
from shop.ledger.acting import Received
from shop.ledger.journal import Method
from shop.ledger.purchases import Order
from shop.money import round_half_up
from shop.reports.aging import Aging
from shop.security.passwords import hash_password
from shop.stores import utc_now

PRODUCTS = [
    ('Walton Primo Smartphone 6.7"', "128 GB, 8 GB RAM, 5,000 mAh", "21990.00"),
    ("Samsung Galaxy A55", "256 GB, 8 GB RAM, 50 MP", "54999.00"),
    ("Xiaomi Redmi Note 14", "128 GB, 6 GB RAM, AMOLED", "26999.00"),
    ("Apple iPhone 16", "128 GB, black", "134999.00"),
    ("Lenovo IdeaPad Slim 3", '15.6", Ryzen 5, 16 GB, 512 GB SSD', "68500.00"),
    ("HP Pavilion 14", "Core i5, 16 GB, 512 GB SSD", "89900.00"),
    ("Asus TUF Gaming A15", "Ryzen 7, RTX 4060, 16 GB", "148000.00"),
    ("Brother HL-L2350DW Laser Printer", "Duplex, Wi-Fi", "18500.00"),
    ('Sony Bravia 55" 4K TV', "Google TV, HDR", "98900.00"),
    ('LG 43" UHD Smart TV', "webOS, HDR10", "49900.00"),
    ("JBL Charge 5 Speaker", "Waterproof, 20 hours", "19500.00"),
    ("Vision Refrigerator 252 L", "Non-frost, glass door", "38500.00"),
    ("Singer Washing Machine 8 kg", "Front loading, inverter", "46900.00"),
    ("Gree Air Conditioner 1.5 ton", "Inverter, cooling and heating", "72500.00"),
    ("Miyako Rice Cooker 2.8 L", "Double pot", "3450.00"),
    ("Philips Air Fryer XL", "6.2 litres, 2,000 W", "16990.00"),
    ("Panasonic Microwave Oven 27 L", "Convection, grill", "24500.00"),
    ("Crème Brûlée Torch Set", "Torch and six ramekins", "2890.00"),
    ("ওয়ালটন সিলিং ফ্যান ৫৬ ইঞ্চি", "Ceiling fan, energy saving", "3290.00"),
    ("Hatil Office Chair", "Mesh, height adjustable", "12900.00"),
    ("Otobi Study Table", "Two drawers, oak", "9850.00"),
    ("Yamaha F310 Acoustic Guitar", "Spruce top", "17500.00"),
    ('Duranta Mountain Bicycle 26"', "21 speeds, disc brakes", "18900.00"),
    ("Runner Bike RT 80", "80 cc motorcycle", "79000.00"),
]

CUSTOMERS = [
    ("rahim", "Rahim", "Uddin"),
    ("ayesha", "Ayesha", "Siddiqua"),
    ("tanvir", "Tanvir", "Hasan"),
    ("nusrat", "Nusrat", "Jahan"),
    ("shuvo", "Shuvo", "Das"),
    ("farhana", "Farhana", "Akter"),
    ("imran", "Imran", "Hossain"),
]


@dataclass(frozen=True)
class Story:
    """A purchase some days ago.

    `paid` has, for each installment that was paid later, how many days after its due date that was. `end` is what
    happened a day after the purchase. An order that `waits` is not sold yet.
    """

    customer: int
    product: int
    days_ago: int
    count: int
    interval: Interval
    paid: tuple[int, ...] = ()
    part_of_next: Decimal = Decimal(0)
    quantity: int = 1
    end: Callable[[Shop, str], object] | None = None
    waits: bool = False


def cancelled(shop: Shop, purchase_id: str) -> None:
    """Cancel a purchase, and hand out what was paid."""
    owed = shop.desk.cancel(OPERATOR, purchase_id, "Returned unopened").purchase.refundable
    shop.desk.refund(
        OPERATOR, purchase_id, round_half_up(owed / 2), Received(Method.CASH, reference="R-31"), "Returned unopened"
    )


def written_off(shop: Shop, purchase_id: str) -> None:
    """Give up on what is left of a purchase."""
    shop.desk.write_off(OPERATOR, purchase_id, "Stolen, and the customer cannot pay")


def brought_back(shop: Shop, purchase_id: str) -> None:
    """Take cash for the next installment, and take one of the pieces back."""
    (part, *_) = shop.purchasing.read(OPERATOR, purchase_id).open_installments
    cash = Received(Method.CASH, reference="R-17")
    shop.desk.take(OPERATOR, purchase_id, part.outstanding, cash, None)
    shop.desk.give_back(OPERATOR, purchase_id, 1, "One too many")


def said_to_be_paid(shop: Shop, purchase_id: str) -> None:
    """Say that the next installment is paid, which staff have not confirmed yet."""
    purchase = shop.purchasing.read(OPERATOR, purchase_id)
    (part, *_) = purchase.open_installments
    by_wallet = Received(Method.MOBILE_WALLET, reference="bKash 8N7A2K")
    shop.attempting.pay(purchase.customer.id, ids.numbered(purchase_id, part.number), part.outstanding, by_wallet)


STORIES = [
    Story(0, 1, 160, 4, Interval.THIRTY_DAYS, paid=(-1, 0, 12)),  # paid, the last installment late
    Story(0, 13, 57, 3, Interval.THIRTY_DAYS, paid=(-2,)),  # the next falls due in three days
    Story(0, 15, 45, 4, Interval.THIRTY_DAYS),  # one overdue
    Story(0, 10, 33, 2, Interval.BIWEEKLY, end=cancelled),  # cancelled a day later
    Story(
        0, 16, 4, 12, Interval.MONTHLY, part_of_next=Decimal("0.4")
    ),  # a long plan, the next installment is partly paid
    Story(0, 5, 100, 3, Interval.MONTHLY, end=written_off),  # written off a day later
    Story(0, 18, 9, 3, Interval.MONTHLY, quantity=2, end=brought_back),  # one piece came back
    Story(0, 20, 2, 3, Interval.MONTHLY, waits=True),  # the first payment waits for confirmation
    Story(1, 4, 75, 6, Interval.THIRTY_DAYS, paid=(0,)),  # one overdue
    Story(1, 14, 5, 1, Interval.THIRTY_DAYS, quantity=2),  # paid at once
    Story(2, 8, 40, 12, Interval.MONTHLY, paid=(-3,)),  # on time
    Story(2, 22, 11, 3, Interval.WEEKLY),  # one overdue
    Story(3, 11, 27, 3, Interval.THIRTY_DAYS),  # the second falls due in three days
    Story(3, 7, 5, 3, Interval.WEEKLY, end=said_to_be_paid),  # the second payment waits for confirmation
    Story(3, 17, 2, 2, Interval.BIWEEKLY),  # new
    Story(4, 6, 130, 10, Interval.MONTHLY, paid=(-1, -1, 5)),  # once late
    Story(4, 19, 20, 2, Interval.BIWEEKLY, paid=(0,)),  # paid in two
    Story(5, 3, 90, 24, Interval.MONTHLY, paid=(-5, -2)),  # a long plan
    Story(5, 9, 12, 4, Interval.BIWEEKLY, part_of_next=Decimal("0.5")),  # half of the second is paid
    Story(6, 23, 1, 12, Interval.MONTHLY),  # yesterday
]


class MovedClock:
    """A clock that shows the time it was set to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return that time."""
        return self.now


def fill(shop: Shop, now: datetime) -> None:
    """Add products, customers and their purchases until now to an empty shop."""
    begin = now - timedelta(days=200)
    clock = MovedClock(begin)
    past = replace(shop, clock=clock)
    with tqdm(total=len(PRODUCTS) + len(CUSTOMERS) + len(STORIES), desc="demo shop", unit="", disable=None) as progress:
        products = []
        for name, description, price in PRODUCTS:
            clock.now += timedelta(minutes=1)
            products.append(past.catalogue.add(OPERATOR, name, description, Decimal(price)))
            progress.update()
        password_hash = hash_password(CUSTOMER_PASSWORD, shop.settings.bcrypt_cost)
        customers = []
        for username, first_name, last_name in CUSTOMERS:
            clock.now += timedelta(minutes=1)
            customers.append(_customer(past, username, first_name, last_name, password_hash))
            progress.update()
        for story in sorted(STORIES, key=lambda one: -one.days_ago):
            for instant in _play(past, story, customers[story.customer], products[story.product], now):
                clock.now = instant
            progress.update()
    _add_up(shop)


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
