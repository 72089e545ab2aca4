"""What would happen at internet scale, computed from what the store writes: `make bench-scale`.

Prints the tables of docs/scale.md. It reads no table, no clock and no network: the same on every machine.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.writes import Step, recorded
from shop.store.keys import SHARDS

RATES = (1, 100, 10_000)
"""Purchases a second."""
RECEIPTS, REMINDERS = 3, 4
"""Mails of a purchase in three installments: one of each payment, and two before each later due date."""
TIMES = {"purchase": 1, "payment": 1, "last payment": 1, "receipt": RECEIPTS, "reminder": REMINDERS}
PARTITION_WRITES, PARTITION_READS = 1000, 3000
"""Units a second that one partition of DynamoDB gives, so also one item or one end of a list."""


def markdown(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    lines = [f"| {' | '.join(columns)} |", f"|---|{'--:|' * (len(columns) - 1)}"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def writes_table(steps: Sequence[Step]) -> str:
    """The write units of a purchase from its first request to its last mail."""
    rows = [
        (step.name, (units := sum(step.units.values())), TIMES[step.name], units * TIMES[step.name]) for step in steps
    ]
    return markdown(
        ("Step", "write units", "times", "together"), [*rows, ("a purchase's life", "", "", life_units(steps))]
    )


def life_units(steps: Sequence[Step]) -> int:
    """The write units of a purchase, its payments and its mails together."""
    return sum(sum(step.units.values()) * TIMES[step.name] for step in steps)


@dataclass(frozen=True, slots=True)
class Hot:
    """A key that all customers write or read: the units that a purchase costs the busiest place under it."""

    key: str
    units: float
    limit: int

    @property
    def full_at(self) -> float:
        """Purchases a second at which one partition has no more to give."""
        return self.limit / self.units


def hot_keys(steps: Sequence[Step]) -> list[Hot]:
    """The keys that grow with the shop's traffic and that no split relieves."""
    units: Counter[str] = Counter()
    for step in steps:
        units.update({kind: count * TIMES[step.name] for kind, count in step.units.items()})
    bought = steps[0].units
    return [
        Hot("WORD#PURCHASE#c com", bought["WORD#PURCHASE#c com"], PARTITION_WRITES),
        Hot("by-created PURCHASE#due", bought["listing PURCHASE#due"], PARTITION_WRITES),
        Hot("STATS#<shard> <year>", units["STATS#<shard> 2026"] / SHARDS, PARTITION_WRITES),
        Hot("STATS#<shard> ALL", units["STATS#<shard> ALL"] / SHARDS, PARTITION_WRITES),
        Hot("by-mail-due RECEIPT#<shard>", units["mail_queue RECEIPT#<shard>"] / SHARDS, PARTITION_WRITES),
    ]


def heat_table(hot: Sequence[Hot]) -> str:
    """How hot the hottest partition of each key is."""
    rows = [
        (one.key, f"{one.units:g}", *(f"{one.units * rate / one.limit:.2%}" for rate in RATES), f"{one.full_at:,.0f}")
        for one in hot
    ]
    return markdown(
        ("Key", "units a purchase", *(f"at {rate:,}/s" for rate in RATES), "full at, purchases a second"), rows
    )


def main() -> None:
    """Print the tables."""
    steps, _ = recorded()
    print(writes_table(steps), heat_table(hot_keys(steps)), sep="\n\n")


if __name__ == "__main__":
    main()
