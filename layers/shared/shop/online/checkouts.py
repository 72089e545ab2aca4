"""Payments online: each attempt gets a page of the payment provider, at which the customer pays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from shop import problems
from shop.accounts.pay_links import PayLinks
from shop.accounts.store import Accounts
from shop.attempts.store import Attempts
from shop.dynamodb.retry import retried
from shop.ledger.attempts import Attempt
from shop.ledger.idempotency import AttemptOutcome
from shop.ledger.purchases import Purchase
from shop.online.settlement import Settlement
from shop.payments.provider import Checkout, Hosted, Money, NoAnswer, Payer, Refused
from shop.payments.providers import Providers


@dataclass(frozen=True, slots=True)
class Checkouts:
    """The use case of the pages at which customers pay."""

    attempts: Attempts
    accounts: Accounts
    providers: Providers
    settlement: Settlement
    pay_links: PayLinks
    currency: str
    clock: Callable[[], datetime]

    @retried
    def open(self, outcome: AttemptOutcome, base: str) -> AttemptOutcome:
        """Return an outcome whose attempt has the address of its page, made now unless it was made already.

        `base` is the address of the shop. An attempt that was decided needs no page. Raises Conflict when the provider
        does not take the payment, which then has failed, and Unavailable when the provider does not answer.
        """
        purchase, attempt = outcome.purchase, outcome.attempt
        if attempt.checkout_url:
            return outcome
        stored = self.attempts.get(attempt.customer_id, attempt.purchase_id, attempt.id) or attempt
        if stored.checkout_url or not stored.is_waiting:
            return replace(outcome, attempt=replace(attempt, checkout_url=stored.checkout_url))
        try:
            page = self._begin(purchase, stored, base)
        except NoAnswer as error:
            raise problems.PROVIDER_UNAVAILABLE.error() from error
        except Refused as error:
            self.settlement.refused(stored, error.code)
            raise problems.PAYMENT_REFUSED.error() from error
        begun = replace(stored, reference=page.reference, checkout_url=page.url, version=stored.version + 1)
        self.attempts.put(begun)
        return replace(outcome, attempt=begun)

    def _begin(self, purchase: Purchase, attempt: Attempt, base: str) -> Hosted:
        provider = self.providers.of(attempt.method)
        account = self.accounts.get(attempt.customer_id)
        if account is None or account.is_erased:
            raise problems.ACCOUNT_NOT_IN_USE.error()
        return provider.begin(
            Checkout(
                key=attempt.id,
                money=Money(attempt.amount, self.currency),
                purpose=purchase.product_name,
                payer=Payer(account.name, account.email, account.phone, account.address),
                return_url=base + self.pay_links.payment_path(attempt.customer_id, attempt.purchase_id, attempt.id),
                notice_url=f"{base}/webhooks/{attempt.method}",
                ends_at=attempt.page_ends_at,
            )
        )
