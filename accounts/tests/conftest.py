"""What tests of accounts share."""

from __future__ import annotations

import re
import time

import pytest
from django.core.cache import cache
from django.test import Client

from conftest import PASSWORD
from pvenet.celery import app


@pytest.fixture(autouse=True)
def no_attempts_left_over():
    """Counts of attempts and codes that were used stand in the cache."""
    cache.clear()


@pytest.fixture
def worker():
    """Tasks run when they are queued, as a worker would run them a moment later."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.fixture
def post_sign_in(client):
    """Send the sign-in form: `post_sign_in("a@example.org")`."""

    def post(email: str, password: str = PASSWORD, **extra):
        return client.post("/account/login/", {"login": email, "password": password}, **extra)

    return post


@pytest.fixture
def confirmed(client):
    """Sign in through the form's door a moment ago, so that no password is asked for: `confirmed(administrator)`."""

    def enter(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "email": user.email}]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        return client

    return enter


@pytest.fixture
def link_in():
    """The path of the first link in a message."""

    def find(message) -> str:
        return re.search(r"https?://[^/]+(/\S+)", message.body)[1]

    return find


@pytest.fixture
def make_client():
    """A browser of its own, signed in: `make_client(manager)`."""

    def make(user) -> Client:
        browser = Client()
        browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return browser

    return make
