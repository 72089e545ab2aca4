"""The functions over a shop for tests, and its users."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from local import dynamodb
from shop.accounts.model import Account
from shop.bootstrap import Shop
from shop.runtime.config import PaymentMode
from tests.support.clock import Clock
from tests.support.mailbox import Mailbox
from tests.support.online import Online
from tests.support.online import online as paying_online
from tests.support.queues import Queues
from tests.support.rest import GROUPS, Answer, call
from tests.support.roles import Role, acting, role_of
from tests.support.visitor import Visitor

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PASSWORD = "correct horse battery"
ORDER = {"quantity": 2, "first_installment_amount": 800, "installment_count": 3, "interval": "monthly"}


@dataclass(frozen=True)
class Person:
    """A user with an account, and the token for calls."""

    username: str
    email: str
    account: Account
    shop: Shop

    @property
    def id(self) -> str:
        return self.account.id

    def account_now(self) -> Account:
        """Their account as it is stored."""
        account = self.shop.accounts.get(self.account.id)
        assert account is not None
        return account

    @property
    def token(self) -> str:
        """An access token that is good at the time."""
        return self.shop.issuer.issue(self.account, self.shop.clock()).access

    def call(self, method: str, url: str, body: object = None, **more: Any) -> Answer:
        """The answer to a request of this person's."""
        return call(method, url, body, token=self.token, **more)


Serve = Callable[[Shop], None]
Roles = Callable[[str], tuple[Role, "DynamoDBClient"]]


@pytest.fixture
def serve(roles: Roles, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Makes every function serve a shop, in the role that the template gives it."""

    def install(shop: Shop) -> None:
        for group in set(GROUPS.values()):
            monkeypatch.setattr(
                importlib.import_module(f"functions.{group}.app").api, "shop", acting(shop, *roles(group))
            )
        for group in ("planner", "sender", "feedback", "audit", "settler"):
            monkeypatch.setattr(importlib.import_module(f"functions.{group}.app"), "shop", acting(shop, *roles(group)))

    return install


@pytest.fixture(autouse=True)
def _functions(shop: Shop, serve: Serve) -> None:
    serve(shop)


@pytest.fixture
def confirming(shop: Shop, serve: Serve) -> Shop:
    """The shop, which now confirms payments."""
    settings = shop.settings.model_copy(update={"payment_mode": PaymentMode.CONFIRMED})
    changed = replace(shop, settings=settings)
    serve(changed)
    return changed


@pytest.fixture
def online(shop: Shop, serve: Serve, clock: Clock, queues: Queues) -> Iterator[Online]:
    """The shop, where customers now pay online."""
    with paying_online(shop, clock, queues) as given:
        serve(given.shop)
        yield given


@pytest.fixture(scope="session")
def roles(dynamodb_url: str) -> Roles:
    """The role of each function by its folder, and a client of the table that acts in it."""

    @cache
    def take(group: str) -> tuple[Role, "DynamoDBClient"]:
        role, client = role_of(f"{group.capitalize()}Function"), dynamodb.client(dynamodb_url)
        role.watch(client)
        return role, client

    return take


@pytest.fixture
def registered(shop: Shop, mailbox: Mailbox) -> Callable[..., Person]:
    """Make customers or admins by registration."""
    numbers: Iterator[int] = count(1)

    def register(*, staff: bool = False, owner: bool = True, username: str | None = None) -> Person:
        name = username or f"person{next(numbers)}"
        email = f"{name}@example.com"
        call("POST", "/accounts/register/", {"username": name, "email": email, "password": PASSWORD})
        call("POST", "/accounts/verify-otp/", {"email": email, "otp_code": mailbox.code(email)})
        account = shop.accounts.by_email(email)
        assert account is not None
        if staff:
            before, account = account, replace(account, is_staff=True, is_superuser=owner, version=account.version + 1)
            assert shop.accounts.replace(before, account)
        return Person(name, email, account, shop)

    return register


@pytest.fixture
def customer(registered: Callable[..., Person]) -> Person:
    """A customer."""
    return registered()


@pytest.fixture
def admin(registered: Callable[..., Person]) -> Person:
    """An admin."""
    return registered(staff=True, username="admin")


@pytest.fixture
def product(admin: Person) -> int:
    """The number of a product that costs 1,000.00."""
    answer = admin.call("POST", "/products/", {"name": "Rice Cooker", "price": 1000, "description": "1.8 litres"})
    assert answer.status == 201
    return int(answer.json["id"])


@pytest.fixture
def bought(customer: Person, product: int) -> Any:
    """A purchase of 2,000.00 in three installments, of which the first is paid."""
    return customer.call("POST", "/purchases/create/", {"product": product, **ORDER}).json


# Browsers without scripts


@pytest.fixture
def visitor() -> Visitor:
    """A visitor of the pages."""
    return Visitor()


def signed_in(person: Person, visitor: Visitor | None = None) -> Visitor:
    """A visitor who is signed in as a person."""
    visitor = visitor or Visitor()
    visitor.sign_in(person.email, PASSWORD)
    return visitor


@pytest.fixture
def member(visitor: Visitor, customer: Person) -> Visitor:
    """The visitor, signed in as a customer."""
    return signed_in(customer, visitor)


@pytest.fixture
def staff(admin: Person) -> Visitor:
    """An owner at the desk."""
    return signed_in(admin)


@pytest.fixture
def clerk(registered: Callable[..., Person]) -> Visitor:
    """Staff at the desk who are not an owner."""
    return signed_in(registered(staff=True, owner=False))
