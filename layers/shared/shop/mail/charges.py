"""The mail about an automatic payment that the customer's bank did not take."""

from datetime import date

from shop.ledger.attempts import Attempt
from shop.ledger.purchases import Installment, Purchase
from shop.mail.messages import Message, Recipient, rendered
from shop.payments.provider import Refusal
from shop.text import one_line, translatable

_TITLE = translatable("We could not charge your saved method")
_REASONS = {
    Refusal.SOFT: translatable("Your bank did not take the payment this time."),
    Refusal.HARD: translatable("Your bank does not let us charge this method any more. You can save another one."),
    Refusal.NEEDS_ACTION: translatable("Your bank wants you to make this payment yourself."),
}


def charge_notice(
    to: Recipient, purchase: Purchase, part: Installment, attempt: Attempt, again: date | None, pay_link: str
) -> Message:
    """Compose the mail about a refused charge of an installment, which is tried again on a day, or not."""
    title = to.texts.gettext(_TITLE)
    return rendered(
        "charge",
        to,
        f"{title}: {one_line(purchase.product_name)}",
        title=title,
        purchase=purchase,
        part=part,
        attempt=attempt,
        reason=to.texts.gettext(_REASONS[Refusal(attempt.refusal or Refusal.SOFT)]),
        again=again,
        pay_url=pay_link,
    )
