"""The REST API: published data only, scopes, strict filters, stable pages, problem documents, and a true schema."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.translation import override
from jsonschema import Draft202012Validator

from accounts.models import ApiClient, ApiKey
from core.access import Actor, Role
from core.api.read import record_sql
from core.api.throttling import KeyThrottle
from core.geography import District
from core.terms import Term
from organizations.models import Grant, PrivateContact, ProjectPartner
from partnerships.models import Action, Pillar, Roadmap
from pvenet.api import router
from workshops.models import (
    Placement,
    Presenter,
    PresenterContact,
    Session,
    ShowcasePresenter,
)

RESOURCES = (
    "organizations",
    "projects",
    "workshops",
    "sessions",
    "showcases",
    "roadmaps",
    "actions",
    "districts",
    "vocabularies",
)


@pytest.fixture
def ask(client, api_key):
    """GET with the key of a partner that holds every scope."""
    return lambda path, **params: client.get(f"/api/v1/{path}", params, HTTP_AUTHORIZATION=f"Api-Key {api_key}")


@pytest.fixture
def world(make_showcase, organization, other_organization, project, workshop):
    """One row of everything that is published, beside rows that are not."""
    public = make_showcase(organization, state="PUBLISHED", project=project)
    make_showcase(other_organization, state="VERIFIED")
    named = Presenter.objects.create(organization=organization, name="Named", named_publicly_since="2026-01-01")
    unnamed = Presenter.objects.create(organization=organization, name="⟦presenter:name⟧")
    for presenter in (named, unnamed):
        ShowcasePresenter.objects.create(showcase=public, presenter=presenter)
        PresenterContact.objects.create(presenter=presenter, phone="⟦presenter:phone⟧")
    PrivateContact.objects.create(organization=organization, name="⟦contact:name⟧")
    Grant.objects.create(
        project=project,
        reference="⟦grant:reference⟧",
        funder=other_organization,
        amount_eur=5,
    )
    ProjectPartner.objects.create(
        project=project,
        organization=other_organization,
        role=Term.objects.of("project_role").first(),
    )
    project.districts.set(District.objects.filter(code="KP-PESHAWAR"))
    session = Session.objects.create(
        workshop=workshop,
        day=workshop.days.first(),
        room=workshop.rooms.first(),
        type=Term.objects.of("session_type").first(),
        title="Showcases",
        starts_at=datetime(2026, 1, 15, 4, tzinfo=UTC),
        ends_at=datetime(2026, 1, 15, 6, tzinfo=UTC),
    )
    for position, showcase in enumerate(workshop.showcases.order_by("pk")):
        Placement.objects.create(session=session, showcase=showcase, position=position)
    roadmap = Roadmap.objects.create(
        slug="roadmap",
        programme=workshop.programme,
        title="Roadmap",
        starts_on="2026-02-01",
        is_published=True,
    )
    hidden = Roadmap.objects.create(
        slug="hidden",
        programme=workshop.programme,
        title="⟦roadmap:draft⟧",
        starts_on="2026-02-01",
    )
    for row, title in ((roadmap, "Act together"), (hidden, "⟦action:draft⟧")):
        pillar = Pillar.objects.create(roadmap=row, term=Term.objects.of("roadmap_pillar").first(), position=0)
        action = Action.objects.create(
            pillar=pillar,
            code="P1-01",
            title=title,
            status=Term.objects.of("action_status").first(),
            lead=organization,
        )
        action.partners.add(other_organization)
    return public


@pytest.mark.parametrize("resource", RESOURCES)
def test_list_and_record_are_what_the_schema_says(resource, ask, client, world):
    document = client.get("/api/v1/openapi.json").json()
    operation = document["paths"][f"/api/v1/{resource}/"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator(
        {**schema, "components": document["components"]},
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )
    body = ask(f"{resource}/").json()
    validator.validate(body)
    first = body["results"][0]
    name = schema["$ref"].rsplit("/", 1)[-1]
    item = document["components"]["schemas"][name]["properties"]["results"]["items"]["$ref"].rsplit("/", 1)[-1]
    assert set(first) == set(document["components"]["schemas"][item]["properties"])
    key = next(first[name] for name in ("slug", "uuid", "vocabulary", "id", "code") if name in first)
    assert ask(f"{resource}/{key}/").json() == first


@pytest.mark.parametrize("resource", RESOURCES)
def test_nothing_protected_leaves(resource, ask, world):
    answer = ask(f"{resource}/")
    assert answer.status_code == 200
    assert "⟦" not in answer.content.decode()


def test_showcase_names_only_presenters_who_agreed(ask, world, project):
    (showcase,) = ask("showcases/").json()["results"]
    assert showcase["presenters"] == [{"name": "Named", "name_ur": "", "position": ""}]
    assert showcase["project"] == project.code


def test_project_that_is_no_longer_public_is_null_in_its_showcase(ask, world, project):
    project.sensitivity = "RESTRICTED"
    project.save()
    (showcase,) = ask("showcases/").json()["results"]
    assert showcase["project"] is None
    assert ask("projects/").json()["results"] == []
    assert ask(f"projects/{project.code}/").status_code == 404


def test_session_lists_only_published_showcases(ask, world):
    (session,) = ask("sessions/").json()["results"]
    assert [row["showcase"] for row in session["showcases"]] == [str(world.uuid)]


def test_without_a_key_the_answer_is_401_and_a_problem_document(client, db):
    answer = client.get("/api/v1/organizations/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Api-Key"
    assert answer.json()["status"] == 401


def test_key_without_the_scope_is_refused(client, db, now):
    key, prefix, key_hash = ApiKey.new_key()
    partner = ApiClient.objects.create(name="Narrow", created_at=now)
    ApiKey.objects.create(
        client=partner,
        prefix=prefix,
        key_hash=key_hash,
        scopes=["projects"],
        created_at=now,
    )
    header = {"HTTP_AUTHORIZATION": f"Api-Key {key}"}
    assert client.get("/api/v1/projects/", **header).status_code == 200
    refused = client.get("/api/v1/showcases/", **header)
    assert refused.status_code == 403
    assert "showcases" in refused.json()["detail"]


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"revoked_at": datetime(2025, 1, 1, tzinfo=UTC)},
    ],
)
def test_expired_or_revoked_key_is_refused(change, ask, api_key):
    assert ask("projects/").status_code == 200
    ApiKey.objects.update(**change)
    assert ask("projects/").status_code == 401


def test_wrong_secret_behind_a_known_prefix_is_refused(client, api_key):
    header = {"HTTP_AUTHORIZATION": f"Api-Key {api_key[:-1]}x"}
    assert client.get("/api/v1/projects/", **header).status_code == 401


def test_unknown_parameter_answers_400_and_names_it(ask):
    answer = ask("projects/", them="YOUTH")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == ["them"]


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"theme": "NOSUCH"}, "theme"),
        ({"updated_since": "yesterday"}, "updated_since"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "101"}, "page_size"),
        ({"page_size": "٣"}, "page_size"),
        ({"cursor": "§"}, "cursor"),
        ({"cursor": "cD0lMDA="}, "cursor"),
        ({"organization": "a\x00b"}, "organization"),
    ],
)
def test_value_that_cannot_be_used_answers_400_and_names_its_parameter(ask, params, name, project):
    answer = ask("projects/", **params)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize("value", ["maybe", "1", "3"])
def test_yes_or_no_in_other_words_answers_400_instead_of_everything(ask, organization, value):
    answer = ask("organizations/", is_member=value)
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"is_member": ["Use true or false."]}
    assert ask("organizations/", is_member="false").json()["results"] == []


@pytest.mark.parametrize("name", ["theme", "page_size"])
def test_parameter_given_twice_answers_400_instead_of_ignoring_one(ask, name):
    answer = ask("projects/", **{name: ["YOUTH", "EDU"]})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {name: ["Give this parameter once."]}


def test_failure_under_the_api_is_a_problem_document(client, api_key, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError

    client.raise_request_exception = False
    monkeypatch.setattr("organizations.api.ProjectViewSet.rows", fail)
    answer = client.get("/api/v1/projects/", HTTP_AUTHORIZATION=f"Api-Key {api_key}")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["instance"] == "/api/v1/projects/"
    assert "RuntimeError" not in answer.content.decode()


def test_cursor_that_is_no_key_answers_400(ask, world):
    assert ask("showcases/", cursor="cD1ub3QtYS11dWlk").status_code == 400


def test_filters_narrow(ask, world, organization):
    assert len(ask("organizations/", province="PK-KP").json()["results"]) == 1
    assert len(ask("organizations/", theme="DIALOGUE").json()["results"]) == 1
    assert ask("organizations/", theme="POLICE").json()["results"] == []
    assert len(ask("districts/", province="PK-IS").json()["results"]) == 1


def test_following_next_gives_every_row_once(ask):
    seen, answer = [], ask("districts/", page_size=60).json()
    while True:
        seen += [row["code"] for row in answer["results"]]
        if not answer["next"]:
            break
        answer = ask("districts/" + answer["next"].partition("/districts/")[2]).json()
    assert seen == sorted(seen)
    assert len(set(seen)) == len(seen) == District.objects.count()


@pytest.mark.parametrize("count", [1, 3])
def test_project_list_costs_the_same_with_one_and_three_rows(
    count, ask, make_project, organization, django_assert_num_queries
):
    for number in range(count):
        make_project(organization, f"p-{number}")
    ask("projects/")
    with django_assert_num_queries(2):  # the key, the page
        assert len(ask("projects/").json()["results"]) == count


@pytest.mark.parametrize("resource", RESOURCES)
def test_sql_that_is_kept_holds_rules_and_no_moment_row_or_language(
    resource, request, time_machine, db, django_assert_num_queries
):
    viewset = next(viewset for name, viewset, _ in router.registry if name == resource)
    actor = Actor(client_id=1, roles=frozenset({Role.API_PARTNER}))
    model = viewset().rows(actor).model

    def write() -> str:
        with django_assert_num_queries(0):
            return repr(record_sql.__wrapped__(model, viewset.serializer_class, actor))

    written = write()
    request.getfixturevalue("world")
    time_machine.move_to(datetime(2031, 1, 15, tzinfo=UTC))
    with override("ur"):
        assert write() == written


def test_unknown_address_is_a_problem_document(client):
    answer = client.get("/api/v1/no-such-thing/")
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert client.get("/api/v1/projects/%00/").status_code == 404


def test_writing_is_refused(client, api_key):
    answer = client.post("/api/v1/projects/", {}, HTTP_AUTHORIZATION=f"Api-Key {api_key}")
    assert answer.status_code == 405
    assert answer["Content-Type"] == "application/problem+json"


def test_too_many_requests_answer_429(ask, monkeypatch):
    monkeypatch.setattr(KeyThrottle, "THROTTLE_RATES", {"key": "2/min", "anonymous": "2/min"})
    assert [ask("projects/").status_code for _ in range(3)] == [200, 200, 429]


def test_refused_key_passes_after_the_seconds_it_was_told_to_wait(ask, monkeypatch, time_machine):
    monkeypatch.setattr(KeyThrottle, "THROTTLE_RATES", {"key": "4/min", "anonymous": "4/min"})
    time_machine.move_to(datetime(2026, 1, 15, 4, 0, 50, tzinfo=UTC), tick=False)
    assert [ask("projects/").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    time_machine.shift(15)
    refused = ask("projects/")
    assert refused.status_code == 429
    time_machine.shift(int(refused["Retry-After"]) - 1)
    assert ask("projects/").status_code == 429
    time_machine.shift(1)
    assert ask("projects/").status_code == 200


def test_last_use_of_a_key_is_kept(ask, api_key):
    ask("projects/")
    assert ApiKey.objects.get().last_used_at > datetime.now(UTC) - timedelta(minutes=1)


def test_same_page_asked_again_answers_304(ask, client, api_key, project):
    first = ask("projects/")
    again = client.get(
        "/api/v1/projects/",
        HTTP_AUTHORIZATION=f"Api-Key {api_key}",
        HTTP_IF_NONE_MATCH=first["ETag"],
    )
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["docs/", "docs/?script=", "redoc/", "openapi.json"])
def test_documentation_is_served_from_here(client, path):
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 200
    body = answer.content.decode()
    assert "https://" not in body.replace("https://json-schema.org", "")
    assert "unsafe-eval" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("cursor", ["AAAA", "AA==", "W10=", "LA=="])
def test_a_cursor_that_says_nothing_is_broken_and_not_the_first_page(ask, project, cursor):
    answer = ask("projects/", cursor=cursor)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cursor"])


def test_a_record_takes_no_parameters(ask, project):
    for name in ("expand", "format", "page_size"):
        answer = ask(f"projects/{project.code}/", **{name: "json"})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [name])
    assert list(ask("projects/", format="json").json()["errors"]) == ["format"]


def test_a_hidden_lead_is_not_found_by_trying_slugs(ask, world, organization):
    assert len(ask("actions/", lead=organization.slug).json()["results"]) == 1
    type(organization).objects.update(sensitivity="PARTNER")
    assert ask("actions/", lead=organization.slug).json()["results"] == []


def test_a_made_up_forwarded_address_buys_no_further_requests(client, monkeypatch):
    from core.api.throttling import KeyThrottle

    monkeypatch.setattr(KeyThrottle, "THROTTLE_RATES", {"key": "2/min", "anonymous": "2/min"})
    answers = [client.get("/api/v1/openapi.json", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}") for number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_an_answer_to_a_key_is_for_that_key_alone(ask, project):
    answer = ask("projects/")
    assert answer["Cache-Control"] == "private"
    assert "Authorization" in answer["Vary"]
