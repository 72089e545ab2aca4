"""The cold start: what has to come before every other import (decision 0011 has what each saves).

- Garbage is not collected while a function imports: nearly all of it stays.
- Packages that only gather the names of their modules are not run: Powertools' would import a resolver and a data class
  for each kind of source there is, and asyncio with them; PyJWT's what fetches keys from the web; botocore's what
  documents its clients; what asks pip's folders for the versions of libraries.
- What Python compiles while it imports was compiled when the layer was packed.
"""

import gc
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import TypeVar

from shop import precompiled

Handler = TypeVar("Handler")

FACADES: Mapping[str, Mapping[str, str]] = {
    "importlib.metadata": {},  # first: others import it
    "aws_lambda_powertools.event_handler": {
        "ApiGatewayResolver": "api_gateway",
        "Response": "api_gateway",
        "content_types": "",
    },
    "aws_lambda_powertools.utilities.data_classes": {
        "ALBEvent": "alb_event",
        "APIGatewayProxyEvent": "api_gateway_proxy_event",
        "APIGatewayProxyEventV2": "api_gateway_proxy_event",
        "BedrockAgentEvent": "bedrock_agent_event",
        "LambdaFunctionUrlEvent": "lambda_function_url_event",
        "S3Event": "s3_event",
        "VPCLatticeEvent": "vpc_lattice",
        "VPCLatticeEventV2": "vpc_lattice",
    },
    "botocore.docs": {},
    "botocore.docs.docstring": {},
    "jwt": {},
    "ulid": {},
}
"""Packages that do nothing but gather names, and in which module is what their own modules ask them for."""

UNREAD = ("ClientMethodDocstring", "PaginatorDocstring", "WaiterDocstring")
"""What botocore would describe each method of a client by, made when somebody reads it, by a writer of documents."""


class _Unread(str):
    """A description that nobody reads."""

    __slots__ = ()

    def __new__(cls, *_: object, **__: object) -> "_Unread":
        return super().__new__(cls)


def _version(library: str) -> str:
    """What `importlib.metadata` tells of a library; urllib3 takes it along and never asks."""
    found: str = sys.modules["importlib.metadata"].distribution(library).version
    return found


class _Facade(ModuleType):
    """A package whose modules are imported without it. It runs when it is asked for a name that the table lacks."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        module = FACADES[self.__name__].get(name)
        if module == "":
            return import_module(f"{self.__name__}.{name}")
        if module is not None:
            return getattr(import_module(f"{self.__name__}.{module}"), name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        if self.__spec__ is not None and self.__spec__.loader is not None:
            self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def ready(handler: Handler) -> Handler:
    """A function's handler, once all is imported: from here on garbage is collected, but never looked for in that."""
    gc.freeze()
    gc.enable()
    return handler


def _put_up(name: str) -> None:
    spec = find_spec(name)
    if spec is None or name in sys.modules:
        return
    facade = module_from_spec(spec)
    facade.__class__ = _Facade
    sys.modules[name] = facade


gc.disable()
if packed := precompiled.Precompiled.read(precompiled.FILE):
    packed.use()
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it would search every library for some
for _name in FACADES:
    _put_up(_name)
if isinstance(_metadata := sys.modules["importlib.metadata"], _Facade):
    vars(_metadata)["version"] = _version
if isinstance(_docstrings := sys.modules["botocore.docs.docstring"], _Facade):
    vars(_docstrings).update(dict.fromkeys(UNREAD, _Unread))
