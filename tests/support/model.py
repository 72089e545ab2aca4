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


def parts_of(cents: int, count: int) -> list[int]:
    """An amount in parts that differ by at most a cent, the larger first."""
    least, more = divmod(cents, count)
    return [least + 1] * more + [least] * (count - more)


class Refused(Exception):
    """The model would not do this."""


@dataclass
class Part:
    """An installment. `ended`: a return, a cancellation or a write-off took the last of it."""

    due: date
    principal: int
    paid: int = 0
    fee: int = 0
    given_up: int = 0
    waived: bool = False
    ended: bool = False
    is_pending: bool = False

    @property
    def left(self) -> int:
        return 0 if self.is_pending else self.principal - self.paid - self.given_up

    @property
    def status(self) -> str:
        if self.is_pending:
            return "pending"
        if self.left:
            return "due"
        return "void" if self.ended else "paid"


@dataclass
class Deed:
    """What an act did: to installments (paid, fee, given up), with money, to the goods, and to what is owed back."""

    kind: str
    day: date
    parts: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    waives: set[int] = field(default_factory=set)
    plan: dict[int, tuple[date, int]] = field(default_factory=dict)
    money: int = 0
    pieces: int = 0
    owed_back: int = 0
    discount: int = 0
    written_off: int = 0
    undone: bool = False

    @property
    def touches(self) -> set[int]:
        moved = set(self.plan) if self.kind == "due date" else set()
        return set(self.parts) | self.waives | moved

    @property
    def is_of_all(self) -> bool:
        return self.kind in {"replan", "return", "cancel", "write off"}


@dataclass
class Said:
    """Money for installments that a customer says was paid: it waits, came, or was given up."""

    numbers: set[int]
    cents: dict[int, int]
    day: date
    id: str = ""
    is_waiting: bool = True
    has_come: bool = False


@dataclass
class Bought:
    """A purchase: its terms, and what was done to it. All else is added up from that.

    An order, `ordered`, has its plan before it is sold, and is `dropped` when it comes to nothing.
    """

    customer: str
    price: int
    pieces: int
    on: date
    fee_percent: int
    deeds: list[Deed] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    ordered: dict[int, tuple[date, int]] = field(default_factory=dict)
    product: int = 0
    takes_stock: bool = False
    dropped: bool = False

    @property
    def is_sold(self) -> bool:
        return any(deed.kind == "buy" for deed in self.deeds)

    @property
    def waiting(self) -> dict[int, int]:
        """The money that waits, by installment."""
        found: dict[int, int] = {}
        for one in self.said:
            for number, paid in one.cents.items() if one.is_waiting else ():
                found[number] = found.get(number, 0) + paid
        return found

    @property
    def standing(self) -> list[Deed]:
        return [deed for deed in self.deeds if not deed.undone]

    def _sum(self, name: str) -> int:
        return sum(getattr(deed, name) for deed in self.standing)

    @property
    def kept(self) -> int:
        return self.pieces - self._sum("pieces")

    @property
    def total(self) -> int:
        return self.price * self.pieces

    @property
    def owed_back(self) -> int:
        return self._sum("owed_back")

    @property
    def discount(self) -> int:
        return self._sum("discount")

    @property
    def written_off(self) -> int:
        return self._sum("written_off")

    @property
    def cancelled(self) -> bool:
        return self.dropped or any(deed.kind == "cancel" for deed in self.standing)

    @property
    def parts(self) -> dict[int, Part]:
        """The installments by their numbers."""
        if not self.is_sold:
            dropped = {number: cents if self.dropped else 0 for number, (_, cents) in self.ordered.items()}
            return {
                number: Part(day, cents, given_up=dropped[number], ended=self.dropped, is_pending=not self.dropped)
                for number, (day, cents) in self.ordered.items()
            }
        found = {number: Part(day, cents) for number, (day, cents) in self.deeds[0].plan.items()}
        for deed in self.standing:
            if deed.kind == "replan":
                found = {number: part for number, part in found.items() if part.left < part.principal}
            if deed.kind in ("replan", "due date"):
                for number, (day, cents) in deed.plan.items():
                    part = found.setdefault(number, Part(day, cents))
                    part.due, part.principal = day, cents
            for number in deed.waives:
                found[number].waived = True
            for number, (paid, fee, given_up) in deed.parts.items():
                part = found[number]
                part.paid, part.fee, part.given_up = part.paid + paid, part.fee + fee, part.given_up + given_up
                part.ended = part.ended or (deed.kind in {"return", "cancel", "write off"} and not part.left)
        return found

    @property
    def left(self) -> int:
        return sum(part.left for part in self.parts.values())

    @property
    def status(self) -> str:
        if self.cancelled:
            return "cancelled"
        if not self.is_sold:
            return "pending"
        if self.left:
            return "due"
        return "written_off" if self.written_off else "paid"

    def fee(self, part: Part, day: date) -> int:
        """The late fee that is added to what is left of an installment."""
        return part_of(part.left, self.fee_percent) if part.left and part.due < day and not part.waived else 0

    def owed(self, number: int, day: date) -> tuple[int, int]:
        """The amount that settles an installment: principal and late fee."""
        part = self.parts[number]
        return part.left, self.fee(part, day)


@dataclass
class Model:
    """All purchases by their id.

    The terms of a product: its mark-up and its least first share in percent, and its most installments.
    """

    purchases: dict[str, Bought] = field(default_factory=dict)
    stocks: dict[int, int | None] = field(default_factory=dict)
    terms: dict[int, tuple[int, int, int]] = field(default_factory=dict)

    def in_stock(self, product: int, pieces: int) -> bool:
        left = self.stocks.get(product)
        return left is None or left >= pieces

    def _take(self, bought: Bought, pieces: int) -> None:
        """Take pieces of a purchase from the stock or, when negative, put them back."""
        left = self.stocks.get(bought.product)
        if bought.takes_stock and left is not None:
            if left < pieces:
                raise Refused
            self.stocks[bought.product] = left - pieces

    def _sold(self, bought: Bought) -> None:
        bought.takes_stock = self.stocks.get(bought.product) is not None
        self._take(bought, bought.pieces)

    def price(self, price: int, product: int, count: int) -> int:
        """The price of a piece of a product in a number of installments."""
        return price + part_of(price, self.terms.get(product, (0, 30, 60))[0] if count > 1 else 0)

    def plan(
        self, product: int, total: int, first: int, count: int, interval: str, today: date
    ) -> dict[int, tuple[date, int]]:
        """The plan of an order; Refused when it breaks a rule."""
        _, least, most = self.terms.get(product, (0, 30, 60))
        if count > most:
            raise Refused
        if count == 1:
            if first != total:
                raise Refused
            return {1: (today, total)}
        if first < max(1, part_of(total, least)) or first >= total or total - first < count - 1:
            raise Refused
        amounts = [first, *parts_of(total - first, count - 1)]
        return {number + 1: (due(today, interval, number), amount) for number, amount in enumerate(amounts)}

    def buy(self, purchase_id: str, bought: Bought, plan: dict[int, tuple[date, int]]) -> None:
        first = plan[1][1]
        self._sold(bought)
        bought.deeds.append(Deed("buy", bought.on, {1: (first, 0, 0)}, plan=plan, money=first))
        self.purchases[purchase_id] = bought

    def order(self, purchase_id: str, bought: Bought, plan: dict[int, tuple[date, int]]) -> None:
        self._sold(bought)
        bought.ordered = plan
        bought.said.append(Said({1}, {1: plan[1][1]}, bought.on))
        self.purchases[purchase_id] = bought

    def say(self, purchase_id: str, numbers: list[int], today: date, cents: int | None = None) -> None:
        """A customer says that installments were paid: one with an amount, or what settles each."""
        bought = self.purchases[purchase_id]
        if cents is None and bought.status != "due":
            raise Refused
        said = Said(set(numbers), {}, today)
        for number in numbers:
            part = self._open_part(purchase_id, number)
            settles = part.left + bought.fee(part, today)
            paid = settles if cents is None else cents
            if number in bought.waiting or not self._least(bought, part, today) <= paid <= settles:
                raise Refused
            said.cents[number] = paid
        bought.said.append(said)

    def confirm(self, purchase_id: str, position: int) -> None:
        """The money came: it pays what it is for, as far as that is open, and the rest is owed back."""
        bought = self.purchases[purchase_id]
        said, left = bought.said[position], sum(bought.said[position].cents.values())
        if said.has_come:
            raise Refused
        if bought.status == "pending":
            bought.deeds.append(Deed("buy", said.day, {1: (left, 0, 0)}, plan=bought.ordered, money=left))
        else:
            deed = Deed("pay", said.day, money=left)
            for number, part in bought.parts.items():
                fee = bought.fee(part, said.day)
                now = min(left, part.left + fee)
                if number in said.numbers and part.left and now and (now == part.left + fee or not fee):
                    deed.parts[number] = (now - fee, fee, 0)
                    left -= now
            deed.owed_back = left
            bought.deeds.append(deed)
        said.has_come, said.is_waiting = True, False

    def give_up(self, purchase_id: str, position: int) -> None:
        """The money did not come, or not in time."""
        bought = self.purchases[purchase_id]
        if not bought.said[position].is_waiting:
            raise Refused
        bought.said[position].is_waiting = False
        if not bought.is_sold and not bought.dropped:
            bought.dropped = True
            self._take(bought, -bought.pieces)

    def _open(self, purchase_id: str) -> Bought:
        bought = self.purchases[purchase_id]
        if bought.status != "due":
            raise Refused
        return bought

    def _open_part(self, purchase_id: str, number: int) -> Part:
        bought = self.purchases[purchase_id]
        part = bought.parts.get(number)
        if bought.cancelled or part is None or not part.left:
            raise Refused
        return part

    @staticmethod
    def _least(bought: Bought, part: Part, day: date) -> int:
        if part.due < day and not part.waived:
            return part.left + bought.fee(part, day)
        return min(part.left, max(1, part_of(part.principal, 1)))

    def pay(self, purchase_id: str, number: int, cents: int, today: date) -> None:
        bought, part = self.purchases[purchase_id], self._open_part(purchase_id, number)
        fee = bought.fee(part, today)
        if not self._least(bought, part, today) <= cents <= part.left + fee:
            raise Refused
        bought.deeds.append(Deed("pay", today, {number: (cents - fee, fee, 0)}, money=cents))

    def pay_off(self, purchase_id: str, today: date) -> int:
        bought = self._open(purchase_id)
        owed = {number: bought.owed(number, today) for number, part in bought.parts.items() if part.left}
        total = sum(left + fee for left, fee in owed.values())
        parts = {number: (left, fee, 0) for number, (left, fee) in owed.items()}
        bought.deeds.append(Deed("pay", today, parts, money=total))
        return total

    def take(self, purchase_id: str, cents: int, received: date, *, waives: bool) -> None:
        """Money at the counter, for the oldest open installments."""
        bought = self._open(purchase_id)
        parts = {number: part for number, part in bought.parts.items() if part.left}
        late = {number for number, part in parts.items() if part.due < received}
        if waives:
            if not any(bought.fee(parts[number], received) for number in late):
                raise Refused
            for number in late:
                parts[number].waived = True
        deed, left = Deed("pay", received, money=cents), cents
        for number, part in parts.items():
            if not left:
                break
            fee = bought.fee(part, received)
            now = min(left, part.left + fee)
            if now < self._least(bought, part, received):
                raise Refused
            deed.parts[number] = (now - fee, fee, 0)
            if waives and number in late:
                deed.waives.add(number)
            left -= now
        if left:
            raise Refused
        bought.deeds.append(deed)

    def waive(self, purchase_id: str, number: int, today: date) -> None:
        bought = self.purchases[purchase_id]
        part = bought.parts.get(number)
        if part is None or bought.cancelled or not bought.is_sold:
            raise Refused
        paid = part.fee
        is_late = part.left > 0 and part.due < today
        if not (bought.fee(part, today) if is_late else paid):
            raise Refused
        bought.deeds.append(Deed("waive", today, {number: (0, -paid, 0)}, {number}, owed_back=paid))

    def give_goodwill(self, purchase_id: str, number: int, cents: int, today: date) -> None:
        part = self._open_part(purchase_id, number)
        if cents > part.left:
            raise Refused
        deed = Deed("goodwill", today, {number: (0, 0, cents)}, discount=cents)
        self.purchases[purchase_id].deeds.append(deed)

    def move(self, purchase_id: str, number: int, day: date, today: date) -> None:
        part, parts = self._open_part(purchase_id, number), self.purchases[purchase_id].parts
        order = list(parts)
        before, after = order[: order.index(number)], order[order.index(number) + 1 :]
        if day < today or any(parts[one].due > day for one in before) or any(parts[one].due < day for one in after):
            raise Refused
        deed = Deed("due date", today, plan={number: (day, part.principal)})
        self.purchases[purchase_id].deeds.append(deed)

    def replan(self, purchase_id: str, count: int, interval: str, first: date, today: date) -> None:
        bought = self._open(purchase_id)
        if bought.left < count or first < today or bought.waiting:
            raise Refused
        kept = {
            number: (part.due, part.principal - part.left)
            for number, part in bought.parts.items()
            if part.left < part.principal
        }
        begin = max(kept, default=0)
        new = {
            begin + 1 + position: (due(first, interval, position), cents)
            for position, cents in enumerate(parts_of(bought.left, count))
        }
        bought.deeds.append(Deed("replan", today, plan={**kept, **new}))

    def give_back(self, purchase_id: str, pieces: int, today: date) -> None:
        bought = self.purchases[purchase_id]
        if bought.cancelled or not bought.is_sold or pieces >= bought.kept:
            raise Refused
        value = bought.price * pieces
        net_paid = bought.price * bought.kept - bought.left - bought.discount - bought.written_off
        deed, rest = Deed("return", today, pieces=pieces), value
        for number, part in reversed(bought.parts.items()):
            taken = min(rest, part.left)
            if taken:
                deed.parts[number] = (0, 0, taken)
                rest -= taken
        deed.owed_back = min(rest, net_paid)
        deed.discount = -min(rest - deed.owed_back, bought.discount)
        deed.written_off = -(rest - deed.owed_back + deed.discount)
        self._take(bought, -pieces)
        bought.deeds.append(deed)

    def cancel(self, purchase_id: str, today: date) -> None:
        bought = self.purchases[purchase_id]
        if bought.cancelled or not bought.is_sold:
            raise Refused
        net_paid = bought.price * bought.kept - bought.left - bought.discount - bought.written_off
        self._take(bought, -bought.kept)
        bought.deeds.append(
            Deed(
                "cancel",
                today,
                {number: (0, 0, part.left) for number, part in bought.parts.items() if part.left},
                pieces=bought.kept,
                owed_back=net_paid + sum(part.fee for part in bought.parts.values()),
                discount=-bought.discount,
                written_off=-bought.written_off,
            )
        )

    def refund(self, purchase_id: str, cents: int, today: date) -> None:
        bought = self.purchases[purchase_id]
        if not cents or cents > bought.owed_back:
            raise Refused
        bought.deeds.append(Deed("refund", today, money=-cents, owed_back=-cents))

    def write_off(self, purchase_id: str, today: date) -> None:
        bought = self._open(purchase_id)
        parts = {number: (0, 0, part.left) for number, part in bought.parts.items() if part.left}
        bought.deeds.append(Deed("write off", today, parts, written_off=bought.left))

    def reverse(self, purchase_id: str, position: int) -> None:
        """Undo the deed at a position; deeds that build on it stand in the way."""
        bought = self.purchases[purchase_id]
        if not bought.deeds:
            raise Refused
        deed, later = bought.deeds[position], [one for one in bought.deeds[position + 1 :] if not one.undone]
        if deed.undone or any(one.is_of_all or deed.is_of_all or one.touches & deed.touches for one in later):
            raise Refused
        deed.undone = True
        if deed.kind == "replan" and bought.waiting:
            deed.undone = False
            raise Refused
        lacks = bought.takes_stock and not self.in_stock(bought.product, deed.pieces)
        if bought.owed_back < 0 or lacks:
            deed.undone = False
            raise Refused
        self._take(bought, deed.pieces)

    def of(self, customer: str) -> list[Bought]:
        return [bought for bought in self.purchases.values() if bought.customer == customer]

    def open_parts(self, customer: str) -> Iterator[tuple[str, int, Part]]:
        """A customer's open installments, each with its purchase and number."""
        for purchase_id, bought in self.purchases.items():
            if bought.customer == customer:
                for number, part in bought.parts.items():
                    if part.left:
                        yield purchase_id, number, part

    def summary(self, customer: str, today: date) -> dict[str, object]:
        """The figures of a customer's dashboard, in cents."""
        mine = self.of(customer)
        parts = [part for one in mine for part in one.parts.values()]
        open_parts = [part for part in parts if part.left]
        return {
            "total_due": sum(part.left for part in open_parts),
            "total_paid": sum(deed.money for one in mine for deed in one.standing),
            "total_purchase": sum(not one.cancelled and one.is_sold for one in mine),
            "installment_left": len(open_parts),
            "installment_paid": sum(part.status == "paid" for part in parts),
            "overdue_count": sum(part.due < today for part in open_parts),
            "next_due": min((part.due for part in open_parts), default=None),
            "total_refundable": sum(one.owed_back for one in mine),
            "total_waiting": sum(sum(one.waiting.values()) for one in mine),
            "orders_pending": sum(one.status == "pending" for one in mine),
        }

    def months(self) -> dict[str, tuple[int, int, int]]:
        """By month: bought, paid and due, in cents."""
        found: dict[str, list[int]] = {}

        def add(day: date, place: int, cents: int) -> None:
            found.setdefault(f"{day:%Y-%m}", [0, 0, 0])[place] += cents

        for one in self.purchases.values():
            add(one.on, 0, one.price * one.kept if one.is_sold else 0)
            for part in one.parts.values():
                add(part.due, 2, part.left)
            for deed in one.standing:
                add(deed.day, 1, deed.money)
        return {month: (bought, paid, due) for month, (bought, paid, due) in found.items() if bought or paid or due}
