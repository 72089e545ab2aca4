"""Reading template.yaml without CloudFormation."""

from functools import cache
from typing import Any

import yaml

from local.places import ROOT


class _Loader(yaml.SafeLoader):
    """Reads a template and ignores CloudFormation's functions."""


def _function(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    assert isinstance(node, yaml.SequenceNode)
    return loader.construct_sequence(node)


_Loader.add_multi_constructor("!", _function)


def resource(name: str) -> dict[str, Any]:
    """Return the properties of a resource of the template."""
    properties = _read()["Resources"][name]["Properties"]
    assert isinstance(properties, dict)
    return properties


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type, by name."""
    found = _read()["Resources"].items()
    return {
        name: resource["Properties"]
        for name, resource in found
        if resource["Type"] == kind and "Properties" in resource
    }


def parameters() -> list[str]:
    """Return the names of the template's parameters."""
    return list(_read()["Parameters"])


@cache
def _read() -> dict[str, Any]:
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), _Loader)  # noqa: S506 - it is a safe loader
    assert isinstance(template, dict)
    return template
