"""`python -m bench flows`: runs the peers in turn, checks that they answer the same, and prints the table."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bench import prices
from bench.cost import shop_on
from bench.flows import FLOWS
from bench.memory import WHOLE as ONE_VCPU
from bench.memory import dollars
from bench.meter import MeteredClient
from bench.packing import pack, python
from bench.runtime import ENVIRONMENT
from bench.shops import NOW, PURCHASES_EACH, changes, customer_of, load, product_of, products_in
from local import dynamodb
from local.places import ROOT
from shop.accounts.model import Account
from shop.security.tokens import PURPOSE, Issuer
from tests.support.mailbox import Mailbox
from tests.support.ports import free_port

BUY, PAY, LIST, CHART, WEEKLY, WHOLE = FLOWS
SHOP, FASTAPI, OLD, PREFETCHED = "the shop", "FastAPI, Mangum, boto3", "Django REST, row by row", "the same, prefetched"
_PEERS: Mapping[str, tuple[str, Mapping[str, str], Sequence[str]]] = {
    SHOP: ("shop", {}, FLOWS),
    FASTAPI: ("fastapi", {}, FLOWS),
    OLD: ("django", {}, (BUY, PAY, LIST, CHART, WEEKLY)),
    PREFETCHED: ("django", {"BENCH_PREFETCH": "yes"}, (CHART, WEEKLY)),
}
"""The module of each peer, its environment, and its flows."""
_WALKS = (PREFETCHED, OLD)
"""The peers that walk all rows for a figure, which takes seconds."""
_MEMORY = 512
"""The MB of the functions that answer the flows."""
_TIMES, _FEW, _WARMING = 30, 3, 12
_HALF_A_DAY = timedelta(hours=12)
_NONE = "\N{EN DASH}"


@dataclass
class Peer:
    """A peer in its process, with what was measured of it by flow."""

    name: str
    process: "subprocess.Popen[str]"
    milliseconds: dict[str, list[float]] = field(default_factory=dict)
    in_client: dict[str, float] = field(default_factory=dict)
    counts: dict[str, Mapping[str, float]] = field(default_factory=dict)

    def ask(self, flow: str, wanted: str, times: int = 1) -> tuple[Any, Any]:
        """Return what is wanted of a flow, and the last answer. Raises RuntimeError."""
        assert self.process.stdin is not None  # noqa: S101 - Popen made the pipes
        assert self.process.stdout is not None  # noqa: S101
        self.process.stdin.write(json.dumps({"flow": flow, "wanted": wanted, "times": times}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} failed to {flow}.")
        told = json.loads(line)
        return told["found"], json.loads(told["body"], parse_float=Decimal)

    def times(self, flow: str) -> int:
        """Return how often it does a flow in a pass."""
        if self.name in _WALKS and flow in (CHART, WEEKLY):
            return 1
        return _FEW if flow == WHOLE else _TIMES

    def cpu(self, flow: str) -> float:
        """Return the CPU milliseconds of a request."""
        return median(self.milliseconds[flow])

    def of(self, other: "Peer", flow: str) -> float:
        """Return the ratio to another peer's time, the median of passes."""
        pairs = zip(self.milliseconds[flow], other.milliseconds[flow], strict=True)
        return median(own / its for own, its in pairs)


Peers = Mapping[str, Peer]


def measure(peers: Peers, passes: int) -> None:
    """Measure all flows, peers in turn, and check that all answer the same."""
    for flow in (CHART, WEEKLY, WHOLE):  # before anybody writes: the shop and FastAPI share a table
        _check(flow, {peer.name: _counted(peer, flow) for peer in _with(peers, flow)})
    for peer in _with(peers, BUY):
        peer.ask(PAY, "cpu", _WARMING)  # afterwards the list has a whole page
        peer.ask(LIST, "cpu", _WARMING)
    for _ in range(passes):
        for flow in FLOWS:
            answers = {}
            for peer in _with(peers, flow):
                spent, answers[peer.name] = peer.ask(flow, "cpu", peer.times(flow))
                peer.milliseconds.setdefault(flow, []).append(spent)
            if flow in (BUY, PAY, LIST):
                _check(flow, answers)
    for flow in (BUY, PAY, LIST):
        _check(flow, {peer.name: _counted(peer, flow) for peer in _with(peers, flow)})
    weeks = {peer.name: _amounts_of_customer(peer) for peer in _with(peers, BUY)}
    _agree("the week of its customer", weeks)
    for flow in FLOWS:
        for peer in (peers[SHOP], peers[FASTAPI]):
            peer.in_client[flow], _ = peer.ask(flow, "client", peer.times(flow))


def _with(peers: Peers, flow: str) -> list[Peer]:
    return [peer for name, peer in peers.items() if flow in _PEERS[name][2]]


def _counted(peer: Peer, flow: str) -> Any:
    peer.counts[flow], answer = peer.ask(flow, "counts")
    return answer


def _check(flow: str, answers: Mapping[str, Any]) -> None:
    _agree(flow, {name: _AMOUNTS[flow](answer) for name, answer in answers.items()})


def _agree(what: str, amounts: Mapping[str, object]) -> None:
    """Raise RuntimeError when a peer has other amounts than the shop."""
    for name, found in amounts.items():
        if found != amounts.get(SHOP):
            raise RuntimeError(f"{what}: {name} says {found}, the shop {amounts.get(SHOP)}")


def _purchase(answer: Any) -> object:
    parts = [_installment(part) for part in answer["installments"]]
    return answer["status"], answer["total_price"], answer["quantity"], parts


def _installment(part: Any) -> object:
    names = ("installment_number", "due_date", "paid_amount", "due_amount", "late_fee", "amount_to_pay", "status")
    return tuple(part[name] for name in names)


def _week(row: Any) -> object:
    amounts = ("total_paid_amount", "total_due_amount", "overdue_amount")
    return tuple(row[name] for name in (*amounts, "total_purchase_count", "total_installment_count"))


_AMOUNTS: Mapping[str, Any] = {
    BUY: _purchase,
    PAY: lambda answer: (answer["purchase_status"], _installment(answer["installment"])),
    LIST: lambda answer: [_purchase(one) for one in answer],
    CHART: lambda answer: (answer["months"], answer["datasets"]),
    WEEKLY: lambda answer: [(one["id"], _week(one)) for one in answer[:20]],
    WHOLE: lambda answer: [(one["id"], _week(one)) for one in answer],
}
"""What must be the same in all answers of a flow."""


def _amounts_of_customer(peer: Peer) -> object:
    _, rows = peer.ask(WEEKLY, "cpu")
    return next(_week(row) for row in rows if row["id"] == _customer(peer.name).id)


def _customer(name: str) -> Account:
    return customer_of(1 + [*_PEERS].index(name))


def sold(purchases: int) -> dict[str, list[dict[str, object]]]:
    """Return the shop that `load` makes as rows of SQL."""
    customers = [customer_of(number) for number in range(purchases // PURCHASES_EACH)]
    products = products_in(purchases)
    rows: dict[str, list[dict[str, object]]] = {"purchases": [], "installments": []}
    rows["customers"] = [{"id": one.id, "username": one.username, "email": one.email} for one in customers]
    rows["products"] = [
        {"id": one.id, "name": one.name, "price": str(one.price)} for one in map(product_of, range(products))
    ]
    for number in range(len(customers)):
        latest = {change.after.id: change.after for change in changes(number, products)}
        for purchase in latest.values():
            rows["purchases"].append(
                {
                    "id": purchase.id,
                    "customer_id": purchase.customer.id,
                    "product_id": purchase.product_id,
                    "unit_price": str(purchase.unit_price),
                    "quantity": purchase.quantity,
                    "purchase_date": purchase.purchased_at.isoformat(),
                    "status": purchase.status.value,
                }
            )
            rows["installments"] += [
                {
                    "purchase_id": purchase.id,
                    "installment_number": part.number,
                    "principal": str(part.principal),
                    "paid_amount": str(part.paid_amount),
                    "due_amount": str(part.outstanding),
                    "due_date": part.due_date.isoformat(),
                    "payment_date": part.paid_at.isoformat() if part.paid_at else None,
                }
                for part in purchase.installments
            ]
    return rows


@contextmanager
def running(folder: Path, url: str, table: str, purchases: int) -> Iterator[Peers]:
    """Run all peers of a shop while the context lasts. `folder` is the output of `pack`."""
    file = folder / f"{table}.json"
    file.write_text(json.dumps(sold(purchases)), encoding="utf-8")
    shop = shop_on(MeteredClient(dynamodb.client(url)), table, Mailbox())
    issuer, key = Issuer(shop.keyring, _HALF_A_DAY, _HALF_A_DAY), shop.keyring.signing(NOW)
    found: dict[str, Peer] = {}
    try:
        for name, (module, environment, _) in _PEERS.items():
            job = {
                "now": NOW.isoformat(),
                "table": table,
                "file": str(file),
                "secret": key.secret.decode(),
                "key": key.derive(PURPOSE).hex(),
                "token": issuer.issue(_customer(name), NOW).access,
                "staff_token": issuer.issue(customer_of(0), NOW).access,
                "product": product_of(7).id,
            }
            command = [str(python()), "-m", f"bench.flows.{module}", json.dumps(job)]
            given = {**ENVIRONMENT, **environment, "AWS_ENDPOINT_URL_DYNAMODB": url, "SHOP_TABLE_NAME": table}
            given |= {"PATH": os.environ["PATH"], "PYTHONPATH": f"{ROOT}:{folder / 'layer' / 'python'}"}
            process = subprocess.Popen(
                command, cwd=ROOT, env=given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            found[name] = Peer(name, process)
        yield found
    finally:
        for peer in found.values():
            peer.process.kill()
            peer.process.communicate()


def audited(url: str, table: str) -> set[tuple[str, str]]:
    """Reconcile a table; return what differs: in loaded shops, days of totals that requests would have dropped."""
    shop = shop_on(MeteredClient(dynamodb.client(url)), table, Mailbox())
    findings = replace(shop, clock=lambda: NOW + _HALF_A_DAY).reconciliation.run()
    return {(str(one.key), one.what) for one in findings.differences} | {(key, "moving") for key in findings.moving}


def check_audit(before: set[tuple[str, str]], after: set[tuple[str, str]]) -> None:
    """Raise RuntimeError when the shop or FastAPI wrote what does not add up."""
    written = [_customer(name).id for name in (SHOP, FASTAPI)]
    wrong = [one for one in after if one not in before or any(own in one[0] for own in written)]
    if wrong:
        raise RuntimeError(f"the audit found {wrong[:5]}")


def price(peer: Peer, flow: str) -> float:
    """Return the dollars of a million requests: Lambda for the CPU time alone, DynamoDB, API Gateway."""
    counts, seconds = peer.counts[flow], peer.cpu(flow) / 1000 * ONE_VCPU / _MEMORY
    units = counts["read_units"] * prices.READ_UNIT + counts["write_units"] * prices.WRITE_UNIT
    return dollars(seconds, _MEMORY) + (units + prices.INVOCATION + prices.API_REQUEST) * 1_000_000


def table_of(shops: Mapping[int, Peers]) -> str:
    """Format what was measured as Markdown. Counts and dollars are those of the larger shop."""
    names = [f"{size:,} purchases" for size in shops]
    columns = ["Flow", "Peer", *(f"CPU ms, {name}" for name in names), "of FastAPI", "in the client", "calls"]
    columns += ["units read", "written", "bytes sent", "received", "answered", "$ a million"]
    lines = [f"| {' | '.join(columns)} |", f"|---|---{'|--:' * (len(columns) - 2)}|"]
    largest = shops[max(shops)]
    for flow in FLOWS:
        for peer in _with(largest, flow):
            cells = [flow, peer.name, *(_short(peers[peer.name].cpu(flow)) for peers in shops.values())]
            cells.append(" / ".join(_short(peers[peer.name].of(peers[FASTAPI], flow)) for peers in shops.values()))
            counts = peer.counts[flow]
            if peer.name in (SHOP, FASTAPI):
                cells += [f"{peer.in_client[flow]:.0%}", f"{counts['calls']:,}"]
                cells += [f"{counts[name]:g}" for name in ("read_units", "write_units")]
                cells += [f"{counts[name]:,}" for name in ("sent", "received", "answered")]
                cells.append(f"{price(peer, flow):.2f}")
            else:
                cells += [_NONE, f"{counts['calls']:,}", *[_NONE] * 4, f"{counts['answered']:,}", _NONE]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def slower(peers: Peers) -> str:
    """Tell how many times longer the old way takes for figures."""
    ratios = [
        f"{flow} {old.of(peers[SHOP], flow):,.0f} ({old.name})"
        for old in (peers[OLD], peers[PREFETCHED])
        for flow in (CHART, WEEKLY)
    ]
    return ", ".join(ratios)


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


def run(sizes: Sequence[int], passes: int) -> None:
    """Measure shops of these sizes and print the table."""
    shops: dict[int, Peers] = {}
    with TemporaryDirectory() as name, dynamodb.running(free_port()) as url:
        folder = Path(name)
        pack(folder)
        for size in sizes:
            table = f"flows-{size}"
            load(url, table, size)
            before = audited(url, table) if size == min(sizes) else set()
            with running(folder, url, table, size) as peers:
                measure(peers, passes)
            if size == min(sizes):  # the code is the same, and the audit of a large shop takes minutes
                check_audit(before, audited(url, table))
            shops[size] = peers
    print(table_of(shops))
    print(f"\nTimes the shop's CPU with {max(sizes):,} purchases: {slower(shops[max(sizes)])}.")
