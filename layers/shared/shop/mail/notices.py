"""Notices: the mails that tell a customer of an act of staff other than a payment."""

from shop.ledger.journal import Entry, Kind, LedgerAccount, Method
from shop.ledger.purchases import Customer, Purchase
from shop.mail.messages import Message, rendered
from shop.money import ZERO, Formats

_TITLES = {
    Kind.FEE_WAIVER: "Late fee waived",
    Kind.GOODWILL: "We took something off your installment",
    Kind.DUE_DATE: "A due date was moved",
    Kind.REPLAN: "Your new plan",
    Kind.RETURN: "We have your return",
    Kind.CANCELLATION: "Your purchase was cancelled",
    Kind.REFUND: "Your refund",
    Kind.REVERSAL: "We corrected a mistake",
}
_METHODS = {
    Method.SELF_DECLARED: "as you declared",
    Method.CASH: "in cash",
    Method.BANK_TRANSFER: "by bank transfer",
    Method.MOBILE_WALLET: "to your mobile wallet",
    Method.CARD: "to your card",
    Method.OTHER: "as agreed",
}


def notice(recipient: Customer, purchase: Purchase, entry: Entry, formats: Formats) -> Message:
    """Compose the mail about an act, with what is left of the purchase."""
    title, product = _TITLES[entry.kind], " ".join(purchase.product_name.split())
    return rendered(
        "notice",
        recipient.email,
        f"{title}: {product}",
        formats,
        username=recipient.username,
        purchase=purchase,
        title=title,
        sentence=_sentence(entry, formats),
        receipt_number=entry.receipt_number,
    )


def _sentence(entry: Entry, formats: Formats) -> str:
    """Return the sentence that says what was done."""
    owed_back = -entry.postings.get(LedgerAccount.REFUNDS_PAYABLE, ZERO)
    first = entry.lines[0].number if entry.lines else 0
    match entry.kind:
        case Kind.FEE_WAIVER:
            said = f"There is no late fee on installment {first} any more."
        case Kind.GOODWILL:
            said = f"We took {formats.amount(entry.lines[0].credited)} off installment {first}."
        case Kind.DUE_DATE:
            said = f"Installment {entry.plan[0].number} is now due on {formats.date(entry.plan[0].due_date)}."
        case Kind.REPLAN:
            said = "What is left is split into new installments."
        case Kind.RETURN:
            said = f"You gave {entry.quantity} back."
        case Kind.REFUND:
            said = f"We paid {formats.amount(-entry.money)} back to you, {_METHODS[entry.method or Method.OTHER]}."
        case Kind.REVERSAL:
            said = f"An entry of {formats.date(entry.value_date)} was a mistake, and we took it back."
        case _:
            said = "You owe nothing more for it."
    return f"{said} We owe you {formats.amount(owed_back)} back." if owed_back > 0 else said
