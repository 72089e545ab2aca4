"""The image of Lambda's Python runtime that `sam local` runs functions in, and a Docker engine to run it.

`python -m local.lambda_image` provides both. It starts an engine when none answers. When it cannot pull the public
image, it builds a replacement: Debian's Python with AWS's runtime interface client. Both need root and, when Docker or
mmdebstrap is missing, apt.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from local.places import ROOT, environment_of
from local.processes import LocalCloudError, wait_until

ARCHITECTURE = {"x86_64": "x86_64", "AMD64": "x86_64"}.get(platform.machine(), "arm64")
IMAGE = f"public.ecr.aws/lambda/python:3.13-{ARCHITECTURE}"
_LABEL = "installment-shop.inputs"
_RELEASE = "trixie"  # whose Python is 3.13
_PACKAGES = "base-files,coreutils,dash,libstdc++6,python3"  # SAM CLI runs commands in it; the client is in C++
_CLIENT = "awslambdaric==4.2.2"
_WHEELS = {"x86_64": "x86_64-manylinux_2_28", "arm64": "aarch64-manylinux_2_28"}[ARCHITECTURE]
_BOOTSTRAP = """\
#!/bin/sh
export PYTHONPATH=/var/task:/opt/python:/opt/python/lib/python3.13/site-packages:/var/runtime
exec /usr/bin/python3 -m awslambdaric "${_HANDLER:-$1}"
"""
_ENVIRONMENT = (
    "LAMBDA_TASK_ROOT=/var/task LAMBDA_RUNTIME_DIR=/var/runtime LANG=C.UTF-8 TZ=:UTC PATH=/usr/local/bin:/usr/bin:/bin"
)
# For machines without permission for iptables. Containers reach this host and nothing else.
_ENGINE = ("dockerd", "--iptables=false")


def docker(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run Docker's client."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)


def has_engine() -> bool:
    """Return whether a Docker engine answers."""
    return shutil.which("docker") is not None and docker("info").returncode == 0


def provide(image: str = IMAGE) -> None:
    """Make sure that an engine runs and has the image. Rebuilds a replacement when this file has changed.

    Raises LocalCloudError when the engine cannot be started, or the image neither pulled nor built.
    """
    if not has_engine():
        _start_engine()
    if _is_current(image) or docker("pull", "--quiet", image).returncode == 0:
        return
    _need_root(f"{image} cannot be pulled, and building a replacement needs root. Pull it, or run this as root.")
    _build(image)


def _is_current(image: str) -> bool:
    """Return whether the engine has the public image or an up-to-date replacement."""
    inspected = docker("image", "inspect", "--format", "{{json .Config.Labels}}", image)
    if inspected.returncode:
        return False
    labels = json.loads(inspected.stdout) or {}
    return labels.get(_LABEL) in (None, _inputs())


def _inputs() -> str:
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def _start_engine() -> None:
    _need_root("sam local runs functions in Docker's containers, and no Docker engine runs here. Start Docker first.")
    _install("dockerd", "docker.io", "iptables")
    _step("Starting a Docker engine")
    log = ROOT / ".local" / "dockerd.log"
    log.parent.mkdir(exist_ok=True)
    detached = ("setsid", "--fork", *_ENGINE)  # so that it outlives this process
    with log.open("ab") as output:
        subprocess.run(detached, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=True)
    wait_until(has_engine, f"Docker's engine (its log: {log})")


def _build(image: str) -> None:
    _install("mmdebstrap", "mmdebstrap")
    _step(f"Building a replacement for {image}, which cannot be pulled")
    with tempfile.TemporaryDirectory() as work:
        root = Path(work) / "root"
        # Packages are unpacked but not configured: Python needs no more, and a small image makes quick containers.
        _run("mmdebstrap", "--variant=extract", f"--include={_PACKAGES}", _RELEASE, root)
        for folder in ("var/runtime", "var/task", "opt"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        wheels = ("--only-binary", ":all:", "--python-platform", _WHEELS, "--python-version", "3.13")
        uv = environment_of("tools") / "uv"
        _run(uv, "pip", "install", "--quiet", *wheels, "--target", root / "var" / "runtime", _CLIENT)
        bootstrap = root / "var" / "runtime" / "bootstrap"
        bootstrap.write_text(_BOOTSTRAP, encoding="ascii")
        bootstrap.chmod(0o755)
        archive = Path(work) / "root.tar"
        _run("tar", "-C", root, "-cf", archive, ".")
        changes = (f"ENV {_ENVIRONMENT}", "WORKDIR /var/task", f"LABEL {_LABEL}={_inputs()}")
        _run("docker", "import", *(part for change in changes for part in ("--change", change)), archive, image)


def _install(program: str, *packages: str) -> None:
    """Install Debian packages unless this machine has their program."""
    if shutil.which(program):
        return
    if not shutil.which("apt-get"):
        raise LocalCloudError(f"{program} is missing. Install it, or a Docker that can pull images.")
    _step(f"Installing {program}")
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages)


def _need_root(otherwise: str) -> None:
    if os.geteuid() != 0:
        raise LocalCloudError(otherwise)


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise LocalCloudError(f"{Path(command[0]).name} failed:\n{done.stdout[-2000:]}")


def _step(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


def main() -> int:
    """Provide the engine and the image."""
    try:
        provide()
    except LocalCloudError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
