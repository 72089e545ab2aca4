"""The mails with a code."""

from shop.mail.messages import Message, rendered


def verification(to: str, code: str, minutes: int) -> Message:
    """The mail with the code that verifies an address.

    It greets nobody by name: anybody may register with this address, and choose a name that is an insult or an advert.
    """
    return rendered("verification", to, "Your Installment Shop verification code", None, code=code, minutes=minutes)


def password_reset(to: str, username: str, code: str, minutes: int) -> Message:
    """The mail with the code that allows a new password."""
    return rendered("password_reset", to, "Your new password", None, username=username, code=code, minutes=minutes)
