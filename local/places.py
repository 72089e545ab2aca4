"""Where the local cloud stores its files and listens: one folder and a few ports."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
REGION = "ap-southeast-1"
STACK = "installment-shop"
API_ID = "shop"
STAGE = "dev"
PORT = 4566
"""The default port of the API."""


@dataclass(frozen=True)
class Places:
    """One local cloud: its folder and its port. The next three ports belong to it as well."""

    state: Path
    port: int

    @classmethod
    def find(cls, state: Path, port: int | None) -> "Places":
        """Return the local cloud of a folder, on this port or, by default, the one it was started on."""
        return cls(state, port or remembered_port(state) or PORT)

    def remember_port(self) -> None:
        """Store the port for later commands without one."""
        _port_file(self.state).write_text(str(self.port), encoding="ascii")

    def forget_port(self) -> None:
        """Let the next start choose another port."""
        _port_file(self.state).unlink(missing_ok=True)

    @property
    def cloud_url(self) -> str:
        """The URL of MiniStack, which stands in for all of AWS except DynamoDB."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def table_port(self) -> int:
        """The port of DynamoDB Local."""
        return self.port + 1

    @property
    def table_url(self) -> str:
        """The URL of DynamoDB Local."""
        return f"http://127.0.0.1:{self.table_port}"

    @property
    def mail_port(self) -> int:
        """The SMTP port of the mailbox."""
        return self.port + 2

    @property
    def gateway_port(self) -> int:
        """The port of the sandbox gateway."""
        return self.port + 3

    @property
    def gateway_url(self) -> str:
        """The URL of the sandbox gateway, at which customers pay with no real money."""
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def mailbox_url(self) -> str:
        """The URL at which MiniStack lists the mails it sent since it started."""
        return f"{self.cloud_url}/_ministack/ses/messages"

    @property
    def api_url(self) -> str:
        """The base URL of the API, the same after every deployment."""
        return f"{self.cloud_url}/restapis/{API_ID}/{STAGE}/_user_request_"

    @property
    def mails(self) -> Path:
        """The file of all sent mails, one JSON object per line."""
        return self.state / "mails.jsonl"

    def log(self, name: str) -> Path:
        """The log file of a server."""
        return self.state / "logs" / f"{name}.log"

    def environment(self) -> dict[str, str]:
        """Return an environment in which AWS clients reach this cloud and never an AWS account."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_ENDPOINT_URL": self.cloud_url,
            "AWS_ENDPOINT_URL_DYNAMODB": self.table_url,
            "SAM_CLI_TELEMETRY": "0",
        }

    def arguments(self) -> list[str]:
        """Return the options that make `python -m local` use this cloud."""
        return ["--state", str(self.state), "--port", str(self.port)]

    def enter(self) -> None:
        """Give this process that environment."""
        environment = self.environment()
        os.environ.clear()
        os.environ.update(environment)


def remembered_port(state: Path) -> int | None:
    """Return the port that the cloud of a folder was started on, or None when it is stopped."""
    file = _port_file(state)
    return int(file.read_text(encoding="ascii")) if file.exists() else None


def _port_file(state: Path) -> Path:
    return state / "port"


def lambda_python() -> str:
    """Return the path of a Python of Lambda's version; download one if this machine has none."""
    found = subprocess.run(
        [ROOT / "local" / "lambda-python.sh", environment_of("tools")], check=True, capture_output=True, text=True
    )
    return found.stdout.strip()


def environment_of(name: str) -> Path:
    """Return the folder of programs of an environment that the Makefile creates."""
    return ROOT / ".local" / "env" / name / "bin"
