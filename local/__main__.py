"""The tools of the repository: `python -m local --help` lists them, `python -m local COMMAND --help` explains one.

The most common ones are Makefile targets too: `make up`, `make down`, `make reset`, `make load`.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from botocore.exceptions import EndpointConnectionError

from local import commands
from local.commands import Command
from local.node import NpmError
from local.places import ROOT, Places
from local.processes import LocalCloudError
from local.release import NotReleasable

GROUPS: Mapping[str, Sequence[Command]] = {
    "The local cloud": (
        commands.up,
        commands.down,
        commands.reset,
        commands.url,
        commands.mail,
        commands.remind,
        commands.night,
        commands.settle,
        commands.charge,
        commands.rotate,
        commands.logs,
    ),
    "A shop, local or on AWS": (commands.admin, commands.audit, commands.smoke),
    "Tests of the running local cloud": (
        commands.sam_local,
        commands.load,
        commands.fuzz,
        commands.postman,
        commands.screenshots,
    ),
    "The repository": (
        commands.pictures,
        commands.translate,
        commands.assets,
        commands.release,
        commands.sbom,
        commands.vulnerabilities,
    ),
}


def _password(text: str) -> str:
    if not 8 <= len(text) <= 128:
        raise argparse.ArgumentTypeError("it must have 8 to 128 characters")
    return text


def _address(text: str) -> str:
    if "@" not in text:
        raise argparse.ArgumentTypeError("it has no @")
    return text


_EVENTS = sorted(path.stem for path in (ROOT / "events").glob("*.json"))
_ON_AWS = {"metavar": "NAME", "help": "use this stack on AWS, with your credentials, instead of the local cloud"}

OPTIONS: Mapping[Command, Mapping[str, Mapping[str, Any]]] = {
    commands.up: {
        "--parameters": {"default": "", "help": "of template.yaml, such as 'Currency=USD LateFeeRate=0.05'"},
        "--empty": {"action": "store_true", "help": "without the first admin and the demo shop"},
    },
    commands.mail: {"--to": {"metavar": "ADDRESS", "help": "only the mails to this address"}},
    commands.remind: {
        "--date": {"type": date.fromisoformat, "metavar": "YYYY-MM-DD", "help": "another day than today"}
    },
    commands.admin: {
        "--email": {"required": True, "type": _address},
        "--password": {"required": True, "type": _password, "help": "8 to 128 characters"},
        "--stack": _ON_AWS,
    },
    commands.audit: {"--stack": _ON_AWS, "--table": {"help": "another table, such as a restored copy"}},
    commands.smoke: {"--stack": _ON_AWS, "--url": {"help": "another base URL of the API"}},
    commands.sam_local: {"--event": {"choices": _EVENTS, "help": "call this function with its sample event"}},
    commands.load: {
        "--users": {"type": int, "default": 20},
        "--seconds": {"type": int, "default": 60},
        "--url": {"help": "another base URL of the API, such as that of sam-local"},
    },
    commands.fuzz: {"--seconds": {"type": int, "default": 600}},
    commands.pictures: {
        "folder": {"type": Path, "nargs": "?", "default": ROOT / "docs" / "mails", "help": "default: docs/mails"}
    },
    commands.screenshots: {
        "folder": {"type": Path, "nargs": "?", "default": ROOT / "docs" / "pages", "help": "default: docs/pages"}
    },
    commands.assets: {"--check": {"action": "store_true", "help": "only check, write nothing"}},
    commands.translate: {"--check": {"action": "store_true", "help": "only check, write nothing"}},
    commands.release: {
        "version": {"help": "such as 0.2.0"},
        "--check": {"action": "store_true", "help": "only check that the tag VERSION, such as v0.2.0, is a release"},
    },
    commands.sbom: {
        "file": {"type": Path, "nargs": "?", "default": ROOT / ".local" / "sbom.json", "help": "the file to write"}
    },
}


def main() -> int:
    """Run the subcommand that the command line names."""
    options = _parser().parse_args()
    try:
        status: int | None = options.run(Places.find(options.state.resolve(), options.port), options)
    except (LocalCloudError, NpmError, NotReleasable) as error:
        print(error, file=sys.stderr)
    except EndpointConnectionError:
        print(commands.NOT_RUNNING, file=sys.stderr)
    else:
        return status or 0
    return 1


def _parser() -> argparse.ArgumentParser:
    lines = []
    parser = argparse.ArgumentParser(
        prog="python -m local", usage="%(prog)s COMMAND [options]", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subparsers = parser.add_subparsers(prog="python -m local", required=True, metavar="COMMAND", help=argparse.SUPPRESS)
    for group, members in GROUPS.items():
        lines.append(f"\n{group}:")
        for command in members:
            name, text = command.__name__.replace("_", "-"), str(command.__doc__)
            lines.append(f"  {name:16}{text}")
            subparser = subparsers.add_parser(name, description=text)
            for option, settings in OPTIONS.get(command, {}).items():
                subparser.add_argument(option, **settings)
            subparser.set_defaults(run=command, state=ROOT / ".local" / "state", port=None)
            if group != "The repository":
                subparser.add_argument("--port", type=int, help="of the local API, remembered until down")
                subparser.add_argument("--state", type=Path, help="the folder of the local cloud, default .local/state")
    parser.epilog = "\n".join(lines)
    return parser


if __name__ == "__main__":
    sys.exit(main())
