"""Where the local cloud keeps its things and listens."""

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
"""The API's port where none is chosen."""


@dataclass(frozen=True)
class Places:
    """One local cloud: its folder and its three ports, the API's first."""

    state: Path
    port: int

    @classmethod
    def find(cls, state: Path, port: int | None) -> "Places":
        """The local cloud of a folder, on a port that is given, else on that it was started on."""
        return cls(state, port or remembered_port(state) or PORT)

    def remember_port(self) -> None:
        """Keep the port for commands that are given none."""
        _port_file(self.state).write_text(str(self.port), encoding="ascii")

    def forget_port(self) -> None:
        """Let the next start choose its port anew."""
        _port_file(self.state).unlink(missing_ok=True)

    @property
    def cloud_url(self) -> str:
        """Where MiniStack answers for all of AWS but DynamoDB."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def table_port(self) -> int:
        """The port of DynamoDB Local."""
        return self.port + 1

    @property
    def table_url(self) -> str:
        """Where DynamoDB Local answers."""
        return f"http://127.0.0.1:{self.table_port}"

    @property
    def mail_port(self) -> int:
        """The port of the mailbox, which speaks SMTP."""
        return self.port + 2

    @property
    def mailbox_url(self) -> str:
        """Where MiniStack shows the mails that it was asked to send since it started."""
        return f"{self.cloud_url}/_ministack/ses/messages"

    @property
    def api_url(self) -> str:
        """The base URL of the API, the same after every deployment."""
        return f"{self.cloud_url}/restapis/{API_ID}/{STAGE}/_user_request_"

    @property
    def mails(self) -> Path:
        """Every mail sent, a JSON object a line."""
        return self.state / "mails.jsonl"

    def log(self, name: str) -> Path:
        """The log of a server."""
        return self.state / "logs" / f"{name}.log"

    def environment(self) -> dict[str, str]:
        """The environment of a process that shall reach this cloud, and never anybody's AWS account."""
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


def remembered_port(state: Path) -> int | None:
    """The port that the local cloud of a folder was started on, until it is stopped."""
    file = _port_file(state)
    return int(file.read_text(encoding="ascii")) if file.exists() else None


def _port_file(state: Path) -> Path:
    return state / "port"


def lambda_python() -> str:
    """A Python of Lambda's version, which is fetched where there is none."""
    found = subprocess.run(
        [ROOT / "local" / "lambda-python.sh", environment_of("tools")], check=True, capture_output=True, text=True
    )
    return found.stdout.strip()


def environment_of(name: str) -> Path:
    """The folder with the programs of one of the environments that the Makefile makes."""
    return ROOT / ".local" / "env" / name / "bin"
