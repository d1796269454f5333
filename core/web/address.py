"""The network address of whoever asks, found once: everything behind this reads `REMOTE_ADDR` and nothing else.

Sign-in counts wrong passwords by it, and the API counts requests without a key. What stands in `X-Forwarded-For` is
believed as far as `TRUSTED_PROXY_COUNT` says: each proxy adds the address that it saw at the end, and anybody can write
the rest.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

#: A web server on a Unix socket knows no address: who connects to it is on this computer.
LOCAL = "127.0.0.1"
HEADER = "HTTP_X_FORWARDED_FOR"


class ClientAddressMiddleware:
    """Sets `REMOTE_ADDR` to the address of the client, and takes away the header that nobody else should believe."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.pop(HEADER, "")
        request.META["REMOTE_ADDR"] = client_address(
            request.META.get("REMOTE_ADDR", ""), forwarded, proxies=settings.TRUSTED_PROXY_COUNT
        )
        return self.get_response(request)


def client_address(peer: str, forwarded: str, *, proxies: int) -> str:
    """The client's address: the one that the outermost trusted proxy saw, else that of whoever connected.

    A header with fewer addresses than there are proxies did not come through all of them: the first is taken, because it
    is still the farthest that one of them saw. What is no address is not believed.
    """
    seen = [part.strip() for part in forwarded.split(",") if part.strip()]
    if proxies and seen and (address := _plain(seen[-min(proxies, len(seen))])):
        return address
    return _plain(peer) or LOCAL


def _plain(text: str) -> str:
    """An address without brackets and port; nothing when it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
