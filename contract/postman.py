"""The Postman collection (v2.1) and its environment, made from the OpenAPI document and `contract.flow`."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from contract.codes import CODES
from contract.flow import FLOW, VARIABLES, Mail, Step

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"

_DESCRIPTION = """\
The whole API as one flow: sent in order, the requests register a customer, buy, pay, and read what admins see.
Each has tests and examples of its answers, and sets the variables that later ones need.

The environment's variables:

| Variable | What it is |
|---|---|
"""

_PROBLEM = "application/problem+json"
_PRELUDE = """\
const given = (name) => pm.environment.get(name);
const count = () => Number(pm.response.headers.get("X-Total-Count"));\
"""

_CODE_FROM_MAIL = """\
const mails = Object.values(pm.response.json().messages).flat().filter((mail) => mail.To.includes(given("email")));
const newest = mails[mails.length - 1];
pm.test("The newest mail to the customer has a code", () => {
    pm.expect(newest.Subject).to.eql(%s);
    pm.expect(newest.BodyText).to.match(/\\b[0-9]{6}\\b/);
});
pm.environment.set("otp_code", newest.BodyText.match(/\\b[0-9]{6}\\b/)[0]);"""


class NotInFlow(Exception):
    """No request of `contract.flow` sends an operation, or one sends it in the wrong folder."""


@dataclass(frozen=True)
class _Operation:
    """An operation of the document, with its path and method."""

    path: str
    method: str
    spec: Mapping[str, Any]

    @property
    def is_for_admins(self) -> bool:
        return '"forbidden"' in json.dumps(self.spec["responses"].get("403", {}))

    @property
    def success(self) -> str:
        statuses: Iterable[str] = self.spec["responses"]
        return next(status for status in statuses if status.startswith("2"))


def collection(document: Mapping[str, Any]) -> dict[str, Any]:
    """Make the collection. Raises NotInFlow when the flow and the document differ."""
    operations = {
        spec["operationId"]: _Operation(path, method, spec)
        for path, methods in document["paths"].items()
        for method, spec in methods.items()
    }
    sent = {(step.operation, folder) for folder, steps in FLOW.items() for step in steps if isinstance(step, Step)}
    there = {(name, operation.spec["tags"][0]) for name, operation in operations.items()}
    if sent != there:
        raise NotInFlow(f"contract/flow.py and the document differ in {sorted(sent ^ there)}.")
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    variables = "".join(f"| `{name}` | {one.meaning} |\n" for name, one in VARIABLES.items())
    return {
        "info": {
            "name": document["info"]["title"],
            "version": document["info"]["version"],
            "description": _DESCRIPTION + variables,
            "schema": _SCHEMA,
        },
        "item": [
            {
                "name": folder,
                "description": tags[folder],
                "item": [
                    _mail_item(step) if isinstance(step, Mail) else _item(step, operations[step.operation], document)
                    for step in steps
                ],
            }
            for folder, steps in FLOW.items()
        ],
        "variable": [{"key": "schemas", "value": json.dumps(document["components"]["schemas"], ensure_ascii=False)}],
    }


def environment() -> dict[str, Any]:
    """Make the environment for a shop that `make up` runs."""
    return {
        "name": "Installment Shop, local",
        "values": [
            {"key": name, "value": one.value, "type": "secret" if one.is_secret else "default", "enabled": True}
            for name, one in VARIABLES.items()
        ],
        "_postman_variable_scope": "environment",
    }


def _mail_item(mail: Mail) -> dict[str, Any]:
    script = [_PRELUDE, _status_test("200"), _CODE_FROM_MAIL % json.dumps(mail.subject)]
    return {
        "name": mail.name,
        "event": [_event("test", script)],
        "request": {
            "method": "GET",
            "auth": {"type": "noauth"},
            "header": [],
            "url": {"raw": "{{mailbox_url}}", "host": ["{{mailbox_url}}"]},
            "description": "The local cloud's mailbox. With a shop on AWS set `otp_code` to what the mail says.",
        },
        "response": [],
    }


def _item(step: Step, operation: _Operation, document: Mapping[str, Any]) -> dict[str, Any]:
    before = [_event("prerequest", [_PRELUDE, *step.before])] if step.before else []
    request = _request(step, operation)
    return {
        "name": step.name or operation.spec["summary"],
        "event": [*before, _event("test", list(_tests(step, operation)))],
        "request": request,
        "response": [_example(request, *found) for found in _examples(step, operation, document)],
    }


def _request(step: Step, operation: _Operation) -> dict[str, Any]:
    parameters = operation.spec.get("parameters", [])
    headers = []
    if any(parameter["name"] == "Idempotency-Key" for parameter in parameters):
        headers.append({"key": "Idempotency-Key", "value": step.key, "disabled": not step.key})
    request: dict[str, Any] = {
        "method": operation.method.upper(),
        "auth": _auth(operation),
        "header": headers,
        "url": _url(step, operation.path, parameters),
        "description": operation.spec["description"],
    }
    if step.body is not None:
        headers.append({"key": "Content-Type", "value": "application/json"})
        request["body"] = {
            "mode": "raw",
            "raw": json.dumps(step.body, indent=2),
            "options": {"raw": {"language": "json"}},
        }
    return request


def _auth(operation: _Operation) -> dict[str, Any]:
    if not operation.spec["security"]:
        return {"type": "noauth"}
    token = "{{admin_access_token}}" if operation.is_for_admins else "{{access_token}}"
    return {"type": "bearer", "bearer": [{"key": "token", "value": token, "type": "string"}]}


def _url(step: Step, path: str, parameters: list[Mapping[str, Any]]) -> dict[str, Any]:
    path = re.sub(r"\{(\w+)\}", r":\1", path)
    query = [
        {
            "key": parameter["name"],
            "value": step.query.get(parameter["name"], ""),
            "description": parameter["description"],
            "disabled": parameter["name"] not in step.query,
        }
        for parameter in parameters
        if parameter["in"] == "query"
    ]
    variables = [
        {"key": name, "value": step.path.get(name, f"{{{{{name}}}}}")}
        for name in (parameter["name"] for parameter in parameters if parameter["in"] == "path")
    ]
    sent = "&".join(f"{one['key']}={one['value']}" for one in query if not one["disabled"])
    url: dict[str, Any] = {
        "raw": f"{{{{base_url}}}}{path}" + (f"?{sent}" if sent else ""),
        "host": ["{{base_url}}"],
        "path": path.removeprefix("/").split("/"),
    }
    return url | ({"query": query} if query else {}) | ({"variable": variables} if variables else {})


def _tests(step: Step, operation: _Operation) -> Iterator[str]:
    """Yield the test of an answer: its status, its form, its meaning, and the variables that it sets."""
    yield _PRELUDE
    if step.refused:
        yield from _tests_of_refusal(step.refused)
        return
    yield _status_test(operation.success)
    content = operation.spec["responses"][operation.success].get("content")
    if content and step.query.get("format") == "csv":
        yield 'pm.test("It is CSV", () => pm.expect(pm.response.headers.get("Content-Type")).to.include("text/csv"));'
    elif content:
        yield "const answer = pm.response.json();"
        yield _form_test(content["application/json"]["schema"])
    else:
        yield 'pm.test("There is no body", () => pm.expect(pm.response.text()).to.eql(""));'
    for sentence, test in step.tests.items():
        yield f"pm.test({json.dumps(sentence)}, () => {{\n{re.sub('^', '    ', test, flags=re.MULTILINE)}\n}});"
    for name, value in step.keeps.items():
        yield f"pm.environment.set({json.dumps(name)}, {value});"


def _tests_of_refusal(code: str) -> Iterator[str]:
    yield _status_test(str(CODES[code].status))
    yield "const answer = pm.response.json();"
    yield _form_test({"$ref": "#/components/schemas/Problem"})
    yield f'pm.test("The code says why", () => pm.expect(answer.code).to.eql({json.dumps(code)}));'


def _status_test(status: str) -> str:
    phrase = HTTPStatus(int(status)).phrase
    return f'pm.test("{status} {phrase}", () => pm.response.to.have.status({status}));'


def _form_test(schema: Mapping[str, Any]) -> str:
    """Return a test of the answer's form. The collection has the schemas of the document in a variable."""
    root = '{ components: { schemas: JSON.parse(pm.collectionVariables.get("schemas")) }, allOf: [%s] }'
    return (
        'pm.test("The answer has the form that the contract says", () => {\n'
        f"    pm.expect(answer).to.have.jsonSchema({root % json.dumps(schema)});\n"
        "});"
    )


def _event(kind: str, script: list[str]) -> dict[str, Any]:
    lines = [line for part in script for line in part.split("\n")]
    return {"listen": kind, "script": {"type": "text/javascript", "exec": lines}}


def _examples(step: Step, operation: _Operation, document: Mapping[str, Any]) -> Iterator[tuple[str, int, str, str]]:
    """Yield examples of answers, each as name, status, media type and text.

    A request that has its operation's name shows an answer of each status. Another request shows the one it gets.
    """
    if step.refused:
        status = CODES[step.refused].status
        example = operation.spec["responses"][str(status)]["content"][_PROBLEM]["examples"][step.refused]
        yield step.refused, status, _PROBLEM, _problem(example, document)
        return
    for status, response in operation.spec["responses"].items():
        if step.name and status != operation.success:
            continue
        phrase = HTTPStatus(int(status)).phrase
        if "content" not in response:
            yield phrase, int(status), "", ""
        for kind, content in response.get("content", {}).items():
            if kind == _PROBLEM:
                code, example = next(iter(content["examples"].items()))
                yield code, int(status), kind, _problem(example, document)
            else:
                text = content["example"] if kind.startswith("text/") else _pretty(content["example"])
                yield f"{phrase}, {kind}", int(status), kind, text


def _problem(example: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return the text of an example, which belongs to one operation or is shared."""
    shared = document["components"]["examples"]
    return _pretty((shared[example["$ref"].rpartition("/")[2]] if "$ref" in example else example)["value"])


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _example(request: Mapping[str, Any], name: str, status: int, kind: str, text: str) -> dict[str, Any]:
    return {
        "name": name,
        "originalRequest": {"method": request["method"], "url": request["url"]["raw"]},
        "status": HTTPStatus(status).phrase,
        "code": status,
        "_postman_previewlanguage": "json" if "json" in kind else "text",
        "header": [{"key": "Content-Type", "value": kind}] if kind else [],
        "body": text,
    }
