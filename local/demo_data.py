"""What the demo shop has: products, customers, and the story of each purchase, by hand and drawn by lot."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import ProductTerms
from shop.ledger.acting import Received
from shop.ledger.journal import Method
from shop.money import round_half_up

PRODUCTS = [
    ('Walton Primo Smartphone 6.7"', "128 GB, 8 GB RAM, 5,000 mAh", "21990.00", "Phones"),
    ("Samsung Galaxy A55", "256 GB, 8 GB RAM, 50 MP", "54999.00", "Phones"),
    ("Xiaomi Redmi Note 14", "128 GB, 6 GB RAM, AMOLED", "26999.00", "Phones"),
    ("Apple iPhone 16", "128 GB, black", "134999.00", "Phones"),
    ("Lenovo IdeaPad Slim 3", '15.6", Ryzen 5, 16 GB, 512 GB SSD', "68500.00", "Computers"),
    ("HP Pavilion 14", "Core i5, 16 GB, 512 GB SSD", "89900.00", "Computers"),
    ("Asus TUF Gaming A15", "Ryzen 7, RTX 4060, 16 GB", "148000.00", "Computers"),
    ("Brother HL-L2350DW Laser Printer", "Duplex, Wi-Fi", "18500.00", "Computers"),
    ('Sony Bravia 55" 4K TV', "Google TV, HDR", "98900.00", "TV and audio"),
    ('LG 43" UHD Smart TV', "webOS, HDR10", "49900.00", "TV and audio"),
    ("JBL Charge 5 Speaker", "Waterproof, 20 hours", "19500.00", "TV and audio"),
    ("Vision Refrigerator 252 L", "Non-frost, glass door", "38500.00", "Home appliances"),
    ("Singer Washing Machine 8 kg", "Front loading, inverter", "46900.00", "Home appliances"),
    ("Gree Air Conditioner 1.5 ton", "Inverter, cooling and heating", "72500.00", "Home appliances"),
    ("Miyako Rice Cooker 2.8 L", "Double pot", "3450.00", "Kitchen"),
    ("Philips Air Fryer XL", "6.2 litres, 2,000 W", "16990.00", "Kitchen"),
    ("Panasonic Microwave Oven 27 L", "Convection, grill", "24500.00", "Kitchen"),
    ("Crème Brûlée Torch Set", "Torch and six ramekins", "2890.00", "Kitchen"),
    ("ওয়ালটন সিলিং ফ্যান ৫৬ ইঞ্চি", "Ceiling fan, energy saving", "3290.00", "Home appliances"),
    ("Hatil Office Chair", "Mesh, height adjustable", "12900.00", "Furniture"),
    ("Otobi Study Table", "Two drawers, oak", "9850.00", "Furniture"),
    ("Yamaha F310 Acoustic Guitar", "Spruce top", "17500.00", "Sports and leisure"),
    ('Duranta Mountain Bicycle 26"', "21 speeds, disc brakes", "18900.00", "Sports and leisure"),
    ("Runner Bike RT 80", "80 cc motorcycle", "79000.00", "Sports and leisure"),
]

STOCK = {0: 12, 2: 4, 6: 1, 11: 3, 17: 25}
"""The pieces of the products that are counted, by their place in the list; the last of one is sold."""
TERMS = {
    2: ProductTerms(least_first_share=Decimal("0.4"), plan_markup=Decimal("0.05")),
    12: ProductTerms(most_installments=12, intervals=(Interval.MONTHLY,), plan_markup=Decimal("0.08")),
}
"""The products with terms of their own."""
ARCHIVED = 21
"""The place of a product that is sold no more."""

CUSTOMERS = [
    ("rahim", "Rahim", "Uddin"),
    ("ayesha", "Ayesha", "Siddiqua"),
    ("tanvir", "Tanvir", "Hasan"),
    ("nusrat", "Nusrat", "Jahan"),
    ("shuvo", "Shuvo", "Das"),
    ("farhana", "Farhana", "Akter"),
    ("imran", "Imran", "Hossain"),
    ("sadia", "সাদিয়া", "ইসলাম"),
    ("kamal", "Kamal", "Chowdhury"),
    ("mitu", "Mitu", "Rani"),
    ("rafiq", "Rafiqul", "Islam"),
    ("sumaiya", "Sumaiya", "Khatun"),
    ("jahid", "Jahid", "Hasan"),
    ("parvin", "Parvin", "Begum"),
    ("anik", "অনিক", "সাহা"),
    ("lamia", "Lamia", "Rahman"),
    ("habib", "Habibur", "Rahman"),
    ("shirin", "Shirin", "Sultana"),
]
BLOCKED = "habib"
PROMISES = [
    ("ayesha", "Will pay after the salary comes.", 3, Decimal(5000)),
    ("tanvir", "Called twice, wants to pay at the counter.", -2, Decimal(1200)),
    ("jahid", "Phone was switched off.", None, None),
]
"""Notes of staff of some days ago: on whom, what, and what was promised for a day from today."""


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

_NEWCOMERS = 7
"""The first of the customers whose purchases are drawn by lot."""
_LATE = (4, 20, 45, 75, 120)
"""For how many days the customers who stopped paying have been late."""


def drawn() -> Iterator[Story]:
    """Draw the purchases of more than a year: most are paid as agreed, some late, a few no more."""
    lot = Random(2026)  # noqa: S311 - the same shop every time
    sold = [place for place in range(len(PRODUCTS)) if place not in {*STOCK, *TERMS, ARCHIVED}]
    for days_ago in range(400, 20, -6):
        count = lot.choice((2, 3, 4, 6, 8))
        fallen_due = min(count - 1, (days_ago - 1) // 30)
        paid = tuple(lot.choice((-4, -2, -1, 0, 0, 3)) for _ in range(fallen_due))
        customer = lot.randrange(_NEWCOMERS, len(CUSTOMERS))
        yield Story(customer, lot.choice(sold), days_ago, count, Interval.THIRTY_DAYS, paid)
    for place, days_late in enumerate(_LATE):
        yield Story(_NEWCOMERS + 2 * place, lot.choice(sold), days_late + 30, 6, Interval.THIRTY_DAYS)
