"""Ageing of what customers owe: unpaid principal by the days since it was due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Self

from shop.ledger.totals import CustomerTotals
from shop.money import ZERO

COMING_DAYS = 31
"""The number of days ahead, including today, whose due amounts are known."""


class Bucket(StrEnum):
    """A span of days since the due date. An installment is due until the end of that day."""

    NOT_DUE = "not_due"
    WEEK = "1-7"
    MONTH = "8-30"
    TWO_MONTHS = "31-60"
    THREE_MONTHS = "61-90"
    LONGER = "over_90"


_LAST_DAYS = {Bucket.NOT_DUE: 0, Bucket.WEEK: 7, Bucket.MONTH: 30, Bucket.TWO_MONTHS: 60, Bucket.THREE_MONTHS: 90}


def bucket_of(due: date, today: date) -> Bucket:
    """Return the bucket of an installment."""
    late = (today - due).days
    return next((bucket for bucket, last in _LAST_DAYS.items() if late <= last), Bucket.LONGER)


@dataclass(frozen=True, slots=True)
class Share:
    """The unpaid installments in a bucket, their principal, and the customers whose oldest one is there."""

    customers: int = 0
    installments: int = 0
    amount: Decimal = ZERO

    def __add__(self, other: Self) -> Self:
        return type(self)(
            self.customers + other.customers, self.installments + other.installments, self.amount + other.amount
        )


@dataclass(frozen=True, slots=True)
class Aging:
    """What some customers owe, by bucket, and by due date for the days from today on."""

    shares: Mapping[Bucket, Share] = field(default_factory=dict)
    coming: Mapping[date, Decimal] = field(default_factory=dict)

    def __add__(self, other: Self) -> Self:
        return type(self)(
            {
                bucket: self.share(bucket) + other.share(bucket)
                for bucket in Bucket
                if bucket in self.shares or bucket in other.shares
            },
            {
                day: self.coming.get(day, ZERO) + other.coming.get(day, ZERO)
                for day in sorted({*self.coming, *other.coming})
            },
        )

    def share(self, bucket: Bucket) -> Share:
        """Return the figures of a bucket."""
        return self.shares.get(bucket, Share())

    @property
    def overdue(self) -> Share:
        """Return the figures of everything that is late."""
        return sum((self.share(bucket) for bucket in Bucket if bucket is not Bucket.NOT_DUE), Share())


def aging_of(totals: CustomerTotals, today: date) -> Aging:
    """Age what a customer owes."""
    open_days = {day: figures for day, figures in sorted(totals.days.items()) if figures.open}
    shares: dict[Bucket, Share] = {}
    for day, figures in open_days.items():
        bucket = bucket_of(day, today)
        shares[bucket] = shares.get(bucket, Share()) + Share(int(not shares), figures.open, figures.due)
    last = today + timedelta(days=COMING_DAYS - 1)
    return Aging(shares, {day: figures.due for day, figures in open_days.items() if today <= day <= last})
