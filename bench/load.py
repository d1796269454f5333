"""What a page weighs on its first load, and a small load generator: `connections` requests at a time, on loopback only."""

from __future__ import annotations

import gzip
import re
import selectors
import socket
import statistics
import time
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Load:
    """What a burst of requests showed. Times in milliseconds."""

    requests_per_second: float
    p50: float
    p99: float
    failures: int


def burst(
    port: int,
    path: str,
    *,
    seconds: float,
    connections: int = 8,
    headers: dict[str, str] | None = None,
) -> Load:
    """Ask for `path` with `connections` at a time; every request opens a connection, as sync workers close it."""
    lines = {
        "Host": "localhost",
        "Connection": "close",
        "Accept-Encoding": "gzip",
        **(headers or {}),
    }
    request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    selector = selectors.DefaultSelector()
    durations: list[float] = []
    failures = 0
    began = time.perf_counter()
    for _ in range(connections):
        _open(selector, port, request.encode())
    while selector.get_map():
        for key, _ in selector.select(timeout=30):
            chunk = key.fileobj.recv(262_144)  # type: ignore[union-attr]
            if not key.data["status"]:
                key.data["status"] = chunk[9:12]
            if chunk:
                continue
            now = time.perf_counter()
            selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
            durations.append((now - key.data["began"]) * 1000)
            failures += key.data["status"] != b"200"
            if now - began < seconds:
                _open(selector, port, request.encode())
    elapsed = time.perf_counter() - began
    cuts = statistics.quantiles(durations, n=100) if len(durations) > 1 else durations * 99
    return Load(len(durations) / elapsed, cuts[49], cuts[98], failures)


def first_load(port: int, path: str, headers: dict[str, str]) -> int:
    """Bytes of the page and of its style sheets and scripts, as compressed on the wire, without fonts."""
    page, size = fetch(port, path, headers)
    linked = set(re.findall(r'(?:<link[^>]+rel="stylesheet"[^>]+href|<script[^>]+src)="([^"]+)"', page))
    linked |= set(re.findall(r'<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"', page))
    modules = set()
    for address in linked:
        text, length = fetch(port, address, {})
        size += length
        if address.endswith(".js"):
            base = address.rsplit("/", 1)[0]
            modules |= {f"{base}/{name}" for name in re.findall(r'from\s*"\./([^"]+)"', text)}
    return size + sum(fetch(port, address, {})[1] for address in modules - linked)


def fetch(port: int, path: str, headers: dict[str, str]) -> tuple[str, int]:
    """A body as text, and how many bytes it took on the wire."""
    request = urllib.request.Request(f"http://localhost:{port}{path}", headers={**headers, "Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        body = answer.read()
        is_compressed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(body) if is_compressed else body).decode("utf-8", "replace"), len(body)


def _open(selector: selectors.BaseSelector, port: int, request: bytes) -> None:
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(request)
    selector.register(client, selectors.EVENT_READ, {"began": time.perf_counter(), "status": b""})
