"""Examples of bodies, made from their schemas. A field's value depends on its name, so all examples agree."""

from collections.abc import Mapping
from typing import Any

from contract.codes import REQUEST_ID

_ULID, _INSTALLMENT = "01KAQ2X7M4T9GZ0V5C8R3N6HJE", "01KAQ2X7M4T9GZ0V5C8R3N6HJF"

# By field, or by model and field where the field means something else.
_VALUES: Mapping[str, object] = {
    "RegisterBody.username": "salma",
    "RegisterBody.email": "salma@example.com",
    "RegisterBody.password": "plum river lantern",
    "RegisterBody.first_name": "Salma",
    "RegisterBody.last_name": "Khatun",
    "Message.message": "Account verified successfully.",
    "PaidOut.message": "Payment successful.",
    "PaidOut.detail": "Payment successful.",
    "PaidOffOut.message": "Purchase paid off.",
    "PaidOut.payment": {
        "id": _INSTALLMENT,
        "installment": _INSTALLMENT,
        "amount": 2200,
        "late_fee": 0,
        "paid_at": "2026-11-23T06:00:00Z",
    },
    "RejectedOut.message": "Payment rejected.",
    "AttemptOut.method": "bank_transfer",
    "AttemptOut.reference": "TRX 4711",
    "AttemptOut.status": "processing",
    "AttemptOut.installments": [_INSTALLMENT],
    "AttemptOut.expires_on": "2026-11-30",
    "AttemptOut.reason": "",
    "ConfirmationBody.method": "bank_transfer",
    "waiting_amount": 0,
    "pending": 0,
    "orders_pending": 0,
    "total_waiting": 0,
    "ReceiptOut.owed_back": 0,
    "QuoteBody.installment_counts": [],
    "QuoteOut.plans": [],
    "TermsOut.currency": "BDT",
    "TermsOut.time_zone": "Asia/Dhaka",
    "TermsOut.payment_mode": "recorded",
    "TermsOut.confirmation_days": 7,
    "TermsOut.least_first_share": 0.3,
    "TermsOut.least_payment_share": 0.01,
    "TermsOut.most_installments": 60,
    "TermsOut.intervals": ["30d", "monthly", "biweekly", "weekly"],
    "TermsOut.credit_limit": None,
    "CancelledOut.message": "Purchase cancelled.",
    "ActOut.message": "Payment recorded.",
    "ReplanOut.message": "New plan made.",
    "EntryOut.kind": "payment",
    "EntryOut.id": "01KAQ2X7M4T9GZ0V5C8R3N6H00",
    "EntryOut.amount": 2200,
    "EntryOut.reason": "",
    "EntryOut.quantity": 0,
    "EntryOut.postings": {"cash": 2200, "receivable": -2200},
    "EntryOut.attempt": None,
    "EntryOut.value_date": "2026-11-23",
    "LineOut.credited": 0,
    "ReceiptOut.kind": "payment",
    "ReceiptOut.currency": "BDT",
    "ReceiptOut.value_date": "2026-11-23",
    "ReceiptOut.left_to_pay": 2200,
    "ReceiptLineOut.installment_number": 2,
    "NewUserBody.username": "salma",
    "NewUserBody.email": "salma@example.com",
    "SaleBody.reference": "R-17",
    "is_blocked": False,
    "owed": 4400,
    "credit_limit": 50000,
    "is_default_limit": True,
    "customer": _ULID,
    "TillOut.day": "2026-11-23",
    "stock": 12,
    "phone": "+8801711123456",
    "address": "12 Lake Road, Dhaka",
    "NoteBody.text": "Called: pays when the salary comes",
    "PromiseBody.date": "2026-12-05",
    "PromiseBody.amount": 2420,
    "NoteOut.text": "Called: pays when the salary comes",
    "NoteOut.by": _ULID,
    "PromiseOut.date": "2026-12-05",
    "PromiseOut.amount": 2420,
    "PromiseOut.status": "open",
    "OverdueOut.waiting_amount": 0,
    "OverdueOut.last_note": "Called: pays when the salary comes",
    "OverdueOut.promised_on": "2026-12-05",
    "OverdueOut.promised_amount": 2420,
    "OverdueOut.promise_status": "open",
    "OverdueOut.id": _ULID,
    "OverdueOut.oldest_due_date": "2026-11-10",
    "OverdueOut.days_late": 13,
    "OverdueOut.open_installments": 1,
    "OverdueOut.overdue_amount": 2200,
    "OverdueOut.late_fees": 220,
    "OverdueOut.amount_to_pay": 2420,
    "RefundOwedOut.status": "cancelled",
    "RefundOwedOut.refundable_amount": 2500,
    "TillRowOut.method": "cash",
    "TillRowOut.entries": 2,
    "TillRowOut.received": 2200,
    "TillRowOut.handed_out": 0,
    "TakenBody.waive_late_fee": None,
    "GoodwillBody.amount": 100,
    "DueDateBody.due_date": "2026-12-30",
    "ReplanBody.interval": "monthly",
    "ReplanBody.first_due_date": "2026-12-30",
    "ReturnBody.quantity": 1,
    "RefundBody.amount": 2500,
    "preview": False,
    "ReversalBody.entry": "01KAQ2X7M4T9GZ0V5C8R3N6H00",
    "ReplanOut.entry": None,
    "actor": _ULID,
    "role": "staff",
    "method": "cash",
    "reference": "R-17",
    "note": "",
    "received_on": "2026-11-23",
    "receipt_number": "261123-T9GZ0V5C",
    "ProfileChanged.message": "Profile updated successfully.",
    "ActionOut.id": _ULID,
    "ActionOut.admin": _ULID,
    "SummaryRowOut.id": _ULID,
    "InstallmentOut.id": _INSTALLMENT,
    "InstallmentOut.installment_number": 2,
    "InstallmentDetailOut.id": _INSTALLMENT,
    "ChartOut.labels": ["June", "July", "August", "September", "October", "November"],
    "ChartOut.months": ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"],
    "Datasets.total_purchases": [54999, 72500, 0, 134999, 68500, 6900],
    "Datasets.total_paid": [19249.65, 25375, 11916.45, 47249.65, 23975, 2500],
    "Datasets.total_due": [0, 0, 11916.45, 3816.2, 7420.83, 4400],
    "access": "eyJhbGciOiJIUzI1NiJ9.access.signature",
    "refresh": "eyJhbGciOiJIUzI1NiJ9.refresh.signature",
    "expires_in": 900,
    "id": _ULID,
    "product": 1,
    "ProductOut.id": 1,
    "purchase": _ULID,
    "target": _ULID,
    "installment": _INSTALLMENT,
    "username": "rahim",
    "email": "rahim@example.com",
    "password": "demo-password",
    "old_password": "demo-password",
    "new_password": "plum river lantern",
    "otp_code": "482915",
    "first_name": "Rahim",
    "last_name": "Uddin",
    "updated_fields": {"first_name": "Rahim", "last_name": "Uddin"},
    "is_verified": True,
    "is_active": True,
    "name": "Miyako Rice Cooker 2.8 L",
    "product_name": "Miyako Rice Cooker 2.8 L",
    "description": "Double pot",
    "price": 3450,
    "quantity": 2,
    "total_price": 6900,
    "first_installment_amount": 2500,
    "installment_count": 3,
    "interval": "30d",
    "installment_number": 1,
    "amount": 2200,
    "due_amount": 2200,
    "principal_due": 2200,
    "amount_to_pay": 2200,
    "paid_amount": 0,
    "late_fee": 0,
    "credited_amount": 0,
    "fee_waived": False,
    "returned_quantity": 0,
    "late_fee_rate": 0.1,
    "refundable_amount": 0,
    "reason": "Out of stock",
    "status": "due",
    "purchase_status": "due",
    "overall_status": "due",
    "details": {"name": "Miyako Rice Cooker 2.8 L"},
    "request_id": REQUEST_ID,
    "total_purchase": 1,
    "total_paid": 2500,
    "total_due": 4400,
    "installment_left": 2,
    "installment_paid": 1,
    "total_products": 24,
    "total_users": 8,
    "verified_users": 8,
    "total_paid_amount": 2500,
    "total_due_amount": 4400,
    "overdue_amount": 0,
    "total_purchase_count": 1,
    "total_product_quantity": 2,
    "total_installment_count": 3,
    "due_purchases": 1,
}
_ABSENT = {"PurchaseBody.purchase_date", "QuoteBody.purchase_date"}  # only the old frontends send it


def of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return an example of a schema; `schemas` has the schemas that it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _of_model(name, schemas) if "properties" in schemas[name] else of(schemas[name], schemas)
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema or "oneOf" in schema:
        kinds = schema.get("anyOf") or schema["oneOf"]
        return None if {"type": "null"} in kinds else of(kinds[0], schemas)
    if schema.get("type") == "array":
        return [of(schema["items"], schemas)]
    kinds = {"integer": 0, "number": 0, "boolean": False, "null": None, "object": {}}
    formats = {"date": "2026-12-23", "date-time": "2026-11-23T06:00:00Z"}
    return kinds.get(schema["type"], formats.get(schema.get("format", ""), "text"))


def _of_model(name: str, schemas: Mapping[str, Any]) -> dict[str, Any]:
    example = {}
    for field, schema in schemas[name]["properties"].items():
        is_model = "properties" in schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
        if f"{name}.{field}" in _ABSENT or schema.get("description", "").startswith("Ignored"):
            continue
        if f"{name}.{field}" in _VALUES:
            example[field] = _VALUES[f"{name}.{field}"]
        elif field in _VALUES and not is_model:
            example[field] = _VALUES[field]
        else:
            example[field] = of(schema, schemas)
    return example
