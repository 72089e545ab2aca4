"""The secret is read once in five minutes."""

from typing import Any

from shop.security.secret import StoredSecret


class Client:
    """Secrets Manager, which counts."""

    def __init__(self) -> None:
        self.read = 0

    def get_secret_value(self, SecretId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        assert SecretId == "name"
        self.read += 1
        return {"SecretString": f"text {self.read}"}


def test_a_secret_is_read_again_after_five_minutes() -> None:
    now = 1000.0
    client = Client()
    secret = StoredSecret("name", client, lambda: now)  # type: ignore[arg-type]
    assert [secret.get(), secret.get()] == ["text 1", "text 1"]
    now += 299
    assert secret.get() == "text 1"
    now += 1
    assert secret.get() == "text 2"
