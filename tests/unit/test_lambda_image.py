"""The image for `sam local` is reused, pulled or built, or the reason why not is printed."""

import json
import os
from subprocess import CompletedProcess

import pytest

from local import lambda_image
from local.processes import LocalCloudError


class Docker:
    """An engine that reaches no registry and has at most one image, with these labels."""

    def __init__(self, labels: dict[str, str] | None, *, has_image: bool) -> None:
        self.labels = labels
        self.has_image = has_image
        self.pulls = 0

    def __call__(self, *arguments: str) -> "CompletedProcess[str]":
        failed = arguments[0] == "pull" or not self.has_image
        self.pulls += arguments[0] == "pull"
        return CompletedProcess(arguments, int(failed), stdout=json.dumps(self.labels))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The images that were built, by root on a machine with an engine."""
    images: list[str] = []
    monkeypatch.setattr(lambda_image, "has_engine", lambda: True)
    monkeypatch.setattr(lambda_image, "_build", images.append)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return images


def test_the_public_image_is_taken_as_it_is(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    docker = Docker(None, has_image=True)
    monkeypatch.setattr(lambda_image, "docker", docker)

    lambda_image.provide()

    assert (built, docker.pulls) == ([], 0)


def test_a_stand_in_is_built_where_nothing_can_be_pulled(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    docker = Docker(None, has_image=False)
    monkeypatch.setattr(lambda_image, "docker", docker)

    lambda_image.provide()

    assert (built, docker.pulls) == ([lambda_image.IMAGE], 1)


def test_a_stand_in_that_was_built_otherwise_is_built_anew(built: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_image, "docker", Docker({"installment-shop.inputs": "earlier"}, has_image=True))

    lambda_image.provide()

    assert built == [lambda_image.IMAGE]


def test_who_is_not_root_is_told_to_start_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_image, "has_engine", lambda: False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(LocalCloudError, match=r"no Docker engine runs here\. Start Docker first"):
        lambda_image.provide()
