"""Queueing the mail of a purchase or payment that is in the ledger."""

from dataclasses import dataclass

from shop.domain.purchases import Change
from shop.logs import logger
from shop.mail.queue import Queue, QueueUnavailable
from shop.mail.tasks import ReceiptTask


@dataclass(frozen=True, slots=True)
class Outbox:
    """What is told after a commit. The commit itself has listed the mail as due, so this only makes it quick."""

    queue: Queue

    def announce(self, change: Change) -> None:
        """Queue the mail of a change; when that fails, the sweep finds it. Never raises for the queue."""
        if not change.payments:
            return
        task = ReceiptTask(
            customer_id=change.after.customer.id,
            purchase_id=change.after.id,
            payment_id=change.payments[0].id,
        )
        try:
            self.queue.send([task])
        except QueueUnavailable as error:
            logger.warning("receipt not queued", extra={"payment_id": task.payment_id, "error": str(error)})
