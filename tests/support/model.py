"""An independent model of the shop's money, in whole cents, for the random histories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

DAYS = {"30d": 30, "biweekly": 14, "weekly": 7}


def due(begin: date, interval: str, number: int) -> date:
    """The day that lies a number of intervals after another."""
    if interval == "monthly":
        return begin + relativedelta(months=number)
    return begin + timedelta(days=DAYS[interval] * number)


def part_of(cents: int, percent: int) -> int:
    """A percentage, rounded half up."""
    return (cents * percent + 50) // 100


class Refused(Exception):
    """The model would not do this."""


@dataclass
class Part:
    due: date
    principal: int
    paid: int = 0
    fee: int = 0

    @property
    def left(self) -> int:
        return self.principal - self.paid


@dataclass
class Bought:
    customer: str
    total: int
    on: date
    parts: list[Part]
    fee_percent: int
    cancelled: bool = False

    @property
    def status(self) -> str:
        if self.cancelled:
            return "cancelled"
        return "due" if any(part.left for part in self.parts) else "paid"


@dataclass
class Model:
    """All purchases by their id, and the money that came in by day."""

    purchases: dict[str, Bought] = field(default_factory=dict)
    came_in: list[tuple[str, date, int]] = field(default_factory=list)

    def plan(self, total: int, first: int, count: int, interval: str, today: date) -> list[Part]:
        """The plan of an order; Refused when it breaks a rule."""
        if count == 1:
            if first != total:
                raise Refused
            return [Part(today, total)]
        if first < max(1, part_of(total, 30)) or first >= total or total - first < count - 1:
            raise Refused
        least, more = divmod(total - first, count - 1)
        amounts = [first] + [least + 1] * more + [least] * (count - 1 - more)
        return [Part(due(today, interval, number), amount) for number, amount in enumerate(amounts)]

    def buy(
        self, purchase_id: str, customer: str, total: int, parts: list[Part], fee_percent: int, today: date
    ) -> None:
        self.purchases[purchase_id] = Bought(customer, total, today, parts, fee_percent)
        self._take(self.purchases[purchase_id], parts[0], parts[0].principal, 0, today)

    def owed(self, bought: Bought, part: Part, today: date) -> tuple[int, int]:
        """The amount that settles an installment today: principal and late fee."""
        return part.left, part_of(part.left, bought.fee_percent) if part.due < today else 0

    def pay(self, purchase_id: str, number: int, cents: int, today: date) -> None:
        bought = self.purchases[purchase_id]
        part = bought.parts[number - 1]
        left, fee = self.owed(bought, part, today)
        least = left + fee if part.due < today else min(left, max(1, part_of(part.principal, 1)))
        if bought.cancelled or not left or not least <= cents <= left + fee:
            raise Refused
        self._take(bought, part, cents - fee, fee, today)

    def pay_off(self, purchase_id: str, today: date) -> int:
        bought = self.purchases[purchase_id]
        if bought.status != "due":
            raise Refused
        owed = [(part, *self.owed(bought, part, today)) for part in bought.parts if part.left]
        for part, left, fee in owed:
            self._take(bought, part, left, fee, today)
        return sum(left + fee for _, left, fee in owed)

    def cancel(self, purchase_id: str) -> None:
        if self.purchases[purchase_id].cancelled:
            raise Refused
        self.purchases[purchase_id].cancelled = True

    def _take(self, bought: Bought, part: Part, principal: int, fee: int, today: date) -> None:
        part.paid += principal
        part.fee += fee
        self.came_in.append((bought.customer, today, principal + fee))

    def of(self, customer: str) -> list[Bought]:
        return [bought for bought in self.purchases.values() if bought.customer == customer]

    def open_parts(self, customer: str) -> Iterator[tuple[str, int, Part]]:
        """A customer's open installments, each with its purchase and number."""
        for purchase_id, bought in self.purchases.items():
            if bought.customer == customer and not bought.cancelled:
                for number, part in enumerate(bought.parts, start=1):
                    if part.left:
                        yield purchase_id, number, part

    def summary(self, customer: str, today: date) -> dict[str, object]:
        """The figures of a customer's dashboard, in cents."""
        mine = self.of(customer)
        open_parts = [part for one in mine if not one.cancelled for part in one.parts if part.left]
        return {
            "total_due": sum(part.left for part in open_parts),
            "total_paid": sum(cents for who, _, cents in self.came_in if who == customer),
            "total_purchase": sum(not one.cancelled for one in mine),
            "installment_left": len(open_parts),
            "installment_paid": sum(not part.left for one in mine for part in one.parts),
            "overdue_count": sum(part.due < today for part in open_parts),
            "next_due": min((part.due for part in open_parts), default=None),
            "total_refundable": sum(part.paid + part.fee for one in mine if one.cancelled for part in one.parts),
        }

    def months(self) -> dict[str, tuple[int, int, int]]:
        """By month: bought, paid and due, in cents."""
        found: dict[str, list[int]] = {}

        def add(day: date, place: int, cents: int) -> None:
            found.setdefault(f"{day:%Y-%m}", [0, 0, 0])[place] += cents

        for one in self.purchases.values():
            if not one.cancelled:
                add(one.on, 0, one.total)
                for part in one.parts:
                    add(part.due, 2, part.left)
        for _, day, cents in self.came_in:
            add(day, 1, cents)
        return {month: (bought, paid, due) for month, (bought, paid, due) in found.items() if bought or paid or due}
