"""The first promise: what a person may not see reaches them through no exit.

`EXITS` says how to ask for every route. One test walks them all as every person of `world.py` and looks for planted
markers; another fails when a route is missing from the register, so that a new exit is either covered or red.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pvenet.tests.exits import EXITS
from pvenet.tests.world import HOLDERS, PEOPLE, World, build_world

pytestmark = pytest.mark.django_db  # the module's walk needs the test database, so pytest-django must make it
MARKER = re.compile("⟦([a-z:_-]+)⟧|%E2%9F%A6([A-Za-z:_%-]+?)%E2%9F%A7|\\\\u27e6([a-z:_-]+)\\\\u27e7")


def routes(patterns: list[Any] | None = None, namespace: str = "") -> Iterator[str]:
    """The name of every route, `namespace:name`. A route without a name cannot be walked, so it is an error."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern.url_patterns, inner)
        else:
            assert isinstance(pattern, URLPattern)
            assert pattern.name, f"{pattern.pattern} has no name, so nobody can walk it."
            yield namespace + pattern.name


@dataclass(frozen=True)
class Meeting:
    """A marker in an answer."""

    person: str
    method: str
    address: str
    marker: str

    @property
    def is_leak(self) -> bool:
        return self.person not in HOLDERS[self.marker]


@pytest.fixture(scope="module")
def meetings(django_db_setup, django_db_blocker) -> list[Meeting]:
    """One walk through all exits as everybody: what every address says to GET, and the first of each route to POST."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        world = build_world()
        found = [
            Meeting(person, method, address, marker)
            for person in PEOPLE
            for client in [client_of(person, world)]
            for address, is_first in addresses(world)
            for method in (("get", "post") if is_first else ("get",))
            for marker in ask(client, method, address)
        ]
        transaction.set_rollback(True)
    return found


def test_every_route_is_in_the_register_of_exits():
    assert sorted(set(routes())) == sorted(EXITS)


@pytest.mark.slow
@pytest.mark.parametrize("person", PEOPLE)
def test_no_marker_reaches_a_person_who_may_not_hold_it(person, meetings):
    assert [meeting for meeting in meetings if meeting.person == person and meeting.is_leak] == []


@pytest.mark.slow
def test_the_walk_meets_every_marker(meetings):
    """A marker that nobody ever meets would prove nothing: each is met by at least one of its holders."""
    assert set(HOLDERS) - {meeting.marker for meeting in meetings if not meeting.is_leak} == set()


def client_of(person: str, world: World) -> Client:
    """A client signed in as the person; the API partner sends its key with every request."""
    if person == "api_partner":
        return Client(headers={"Authorization": f"Api-Key {world.api_key}"})
    client = Client()
    if person != "visitor":
        user = world.users[person]
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        # As after a password a moment ago: pages that ask for it again are walked too.
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return client


def addresses(world: World) -> Iterator[tuple[str, bool]]:
    """Every address of every route, for every row of the world that it could show; True with the first of a route."""
    for name, arguments in EXITS.items():
        for number, kwargs in enumerate(arguments(world)):
            query = kwargs.pop("?", "")
            yield reverse(name, kwargs=kwargs) + query, number == 0


def ask(client: Client, method: str, address: str) -> set[str]:
    """The markers in an answer, its headers, the page it leads to and the mails it sends; the database stays as it was.

    A page that fails is a failure of the walk: hidden rows must not be guessed from a 500 either.
    """
    mail.outbox.clear()
    signed_in = copy.deepcopy(client.cookies)
    with transaction.atomic():
        answer = getattr(client, method)(address, follow=True)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    client.cookies = signed_in  # an answer may have ended the session, which the database has again
    assert answer.status_code < 500 or address == "/healthz", f"{method} {address} answers {answer.status_code}"
    text = body.decode("utf-8", "replace") + str(answer.headers) + str(getattr(answer, "redirect_chain", ""))
    return {next(group for group in groups if group) for groups in MARKER.findall(text)} & set(HOLDERS)
