"""A story goes from the panel of its CSO to the province's and the nation's, and what was said goes back to the teller."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from core.errors import NotAllowed, WrongState
from core.geography import Province
from core.tasks import deliver_message
from evidence.consents import services as consents
from evidence.models import Candidate, Consent, Panel, PanelFeedback, SelectionRound
from evidence.selection import services

pytestmark = pytest.mark.django_db
REASON = "It shows a change that neighbours repeat."


def url(name: str, *args: object) -> str:
    return reverse(f"evidence:{name}", args=args)


def enter(user=None) -> Client:
    client = Client()
    if user:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def opened(programme, manager, actor_of, now) -> SelectionRound:
    return services.open_round(
        actor=actor_of(manager),
        programme_id=programme.pk,
        values={
            "title": "First round",
            "title_ur": "",
            "question": "Which change matters most?",
            "question_ur": "",
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2026, 6, 30),
        },
        at=now,
    )


@pytest.fixture
def story(make_consent, make_story, publish):
    return publish(make_story(consent=make_consent()))


def test_a_story_climbs_the_panels_through_the_pages_and_feedback_reaches_its_cso(
    opened, story, editor, manager, organization, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(deliver_message, "delay", deliver_message)
    cso, programme = enter(editor), enter(manager)
    set_up = cso.post(
        url("panel_new", opened.pk),
        {"level": "CSO", "organization": organization.slug, "composition": "Two teachers and an elder"},
    )
    first = Panel.objects.get()
    assert set_up["Location"] == url("panel", first.pk), set_up.context["form"].errors

    def choose(client, panel):
        put = client.post(url("panel_candidate", panel.pk), {"story": story.uuid})
        assert put.status_code == 302, put.context["refusal"]
        row = Candidate.objects.get(panel=panel)
        answer = client.post(
            url("panel_choose", panel.pk), {"candidate": row.pk, "text": REASON, "version": panel.version}
        )
        assert answer.status_code == 302, answer.context["refusal"]
        return row

    candidate = choose(cso, first)
    for level, place in (("PROVINCE", {"province": Province.objects.get(short="KP").code}), ("NATIONAL", {})):
        answer = programme.post(url("panel_new", opened.pk), {"level": level, "organization": "", **place})
        assert answer.status_code == 302, answer.context["form"].errors
        last = choose(programme, Panel.objects.get(level=level))
    with django_capture_on_commit_callbacks(execute=True):
        programme.post(url("panel_feedback", last.panel_id, last.pk), {"text": "⟦feedback⟧ Everybody listened."})
    assert list({message.subject for message in mail.outbox}) == [
        "A panel sent feedback on a story of your organization"
    ]
    page = cso.get(url("panel", last.panel_id)).content.decode()
    assert "⟦feedback⟧" in page
    cso.post(url("feedback_passed_on", last.panel_id, last.pk))
    assert PanelFeedback.objects.get().passed_on_at is not None

    visitor = enter()
    assert visitor.get(url("round", opened.pk)).status_code == 404
    opened.refresh_from_db()
    assert programme.post(url("round_close", opened.pk), {"version": opened.version}).status_code == 302
    shown = visitor.get(url("round", opened.pk)).content.decode()
    assert "A woman opens a shop" in shown
    assert shown.count(REASON) == 3
    path = visitor.get(url("story", story.uuid))
    assert [row.panel.level for row in path.context["path"]] == ["CSO", "PROVINCE", "NATIONAL"]
    assert "⟦feedback⟧" not in visitor.get(url("panel", last.panel_id)).content.decode()
    assert candidate.panel.level == "CSO"


def test_a_story_that_is_withdrawn_leaves_the_page_of_the_round_too(
    opened, story, editor, manager, organization, actor_of, now
):
    panel = services.open_panel(
        actor=actor_of(editor), round_pk=opened.pk, level="CSO", organization_slug=organization.slug, at=now
    )
    row = services.add_candidate(actor=actor_of(editor), panel_pk=panel.pk, story_uuid=story.uuid, at=now)
    services.choose_story(
        actor=actor_of(editor), panel_pk=panel.pk, candidate_pk=row.pk, reason=REASON, version=None, at=now
    )
    services.close_round(actor=actor_of(manager), pk=opened.pk, version=None, at=now)
    assert REASON in enter().get(url("round", opened.pk)).content.decode()
    consents.withdraw_consent(actor=actor_of(editor), uuid=Consent.objects.get().uuid, at=now)
    for name, pk in (("round", opened.pk), ("panel", panel.pk)):
        page = enter().get(url(name, pk)).content.decode()
        assert (REASON in page, "A woman opens a shop" in page) == (False, False)


def test_a_panel_above_takes_only_what_was_chosen_below(opened, story, manager, actor_of, now):
    panel = services.open_panel(
        actor=actor_of(manager), round_pk=opened.pk, level="PROVINCE", province=Province.objects.get(short="KP"), at=now
    )
    answer = enter(manager).post(url("panel_candidate", panel.pk), {"story": story.uuid})
    assert (answer.status_code, Candidate.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [("", "Say why"), ("Call 0301-2345678.", "mobile number"), ("Gulalai is brave.", "“Gulalai” is one of the words")],
)
def test_the_reason_of_a_panel_tells_no_more_than_the_story(
    opened, story, editor, organization, actor_of, now, reason, sentence
):
    panel = services.open_panel(
        actor=actor_of(editor), round_pk=opened.pk, level="CSO", organization_slug=organization.slug, at=now
    )
    row = services.add_candidate(actor=actor_of(editor), panel_pk=panel.pk, story_uuid=story.uuid, at=now)
    answer = enter(editor).post(
        url("panel_choose", panel.pk), {"candidate": row.pk, "text": reason, "version": panel.version}
    )
    assert (answer.status_code, sentence in answer.context["refusal"]) == (422, True)
    panel.refresh_from_db()
    assert panel.decided_at is None


def test_others_neither_open_rounds_nor_choose_for_a_panel(
    opened, story, editor, focal_point, other_focal_point, reviewer, organization, actor_of, now
):
    for user in (editor, reviewer):
        assert enter(user).get(url("round_new")).status_code == 403
    panel = services.open_panel(
        actor=actor_of(editor), round_pk=opened.pk, level="CSO", organization_slug=organization.slug, at=now
    )
    assert enter(other_focal_point).get(url("panel", panel.pk)).status_code == 404
    with pytest.raises(NotAllowed):
        services.add_candidate(actor=actor_of(reviewer), panel_pk=panel.pk, story_uuid=story.uuid, at=now)
    with pytest.raises(NotAllowed):
        services.open_panel(actor=actor_of(focal_point), round_pk=opened.pk, level="NATIONAL", at=now)


def test_a_panel_chooses_once_and_a_closed_round_takes_nothing(
    opened, story, editor, manager, organization, actor_of, now
):
    actor = actor_of(editor)
    panel = services.open_panel(
        actor=actor, round_pk=opened.pk, level="CSO", organization_slug=organization.slug, at=now
    )
    same = services.open_panel(
        actor=actor, round_pk=opened.pk, level="CSO", organization_slug=organization.slug, at=now
    )
    assert same == panel
    row = services.add_candidate(actor=actor, panel_pk=panel.pk, story_uuid=story.uuid, at=now)
    choice = {
        "actor": actor,
        "panel_pk": panel.pk,
        "candidate_pk": row.pk,
        "reason": REASON,
        "version": None,
        "at": now,
    }
    services.choose_story(**choice)
    with pytest.raises(WrongState):
        services.choose_story(**choice)
    services.close_round(actor=actor_of(manager), pk=opened.pk, version=None, at=now)
    with pytest.raises(WrongState):
        services.open_panel(actor=actor_of(manager), round_pk=opened.pk, level="NATIONAL", at=now)


@pytest.mark.parametrize("count", [1, 3])
def test_pages_ask_the_database_a_fixed_number_of_times(
    count,
    opened,
    make_consent,
    make_story,
    publish,
    editor,
    manager,
    organization,
    actor_of,
    now,
    django_assert_max_num_queries,
):
    actor = actor_of(editor)
    panel = services.open_panel(
        actor=actor, round_pk=opened.pk, level="CSO", organization_slug=organization.slug, at=now
    )
    for number in range(count):
        story = publish(make_story(consent=make_consent(alias=f"teller {number}")))
        services.add_candidate(actor=actor, panel_pk=panel.pk, story_uuid=story.uuid, at=now)
    services.close_round(actor=actor_of(manager), pk=opened.pk, version=None, at=now)
    writer = enter(editor)
    for name, args in (("round_list", []), ("round", [opened.pk])):
        writer.get(url(name, *args))
        with django_assert_max_num_queries(12):
            assert writer.get(url(name, *args)).status_code == 200
