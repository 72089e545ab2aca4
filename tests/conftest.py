"""A shop for tests: the real table in DynamoDB Local, a clock and a mailbox to look into."""

import os
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import groupby, islice
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

os.environ.update(
    AWS_ACCESS_KEY_ID="local",
    AWS_SECRET_ACCESS_KEY="local",
    AWS_DEFAULT_REGION="ap-southeast-1",
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    SHOP_TABLE_NAME="not-a-table",
    SHOP_ALLOWED_ORIGINS="https://shop.example.com,https://admin.example.com",
    POWERTOOLS_LOG_LEVEL="CRITICAL",
    POWERTOOLS_METRICS_DISABLED="true",
    POWERTOOLS_METRICS_NAMESPACE="InstallmentShop",
    POWERTOOLS_SERVICE_NAME="installment-shop",
)

from hypothesis import HealthCheck
from hypothesis import settings as examples

from local import dynamodb
from shop.bootstrap import Shop
from shop.dynamodb.table import Table
from shop.runtime.config import Settings
from shop.security.keyring import Keyring
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.pictures import KeptPictures
from tests.support.ports import free_port
from tests.support.queues import Queues

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# How long an example takes says how busy the machine is. In CI the examples are the same every time.
examples.register_profile(
    "tests", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
examples.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of this project's tests."""
    parser.addoption("--histories", default="30", help="how many random histories the ledger goes through")
    parser.addoption("--operations", type=int, default=700, help="how many operations fifty workers do at once")
    parser.addoption("--first-tests", type=int, help="run only so many tests of each file, one case of each")
    parser.addoption("--dynamodb-url", help="where a DynamoDB Local runs already; without it the tests start one")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the first tests of each file, one case of each, if asked to."""
    most = config.getoption("--first-tests")
    if most:
        cases = {item.nodeid.partition("[")[0]: item for item in reversed(items)}  # the first of each test
        files = groupby(reversed(cases.values()), key=lambda item: item.path)
        items[:] = [item for _, tests in files for item in islice(tests, most)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the measurements of tests."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            if name == "measured":
                terminalreporter.write_line(str(value))


class KnownSecret:
    """A secret that tests know."""

    def get(self) -> str:
        return '{"key": "a secret of the tests, sixty-four characters long, not used elsewhere"}'


@pytest.fixture(scope="session")
def dynamodb_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """AWS's own engine, in memory; one for each worker, since an engine does one thing at a time."""
    running: str | None = pytestconfig.getoption("--dynamodb-url")
    if running:
        yield running
    else:
        with dynamodb.running(free_port()) as url:
            yield url


@pytest.fixture(scope="session")
def engine(dynamodb_url: str) -> "DynamoDBClient":
    """A client of the engine that no test has changed."""
    return dynamodb.client(dynamodb_url)


@pytest.fixture
def table(dynamodb_url: str, engine: "DynamoDBClient") -> Iterator[Table]:
    """An empty table as the template defines it."""
    name = f"table-{uuid4().hex}"
    dynamodb.create_table(engine, name)
    yield Table(name, dynamodb.client(dynamodb_url))
    engine.delete_table(TableName=name)


@pytest.fixture
def clock() -> Clock:
    """Stands at noon in Dhaka on 23 November 2026."""
    return Clock()


@pytest.fixture
def mailbox() -> Mailbox:
    """Where the shop's mails end."""
    return Mailbox()


@pytest.fixture
def queues() -> Queues:
    """Where work waits."""
    return Queues()


def assembled(table: Table, clock: Clock, mailbox: Mailbox, queues: Queues) -> Shop:
    """A shop as tests have it."""
    settings = Settings(
        table_name=table.name,
        allowed_origins=os.environ["SHOP_ALLOWED_ORIGINS"],
        bcrypt_cost=4,
        late_fee_rate=Decimal("0.10"),
        public_url="https://api.example.com/dev",
        mail_queue_url="mail",
        plan_queue_url="plan",
        payment_queue_url="payments",
    )
    pictures = KeptPictures()
    return Shop(settings, table, Keyring(KnownSecret()), lambda _: mailbox, queues, clock, lambda _: pictures)


@pytest.fixture
def shop(engine: "DynamoDBClient", table: Table, clock: Clock, mailbox: Mailbox, queues: Queues) -> Iterator[Shop]:
    """A shop with an empty table, audited when the test is over."""
    shop = assembled(table, clock, mailbox, queues)
    yield shop
    findings = replace(shop, table=Table(table.name, engine)).reconciliation.run()
    assert findings.is_clean, findings
