"""The functions in Lambda's own image, by `sam local`, over the local cloud's table, mails and secrets."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from local import deployment, lambda_image, samlocal
from local.places import REGION
from local.processes import is_open, wait_until
from tests.e2e.conftest import ROOT, Browser, Cloud
from tests.support.events import check, sample
from tests.support.ports import free_port

LONGEST = 240
_AT_ONCE = 2
WITHOUT_ROUTES = ("audit", "docs", "feedback", "planner", "sender")
"""The functions that the tests of the API and of the rotation do not call; all samples are in tests/api."""
WITH_ROUTES = ("accounts/profile", "products", "purchases", "installments", "user/summary", "reports/chart/summary")
"""A path of each function that the test of the API calls."""

pytestmark = pytest.mark.skipif(
    not lambda_image.has_engine() and not os.environ.get("CI"), reason="there is no Docker engine on this machine"
)


def _heed_interrupts() -> None:
    """Handle Ctrl+C: a shell's background process and its children ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def serving(
    command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[str]:
    """The URL of a server of SAM CLI's, for as long as the context lasts."""
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
            preexec_fn=_heed_interrupts,
        )
    try:
        wait_until(lambda: is_open(port) or process.poll() is not None, "sam local", LONGEST)
        assert process.poll() is None, log.read_text(encoding="utf-8")[-4000:]
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(LONGEST)  # it gives each container some seconds to stop
        print(log.read_text(encoding="utf-8")[-8000:])  # pytest shows it when a test fails


@pytest.fixture(scope="module")
def lambdas(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A client of the API as Lambda's own image serves it, once each container has started.

    SAM CLI answers 502 when Docker takes more than a minute for a container, as it may on a busy machine.
    """
    command = [sys.executable, "-m", "local", "sam-local", *cloud.places.arguments()]
    with (
        serving(command, samlocal.api_port(cloud.places), tmp_path_factory.mktemp("api") / "sam.log") as url,
        Browser(base_url=url, timeout=LONGEST) as client,
    ):
        for path in WITH_ROUTES:
            _await_container(f"{url}/{path}/")
        yield client


def _await_container(url: str) -> None:
    wait_until(lambda: httpx.get(url, timeout=LONGEST).status_code < 500, f"the container of {url}", LONGEST)


@pytest.fixture(scope="module")
def template(cloud: Cloud, lambdas: Browser) -> Path:
    """The template of `sam local`, whose containers can reach the local cloud."""
    assert lambdas.get("/public/global-summary/").status_code == 200
    return samlocal.template_path(cloud.places)


@pytest.fixture(scope="module")
def answers(cloud: Cloud, template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Future[Any]]:
    """The answers of functions to their samples."""
    port, log = free_port(), tmp_path_factory.mktemp("sam") / "sam.log"
    command = samlocal.command(template, "start-lambda", "--host", "127.0.0.1", "--port", str(port))

    def invoke(name: str) -> Any:
        answer = client.invoke(FunctionName=f"{name.title()}Function", Payload=json.dumps(sample(name)))
        return json.loads(answer["Payload"].read() or "null")

    with (
        serving(command, port, log, samlocal.environment(cloud.places)) as url,
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        # SAM CLI gives up when Docker takes a minute for a container, as it may on a busy machine: then once more.
        config = Config(signature_version=UNSIGNED, read_timeout=LONGEST, retries={"total_max_attempts": 3})
        client = boto3.client("lambda", endpoint_url=url, region_name=REGION, config=config)
        return {name: pool.submit(invoke, name) for name in WITHOUT_ROUTES}


def test_a_customer_buys_and_pays_in_lambdas_own_image(lambdas: Browser) -> None:
    lambdas.log_in("admin@example.com", "admin-password")
    product = lambdas.post("/products/", json={"name": "Sewing machine", "price": "900.00"}).json()
    found = lambdas.get("/products/", params={"search": "sew"}).json()
    assert product["id"] in [one["id"] for one in found]
    order = {"product": product["id"], "first_installment_amount": 300, "installment_count": 3}

    bought = lambdas.post("/purchases/create/", json=order)
    assert bought.status_code == 201, bought.text
    paid = lambdas.post(f"/installments/pay/{bought.json()['installments'][1]['id']}/", json={"amount": 300})

    assert (paid.status_code, paid.json()["installment"]["status"]) == (200, "paid")
    assert lambdas.get("/user/summary/").json()["total_paid"] == 600
    assert lambdas.get("/reports/chart/summary/").json()["datasets"]["total_paid"][-1] >= 600
    wrong = lambdas.post("/purchases/create/", json={**order, "first_installment_amount": 1})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "first_installment_too_small")
    assert lambdas.get("/purchases/nobodys/").status_code == 404


@pytest.mark.parametrize("name", WITHOUT_ROUTES)
def test_a_sample_event_is_answered_in_lambdas_own_image(answers: dict[str, Future[Any]], name: str) -> None:
    check(name, answers[name].result())


def test_a_rotation_begins_by_sam_local_invoke_with_a_new_version_of_the_deployed_secret(
    cloud: Cloud, template: Path, tmp_path: Path
) -> None:
    secret, version = deployment.outputs(cloud.places)["SecretName"], str(uuid4())
    event = tmp_path / "event.json"
    step = {"Step": "createSecret", "SecretId": secret, "ClientRequestToken": version}
    event.write_text(json.dumps({**sample("rotation"), **step}), encoding="utf-8")

    assert json.loads(samlocal.invoke(cloud.places, template, "rotation", event)) is None

    described = deployment.boto3_client("secretsmanager", cloud.places).describe_secret(SecretId=secret)
    assert described["VersionIdsToStages"][version] == ["AWSPENDING"]
