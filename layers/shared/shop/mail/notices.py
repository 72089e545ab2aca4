"""Notices: the mails that tell a customer of an act of staff other than a payment."""

from shop.ledger.journal import Entry, Kind, LedgerAccount, Method
from shop.ledger.purchases import Purchase
from shop.mail.messages import Message, Recipient, rendered
from shop.money import ZERO
from shop.text import one_line, translatable

_TITLES = {
    Kind.FEE_WAIVER: translatable("Late fee waived"),
    Kind.GOODWILL: translatable("We took something off your installment"),
    Kind.DUE_DATE: translatable("A due date was moved"),
    Kind.REPLAN: translatable("Your new plan"),
    Kind.RETURN: translatable("We have your return"),
    Kind.CANCELLATION: translatable("Your purchase was cancelled"),
    Kind.REFUND: translatable("Your refund"),
    Kind.REVERSAL: translatable("We corrected a mistake"),
    Kind.DISPUTE_LOST: translatable("A payment was taken back"),
}
_REFUNDS = {
    Method.SELF_DECLARED: translatable("We paid %(amount)s back to you, as you declared."),
    Method.CASH: translatable("We paid %(amount)s back to you, in cash."),
    Method.BANK_TRANSFER: translatable("We paid %(amount)s back to you, by bank transfer."),
    Method.MOBILE_WALLET: translatable("We paid %(amount)s back to you, to your mobile wallet."),
    Method.CARD: translatable("We paid %(amount)s back to you, to your card."),
    Method.OTHER: translatable("We paid %(amount)s back to you, as agreed."),
}
_ONLINE = translatable("We are paying %(amount)s back to you, the way you paid.")


def notice(to: Recipient, purchase: Purchase, entry: Entry) -> Message:
    """Compose the mail about an act, with what is left of the purchase."""
    title = to.texts.gettext(_TITLES[entry.kind])
    return rendered(
        "notice",
        to,
        f"{title}: {one_line(purchase.product_name)}",
        purchase=purchase,
        title=title,
        sentence=_sentence(entry, to),
        receipt_number=entry.receipt_number,
    )


def _sentence(entry: Entry, to: Recipient) -> str:
    """Return the sentences that say what was done, and what the shop owes."""
    formats, gettext = to.formats, to.texts.gettext
    owed_back = -entry.postings.get(LedgerAccount.REFUNDS_PAYABLE, ZERO)
    number = formats.digits(entry.lines[0].number) if entry.lines else ""
    match entry.kind:
        case Kind.FEE_WAIVER:
            said = gettext("There is no late fee on installment %(number)s any more.") % {"number": number}
        case Kind.GOODWILL:
            amount = formats.amount(entry.lines[0].credited)
            said = gettext("We took %(amount)s off installment %(number)s.") % {"amount": amount, "number": number}
        case Kind.DUE_DATE:
            moved = entry.plan[0]
            values = {"number": formats.digits(moved.number), "day": formats.date(moved.due_date)}
            said = gettext("Installment %(number)s is now due on %(day)s.") % values
        case Kind.REPLAN:
            said = gettext("What is left is split into new installments.")
        case Kind.RETURN:
            said = gettext("You gave %(quantity)s back.") % {"quantity": formats.digits(entry.quantity)}
        case Kind.REFUND:
            said = gettext(_REFUNDS.get(entry.method or Method.OTHER, _ONLINE)) % {
                "amount": formats.amount(-entry.money)
            }
        case Kind.DISPUTE_LOST:
            text = gettext("Your bank took your payment of %(amount)s back. What it had paid is to be paid again.")
            said = text % {"amount": formats.amount(-entry.money)}
        case Kind.REVERSAL:
            day = formats.date(entry.value_date)
            said = gettext("An entry of %(day)s was a mistake, and we took it back.") % {"day": day}
        case _:
            said = gettext("You owe nothing more for it.")
    if owed_back <= 0:
        return said
    return f"{said} {gettext('We owe you %(amount)s back.') % {'amount': formats.amount(owed_back)}}"
