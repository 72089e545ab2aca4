"""Pictures of every mail as phones and desktops show it, drawn by headless Chromium."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from local.processes import LocalCloudError
from shop import ids
from shop.accounts.model import Account
from shop.attempts import rules as attempts
from shop.calendar import Interval
from shop.desk.acts import replan
from shop.ledger.acting import Act, Tender
from shop.ledger.journal import Actor, Method, Role
from shop.ledger.purchases import Customer, Order, Terms
from shop.ledger.rules import cancel, ordered, pay, sell
from shop.mail.attempts import attempt_notice
from shop.mail.messages import DueInstallment, Message, password_reset, verification
from shop.mail.notices import notice
from shop.mail.receipts import payment_receipt, purchase_confirmation
from shop.mail.reminders import reminder
from shop.mail.summaries import summary
from shop.mail.tasks import Period, SummaryTask
from shop.money import Formats, Locale

_WIDTHS = {"phone": (390, 860), "desktop": (760, 860)}
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_NOW, _TODAY = datetime(2026, 11, 23, 6, tzinfo=UTC), date(2026, 11, 23)
_FORMATS = Formats(Locale.BANGLADESH, "BDT")
_TERMS = Terms(_FORMATS, Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
_UNSUBSCRIBE = "https://shop.example.com/accounts/unsubscribe/?token=example"
_ACCOUNT = Account("id", "rahim", "rahim@example.com", "Rahim", "Uddin", "", _NOW, is_verified=True)

_CUSTOMER = Customer("id", "rahim", _ACCOUNT.email)


def _act(now: datetime, today: date) -> Act:
    return Act(ids.new_parent_id(now), Actor("id", Role.CUSTOMER), now, today)


def mails() -> Iterator[tuple[str, Message]]:
    """Yield a mail of each kind with its name."""
    yield "verification", verification(_ACCOUNT.email, "482913", 10)
    yield "password-reset", password_reset(_ACCOUNT.email, "rahim", "482913", 10)
    order = Order(1, 1, Decimal(45000), 4, Interval.MONTHLY)
    wanted = ordered(
        order,
        purchase_id="01M7ZZZZZZZZZZZZZZZZZZZZ00",
        customer=_CUSTOMER,
        product_name="Refrigerator, 345 litres, frost free",
        unit_price=Decimal(124500),
        act=_act(_NOW, _TODAY),
        terms=_TERMS,
    )
    by_bank, last_day = Tender(Method.BANK_TRANSFER, _TODAY, "TRX 4711"), date(2026, 11, 30)
    said = attempts.order(wanted, _act(_NOW, _TODAY), by_bank)
    yield "order-waits", attempt_notice(_CUSTOMER, said.after, said.attempt, last_day, _FORMATS)
    reason = replace(_act(_NOW, _TODAY), reason="No such transfer has reached our account.")
    rejected = attempts.reject(said.after, said.attempt, reason)
    yield "order-rejected", attempt_notice(_CUSTOMER, rejected.after, rejected.attempt, last_day, _FORMATS)
    sale = sell(wanted, _act(_NOW, _TODAY), by_bank)
    yield "purchase", purchase_confirmation(_CUSTOMER, sale.after, sale.entry, _FORMATS)
    late = date(2026, 12, 28)
    act = _act(_NOW.replace(month=12, day=28), late)
    paid = pay(sale.after, 2, Decimal(29150), act, Tender(Method.CASH, late), _TERMS)
    yield "payment", payment_receipt(_CUSTOMER, paid.after, paid.entry, _FORMATS)
    returned = cancel(paid.after, act)
    yield "cancellation", notice(_CUSTOMER, returned.after, returned.entry, _FORMATS)
    plan = replan(paid.after, 2, Interval.MONTHLY, date(2027, 2, 5), act, _TERMS)
    yield "new-plan", notice(_CUSTOMER, plan.after, plan.entry, _FORMATS)
    yield "reminder-before", _reminder(_TODAY, date(2026, 11, 26))
    yield "reminder-today", _reminder(_TODAY, _TODAY)
    yield "reminder-overdue", _reminder(_TODAY, date(2026, 11, 22), _TODAY)
    task = SummaryTask(
        admin_id="id",
        period=Period.WEEKLY,
        first_day=date(2026, 11, 16),
        last_day=date(2026, 11, 22),
        purchases=182,
        quantity=240,
        purchased=Decimal("4215300.00"),
        paid=Decimal("1873250.50"),
        due=Decimal("312400.00"),
        customers=161,
    )
    yield "summary", summary(replace(_ACCOUNT, username="admin"), task, _FORMATS)


def _reminder(today: date, *due_dates: date) -> Message:
    owed, rate = Decimal(2200), _TERMS.late_fee_rate
    installments = [
        DueInstallment("Rice cooker, 1.8 litres", 2, 3, due, owed, owed * (1 + rate) if due < today else owed, rate)
        for due in due_dates
    ]
    return reminder(_ACCOUNT, installments, today, _UNSUBSCRIBE, _FORMATS)


def draw(message: Message, file: Path, width: int, height: int, *, dark: bool) -> None:
    """Draw a mail into a PNG file. Raises LocalCloudError when this machine has no Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise LocalCloudError("Pictures need Chromium (Debian: apt install chromium).")
    with tempfile.TemporaryDirectory() as work:
        # A window is at least 500 pixels wide, so a phone is a frame in it.
        dress = "color-scheme: dark" if dark else "color-scheme: light"
        (Path(work) / "mail.html").write_text(message.html, encoding="utf-8")
        frame = f'<iframe src="mail.html" style="border:0;width:{width}px;height:{height}px;{dress}"></iframe>'
        (Path(work) / "page.html").write_text(f'<body style="margin:0">{frame}', encoding="utf-8")
        command = [chromium, *_FLAGS, f"--user-data-dir={work}/profile", f"--screenshot={file}"]
        command += [f"--window-size={width},{height}", *(["--blink-settings=preferredColorScheme=0"] if dark else [])]
        subprocess.run([*command, f"file://{work}/page.html"], check=True, capture_output=True, timeout=60)


def draw_all(folder: Path) -> None:
    """Draw all mails into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, message in mails():
        for device, (width, height) in _WIDTHS.items():
            draw(message, folder / f"{name}-{device}.png", width, height, dark=False)
        if name == "reminder-overdue":
            draw(message, folder / f"{name}-dark.png", *_WIDTHS["phone"], dark=True)
        print(name)
