"""The schedules run to their end, as the deployed functions do it."""

from dataclasses import dataclass

from functions.planner import app as planner
from functions.sender import app as sender
from tests.support.queues import Queues
from tests.support.rest import Context


@dataclass(frozen=True)
class Machinery:
    """The functions and queues between a schedule and the mailbox."""

    queues: Queues

    def plan(self, day: str, plan: str = "reminders", time: str = "03:00:00") -> None:
        """Run a schedule, and all steps that follow from it; nothing is sent yet."""
        planner.handler({"plan": plan, "scheduled_time": f"{day}T{time}Z"}, Context())
        while self.queues.plan.messages:
            assert not self.queues.plan.hand_to(planner.handler)

    def send(self) -> int:
        """Hand every message to the sender once; how many it failed."""
        return self.queues.mail.hand_to(sender.handler)

    def remind(self, day: str) -> None:
        """A day's reminders, from the schedule to the mailbox."""
        self.plan(day)
        assert self.send() == 0
