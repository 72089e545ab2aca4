"""`sam local`: the functions in Lambda's own image, over the local cloud's table, mails and secrets.

`python -m local.samlocal --port 4566` serves the API on the third port after the local cloud's own; with
`--event planner` it calls one function with its sample event, `events/planner.json`, and prints the answer.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import yaml

from local import deployment, lambda_image
from local.places import REGION, ROOT, STACK, Places, environment_of, lambda_python
from local.processes import LocalCloudError, is_open

EVENTS = ROOT / "events"
_HOST = "host.docker.internal"


def template_path(places: Places) -> Path:
    """Where the template is that `prepare` has written."""
    return places.state / "samlocal" / "template.yaml"


def prepare(places: Places) -> Path:
    """Build for Lambda's Python 3.13 on this machine's architecture; the template, pointed at the local cloud.

    Raises LocalCloudError when the local cloud does not run, or there is no Docker engine with Lambda's image.
    """
    if not is_open(places.port):
        raise LocalCloudError("The local cloud does not run on this port: make up")
    lambda_image.provide()
    path = template_path(places)
    target = "aws" if lambda_image.ARCHITECTURE == "arm64" else lambda_image.ARCHITECTURE
    deployment.sam(
        places,
        ["build", "--template-file", ROOT / "template.yaml", "--build-dir", path.parent],
        {"SHOP_BUILD": target, "SHOP_UV": str(environment_of("tools") / "uv"), "SHOP_PYTHON": lambda_python()},
    )
    built = yaml.safe_load(path.read_text(encoding="utf-8"))
    function = built["Globals"]["Function"]
    function["Architectures"] = [lambda_image.ARCHITECTURE]
    function["Timeout"] = 60  # a container's first answer may take a while
    function["Environment"]["Variables"] = _variables(places)
    path.write_text(yaml.safe_dump(built), encoding="utf-8")
    return path


def api_port(places: Places) -> int:
    """The port of `sam local start-api`."""
    return places.port + 3


def command(template: Path, verb: str, *arguments: str) -> list[str]:
    """The command line of a `sam local` verb."""
    common = ["--template", str(template), "--region", REGION, "--add-host", f"{_HOST}:{_address()}"]
    common += ["--skip-pull-image"]  # it is there
    return [str(environment_of("sam") / "sam"), "local", verb, *arguments, *common]


def start_api(places: Places, template: Path) -> list[str]:
    """The command line that serves the API."""
    port = str(api_port(places))
    return command(template, "start-api", "--host", "127.0.0.1", "--port", port, "--warm-containers", "LAZY")


def invoke(places: Places, template: Path, function: str, event: Path) -> str:
    """What a function answers to an event, as JSON; an exception of its own is an answer with `errorMessage`.

    The local cloud must be `reachable` meanwhile.

    Raises LocalCloudError, with the log, when SAM CLI fails.
    """
    line = command(template, "invoke", f"{function.title()}Function", "--event", str(event.resolve()))
    done = subprocess.run(line, env=environment(places), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalCloudError(f"{function} failed:\n{done.stderr[-6000:]}")
    return done.stdout


@contextlib.contextmanager
def reachable(places: Places) -> Iterator[None]:
    """Let containers reach the local cloud, which listens on loopback alone, at the address they have for this host."""
    loop, stopped = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=[_relay(places.port, stopped)])
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join()
        loop.close()


async def _relay(port: int, stopped: asyncio.Event) -> None:
    running: set[asyncio.Task[object]] = set()

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", port)
        both = asyncio.gather(_copy(reader, to_writer), _copy(to_reader, writer))
        with contextlib.suppress(asyncio.CancelledError):
            await both

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task: asyncio.Task[object] = asyncio.create_task(relay(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(accept, _address(), port)
    await stopped.wait()
    server.close()
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


def _variables(places: Places) -> dict[str, str]:
    """What the deployed functions have in their environment, with the addresses that containers reach."""
    return _deployed(places) | {
        "SHOP_PUBLIC_URL": f"http://127.0.0.1:{api_port(places)}",
        "AWS_ENDPOINT_URL": f"http://{_HOST}:{places.port}",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{_HOST}:{places.table_port}",
    }


def environment(places: Places) -> dict[str, str]:
    """The environment of SAM CLI, whose values it prefers to the template's for variables that the functions have."""
    return places.environment() | _variables(places)


def _deployed(places: Places) -> dict[str, str]:
    """What all functions have, and what the planner alone has."""
    stack, functions = deployment.boto3_client("cloudformation", places), deployment.boto3_client("lambda", places)
    variables: dict[str, str] = {}
    for name in ("AuthFunction", "PlannerFunction"):
        found = stack.describe_stack_resource(StackName=STACK, LogicalResourceId=name)["StackResourceDetail"]
        function = functions.get_function_configuration(FunctionName=found["PhysicalResourceId"])
        variables |= function["Environment"]["Variables"]
    return variables


def _address() -> str:
    """This host as its containers see it."""
    (network,) = json.loads(lambda_image.docker("network", "inspect", "bridge").stdout)
    return str(network["IPAM"]["Config"][0].get("Gateway", "172.17.0.1"))


def main() -> int:
    """Serve the API until interrupted, or call one function."""
    parser = argparse.ArgumentParser(prog="python -m local.samlocal", description=__doc__)
    parser.add_argument("--state", type=Path, default=ROOT / ".local" / "state", help="the local cloud's folder")
    parser.add_argument("--port", type=int, help="the local cloud's port")
    parser.add_argument(
        "--event", choices=sorted(path.stem for path in EVENTS.glob("*.json")), help="call this function"
    )
    given = parser.parse_args()
    places = Places.find(given.state.resolve(), given.port)
    try:
        template = prepare(places)
        if given.event:
            with reachable(places):
                print(invoke(places, template, given.event, EVENTS / f"{given.event}.json"))
            return 0
    except LocalCloudError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"The API in Lambda's own image: http://127.0.0.1:{api_port(places)}/ (Ctrl+C ends it)", flush=True)
    with reachable(places):
        process = subprocess.Popen(start_api(places, template), env=environment(places))
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # SAM CLI gets it as well, and then removes its containers
                return process.wait()


if __name__ == "__main__":
    sys.exit(main())
