"""Dependencies point one way, inside a room and between rooms."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "layers" / "shared" / "shop"
LAYERS = {
    layer: set(names.split())
    for layer, names in {
        "model": """
            calendar errors ids money problems text accounts.model accounts.phones catalogue.images catalogue.model
            attempts.rules desk.acts desk.promises
            ledger.acting ledger.attempts ledger.effects ledger.journal ledger.plan
            ledger.purchases ledger.rules ledger.totals mail.model online.disputing
            online.mandates online.refunding
            payments.provider payments.signatures
            payments.stripe_answers payments.stripe_money reconciliation.arithmetic reconciliation.waiting
            reports.aging reports.sales
        """,
        "store": """
            accounts.audit_log accounts.items accounts.otp attempts.store accounts.store catalogue.items
            catalogue.picture_store catalogue.store
            ledger.idempotency ledger.items ledger.journal_store ledger.store ledger.totals_store
            mail.store online.mandate_store online.store reconciliation.inspection reports.sales_store reports.snapshots
        """,
        "service": """
            accounts.administration accounts.credentials accounts.pay_links accounts.privacy accounts.profile
            accounts.registration accounts.sessions accounts.throttle accounts.unsubscribe
            attempts.decisions attempts.service catalogue.pictures catalogue.service
            desk.credit desk.customers desk.mails desk.notes desk.service ledger.commit ledger.paying ledger.purchasing
            reports.books reports.debts reports.due reports.nightly reports.overdue reports.refunds
            reports.sales_report reports.service
            mail.attempts mail.charges mail.delivery mail.feedback mail.languages mail.messages mail.notices mail.outbox
            mail.planner mail.receipts mail.reminders mail.ses mail.summaries mail.suppression mail.tasks
            online.charges online.checkouts online.comparison online.notices online.refunds online.rounds
            online.saving online.settlement online.tasks
            payments.calls payments.providers payments.sandbox payments.sslcommerz payments.stripe
            reconciliation.census reconciliation.kinds reconciliation.receipts reconciliation.service
            reconciliation.store reconciliation.sums
        """,
        "http": """
            accounts.schemas catalogue.schemas desk.customer_schemas desk.mail_schemas desk.note_schemas
            desk.schemas ledger.attempt_schemas online.mandate_schemas
            ledger.command_schemas ledger.journal_schemas ledger.receipt_schemas ledger.schemas
            reports.figure_schemas reports.schemas
            bootstrap membership reporting stores
            http.app http.auth http.body http.caching http.checkout http.csv http.dispatch http.fields
            http.idempotency http.pagination http.problems
        """,
        "pages": """
            web.assets web.cookies web.forms web.languages web.office_forms web.pages web.people web.plans web.possible
            web.rendering web.staff_forms web.staff_lists web.wording
        """,
    }.items()
}
"""The layers of a room, from the inside out: a module imports none of a later layer."""
BASE = ("dynamodb", "runtime", "security")
"""Rooms that stand below all others. They may import models, and each other."""


def imported(path: Path) -> set[str]:
    """The modules of the shop that a module imports when it is imported itself, without the package's name."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {".".join(one.relative_to(SHOP).with_suffix("").parts) for one in SHOP.rglob("*.py")}
    named = {
        f"{node.module}.{alias.name}".removeprefix("shop.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    return {name for name in named if name in modules} | {
        name.rpartition(".")[0] for name in named if name.rpartition(".")[0] in modules
    }


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(SHOP).with_suffix("").parts)


MODULES = {name_of(path): path for path in SHOP.rglob("*.py") if path.name != "__init__.py"}


def test_every_module_has_a_layer() -> None:
    below = {name for name in MODULES if name.split(".")[0] in BASE}

    assert set().union(*LAYERS.values()) | below == set(MODULES)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_knows_nothing_of_the_layers_around_it(layer: str) -> None:
    order = list(LAYERS)
    later = {name for one in order[order.index(layer) + 1 :] for name in LAYERS[one]}
    for name in LAYERS[layer]:
        assert not imported(MODULES[name]) & later, name
        if layer == "model":
            assert not {one for one in imported(MODULES[name]) if one.split(".")[0] in BASE}, name


def test_the_base_knows_models_alone() -> None:
    allowed = LAYERS["model"]
    for name, path in MODULES.items():
        if name.split(".")[0] in BASE:
            above = {one for one in imported(path) if one.split(".")[0] not in BASE}
            assert above <= allowed, name


def test_the_models_use_no_library_of_aws_and_the_layer_no_function() -> None:
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        libraries = {
            node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
        }
        assert "functions" not in libraries, name
        if name in LAYERS["model"]:
            assert not libraries & {"boto3", "botocore", "aws_lambda_powertools", "pydantic", "jwt", "bcrypt"}, name


def test_every_module_of_a_function_is_its_app() -> None:
    assert {path.name for path in (ROOT / "functions").rglob("*.py")} == {"app.py"}


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}

    assert not {name: length for name, length in lengths.items() if length > 350}
