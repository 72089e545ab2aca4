"""Saved methods: a customer agrees to be charged, saves a method at the provider, and takes the consent back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop import ids, problems
from shop.accounts.pay_links import PayLinks
from shop.accounts.store import Accounts
from shop.dynamodb.retry import retried
from shop.ledger.attempts import PAGE_GRACE, Attempt
from shop.ledger.journal import Method
from shop.mail.outbox import Queue, QueueUnavailable
from shop.money import ZERO
from shop.online.mandate_store import Mandates
from shop.online.mandates import IN_USE, Mandate, MandateStatus, parsed
from shop.online.tasks import MandateTask
from shop.payments.provider import (
    Checkout,
    Decline,
    Money,
    NoAnswer,
    Payer,
    Refusal,
    Refused,
    Report,
    SavesMethods,
    Standing,
)
from shop.payments.providers import Providers
from shop.runtime.logging import logger

_OVER = (Standing.FAILED, Standing.CANCELLED, Standing.EXPIRED)


@dataclass(frozen=True, slots=True)
class Saving:
    """The use cases of saved methods. A customer has one at most."""

    mandates: Mandates
    accounts: Accounts
    providers: Providers
    pay_links: PayLinks
    queue: Queue
    provider: Method | None
    """Whoever takes the money, where customers pay online."""
    currency: str
    clock: Callable[[], datetime]

    def is_offered(self) -> bool:
        """Return whether customers can save a method in this shop. Raises Unavailable."""
        return self.provider is not None and isinstance(self.providers.of(self.provider), SavesMethods)

    def current(self, customer_id: str) -> Mandate | None:
        """Return the mandate under which a customer is charged or, without one, whose page is still open."""
        found = [one for one in self.mandates.of_customer(customer_id) if one.status in IN_USE]
        saved = [one for one in found if one.status is not MandateStatus.PENDING]
        is_open = [one for one in found if self._is_open(one)]
        return next(reversed(saved or is_open), None)

    @retried
    def agree(self, customer_id: str, text: str, base: str) -> Mandate:
        """Note a customer's consent, and return it with the page at which the method is saved.

        `text` is what the customer agrees to, `base` the address of the shop. Whoever agrees again while the page is
        open goes on there. What was saved before is charged until the new method is saved. Raises Conflict where the
        shop saves no methods or the provider refuses, Unavailable when the provider does not answer.
        """
        if self.provider is None or not self.is_offered():
            raise problems.AUTOPAY_NOT_OFFERED.error()
        mandate = self._noted(customer_id, text, self.provider)
        if mandate.checkout_url:
            return mandate
        account = self.accounts.get(customer_id)
        if account is None or account.is_erased:
            raise problems.ACCOUNT_NOT_IN_USE.error()
        checkout = Checkout(
            key=mandate.key,
            money=Money(ZERO, self.currency),
            purpose=mandate.text,
            payer=Payer(account.name, account.email, account.phone, account.address),
            return_url=base + self.pay_links.mandate_path(customer_id, mandate.id),
            notice_url=f"{base}/webhooks/{mandate.provider}",
            ends_at=mandate.page_ends_at,
            saves=True,
        )
        try:
            page = self.providers.of(mandate.provider).begin(checkout)
        except NoAnswer as error:
            raise problems.PROVIDER_UNAVAILABLE.error() from error
        except Refused as error:
            self._end(mandate)
            raise problems.PAYMENT_REFUSED.error() from error
        begun = replace(mandate, reference=page.reference, checkout_url=page.url, version=mandate.version + 1)
        self.mandates.put(begun)
        return begun

    def _noted(self, customer_id: str, text: str, provider: Method) -> Mandate:
        for one in self.mandates.of_customer(customer_id):
            if self._is_open(one) and one.text == text:
                return one
        now = self.clock()
        mandate = Mandate(ids.new_id(now), customer_id, provider, text, now)
        self.mandates.put(mandate)
        return mandate

    def _is_open(self, mandate: Mandate) -> bool:
        return mandate.status is MandateStatus.PENDING and self.clock() < mandate.page_ends_at

    def heed(self, report: Report) -> bool:
        """Take a provider's word on a page that saves a method; returns whether it is about one."""
        named = parsed(report.key)
        mandate = self.mandates.get(*named) if named else None
        if mandate is not None:
            self._settle(mandate, report)
        return mandate is not None

    def look_after(self, task: MandateTask) -> None:
        """Ask about a method that is to be saved, or delete one. Raises NoAnswer and Refused of the provider."""
        mandate = self.mandates.get(task.customer_id, task.mandate_id)
        if mandate is None:
            return
        if mandate.status is MandateStatus.PENDING:
            self.ask(mandate)
        elif mandate.status is MandateStatus.ENDING:
            self._forget(mandate)

    @retried
    def ask(self, mandate: Mandate) -> Mandate:
        """Ask the provider about a method that is to be saved; returns the mandate as it is now."""
        if mandate.reference:
            self._settle(mandate, self.providers.of(mandate.provider).look_up(mandate.reference))
        now = self.mandates.get(mandate.customer_id, mandate.id) or mandate
        if now.status is MandateStatus.PENDING and self.clock() > now.page_ends_at + PAGE_GRACE:
            now = now.becoming(MandateStatus.ENDING)
            self.mandates.put(now)
        return now

    @retried
    def _settle(self, asked: Mandate, report: Report) -> None:
        """Activate the mandate of a method that was saved. It takes the place of an earlier one."""
        mandates = self.mandates.of_customer(asked.customer_id)
        mandate = next((one for one in mandates if one.id == asked.id), None)
        if mandate is None or mandate.status is not MandateStatus.PENDING:
            return
        if report.standing in _OVER:
            self._end(mandate)
        elif report.standing is Standing.PAID and report.saved:
            saved = (MandateStatus.ACTIVE, MandateStatus.DECLINED)
            earlier = [one.becoming(MandateStatus.ENDING) for one in mandates if one.status in saved]
            self.mandates.put(replace(mandate.becoming(MandateStatus.ACTIVE), method=report.saved), *earlier)
            self._queue(earlier)

    @retried
    def remove(self, customer_id: str) -> None:
        """Take the consent back: nothing is charged any more, and the provider deletes the method."""
        self._queue(self.mandates.end(customer_id))

    def _queue(self, ending: list[Mandate]) -> None:
        """Have methods deleted soon. If that fails, the next round does it."""
        tasks = [MandateTask(customer_id=one.customer_id, mandate_id=one.id) for one in ending]
        if not tasks:
            return
        try:
            self.queue.send(tasks)
        except QueueUnavailable as error:
            logger.warning("saved methods not queued", extra={"error": str(error)})

    def charge(self, attempt: Attempt) -> Report:
        """Charge the method of an attempt; repeated, nothing more. Raises NoAnswer."""
        provider = self.providers.of(attempt.method)
        mandate = self.mandates.get(attempt.customer_id, attempt.mandate_id)
        failed = Report("", attempt.id, Standing.FAILED, None)
        if mandate is None or mandate.method is None or not isinstance(provider, SavesMethods):
            return failed
        try:
            return provider.charge(mandate.method.reference, Money(attempt.amount, self.currency), attempt.id)
        except Refused as error:
            return replace(failed, decline=Decline(Refusal.SOFT, error.code))

    @retried
    def decline(self, customer_id: str, mandate_id: str) -> None:
        """Note that a method must not be charged again."""
        mandate = self.mandates.get(customer_id, mandate_id)
        if mandate is not None and mandate.status is MandateStatus.ACTIVE:
            self.mandates.put(mandate.becoming(MandateStatus.DECLINED))

    @retried
    def _forget(self, mandate: Mandate) -> None:
        """Have the provider delete a method, also one that was saved after the customer had changed their mind."""
        provider = self.providers.of(mandate.provider)
        saved = mandate.method
        if saved is None and mandate.reference:
            report = provider.look_up(mandate.reference)
            saved = report.saved
            if report.standing is Standing.OPEN and self.clock() < mandate.page_ends_at:
                return  # the page may still save one: a later round sees
        if saved and isinstance(provider, SavesMethods):
            provider.forget(saved.reference)
        self._end(mandate)

    def _end(self, mandate: Mandate) -> None:
        self.mandates.put(mandate.becoming(MandateStatus.ENDED))
