"""FastAPI behind Mangum over the shop's table: routes with pydantic's bodies and answers, a token as a dependency.

The routes are asynchronous though boto3 blocks: a function on Lambda serves one request at a time, and threads take
longer.
"""

import asyncio
import base64
import json
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import boto3
import jwt
from botocore.config import Config
from fastapi import Depends, FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from mangum import Mangum

from bench.flows import given
from bench.flows.fastapi_bodies import (
    BoughtOut,
    ChartOut,
    Datasets,
    InstallmentOut,
    Order,
    PaidOut,
    Payment,
    PaymentOut,
    PurchaseOut,
    SummaryRow,
    installment_of,
    purchase_of,
    row_of,
)
from bench.flows.fastapi_rules import ZERO, Item, Refused, numbered, parent_of, payment, sale, words_of
from bench.flows.fastapi_store import SHARDS, Store

ZONE = ZoneInfo("Asia/Dhaka")
MONTHS, MOST_ROWS = 6, 1000
_CONFIG = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "max_attempts": 2}, parameter_validation=False
)
client = boto3.client("dynamodb", config=_CONFIG)
store = Store(given.JOB.table, client)
application = FastAPI()
PageSize = Annotated[int | None, Query(ge=1, le=100)]


async def claims(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())]) -> dict[str, Any]:
    """Return the claims of the caller's token, whose expiry is by the shop's clock."""
    try:
        found: dict[str, Any] = jwt.decode(
            credentials.credentials,
            bytes.fromhex(given.JOB.key),
            algorithms=["HS256"],
            audience=given.AUDIENCE,
            issuer=given.ISSUER,
            options={"require": ["sub", "exp", "typ"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    if found["typ"] != "access" or found["exp"] <= given.clock().timestamp():
        raise HTTPException(401)
    return found


async def caller(found: Annotated[dict[str, Any], Depends(claims)]) -> str:
    """Return the caller's id."""
    return str(found["sub"])


async def admin(found: Annotated[dict[str, Any], Depends(claims)]) -> str:
    """Return the id of an admin."""
    if not found.get("staff"):
        raise HTTPException(403)
    return str(found["sub"])


@application.exception_handler(Refused)
async def refuse(_: Request, error: Refused) -> JSONResponse:
    """Answer with the sentence of a rule."""
    return JSONResponse({"detail": str(error)}, error.status)


@application.post("/purchases/create/", status_code=201)
async def buy(user_id: Annotated[str, Depends(caller)], order: Order) -> BoughtOut:
    """Buy a product on a plan and pay its first installment."""
    now, today = _now()
    user, products = f"USER#{user_id}", f"PRODUCT#{order.product}"
    read = store.get_all([(user, "TOTALS"), (products, "PRODUCT"), (user, "ACCOUNT")])
    account, product = read.get((user, "ACCOUNT")), read.get((products, "PRODUCT"))
    totals = read.get((user, "TOTALS"), {"PK": user, "SK": "TOTALS", "overall": {}, "days": {}})
    if account is None or not account["is_active"] or totals.get("closed"):
        raise HTTPException(401)
    if product is None or product["archived"]:
        raise Refused(400, "There is no such product.")
    purchase, entry = sale(account, product, totals, order.model_dump(), now, today)
    store.change(None, purchase, entry, totals, words_of(purchase))
    return BoughtOut(**purchase_of(purchase, today))


@application.post("/installments/pay/{installment_id}/")
async def pay(user_id: Annotated[str, Depends(caller)], installment_id: str, body: Payment) -> PaidOut:
    """Pay an installment."""
    now, today = _now()
    purchase_id, number = parent_of(installment_id)
    user = f"USER#{user_id}"
    read = store.get_all([(user, "TOTALS"), (user, f"PURCHASE#{purchase_id}")])
    if (before := read.get((user, f"PURCHASE#{purchase_id}"))) is None:
        raise Refused(404, "No such installment.")
    after, entry = payment(before, number, body.amount, now, today)
    store.change(before, after, entry, read[user, "TOTALS"])
    [line] = entry["lines"]
    fee = line.get("late_fee", ZERO)
    paid = PaymentOut(
        id=numbered(entry["id"], number),
        installment=installment_id,
        amount=line["principal"] + fee,
        late_fee=fee,
        paid_at=now,
    )
    said = "Payment successful."
    part = InstallmentOut(**installment_of(after, number, today))
    return PaidOut(message=said, detail=said, installment=part, purchase_status=after["status"], payment=paid)


@application.get("/purchases/my/")
async def list_own(
    user_id: Annotated[str, Depends(caller)],
    request: Request,
    response: Response,
    page_size: PageSize = None,
    cursor: str | None = None,
) -> list[PurchaseOut]:
    """List the customer's purchases, newest first."""
    user = f"USER#{user_id}"
    found, following = store.query(page_size or MOST_ROWS, _start(cursor), descending=True, PK=user, SK="PURCHASE#")
    totals = store.get(user, "TOTALS")
    counted = sum(totals["overall"].get(name, 0) for name in "ocwxg") if totals else 0
    _link(request, response, int(counted), following)
    _, today = _now()
    return [PurchaseOut(**purchase_of(one, today)) for one in found]


@application.get("/reports/chart/summary/")
async def chart(_: Annotated[str, Depends(admin)]) -> ChartOut:
    """Read the shop's figures of six months, from its counters."""
    _, today = _now()
    number = today.year * 12 + today.month - 1
    months = [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS + 1, number + 1)]
    years = sorted({f"{month.year:04}" for month in months})
    shards = store.get_all([(f"STATS#{shard:02}", year) for year in years for shard in range(SHARDS)])

    def sums(name: str) -> list[float]:
        return [
            float(
                sum(one.get(f"{name}_{month:%m}", ZERO) for (_, year), one in shards.items() if year == f"{month:%Y}")
            )
            for month in months
        ]

    return ChartOut(
        labels=[f"{month:%B}" for month in months],
        months=[f"{month:%Y-%m}" for month in months],
        datasets=Datasets(total_purchases=sums("purchased"), total_paid=sums("paid"), total_due=sums("due")),
    )


@application.get("/reports/payment-summary/weekly/")
async def weekly(
    _: Annotated[str, Depends(admin)],
    request: Request,
    response: Response,
    page_size: PageSize = None,
    cursor: str | None = None,
) -> list[SummaryRow]:
    """Read each customer's figures of the last seven days, from their totals."""
    rows, following = store.query(page_size or MOST_ROWS, _start(cursor), index="by-created", listing="USER")
    counts = store.get_all([(f"STATS#{shard:02}", "ALL") for shard in range(SHARDS)])
    counted = sum(int(one.get("accounts", 0)) for one in counts.values())
    _link(request, response, counted, following)
    totals = store.get_all([(one["PK"], "TOTALS") for one in rows])
    _, today = _now()
    return [row_of(one, totals.get((one["PK"], "TOTALS"), {"overall": {}, "days": {}}), today) for one in rows]


def _start(cursor: str | None) -> Item | None:
    return json.loads(base64.urlsafe_b64decode(cursor)) if cursor else None


def _link(request: Request, response: Response, counted: int, following: Item | None) -> None:
    response.headers["X-Total-Count"] = str(counted)
    if following:
        cursor = base64.urlsafe_b64encode(json.dumps(following).encode()).decode()
        response.headers["Link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'


def _now() -> tuple[datetime, date]:
    now = given.clock()
    return now, now.astimezone(ZONE).date()


def _use(one: Any) -> None:
    store.client = one


asyncio.set_event_loop(asyncio.new_event_loop())
handler = Mangum(application, lifespan="off", api_gateway_base_path="/dev")
given.serve(handler, _use, client)
