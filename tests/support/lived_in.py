"""A shop with a history: accounts and purchases in every state, sent and due mails."""

from dataclasses import dataclass, field
from decimal import Decimal

from shop import ids
from shop.accounts.audit_log import OPERATOR
from shop.accounts.model import Account, MailStatus
from shop.accounts.profile import ProfileChanges
from shop.accounts.registration import NewAccount
from shop.bootstrap import Shop
from shop.calendar import Interval
from shop.catalogue.model import Changes, Product
from shop.dynamodb import keys
from shop.dynamodb.keys import Key
from shop.ledger.acting import Confirmed, Received
from shop.ledger.attempts import Attempt
from shop.ledger.idempotency import IdempotencyKey
from shop.ledger.journal import Method
from shop.ledger.purchases import Order, Purchase
from shop.mail import model as mails
from shop.mail.tasks import MAIL_TASK, AttemptTask, ReceiptTask, ReminderTask
from shop.reconciliation.inspection import Inspection
from shop.reports.aging import Aging
from shop.security.passwords import hash_password
from shop.security.tokens import Caller
from tests.support.clock import Clock
from tests.support.queues import Queues

PASSWORD = "a long password"


@dataclass
class LivedIn:
    """A shop and those in it, from 23 November to 4 December 2026.

    Selima has a purchase that is due, one paid off early, one paid late and one cancelled; of the last payments nothing
    is sent yet. Rahim is to be reminded. Farid was erased, Nadia never verified her address. Tanvir's mails bounce, and
    his debt was written off. Jamal ordered three times: one payment was confirmed, one rejected, one still waits.
    """

    shop: Shop
    clock: Clock
    queues: Queues
    admin: Account = field(init=False)
    people: dict[str, Account] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._open()
        self._trade()
        self._go_on()

    def _open(self) -> None:
        shop = self.shop
        self.admin = shop.admin_bootstrap.make_admin("boss@example.com", PASSWORD)
        for name in ("selima", "rahim", "farid", "tanvir", "jamal"):
            self.people[name] = self._join(name)
        shop.registration.register(
            NewAccount("nadia", "nadia@example.com", "never heard of it", "Nadia", ""), "192.0.2.1"
        )
        shop.feedback.mark("tanvir@example.com", MailStatus.BOUNCED)
        for name in ("Rice Pot", "Tea", "Kettle"):
            self.products[name] = shop.catalogue.add(
                OPERATOR, name, "", Decimal(1000), None, "Kitchen", f"K{len(name)}"
            )
        renamed = Changes(name="Rice Cooker", price=Decimal(900))
        self.products["Rice Cooker"] = shop.catalogue.change(OPERATOR, self.products["Rice Pot"].id, renamed)
        shop.catalogue.archive(OPERATOR, self.products["Tea"].id)
        self.clock.move(minutes=5)
        shop.sessions.log_in("selima@example.com", PASSWORD, "192.0.2.1")
        shop.credentials.ask_reset("selima@example.com", "192.0.2.1")
        shop.profiles.change(self.people["selima"].id, ProfileChanges(first_name="Selima", reminders=True))

    def _trade(self) -> None:
        selima, rahim, farid = (self.people[name].id for name in ("selima", "rahim", "farid"))
        self._buy("due", selima)
        self._buy("paid off", selima)
        self._buy("paid late", selima, count=2)
        self._buy("cancelled", selima)
        self._buy("reminded of", rahim)
        self._buy("of who is erased", farid, count=1)
        self._buy("given up", self.people["tanvir"].id)
        self._send_receipts()
        self.shop.privacy.erase(Caller(farid, is_staff=False), PASSWORD)
        self.shop.desk.cancel(OPERATOR, self.purchases["cancelled"].id, "broken")
        self.shop.desk.write_off(OPERATOR, self.purchases["given up"].id, "moved away")

    def _go_on(self) -> None:
        """The second installments fall due on 30 November."""
        selima, rahim = self.people["selima"].id, self.people["rahim"].id
        self.clock.move(days=7)
        for customer in (selima, rahim):
            self.shop.reminders.send(ReminderTask(customer_id=customer, day=self.shop.today))
        self.clock.move(days=4)
        self._pay("paid late", 2, Decimal(550))
        self._order()
        self._send_receipts()
        self._pay("due", 2, Decimal(275))
        self.shop.paying.pay_off(selima, self.purchases["paid off"].id, None)
        for name, purchase in self.purchases.items():
            self.purchases[name] = self._now(purchase)
        self._sleep()

    def _sleep(self) -> None:
        """The nightly run, of all days until now."""
        nightly, today = self.shop.nightly, self.shop.today
        for shard in range(keys.SHARDS):
            nightly.age(shard, today, "", Aging(), 100)
        while (day := nightly.first_open_day()) and day < today:
            nightly.close(day)

    def _join(self, name: str) -> Account:
        now = self.clock()
        hashed = hash_password(PASSWORD, 4)
        account = Account(ids.new_id(now), name, f"{name}@example.com", "", name.title(), hashed, now, is_verified=True)
        assert self.shop.accounts.create(account, otp=None)
        return account

    def _buy(self, name: str, customer_id: str, count: int = 3) -> None:
        first = Decimal(400) if count == 3 else Decimal(900) / count - (50 if count == 2 else 0)
        order = Order(self.products["Rice Cooker"].id, 1, first, count, Interval.WEEKLY)
        self.purchases[name] = self.shop.purchasing.buy(customer_id, order, IdempotencyKey(name, name)).purchase

    def _order(self) -> None:
        """Jamal's orders; the mail of the last is still due."""
        decisions = self.shop.decisions
        for name in ("confirmed", "rejected", "waiting"):
            if name == "waiting":
                self._send_receipts()
            order = Order(self.products["Rice Cooker"].id, 1, Decimal(400), 3, Interval.WEEKLY)
            made = self.shop.attempting.order(self.people["jamal"].id, order, Received(Method.CASH))
            self.purchases[name], self.attempts[name] = made.purchase, made.attempt
            if name == "confirmed":
                decisions.confirm(OPERATOR, made.purchase.id, made.attempt.id, Confirmed())
            elif name == "rejected":
                decisions.reject(OPERATOR, made.purchase.id, made.attempt.id, "nothing came")
        self.queues.mail.messages.clear()

    def _pay(self, name: str, number: int, amount: Decimal) -> None:
        purchase = self.purchases[name]
        installment = ids.numbered(purchase.id, number)
        self.shop.paying.pay(purchase.customer.id, installment, amount)

    def _send_receipts(self) -> None:
        sent, self.queues.mail.messages = self.queues.mail.messages, []
        for message in sent:
            task = MAIL_TASK.validate_json(message)
            if isinstance(task, AttemptTask):
                self.shop.attempt_mails.send(task)
            else:
                assert isinstance(task, ReceiptTask)
                is_sent = self.shop.receipts.send(task)
                assert is_sent != (task.customer_id == self.people["tanvir"].id)  # whose address bounced

    def _now(self, purchase: Purchase) -> Purchase:
        found = self.shop.purchases.get(purchase.customer.id, purchase.id)
        assert found is not None
        return found

    def account(self, name: str) -> Key:
        return keys.account(self.admin.id if name == "admin" else self.people[name].id)

    def totals(self, name: str) -> Key:
        return keys.customer_totals(self.people[name].id)

    def product(self, name: str) -> Key:
        return keys.product(self.products[name].id)

    def purchase(self, name: str) -> Key:
        return keys.purchase(self.purchases[name].customer.id, self.purchases[name].id)

    def entry(self, name: str, position: int) -> Key:
        return keys.entry(self.purchases[name].customer.id, self.purchases[name].id, self._entry(name, position))

    def attempt(self, name: str) -> Key:
        attempt = self.attempts[name]
        return keys.attempt(attempt.customer_id, attempt.purchase_id, attempt.id)

    def receipt(self, name: str, position: int) -> Key:
        customer_id = self.purchases[name].customer.id
        return keys.mail(customer_id, mails.receipt(customer_id, self._entry(name, position)).name)

    def _entry(self, name: str, position: int) -> str:
        bought = self.purchases[name]
        return self.shop.purchases.entries_of(bought.customer.id, bought.id)[position].id

    def some(self, partition: str, sort: str) -> Key:
        """The first key that begins so."""
        found = [item.key for item in Inspection(self.shop.table).scan(0, 1)]
        return min(
            (key for key in found if key["PK"].startswith(partition) and key["SK"].startswith(sort)),
            key=lambda key: (key["PK"], key["SK"]),
        )
