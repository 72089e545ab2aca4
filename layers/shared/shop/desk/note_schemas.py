"""Bodies of notes."""

from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AfterValidator, StringConstraints

from shop.desk.promises import JudgedNote, Promise, PromiseStatus
from shop.http.fields import AmountIn, AnswerBody, CalendarDay, Money, RequestBody, printable


def _lines(text: str) -> str:
    """Refuse control characters but ends of lines."""
    lines = text.replace("\r\n", "\n")
    printable(lines.replace("\n", " "))
    return lines


NoteText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), AfterValidator(_lines)
]


class PromiseBody(RequestBody):
    """What a customer promises to pay, and by which day."""

    date: CalendarDay
    amount: AmountIn


class NoteBody(RequestBody):
    """A note on a customer."""

    text: NoteText
    promise: PromiseBody | None = None

    @property
    def promised(self) -> Promise | None:
        """Return the promise."""
        return Promise(self.promise.date, self.promise.amount) if self.promise else None


class PromiseOut(AnswerBody):
    """A promise to pay, and what became of it."""

    date: date
    amount: Money
    status: PromiseStatus


class NoteOut(AnswerBody):
    """A note on a customer by a member of staff."""

    id: str
    text: str
    at: datetime
    by: str
    promise: PromiseOut | None

    @classmethod
    def of(cls, judged: JudgedNote) -> Self:
        """Describe a note."""
        note, promise = judged.note, judged.note.promise
        shown = None
        if promise is not None and judged.promise_status is not None:
            shown = PromiseOut(date=promise.on, amount=promise.amount, status=judged.promise_status)
        return cls(id=note.id, text=note.text, at=note.at, by=note.by, promise=shown)
