"""`sam local`: the functions in Lambda's own image, with the local cloud's table, mails and secrets.

The API listens on the fourth port after the local cloud's own.
"""

import asyncio
import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import yaml

from local import deployment, lambda_image
from local.places import REGION, ROOT, STACK, Places, environment_of, lambda_python
from local.processes import LocalCloudError

EVENTS = ROOT / "events"
_HOST = "host.docker.internal"


def template_path(places: Places) -> Path:
    """Return the path of the template that `prepare` writes."""
    return places.state / "samlocal" / "template.yaml"


def prepare(places: Places) -> Path:
    """Build for Lambda's Python 3.13 on this machine's architecture; return a template that uses the local cloud.

    Raises LocalCloudError when there is no Docker engine with Lambda's image.
    """
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
    function["Timeout"] = 60  # a container can take long to give its first answer
    function["Environment"]["Variables"] = _variables(places)
    path.write_text(yaml.safe_dump(built), encoding="utf-8")
    return path


def api_port(places: Places) -> int:
    """Return the port of the API."""
    return places.port + 4


def command(template: Path, verb: str, *arguments: str) -> list[str]:
    """Return the command line of a `sam local` verb."""
    common = ["--template", str(template), "--region", REGION, "--add-host", f"{_HOST}:{_address()}"]
    common += ["--skip-pull-image"]  # `prepare` provides it
    return [str(environment_of("sam") / "sam"), "local", verb, *arguments, *common]


def start_api(places: Places, template: Path) -> list[str]:
    """Return the command line that serves the API."""
    port = str(api_port(places))
    return command(template, "start-api", "--host", "127.0.0.1", "--port", port, "--warm-containers", "LAZY")


def invoke(places: Places, template: Path, function: str, event: Path) -> str:
    """Send an event to a function and return its answer as JSON; an exception is an answer with `errorMessage`.

    Call it inside `reachable`. Raises LocalCloudError with the log when SAM CLI fails.
    """
    line = command(template, "invoke", f"{function.title()}Function", "--event", str(event.resolve()))
    done = subprocess.run(line, env=environment(places), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalCloudError(f"{function} failed:\n{done.stderr[-6000:]}")
    return done.stdout


@contextlib.contextmanager
def reachable(places: Places) -> Iterator[None]:
    """Let containers reach the local cloud, which listens on loopback only, at their address of this host."""
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
    """Return the deployed functions' environment, with addresses that containers can reach."""
    return _deployed(places) | {
        "SHOP_PUBLIC_URL": f"http://127.0.0.1:{api_port(places)}",
        "AWS_ENDPOINT_URL": f"http://{_HOST}:{places.port}",
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://{_HOST}:{places.table_port}",
    }


def environment(places: Places) -> dict[str, str]:
    """Return the environment of SAM CLI. For the functions' variables it overrides the template."""
    patient = {"SAM_CLI_CONTAINER_CONNECTION_TIMEOUT": "120"}  # a busy machine passes its 20 seconds
    return places.environment() | _variables(places) | patient


def _deployed(places: Places) -> dict[str, str]:
    """Return the variables that all functions have, and those of the planner."""
    stack, functions = deployment.boto3_client("cloudformation", places), deployment.boto3_client("lambda", places)
    variables: dict[str, str] = {}
    for name in ("AuthFunction", "PlannerFunction"):
        found = stack.describe_stack_resource(StackName=STACK, LogicalResourceId=name)["StackResourceDetail"]
        function = functions.get_function_configuration(FunctionName=found["PhysicalResourceId"])
        variables |= function["Environment"]["Variables"]
    return variables


def _address() -> str:
    """Return the address of this host in Docker's network."""
    (network,) = json.loads(lambda_image.docker("network", "inspect", "bridge").stdout)
    return str(network["IPAM"]["Config"][0].get("Gateway", "172.17.0.1"))


def call(places: Places, function: str) -> None:
    """Send a function its sample event and print the answer. Raises LocalCloudError."""
    template = prepare(places)
    with reachable(places):
        print(invoke(places, template, function, EVENTS / f"{function}.json"))


def serve(places: Places) -> int:
    """Serve the API until interrupted; return SAM CLI's exit status. Raises LocalCloudError."""
    template = prepare(places)
    print(f"The API in Lambda's own image: http://127.0.0.1:{api_port(places)}/ (Ctrl+C stops it)", flush=True)
    with reachable(places):
        process = subprocess.Popen(start_api(places, template), env=environment(places))
        while True:
            with contextlib.suppress(KeyboardInterrupt):  # SAM CLI gets it as well and then removes its containers
                return process.wait()
