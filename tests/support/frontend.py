"""The tests' own frontend, served from an origin that is not the API's."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from local import node
from local.places import ROOT
from tests.support.ports import free_port

_FOLDER = ROOT / "tests" / "e2e" / "frontend"
_AXIOS = ROOT / "node_modules" / "axios" / "dist" / "esm" / "axios.js"
_KINDS = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@cache
def origin() -> str:
    """Where this run's frontend is served, known before it is: a shop is deployed with the origins that may call it."""
    return f"http://127.0.0.1:{free_port()}"


@contextmanager
def served(api_url: str) -> Iterator[str]:
    """The frontend's URL for as long as the context lasts; it calls the API at a URL."""
    node.tools()
    files = {f"/{file.name}": file.read_bytes() for file in _FOLDER.iterdir()}
    files["/"] = files["/index.html"]
    files["/axios.js"] = _AXIOS.read_bytes()
    files["/config.js"] = f"export const baseURL = {json.dumps(api_url)};\n".encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = files.get(self.path)
            if body is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", _KINDS[Path(self.path).suffix or ".html"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", urlsplit(origin()).port or 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield origin()
        server.shutdown()
