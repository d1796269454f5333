"""Who edits a roadmap, and what is refused on the way."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.errors import InvalidInput, NotAllowed, StaleWrite
from core.terms import Term, term
from partnerships import selectors, services
from partnerships.models import Action, Pillar, Roadmap

NEW = "/roadmaps/roadmap/actions/new/"


@pytest.fixture
def sent(pillar, organization):
    """What a browser sends for a complete action."""
    return {
        "pillar": pillar.pk,
        "code": "P2.1",
        "title": "Meet each quarter",
        "title_ur": "ہر سہ ماہی اجلاس",
        "horizon": term("roadmap_horizon", "H1").pk,
        "status": term("action_status", "AGREED").pk,
        "lead": organization.pk,
        "indicator": "Meetings held",
        "target": "12 a year",
        "due_on": "2026-12-31",
    }


def test_a_manager_adds_an_action(sign_in, manager, sent, other_organization):
    response = sign_in(manager).post(NEW, {**sent, "partners": [other_organization.pk]})
    assert response["Location"] == "/roadmaps/roadmap/actions/P2.1/"
    action = Action.objects.get()
    assert (action.title, action.title_ur, action.due_on) == (
        "Meet each quarter",
        "ہر سہ ماہی اجلاس",
        date(2026, 12, 31),
    )
    assert list(action.partners.all()) == [other_organization]
    assert AuditEntry.objects.filter(action="action.add", subject=f"partnerships.action:{action.pk}").count() == 1


def test_a_double_click_adds_one_action(sign_in, manager, sent):
    client = sign_in(manager)
    answers = [client.post(NEW, sent) for _click in range(2)]
    assert [answer["Location"] for answer in answers] == ["/roadmaps/roadmap/actions/P2.1/"] * 2
    assert Action.objects.count() == 1


def test_an_incomplete_action_is_saved_and_stays_a_task(sign_in, manager, actor_of, sent):
    sign_in(manager).post(NEW, {**sent, "lead": "", "target": ""})
    action = Action.objects.get()
    assert selectors.missing_parts(action) == ("no lead", "no target")
    [task] = selectors.tasks_for(actor_of(manager))
    assert task.detail == "1 action is incomplete: it lacks a lead, a horizon, an indicator or a target."
    services.change_action(
        actor=actor_of(manager), pk=action.pk, version=1, at=action.updated_at,
        values={"status": term("action_status", "DROPPED")},
    )  # fmt: skip
    assert selectors.tasks_for(actor_of(manager)) == []


@pytest.mark.parametrize("role", ["nacta", "reviewer", "funder", "focal_point", "administrator"])
def test_nobody_else_edits_a_roadmap(request, sign_in, role, sent, make_action, roadmap):
    make_action("P2.9")
    client = sign_in(request.getfixturevalue(role))
    for address in (
        NEW,
        "/roadmaps/new/",
        "/roadmaps/roadmap/edit/",
        "/roadmaps/roadmap/pillars/new/",
        "/roadmaps/roadmap/pillars/P2_NETWORK/edit/",
        "/roadmaps/roadmap/actions/P2.9/edit/",
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, sent).status_code == 403
    assert list(Action.objects.values_list("code", "title", "version")) == [("P2.9", "Action P2.9", 1)]
    page = client.get("/roadmaps/roadmap/").content.decode()
    assert "Add an action" not in page


def test_a_visitor_is_asked_to_sign_in(client, sent):
    assert client.post(NEW, sent)["Location"].startswith(reverse("account_login"))
    assert not Action.objects.exists()


def test_nobody_deletes_an_action(sign_in, manager, make_action):
    make_action("P2.1")
    client = sign_in(manager)
    for method in (client.delete, client.put, client.patch):
        assert method("/roadmaps/roadmap/actions/P2.1/").status_code == 405
    assert "Delete" not in client.get("/roadmaps/roadmap/actions/P2.1/edit/").content.decode()
    assert Action.objects.count() == 1


def test_a_stale_save_shows_both_and_loses_neither(sign_in, manager, make_action, actor_of, sent, now):
    action = make_action("P2.1", title="First")
    client = sign_in(manager)
    services.change_action(
        actor=actor_of(manager),
        pk=action.pk,
        version=1,
        values={"title": "Theirs"},
        at=now,
    )
    stale = client.post("/roadmaps/roadmap/actions/P2.1/edit/", {**sent, "title": "Mine", "version": 1})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert Action.objects.get().title == "Theirs"
    form = stale.context["form"]
    again = client.post(
        "/roadmaps/roadmap/actions/P2.1/edit/",
        {**sent, "title": "Mine", "version": form["version"].value()},
    )
    assert again.status_code == 302
    assert (Action.objects.get().title, Action.objects.get().version) == ("Mine", 3)


def test_a_service_refuses_a_stale_version(actor_of, manager, make_action, now):
    action = make_action("P2.1")
    with pytest.raises(StaleWrite):
        services.change_action(
            actor=actor_of(manager),
            pk=action.pk,
            version=7,
            values={"title": "x"},
            at=now,
        )
    assert Action.objects.get().title == "Action P2.1"


def test_a_code_is_unique_in_the_whole_roadmap(sign_in, manager, make_action, roadmap, sent):
    elsewhere = Pillar.objects.create(roadmap=roadmap, term=term("roadmap_pillar", "P1_LOCAL"), position=2)
    make_action("p2.1", pillar=elsewhere, title="The one before")
    response = sign_in(manager).post(NEW, sent)
    assert response.status_code == 422
    assert "The action “The one before” has this code." in response.content.decode()
    assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("horizon", "999999999999999999999"),
        ("horizon", "H9"),
        ("status", ""),
        ("lead", "-1"),
        ("partners", "0"),
        ("pillar", "77777777"),
        ("code", "new"),
        ("code", "P2 1"),
        ("code", "P" * 13),
        ("code", "../../x"),
        ("code", "\0"),
        ("title", ""),
        ("title", "\u202e\u200f"[:1]),
        ("title", "x" * 241),
        ("title", "nul\0l"),
        ("due_on", "31.02.2026"),
        ("due_on", "0001-01-01"),
        ("due_on", "9999-12-31"),
    ],
)
def test_what_cannot_be_is_refused_in_words(sign_in, manager, sent, field, value):
    response = sign_in(manager).post(NEW, {**sent, field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not Action.objects.exists()


def test_a_term_of_another_vocabulary_is_refused(sign_in, manager, sent):
    response = sign_in(manager).post(NEW, {**sent, "horizon": term("action_status", "DONE").pk})
    assert response.status_code == 422
    assert "not in the list any more" in response.content.decode()


def test_a_pillar_of_another_roadmap_is_refused(actor_of, manager, roadmap, programme, sent, now):
    other = Roadmap.objects.create(slug="other", programme=programme, title="Other", starts_on=date(2026, 1, 1))
    pillar = Pillar.objects.create(roadmap=other, term=term("roadmap_pillar", "P1_LOCAL"), position=1)
    with pytest.raises(InvalidInput):
        services.add_action(
            actor=actor_of(manager), slug="roadmap", at=now,
            values={"pillar": pillar, "code": "X", "title": "X", "status": term("action_status", "DONE")},
        )  # fmt: skip
    assert not Action.objects.exists()


def test_emoji_urdu_and_script_are_kept_as_text(sign_in, manager, sent):
    sign_in(manager).post(NEW, {**sent, "title": "امن 🕊 <script>alert(1)</script> \u202eabc"})
    action = Action.objects.get()
    assert action.title == "امن 🕊 <script>alert(1)</script> abc"
    page = sign_in(manager).get("/roadmaps/roadmap/").content.decode()
    assert "<script>alert" not in page
    assert "امن 🕊" in page


def test_the_lead_is_not_also_a_partner(sign_in, manager, sent, organization):
    sign_in(manager).post(NEW, {**sent, "partners": [organization.pk]})
    assert Action.objects.get().partners.count() == 0


def test_a_manager_starts_a_roadmap_with_pillars(sign_in, manager, programme):
    client = sign_in(manager)
    fields = {
        "title": "Next roadmap", "slug": "next", "starts_on": "2027-01-01", "programme": programme.pk,
        "sensitivity": "PUBLIC",
    }  # fmt: skip
    for _click in range(2):
        assert client.post("/roadmaps/new/", fields)["Location"] == "/roadmaps/next/"
    roadmap = Roadmap.objects.get()
    assert not roadmap.is_published
    local = Term.objects.get(vocabulary="roadmap_pillar", code="P1_LOCAL")
    for _click in range(2):
        client.post(
            "/roadmaps/next/pillars/new/",
            {"term": local.pk, "objective": "Trusted local bodies."},
        )
    assert list(Pillar.objects.values_list("term__code", "objective", "position")) == [
        ("P1_LOCAL", "Trusted local bodies.", 1)
    ]
    client.post("/roadmaps/next/pillars/P1_LOCAL/edit/", {"objective": "Changed.", "version": 1})
    assert Pillar.objects.get().objective == "Changed."
    edited = {**fields, "title": "Renamed", "is_published": "on", "version": 1}
    assert client.post("/roadmaps/next/edit/", edited).status_code == 302
    roadmap.refresh_from_db()
    assert (roadmap.slug, roadmap.title, roadmap.is_published, roadmap.version) == (
        "next",
        "Renamed",
        True,
        2,
    )


def test_an_address_that_is_taken_or_kept_is_refused(sign_in, manager, roadmap, programme):
    fields = {
        "title": "Another",
        "starts_on": "2027-01-01",
        "programme": programme.pk,
        "sensitivity": "PUBLIC",
    }
    for slug in ("roadmap", "new", "not a slug", "\0", ""):
        response = sign_in(manager).post("/roadmaps/new/", {**fields, "slug": slug})
        assert response.status_code == 422
        assert response.context["form"].errors["slug"]
    assert Roadmap.objects.count() == 1


def test_services_ask_the_policy_themselves(actor_of, nacta, roadmap, now):
    with pytest.raises(NotAllowed):
        services.change_roadmap(
            actor=actor_of(nacta),
            slug="roadmap",
            version=1,
            values={"title": "x"},
            at=now,
        )
    roadmap.refresh_from_db()
    assert roadmap.title == "Roadmap of the partners"
