"""The mail that tells admins what a week or month has brought."""

from shop.domain.accounts import Account
from shop.domain.formats import Formats
from shop.mail.messages import Message, rendered
from shop.mail.tasks import SummaryTask


def summary(account: Account, task: SummaryTask, formats: Formats) -> Message:
    """The summary of a period."""
    subject = f"The shop's {task.period.value} summary to {formats.date(task.last_day)}"
    return rendered("summary", account.email, subject, formats, username=account.username, summary=task)
