"""The mails with a code."""

from shop.mail.messages import Message, rendered


def verification(to: str, username: str, code: str, minutes: int) -> Message:
    """The mail with the code that verifies an address."""
    subject = "Your Installment Shop verification code"
    return rendered("verification", to, subject, None, username=username, code=code, minutes=minutes)


def password_reset(to: str, username: str, code: str, minutes: int) -> Message:
    """The mail with the code that allows a new password."""
    return rendered("password_reset", to, "Your new password", None, username=username, code=code, minutes=minutes)
