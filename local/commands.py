"""The subcommands of `python -m local`: one function each, whose docstring is its help.

Modules are imported where they are needed, so that `--help` and `url` stay quick.
"""

import argparse
import contextlib
import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from local.places import ROOT, STACK, Places, environment_of
from local.processes import LocalCloudError, is_open, provide

NOT_RUNNING = "The local cloud does not run on this port. Start it: make up"

Options = argparse.Namespace
Command = Callable[[Places, Options], int | None]
"""A subcommand. Its docstring is its help; it returns an exit status, or None for 0."""


def up(places: Places, options: Options) -> None:
    """Start the local cloud and deploy what changed; the first time, add a demo shop."""
    from local import cloud, deployment, parameters

    chosen = parameters.parse(options.parameters)
    provide("cloud")
    provide("sam")
    with _locked(places):
        cloud.start_all(places)
        changed = deployment.deploy(places, chosen)
        if not options.empty:
            deployment.add_demo(places)
    print(f"The shop is up{'' if changed else ', unchanged'}.\n")
    print(f"  Shop      {places.api_url}/")
    print(f"  Desk      {places.api_url}/admin/")
    print(f"  API       {places.api_url}/")
    print(f"  Docs      {places.api_url}/docs/")
    if not options.empty:
        print(f"  Admin     {deployment.ADMIN_EMAIL}, password {deployment.ADMIN_PASSWORD}")
        print(f"  Customer  {deployment.CUSTOMER_EMAIL}, password {deployment.CUSTOMER_PASSWORD}")
    print("  Mails     .venv/bin/python -m local mail")
    print(f"  Payments  {deployment.payments(places, chosen)}")


def down(places: Places, _: Options) -> None:
    """Stop the local cloud and keep its data."""
    from local import cloud

    with _locked(places):
        cloud.stop_all(places)


def reset(places: Places, options: Options) -> None:
    """Stop the local cloud and delete its data."""
    down(places, options)
    shutil.rmtree(places.state, ignore_errors=True)


def url(places: Places, _: Options) -> None:
    """Print the base URL of the API."""
    print(places.api_url)


def mail(places: Places, options: Options) -> None:
    """Print the mails that were sent, oldest first, as JSON lines."""
    from local import mailbox

    for line in mailbox.mails(places.mails, options.to):
        print(line)


def remind(places: Places, options: Options) -> None:
    """Send the reminders of a day, as the daily schedule does."""
    from local import operations

    _check_running(places)
    operations.remind(places, options.date)


def night(places: Places, _: Options) -> None:
    """Add up sales and debts for the reports, as the nightly schedule does."""
    from local import operations

    _check_running(places)
    operations.night(places)


def settle(places: Places, _: Options) -> None:
    """Ask the payment provider about what waits, as the schedule of every five minutes does."""
    from local import operations

    _check_running(places)
    operations.settle(places)


def charge(places: Places, _: Options) -> None:
    """Charge what is due to the methods that customers saved, as the schedule of every day does."""
    from local import operations

    _check_running(places)
    operations.charge(places)


def rotate(places: Places, _: Options) -> None:
    """Rotate the signing key; everybody stays logged in."""
    from local import operations

    _check_running(places)
    operations.rotate(places)


def logs(places: Places, _: Options) -> None:
    """Print what the functions logged in the last hour."""
    from local import operations

    _check_running(places)
    operations.print_logs(places)


def admin(places: Places, options: Options) -> None:
    """Create a verified admin, or make an existing account one and set its password."""
    from local import operations

    operations.make_admin(_stack(places, options), options.email, options.password)


def audit(places: Places, options: Options) -> int:
    """Check the whole table and add up the ledger again; list each difference."""
    from local import operations

    return 0 if operations.audit(_stack(places, options), options.table) else 1


def smoke(places: Places, options: Options) -> int:
    """Check that a shop answers, without changing anything."""
    from local import operations
    from local import smoke as smoke_test

    found = operations.api_url(options.stack) if options.stack else options.url or places.api_url
    return 1 if smoke_test.run(found) else 0


def sam_local(places: Places, options: Options) -> int:
    """Serve the API from Lambda's own image, or send a sample event to one function; needs Docker."""
    from local import samlocal

    _check_running(places)
    if not options.event:
        return samlocal.serve(places)
    samlocal.call(places, options.event)
    return 0


def load(places: Places, options: Options) -> int:
    """Let customers and an admin use the shop at the same time, then audit it."""
    from local import load as load_test

    _check_running(places)
    _check_recorded(places)
    return load_test.run(places, options.users, options.seconds, options.url)


def fuzz(places: Places, options: Options) -> int:
    """Test the API against its OpenAPI document with schemathesis."""
    from contract import fuzz as schemathesis

    _check_running(places)
    return schemathesis.run(places, options.seconds)


def postman(places: Places, _: Options) -> int:
    """Send the Postman collection with newman."""
    from contract import newman

    _check_running(places)
    _check_recorded(places)
    return newman.run(places)


def pictures(_: Places, options: Options) -> None:
    """Draw every mail in each language with Chromium."""
    from local import pictures as drawings

    drawings.draw_all(options.folder)


def screenshots(places: Places, options: Options) -> None:
    """Keep pictures of the running demo shop's pages, with Chromium."""
    from local import screenshots as pages

    _check_running(places)
    pages.take(places, options.folder)


def translate(_: Places, options: Options) -> int:
    """Find the texts of mails, and compile their translations; exits with 1 when a text has none."""
    from local import translations

    if not options.check:
        translations.write()
    found = translations.faults()
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def assets(_: Places, options: Options) -> int:
    """Copy what pages load from the locked packages of npm; exits with 1 when a file is out of date."""
    from local import assets as files

    if not options.check:
        files.write()
    found = files.faults()
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def release(_: Places, options: Options) -> None:
    """Make a release: version, changelog, commit and tag; nothing is pushed."""
    from local import release as releases

    if options.check:
        releases.check(ROOT, options.version)
    else:
        releases.make(options.version, datetime.now(UTC).date())


def sbom(_: Places, options: Options) -> None:
    """Write what the layer contains, in CycloneDX."""
    export = ("export", "--frozen", "--quiet", "--no-default-groups", "--format", "cyclonedx1.5")
    options.file.parent.mkdir(parents=True, exist_ok=True)
    with options.file.open("wb") as output:
        subprocess.run([environment_of("tools") / "uv", *export], cwd=ROOT, stdout=output, check=True)


def vulnerabilities(_: Places, __: Options) -> int:
    """Look up the locked libraries among known vulnerabilities; exits with 3 when it cannot."""
    from local import vulnerabilities as known

    return known.run()


def _check_running(places: Places) -> None:
    if not is_open(places.port):
        raise LocalCloudError(NOT_RUNNING)


def _check_recorded(places: Places) -> None:
    """Raise LocalCloudError where a customer's call is not a payment, as these clients of the shop expect."""
    import httpx

    mode = httpx.get(f"{places.api_url}/public/terms/", timeout=60).raise_for_status().json()["payment_mode"]
    if mode != "recorded":
        raise LocalCloudError(f"In this shop payments are {mode}. This needs the default: make up")


def _stack(places: Places, options: Options) -> str:
    """Return the name of the stack to work on; without --stack, point this process at the local cloud."""
    if options.stack:
        return str(options.stack)
    _check_running(places)
    places.enter()
    return STACK


@contextlib.contextmanager
def _locked(places: Places) -> Iterator[None]:
    """Keep other processes from starting or stopping the same cloud."""
    places.state.mkdir(parents=True, exist_ok=True)
    with places.state.with_name(f"{places.state.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
