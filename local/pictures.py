"""Pictures of every mail in each language, drawn by headless Chromium."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
from shop.mail.charges import charge_notice
from shop.mail.messages import DueInstallment, Message, Recipient, password_reset, verification
from shop.mail.notices import notice
from shop.mail.receipts import payment_receipt, purchase_confirmation
from shop.mail.reminders import reminder
from shop.mail.summaries import summary
from shop.mail.tasks import Period, SummaryTask
from shop.money import Formats, Language, Locale
from shop.runtime.config import Settings

_PHONE, _DESKTOP = (390, 860), (760, 860)
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_NOW, _TODAY = datetime(2026, 11, 23, 6, tzinfo=UTC), date(2026, 11, 23)
_TERMS = Terms(Formats(Locale.BANGLADESH, "BDT"), Decimal("0.10"), Decimal("0.30"), 60, Decimal("0.01"))
_UNSUBSCRIBE = "https://shop.example.com/accounts/unsubscribe/?token=example"
_LINK = "https://api.example.com/pay/example"
_PERSON = Account("id", "rahim", "rahim@example.com", "", "", "", _NOW, is_verified=True)
_CUSTOMER = Customer("id", "rahim", _PERSON.email)


@dataclass(frozen=True)
class Sample:
    """The words in the pictures of a language that do not come from the shop's own texts."""

    account: Account
    settings: Settings
    refrigerator: str
    cooker: str
    reason: str


_SETTINGS = Settings(table_name="none", shop_phone="+880 1711-123456", pay_url="https://shop.example.com/pay")
SAMPLES = {
    Language.ENGLISH: Sample(
        replace(_PERSON, first_name="Rahim", last_name="Uddin", language=Language.ENGLISH),
        _SETTINGS.model_copy(update={"shop_address": "12 Lake Road, Dhaka 1205"}),
        "Refrigerator, 345 litres, frost free",
        "Rice cooker, 1.8 litres",
        "No such transfer has reached our account.",
    ),
    Language.BENGALI: Sample(
        replace(_PERSON, first_name="রহিম", last_name="উদ্দিন", language=Language.BENGALI),
        _SETTINGS.model_copy(update={"shop_name": "কিস্তি বাজার", "shop_address": "১২ লেক রোড, ঢাকা ১২০৫"}),
        "রেফ্রিজারেটর, ৩৪৫ লিটার, ফ্রস্ট ফ্রি",
        "রাইস কুকার, ১.৮ লিটার",
        "এমন কোনো টাকা আমাদের অ্যাকাউন্টে আসেনি।",
    ),
}


def _act(now: datetime, today: date) -> Act:
    return Act(ids.new_parent_id(now), Actor("id", Role.CUSTOMER), now, today)


def mails(language: Language) -> Iterator[tuple[str, Message]]:
    """Yield a mail of each kind with its name."""
    sample = SAMPLES[language]
    to = Recipient.of(sample.account, sample.settings)
    yield "verification", verification(sample.account, "482913", 10, sample.settings)
    yield "password-reset", password_reset(sample.account, "482913", 10, sample.settings)
    wanted = ordered(
        Order(1, 1, Decimal(45000), 4, Interval.MONTHLY),
        purchase_id="01M7ZZZZZZZZZZZZZZZZZZZZ00",
        customer=_CUSTOMER,
        product_name=sample.refrigerator,
        unit_price=Decimal(124500),
        act=_act(_NOW, _TODAY),
        terms=_TERMS,
    )
    by_card = Tender(Method.STRIPE, _TODAY)
    by_bank, last_day = Tender(Method.BANK_TRANSFER, _TODAY, "TRX 4711"), date(2026, 11, 30)
    said = attempts.order(wanted, _act(_NOW, _TODAY), by_bank)
    yield "order-waits", attempt_notice(to, said.after, said.attempt, last_day)
    rejected = attempts.reject(said.after, said.attempt, replace(_act(_NOW, _TODAY), reason=sample.reason))
    yield "order-rejected", attempt_notice(to, rejected.after, rejected.attempt, last_day)
    sale = sell(wanted, _act(_NOW, _TODAY), by_bank)
    yield "purchase", purchase_confirmation(to, sale.after, sale.entry)
    late = date(2026, 12, 28)
    act = _act(_NOW.replace(month=12, day=28), late)
    paid = pay(sale.after, 2, Decimal(29150), act, Tender(Method.CASH, late), _TERMS)
    yield "payment", payment_receipt(to, paid.after, paid.entry)
    returned = cancel(paid.after, act)
    yield "cancellation", notice(to, returned.after, returned.entry)
    plan = replan(paid.after, 2, Interval.MONTHLY, date(2027, 2, 5), act, _TERMS)
    yield "new-plan", notice(to, plan.after, plan.entry)
    due = sale.after.installments[1]
    refused = attempts.note(
        sale.after, pay(sale.after, 2, due.principal, _act(_NOW, _TODAY), by_card, _TERMS).entry, "id"
    )
    yield "charge-refused", charge_notice(to, sale.after, due, refused.attempt, date(2026, 11, 24), _LINK)
    yield "reminder-before", _reminder(sample, date(2026, 11, 26))
    yield "reminder-charged", _reminder(sample, date(2026, 11, 26), charged="•••• 4242")
    yield "reminder-today", _reminder(sample, _TODAY)
    yield "reminder-overdue", _reminder(sample, date(2026, 11, 22), _TODAY)
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
    yield "summary", summary(to, task)


def _reminder(sample: Sample, *due_dates: date, charged: str = "") -> Message:
    owed, rate = Decimal(2200), _TERMS.late_fee_rate
    installments = [
        DueInstallment(sample.cooker, 2, 3, due, owed, owed * (1 + rate) if due < _TODAY else owed, rate)
        for due in due_dates
    ]
    to = Recipient.of(sample.account, sample.settings)
    return reminder(to, installments, _TODAY, _UNSUBSCRIBE, charged=charged)


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
    """Draw all mails into a folder, as phones show them; one also as desktops do, and one in the dark."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in Language:
        for name, message in mails(language):
            draw(message, folder / f"{name}-{language}.png", *_PHONE, dark=False)
            if (name, language) == ("purchase", Language.ENGLISH):
                draw(message, folder / f"{name}-{language}-desktop.png", *_DESKTOP, dark=False)
            if (name, language) == ("reminder-overdue", Language.BENGALI):
                draw(message, folder / f"{name}-{language}-dark.png", *_PHONE, dark=True)
            print(name, language)
