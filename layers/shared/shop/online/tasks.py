"""Messages on the queue of online payments. Each may arrive late or twice."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Task(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class NoticeTask(_Task):
    """Ask a provider about the payment that a notification named."""

    task: Literal["notice"] = "notice"
    provider: str
    reference: str


class SettleTask(_Task):
    """Ask the provider about an attempt that waits."""

    task: Literal["settle"] = "settle"
    customer_id: str
    purchase_id: str
    attempt_id: str


class RefundTask(_Task):
    """Have a refund paid out, or ask what became of it."""

    task: Literal["refund"] = "refund"
    customer_id: str
    purchase_id: str
    refund_id: str


class ChargeTask(_Task):
    """Charge a customer's saved method with what is due."""

    task: Literal["charge"] = "charge"
    customer_id: str
    mandate_id: str


class MandateTask(_Task):
    """Ask the provider whether a method was saved, or have it delete one."""

    task: Literal["mandate"] = "mandate"
    customer_id: str
    mandate_id: str


class CompareTask(_Task):
    """Compare what a provider has of a payment with what the journal says."""

    task: Literal["compare"] = "compare"
    provider: str
    payment: str


PaymentTask = Annotated[
    NoticeTask | SettleTask | RefundTask | ChargeTask | MandateTask | CompareTask, Field(discriminator="task")
]
PAYMENT_TASK: TypeAdapter[PaymentTask] = TypeAdapter(PaymentTask, config=ConfigDict(defer_build=True))
