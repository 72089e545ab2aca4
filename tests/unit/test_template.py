"""The template watches the metrics that the shop counts, and the runbook covers each alarm."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.document import document
from local.expanded import EVERYTHING, NOTHING, expanded
from shop.dynamodb.keys import SHARDS
from shop.mail.store import LEASE
from shop.runtime.metrics import Metric
from tests.support.roles import template

ROOT = Path(__file__).parents[2]
NAMESPACE = {"Fn::Sub": "InstallmentShop/${AWS::StackName}"}
ALARMS = {
    name: resource["Properties"]
    for name, resource in template()["Resources"].items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}


def dashboard() -> Any:
    body = template()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    return json.loads(body)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_topic_and_the_runbook_says_what_to_do(name: str) -> None:
    assert ALARMS[name]["AlarmActions"] == [{"Ref": "Alarms"}]
    assert name in (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")


def test_the_shops_own_metrics_are_named_as_it_names_them() -> None:
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    watched = [alarm for alarm in ALARMS.values() if alarm["Namespace"] == NAMESPACE]

    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == NAMESPACE
    assert {alarm["MetricName"] for alarm in watched} == {
        Metric.REMINDERS_STARTED,
        Metric.SWEEPS_STARTED,
        Metric.AUDIT_DIFFERENCES,
        Metric.PAYMENT_DIFFERENCES,
        Metric.LOGINS_REFUSED,
        Metric.KEYRING_FAILURES,
    }
    service = variables["POWERTOOLS_SERVICE_NAME"]
    assert all(alarm["Dimensions"] == [{"Name": "service", "Value": service}] for alarm in watched)


def test_the_dashboard_shows_what_is_counted() -> None:
    shown = [metric for widget in dashboard()["widgets"] for metric in widget["properties"]["metrics"]]
    own = {metric[1] for metric in shown if metric[0] == NAMESPACE["Fn::Sub"]}

    for_alarms_alone = {
        Metric.REMINDERS_STARTED,
        Metric.SWEEPS_STARTED,
        Metric.AUDIT_DIFFERENCES,
        Metric.PAYMENT_DIFFERENCES,
        Metric.KEYRING_FAILURES,
    }
    assert own == set(Metric) - for_alarms_alone


def test_every_optional_part_is_expanded_on_and_off() -> None:
    parameters = template()["Parameters"]
    switches = {name for name, given in parameters.items() if set(given.get("AllowedValues", [])) >= {"ENABLED"}}

    assert switches <= set(EVERYTHING) | set(NOTHING)
    assert set(EVERYTHING) | set(NOTHING) <= set(parameters)


def readers() -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Each function that reads a queue, how it does, and the queue."""
    resources = template()["Resources"]
    for resource in resources.values():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "SQS":
                queue = resources[event["Properties"]["Queue"]["Fn::GetAtt"][0]]
                yield resource["Properties"], event["Properties"], queue["Properties"]


def test_a_queue_hides_a_message_for_longer_than_its_reader_may_need() -> None:
    found = list(readers())

    assert len(found) == 3
    for function, _, queue in found:
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"], "as AWS asks"
    sender, _, mails = found[1]
    assert sender["Timeout"] < LEASE.total_seconds() < mails["VisibilityTimeout"]


def test_no_queue_is_read_by_more_functions_at_once_than_it_says() -> None:
    parameter = template()["Parameters"]["MailConcurrency"]
    most = [event["ScalingConfig"]["MaximumConcurrency"] for _, event, _ in readers()]

    assert most == [SHARDS, {"Ref": "MailConcurrency"}, 10]
    assert (parameter["MinValue"], parameter["MaxValue"]) == (2, 1000), "the bounds of SQS"


def test_nothing_is_allowed_on_every_resource() -> None:
    policies = [
        statement
        for resource in template()["Resources"].values()
        for policy in resource.get("Properties", {}).get("Policies", [])
        for statement in policy["Statement"]
    ]

    assert policies
    named = [json.dumps([one["Resource"], one["Action"]]) for one in policies]
    assert not [one for one in named if "*" in one.replace("${PictureBucket.Arn}/*", "")]  # whose objects have no names


def test_api_gateway_leads_every_operation_to_a_function() -> None:
    routes = {
        (event["Properties"]["Method"], event["Properties"]["Path"])
        for resource in template()["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "Api"
    }

    def is_routed(method: str, path: str) -> bool:
        first, *rest = path.strip("/").split("/")
        whole, group = f"/{first}{''.join(f'/{part}' for part in rest)}", f"/{first}/{{proxy+}}"
        return (method.upper(), whole) in routes or (bool(rest) and (method.upper(), group) in routes)

    operations = [(method, path) for path, methods in document()["paths"].items() for method in methods]
    assert [operation for operation in operations if not is_routed(*operation)] == []


def test_a_change_of_the_layer_alone_publishes_every_function_anew() -> None:
    """Without this the alias that serves requests would keep the old layer."""
    before, after = expanded({}), expanded({}, layer="s3://bucket/changed")
    versions = {name for name, one in before["Resources"].items() if one["Type"] == "AWS::Lambda::Version"}

    assert len(versions) == sum(one["Type"] == "AWS::Serverless::Function" for one in template()["Resources"].values())
    assert not versions & set(after["Resources"])
