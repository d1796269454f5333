"""API clients and keys: shown once, kept as a hash, refused when they should be."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.models import ApiClient, ApiKey
from core.access import Actor, Scope
from core.audit import AuditEntry
from core.errors import InvalidInput
from organizations.actors import actor_for_user_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner(db) -> ApiClient:
    return services.create_api_client(actor=Actor.operator(), name="Results database", at=timezone.now())


@pytest.fixture
def make_key(partner):
    def make(*scopes: str, **fields) -> str:
        _key, plain = services.create_api_key(
            actor=Actor.operator(),
            client_id=partner.pk,
            scopes=scopes,
            at=fields.pop("at", timezone.now()),
            **fields,
        )
        return plain

    return make


@pytest.fixture
def ask(client):
    def ask(key: str, path: str = "/api/v1/organizations/"):
        return client.get(path, headers={"Authorization": f"Api-Key {key}"})

    return ask


def key_form(client, partner, **values) -> dict:
    page = client.get(f"/account/api-clients/{partner.pk}/new-key/")
    return {
        "scopes": ["projects", "organizations"],
        "expires_on": (timezone.localdate() + timedelta(days=30)).isoformat(),
        "once": page.context["form"]["once"].value(),
        **values,
    }


@pytest.mark.parametrize(
    "person",
    ["reviewer", "nacta", "funder", "focal_point", "data_protection_officer"],
)
def test_keys_are_for_managers_and_administrators(request, confirmed, partner, person):
    client = confirmed(request.getfixturevalue(person))
    for path in ("", "new/", f"{partner.pk}/", f"{partner.pk}/new-key/"):
        assert client.get("/account/api-clients/" + path).status_code == 404
    assert client.post("/account/api-clients/new/", {"name": "Mine"}).status_code == 404
    assert ApiClient.objects.count() == 1


def test_a_key_is_shown_once_and_kept_as_a_hash(confirmed, manager, partner):
    client = confirmed(manager)
    path = f"/account/api-clients/{partner.pk}/new-key/"
    response = client.post(path, key_form(client, partner))
    key = ApiKey.objects.get()
    page = response.content.decode()
    plain = page.split('value="pvn_')[1].split('"')[0]
    plain = "pvn_" + plain
    assert response.status_code == 201
    assert "no-store" in response["Cache-Control"]
    assert key.scopes == ["organizations", "projects"]
    assert plain.startswith(key.prefix)
    secret = plain.removeprefix(key.prefix)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(k)::text FROM accounts_apikey k")
        assert secret not in cursor.fetchone()[0]
    assert secret not in str(dict(client.session))
    assert secret not in client.get(f"/account/api-clients/{partner.pk}/").content.decode()
    entry = AuditEntry.objects.order_by("pk").last()
    assert (entry.action, entry.details) == (
        "api_key.created",
        {"client": partner.pk, "scopes": ["organizations", "projects"]},
    )


def test_a_form_that_is_sent_twice_makes_one_key(confirmed, manager, partner):
    client = confirmed(manager)
    path = f"/account/api-clients/{partner.pk}/new-key/"
    form = key_form(client, partner)
    assert [client.post(path, form).status_code for _ in range(2)] == [201, 409]
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["everything"]},
        {"expires_on": "2020-01-01"},
        {"expires_on": "2999-01-01"},
        {"expires_on": "tomorrow"},
        {"once": ""},
    ],
)
def test_a_wrong_form_makes_no_key(confirmed, manager, partner, wrong):
    client = confirmed(manager)
    path = f"/account/api-clients/{partner.pk}/new-key/"
    assert client.post(path, key_form(client, partner, **wrong)).status_code == 422
    assert ApiKey.objects.count() == 0


def test_making_a_key_asks_for_the_password_first(sign_in, manager, partner):
    client = sign_in(manager)
    path = f"/account/api-clients/{partner.pk}/new-key/"
    asked = client.post(path, key_form(client, partner))
    assert asked["Location"].startswith("/account/reauthenticate/")
    assert ApiKey.objects.count() == 0
    done = client.post(asked["Location"], {"password": "correct horse battery staple", "next": path})
    assert done.status_code == 201
    assert ApiKey.objects.count() == 1


def test_a_client_has_a_name_of_its_own(sign_in, manager, partner):
    client = sign_in(manager)
    path = "/account/api-clients/new/"
    assert client.post(path, {"name": partner.name}).status_code == 422
    assert client.post(path, {"name": ""}).status_code == 422
    with pytest.raises(InvalidInput):
        services.create_api_client(actor=Actor.operator(), name=partner.name, at=timezone.now())
    assert client.post(path, {"name": "Another"}).status_code == 302


def test_a_key_opens_what_it_is_for_and_nothing_else(make_key, ask):
    key = make_key(Scope.ORGANIZATIONS)
    assert ask(key).status_code == 200
    assert ask(key, "/api/v1/projects/").status_code == 403


def test_an_expired_key_is_refused(make_key, ask):
    now = timezone.now()
    key = make_key(at=now - timedelta(days=2), expires_at=now - timedelta(days=1))
    assert ask(key).status_code == 401


def test_a_revoked_key_is_refused_at_once(make_key, ask, sign_in, manager, client):
    key = make_key()
    assert ask(key).status_code == 200
    row = ApiKey.objects.get()
    assert row.last_used_at is not None
    response = sign_in(manager).post(f"/account/api-keys/{row.pk}/revoke/")
    assert response.status_code == 302
    assert ask(key).status_code == 401
    sign_in(manager).post(f"/account/api-keys/{row.pk}/revoke/")
    actions = AuditEntry.objects.filter(action="api_key.revoked")
    assert actions.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda key: key[:-1],
        lambda key: key + "x",
        lambda key: key.upper(),
        lambda key: "pvn_",
    ],
)
def test_a_key_that_is_not_quite_right_is_refused(make_key, ask, change):
    assert ask(change(make_key())).status_code == 401


def test_the_command_prints_a_key_once(ask, db):
    out = StringIO()
    call_command("create_api_key", name="Partner", scope=["projects"], stdout=out)
    key = out.getvalue().strip()
    assert ask(key, "/api/v1/projects/").status_code == 200
    assert ask(key).status_code == 403
    out = StringIO()
    call_command("create_api_key", name="Partner", expires_days=1, stdout=out)
    assert ApiClient.objects.count() == 1
    newest = ApiKey.objects.order_by("pk").last()
    assert newest.scopes == sorted(Scope)
    assert newest.expires_at is not None
    with pytest.raises(CommandError):
        call_command("create_api_key", name="Partner", expires_days=0)
    with pytest.raises(CommandError, match="name"):
        call_command("create_api_key", name="  ")


def test_lists_cost_the_same_with_one_and_three(sign_in, manager, partner, make_key):
    client = sign_in(manager)
    make_key()

    def counts() -> list[int]:
        found = []
        for path in ("/account/api-clients/", f"/account/api-clients/{partner.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            found.append(len(queries))
        return found

    counts()
    before = counts()
    for number in range(2):
        make_key()
        services.create_api_client(
            actor=actor_for_user_id(manager.pk),
            name=f"More {number}",
            at=timezone.now(),
        )
    assert counts() == before
    assert max(before) <= 12
