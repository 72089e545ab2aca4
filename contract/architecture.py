"""The picture of the architecture, made from template.yaml: what calls each function, and what it may use."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import count
from typing import Any

from local import template

_GROUPS: Mapping[str, Sequence[str]] = {
    "API": ("Auth", "Products", "Purchases", "Installments", "Dashboard", "Reports", "Docs"),
    "Pages": ("Storefront", "Members", "Desk", "Counter", "Office"),
    "Payments": ("Webhooks", "Settler"),
    "Mails": ("Planner", "Sender", "Feedback"),
    "Upkeep": ("Audit", "Rotation"),
}
_COLORS = {"API": "#4338ca", "Pages": "#0f766e", "Payments": "#b45309", "Mails": "#be185d", "Upkeep": "#475569"}
_USED = {
    "Table": "Table",
    "PictureBucket": "Pictures (S3)",
    "TokenSecret": "Signing keys",
    "PaymentSecret": "Payment providers",
    "PaymentQueue": "Payment queue",
    "PlanQueue": "Plan queue",
    "MailQueue": "Mail queue",
    "SES": "Mails (SES)",
}
"""What functions use, in the order of the columns."""
_CALLERS = {"MailEvents": "SES, by SNS", "secretsmanager.amazonaws.com": "Secrets Manager"}
_READING = re.compile(r":(Get|BatchGet|Query|Scan|ConditionCheck|Describe)")
_NAME = re.compile(r"(?<![A-Za-z:])[A-Z]\w+")
_ROOM = 27
"""How many letters the names of callers have room for."""

_WIDTH, _ROW, _TOP, _HEADING = 1200, 44, 130, 30
_GATEWAY, _FUNCTIONS, _COLUMNS, _COLUMN = 130, 410, 750, 50


class NotDrawn(Exception):
    """The template has something that the picture has no place for."""


@dataclass(frozen=True)
class _Function:
    name: str
    description: str
    callers: Sequence[str]
    is_behind_gateway: bool
    uses: Mapping[str, bool]
    """What it may use, and whether it may write or send there."""


def picture() -> str:
    """Draw docs/architecture.svg. Raises NotDrawn."""
    functions = dict(_functions())
    missing = functions.keys() ^ {name for group in _GROUPS.values() for name in group}
    if missing:
        raise NotDrawn(f"contract/architecture.py and template.yaml do not have the same functions: {sorted(missing)}")
    columns = [*_USED, *sorted({used for one in functions.values() for used in one.uses} - _USED.keys())]
    drawn: list[str] = []
    behind: list[int] = []
    y = _TOP
    for group, names in _GROUPS.items():
        height = _HEADING + _ROW * len(names)
        drawn += _group(group, y, height, len(columns))
        for number, name in enumerate(names):
            middle = y + _HEADING + _ROW * number + _ROW // 2
            drawn += _row(functions[name], middle, columns, _COLORS[group])
            if functions[name].is_behind_gateway:
                behind.append(middle)
        y += height + 14
    drawn += _gateway(min(behind) - _ROW // 2, max(behind) + _ROW // 2)
    drawn += _columns(columns)
    drawn += _legend(y + 16)
    return _svg(y + 40, drawn)


def _functions() -> Iterator[tuple[str, _Function]]:
    for name, properties in template.resources("AWS::Serverless::Function").items():
        events = properties.get("Events", {}).values()
        paths = [event["Properties"]["Path"] for event in events if event["Type"] == "Api"]
        others = [event for event in events if event["Type"] != "Api"]
        short = name.removesuffix("Function")
        callers = _shortest(paths) if paths else list(_others(name, others))
        yield short, _Function(short, properties["Description"], callers, bool(paths), _uses(properties))


def _shortest(paths: Sequence[str]) -> list[str]:
    """Return what paths begin with, without those below another."""
    starts = sorted({path.removesuffix("{proxy+}").rstrip("/") or "/" for path in paths})
    return [start for start in starts if not any(start.startswith(f"{other}/") for other in starts)]


def _others(name: str, events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what starts a function that no request reaches."""
    for event in events:
        if event["Type"] in {"SQS", "SNS"}:
            source = str(event["Properties"].get("Queue", event["Properties"].get("Topic"))).removesuffix(".Arn")
            yield _CALLERS.get(source) or _USED.get(source, source)
    schedules = sum(event["Type"] == "ScheduleV2" for event in events)
    if schedules:
        yield "a schedule" if schedules == 1 else f"{schedules} schedules"
    for permission in template.resources("AWS::Lambda::Permission").values():
        if permission["FunctionName"] == f"{name}.Arn":
            yield _CALLERS.get(permission["Principal"], permission["Principal"])


def _uses(properties: Mapping[str, Any]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for policy in properties.get("Policies", []):
        for statement in policy["Statement"]:
            actions, on = _list(statement["Action"]), _list(statement["Resource"])
            writes = not all(_READING.search(action) for action in actions)
            for used in {"SES" if actions[0].startswith("ses:") else _resource(one) for one in on}:
                found[used] = found.get(used, False) or writes
    return found


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - as YAML has it
    return value if isinstance(value, list) else [value]


def _resource(text: str) -> str:
    found = _NAME.search(text)
    if not found:
        raise NotDrawn(f"contract/architecture.py cannot say what {text} is")
    return found[0]


def _group(name: str, y: int, height: int, columns: int) -> Iterator[str]:
    color = _COLORS[name]
    width = _COLUMNS + columns * _COLUMN - _FUNCTIONS
    yield f'<rect x="{_FUNCTIONS}" y="{y}" width="{width}" height="{height}" rx="8" fill="{color}" fill-opacity=".05"/>'
    yield f'<rect x="{_FUNCTIONS}" y="{y}" width="6" height="{height}" rx="3" fill="{color}"/>'
    yield f'<text x="{_FUNCTIONS + 18}" y="{y + 22}" class="group" style="fill:{color}">{name}</text>'


def _row(function: _Function, y: int, columns: Sequence[str], color: str) -> Iterator[str]:
    start = _GATEWAY + 90 if function.is_behind_gateway else _GATEWAY
    callers = ", ".join(function.callers)
    shown = callers if len(callers) <= _ROOM else f"{callers[:_ROOM].rpartition(',')[0]} …"
    yield f"<g><title>{escape(', '.join(function.callers))}</title>"
    yield f'<text x="{start + 8}" y="{y - 5}" class="small">{escape(shown)}</text>'
    yield f'<path d="M{start} {y}H{_FUNCTIONS - 2}" class="arrow"/></g>'
    yield f'<text x="{_FUNCTIONS + 18}" y="{y - 2}" class="name">{function.name}</text>'
    yield f'<text x="{_FUNCTIONS + 18}" y="{y + 14}" class="small">{escape(_cut(function.description))}</text>'
    for used, x in zip(columns, count(_COLUMNS + _COLUMN // 2, _COLUMN)):
        if used in function.uses:
            fill = color if function.uses[used] else "#fff"
            yield f'<circle cx="{x}" cy="{y}" r="7" fill="{fill}" stroke="{color}" stroke-width="2.5"/>'


def _cut(text: str) -> str:
    """Return as much of a description as has room."""
    short = text.removesuffix(".")
    return short if len(short) <= 58 else f"{short[:56].rpartition(' ')[0].rstrip(',')} …"


def _gateway(top: int, bottom: int) -> Iterator[str]:
    middle = (top + bottom) // 2
    yield _box(_GATEWAY, top, 90, bottom - top, ["API", "Gateway", "", "CloudFront", "and WAF", "as options"])
    yield _box(10, middle - 80, 90, 160, ["Browsers", "Frontends", "Payment", "providers"])
    yield f'<path d="M100 {middle}H{_GATEWAY - 2}" class="arrow"/>'


def _box(x: int, y: int, width: int, height: int, lines: Sequence[str]) -> str:
    first = y + height // 2 - 9 * len(lines) + 14
    words = "".join(
        f'<text x="{x + width // 2}" y="{first + 18 * number}" class="boxed">{line}</text>'
        for number, line in enumerate(lines)
    )
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="8" class="box"/>{words}'


def _columns(columns: Sequence[str]) -> Iterator[str]:
    for used, x in zip(columns, count(_COLUMNS + _COLUMN // 2, _COLUMN)):
        name = escape(_USED.get(used, used))
        yield f'<text transform="translate({x + 4} {_TOP - 10}) rotate(-45)" class="column">{name}</text>'


def _legend(y: int) -> Iterator[str]:
    yield f'<circle cx="{_FUNCTIONS + 10}" cy="{y - 4}" r="7" fill="#475569"/>'
    yield f'<text x="{_FUNCTIONS + 24}" y="{y}" class="small">writes or sends</text>'
    yield f'<circle cx="{_FUNCTIONS + 150}" cy="{y - 4}" r="6" fill="#fff" stroke="#475569" stroke-width="2.5"/>'
    reads = "only reads; of payment providers, the keys to call them"
    yield f'<text x="{_FUNCTIONS + 164}" y="{y}" class="small">{reads}</text>'


def _svg(height: int, drawn: Sequence[str]) -> str:
    style = (
        "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;fill:#1e293b}"
        ".group{font-size:15px;font-weight:700}.name{font-size:15px;font-weight:600}"
        ".small{font-size:12px;fill:#475569}.boxed{font-size:14px;font-weight:600;text-anchor:middle}"
        ".column{font-size:14px;font-weight:600}.box{fill:#f1f5f9;stroke:#94a3b8}"
        ".arrow{stroke:#64748b;stroke-width:1.5;fill:none;marker-end:url(#end)}"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
            ' aria-label="What calls each function, and what it may use">',
            "<!-- Made from template.yaml: make docs -->",
            f"<style>{style}</style>",
            '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>',
            f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
            *drawn,
            "</svg>\n",
        ]
    )
