"""The mail that reminds of installments: those that are late, those that fall due today, and those that soon will."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from shop.domain.accounts import Account
from shop.domain.formats import Formats
from shop.domain.money import ZERO
from shop.mail.messages import DueInstallment, Message, rendered


def reminder(
    account: Account,
    installments: Sequence[DueInstallment],
    today: date,
    unsubscribe: str,
    formats: Formats,
) -> Message:
    """The reminder of a day, in the order of what matters most."""
    late = [due for due in installments if due.due_date < today]
    now = [due for due in installments if due.due_date == today]
    soon = [due for due in installments if due.due_date > today]
    subject = _subject(late, "overdue") or _subject(now, "due today") or _subject(soon, "due soon")
    return rendered(
        "reminder",
        account.email,
        subject,
        formats,
        unsubscribe,
        username=account.username,
        sections=[section for section in (("late", late), ("today", now), ("soon", soon)) if section[1]],
        total=sum((due.to_pay for due in installments), ZERO),
        rates=[percent(rate) for rate in sorted({due.late_fee_rate for due in installments})],
    )


def _subject(installments: Sequence[DueInstallment], what: str) -> str:
    if not installments:
        return ""
    return f"An installment is {what}" if len(installments) == 1 else f"{len(installments)} installments are {what}"


def percent(rate: Decimal) -> str:
    """A share as people read it: `10 %`."""
    return f"{(rate * 100).normalize():f}\N{NO-BREAK SPACE}%"
