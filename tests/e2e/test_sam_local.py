"""The functions in Lambda's own image, by `sam local`, over the local cloud's table, mails and secrets."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest

from local import deployment, lambda_image, samlocal
from local.processes import is_open, wait_until
from tests.e2e.conftest import ROOT, Browser, Cloud
from tests.support.events import SAMPLES, check, sample

LONGEST = 240
_AT_ONCE = 4

pytestmark = pytest.mark.skipif(
    not lambda_image.has_engine() and not os.environ.get("CI"), reason="there is no Docker engine on this machine"
)


def _heed_interrupts() -> None:
    """What runs in the background of a shell ignores Ctrl+C, and so would what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def lambdas(cloud: Cloud, tmp_path: Path) -> Iterator[Browser]:
    """A client of the API as Lambda's own image serves it."""
    where = ["--state", str(cloud.places.state), "--port", str(cloud.places.port)]
    port, log = samlocal.api_port(cloud.places), tmp_path / "sam.log"
    with log.open("w") as file:
        command = [sys.executable, "-m", "local.samlocal", *where]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=file, stderr=file, start_new_session=True, preexec_fn=_heed_interrupts
        )
    try:
        wait_until(lambda: is_open(port) or process.poll() is not None, "sam local", LONGEST)
        assert process.poll() is None, log.read_text(encoding="utf-8")[-4000:]
        with Browser(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            yield client
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        process.wait(LONGEST)  # it gives each container ten seconds to stop


@pytest.fixture(scope="module")
def template(cloud: Cloud) -> Path:
    """The template as `sam local` is given it."""
    return samlocal.prepare(cloud.places)


@pytest.fixture(scope="module")
def answers(cloud: Cloud, template: Path) -> dict[str, Future[str]]:
    """What each function answers to its sample, called several at a time: what takes long is making the containers."""

    def invoke(name: str) -> str:
        return samlocal.invoke(cloud.places, template, name, samlocal.EVENTS / f"{name}.json")

    with samlocal.reachable(cloud.places), ThreadPoolExecutor(_AT_ONCE) as pool:
        return {name: pool.submit(invoke, name) for name in SAMPLES}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_event_is_answered_by_sam_local_invoke(answers: dict[str, Future[str]], name: str) -> None:
    check(name, json.loads(answers[name].result()))


def test_a_rotation_begins_with_a_new_version_of_the_deployed_secret(
    cloud: Cloud, template: Path, tmp_path: Path
) -> None:
    secret, version = deployment.outputs(cloud.places)["SecretName"], str(uuid4())
    event = tmp_path / "event.json"
    step = {"Step": "createSecret", "SecretId": secret, "ClientRequestToken": version}
    event.write_text(json.dumps({**sample("rotation"), **step}), encoding="utf-8")

    with samlocal.reachable(cloud.places):
        assert json.loads(samlocal.invoke(cloud.places, template, "rotation", event)) is None

    described = deployment.boto3_client("secretsmanager", cloud.places).describe_secret(SecretId=secret)
    assert described["VersionIdsToStages"][version] == ["AWSPENDING"]


def test_a_customer_buys_and_pays_in_lambdas_own_image(lambdas: Browser) -> None:
    lambdas.log_in("admin@example.com", "admin-password")
    product = lambdas.post("/products/", json={"name": "Sewing machine", "price": "900.00"}).json()
    found = lambdas.get("/products/", params={"search": "sew"}).json()
    assert product["id"] in [one["id"] for one in found["results"]]
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
