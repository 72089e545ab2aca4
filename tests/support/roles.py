"""The template's roles: what each function may call, and what it has called."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from botocore.model import OperationModel
from cfnlint.decode import decode
from pydantic import BaseModel

from local.places import ROOT
from shop.bootstrap import Shop
from shop.catalogue.images import ImageKind
from shop.catalogue.picture_store import PictureStore
from shop.dynamodb.table import Table
from shop.mail.messages import Message
from shop.mail.outbox import Queue
from shop.mail.ses import Mailer
from shop.payments.providers import Providers
from shop.security.keyring import Keyring, SecretSource

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE, SECRET, PAYMENT_SECRET = "${Table.Arn}", "${TokenSecret}", "${PaymentSecret}"
PICTURES = "${PictureBucket.Arn}/*"
QUEUES = {"mail": "${MailQueue.Arn}", "plan": "${PlanQueue.Arn}", "payments": "${PaymentQueue.Arn}"}
_IDENTITIES = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}"
SENDING = tuple(
    f"{_IDENTITIES}:{one}"
    for one in ("identity/${SenderAddress}", "identity/${SenderDomain}", "configuration-set/${ConfigurationSet}")
)
_KEYS = "dynamodb:LeadingKeys"
_ANY = "*"


@dataclass(frozen=True)
class Call:
    """An AWS action on a resource, with the partitions it touches where the resource is the table or an index."""

    action: str
    resource: str
    partitions: frozenset[str] = frozenset()


@dataclass
class Statement:
    """A statement of a policy, and the part of it that was used."""

    actions: list[str]
    resources: list[str]
    partitions: list[str]
    used: set[tuple[str, str, str]] = field(default_factory=set)

    def allows(self, call: Call) -> bool:
        """Whether it allows a call, which then counts as used."""
        if call.action not in self.actions or call.resource not in self.resources:
            return False
        matched = [self._pattern(partition) for partition in call.partitions or [""]]
        if None in matched:
            return False
        self.used |= {(call.action, call.resource, pattern) for pattern in matched if pattern is not None}
        return True

    def unused(self) -> set[tuple[str, str, str]]:
        """The unused part."""
        return set(product(self.actions, self.resources, self.partitions)) - self.used

    def _pattern(self, partition: str) -> str | None:
        return next((pattern for pattern in self.partitions if fnmatchcase(partition, pattern)), None)


@dataclass
class Role:
    """The role of a function. It refuses calls as AWS does."""

    function: str
    statements: list[Statement]

    def enter(self, *calls: Call) -> None:
        """Raise botocore's error unless each call is allowed."""
        for call in calls:
            if not any(statement.allows(call) for statement in self.statements):
                message = f"{self.function} is not allowed {call}"
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, call.action)

    def watch(self, client: "DynamoDBClient") -> None:
        """Refuse calls that the role does not allow."""

        def enter(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
            self.enter(*dynamodb_calls(model.name, params))

        client.meta.events.register("before-parameter-build.dynamodb", enter)


@cache
def template() -> dict[str, Any]:
    """The template, CloudFormation's functions kept."""
    read, problems = decode(str(ROOT / "template.yaml"))
    assert not problems, problems
    assert isinstance(read, dict)
    return read


def role_of(function: str) -> Role:
    """The role of a function by its logical id."""
    policies = template()["Resources"][function]["Properties"].get("Policies", [])
    return Role(function, [_statement(given) for policy in policies for given in policy["Statement"]])


def dynamodb_calls(operation: str, request: Mapping[str, Any]) -> Iterator[Call]:
    """The calls that a request to the table makes."""
    if operation == "TransactWriteItems":
        for item in request["TransactItems"]:
            ((action, part),) = item.items()
            yield Call(f"dynamodb:{action}Item", TABLE, frozenset([_partition(part)]))
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for parts in request["RequestItems"].values():
            keys = parts["Keys"] if operation == "BatchGetItem" else [next(iter(part.values())) for part in parts]
            yield Call(f"dynamodb:{operation}", TABLE, frozenset(_partition(key) for key in keys))
    elif operation == "Query":
        index = request.get("IndexName")
        resource = f"{TABLE}/index/{index}" if index else TABLE
        partition = request["ExpressionAttributeValues"][":partition"]["S"]
        yield Call("dynamodb:Query", resource, frozenset([partition]))
    elif operation == "Scan":
        yield Call("dynamodb:Scan", TABLE)
    else:
        yield Call(f"dynamodb:{operation}", TABLE, frozenset([_partition(request)]))


def _partition(part: Mapping[str, Any]) -> str:
    """The partition of a key, an item, or a request that has one of them."""
    key = part.get("Key") or part.get("Item") or part
    return str(key["PK"]["S"])


def unused(roles: Iterable[Role]) -> list[str]:
    """The unused parts of some roles."""
    return [
        f"{role.function}: {' '.join(grant)}"
        for role in roles
        for statement in role.statements
        for grant in sorted(statement.unused())
    ]


def _statement(given: Mapping[str, Any]) -> Statement:
    assert given["Effect"] == "Allow"
    partitions = given.get("Condition", {}).get("ForAllValues:StringLike", {}).get(_KEYS, [_ANY])
    resources = _listed(given["Resource"])
    return Statement(_listed(given["Action"]), [_named(one) for one in resources], partitions)


def _listed(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list) else [given]


def _named(resource: Any) -> str:
    """A resource as `Fn::Sub` writes it."""
    if isinstance(resource, str):
        return resource
    ((function, value),) = resource.items()
    if function == "Ref":
        return f"${{{value}}}"
    if function == "Fn::GetAtt":
        return f"${{{'.'.join(value)}}}"
    assert function == "Fn::Sub", function
    return str(value if isinstance(value, str) else value[0])


@dataclass(frozen=True)
class HeldSecret:
    """The shop's secret, for roles that may read it."""

    role: Role
    secret: SecretSource

    def get(self) -> str:
        self.role.enter(Call("secretsmanager:GetSecretValue", SECRET))
        return self.secret.get()


@dataclass(frozen=True)
class HeldMailer:
    """A mailer, for roles that may send."""

    role: Role
    mailer: Mailer

    def send(self, message: Message) -> bool:
        self.role.enter(*(Call("ses:SendEmail", resource) for resource in SENDING))
        return self.mailer.send(message)


@dataclass(frozen=True)
class HeldQueue:
    """A queue, for roles that may fill it."""

    role: Role
    resource: str
    queue: Queue

    def send(self, messages: Sequence[BaseModel]) -> None:
        self.role.enter(Call("sqs:SendMessage", self.resource))
        self.queue.send(messages)


@dataclass(frozen=True)
class HeldPictures:
    """A store of pictures, for roles that may use it."""

    role: Role
    store: PictureStore

    def put(self, name: str, data: bytes, kind: ImageKind) -> None:
        self.role.enter(Call("s3:PutObject", PICTURES))
        self.store.put(name, data, kind)

    def get(self, name: str) -> bytes | None:
        self.role.enter(Call("s3:GetObject", PICTURES))
        return self.store.get(name)

    def delete(self, name: str) -> None:
        self.role.enter(Call("s3:DeleteObject", PICTURES))
        self.store.delete(name)


@dataclass(frozen=True)
class HeldKeys:
    """The providers' secret, for roles that may read it."""

    role: Role
    secret: SecretSource

    def get(self) -> str:
        self.role.enter(Call("secretsmanager:GetSecretValue", PAYMENT_SECRET))
        return self.secret.get()


def acting(shop: Shop, role: Role, client: "DynamoDBClient") -> Shop:
    """A shop as a function in a role has it, with a client of the table that acts in the role."""
    return replace(
        shop,
        table=Table(shop.table.name, client),
        keyring=Keyring(HeldSecret(role, shop.keyring._source)),
        make_mailer=lambda settings: HeldMailer(role, shop.make_mailer(settings)),
        make_queue=lambda url: HeldQueue(role, QUEUES[url], shop.make_queue(url)),
        make_pictures=lambda bucket: HeldPictures(role, shop.make_pictures(bucket)),
        make_providers=lambda settings: Providers(HeldKeys(role, shop.make_providers(settings).secret)),
    )
