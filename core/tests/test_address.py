"""Who asks, behind how many proxies, and what nobody can pretend."""

import pytest
from django.test import RequestFactory

from core.web.address import ClientAddressMiddleware, client_address


@pytest.mark.parametrize(
    ("peer", "forwarded", "proxies", "expected"),
    [
        # Without a proxy nobody is believed.
        ("203.0.113.7", "", 0, "203.0.113.7"),
        ("203.0.113.7", "10.0.0.1", 0, "203.0.113.7"),
        # On a Unix socket there is no address of the peer.
        ("", "203.0.113.7", 1, "203.0.113.7"),
        ("", "", 1, "127.0.0.1"),
        ("", "203.0.113.7", 0, "127.0.0.1"),
        # What the visitor sent stands in front of what the proxies add.
        ("127.0.0.1", "10.9.9.9, 203.0.113.7", 1, "203.0.113.7"),
        ("127.0.0.1", "10.9.9.9, 203.0.113.7, 198.51.100.2", 2, "203.0.113.7"),
        ("127.0.0.1", "203.0.113.7", 2, "203.0.113.7"),
        ("127.0.0.1", "not-an-address", 1, "127.0.0.1"),
        ("127.0.0.1", " , ", 1, "127.0.0.1"),
        ("unix:", "x" * 9000, 1, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.7:51234", 1, "203.0.113.7"),
        ("::1", "[2001:db8::1]:443", 1, "2001:db8::1"),
        ("::1", "2001:DB8::1", 1, "2001:db8::1"),
    ],
)
def test_the_address_is_the_one_that_the_outermost_trusted_proxy_saw(peer, forwarded, proxies, expected):
    assert client_address(peer, forwarded, proxies=proxies) == expected


def test_everything_behind_reads_one_address_and_no_header(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    request = RequestFactory().get("/", REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.7")
    ClientAddressMiddleware(lambda request: request)(request)
    assert request.META["REMOTE_ADDR"] == "203.0.113.7"
    assert "X-Forwarded-For" not in request.headers
