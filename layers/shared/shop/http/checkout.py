"""The pages of payment providers, at which customers pay online."""

from shop.http.app import Api
from shop.http.pagination import base_of
from shop.ledger.idempotency import AttemptOutcome


def with_page(api: Api, outcome: AttemptOutcome) -> AttemptOutcome:
    """Return an outcome whose attempt, if it is paid online, has the address of the provider's page.

    Raises Conflict when the provider does not take the payment, Unavailable when the page cannot be had now.
    """
    if not outcome.attempt.method.is_online:
        return outcome
    return api.shop.checkouts.open(outcome, base_of(api))
