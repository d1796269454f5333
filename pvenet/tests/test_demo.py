"""Promises about the demo programme: what is fact stays fact, what is fiction says so, and it loads the same each time."""

from __future__ import annotations

import hashlib
import io
import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from core.text import clean_text
from core.workflow import STEPS, State
from organizations.models import Organization, Project
from partnerships.models import Action
from pvenet.demo.content import FOLDER, read
from pvenet.demo.reset import LINKS, TABLES
from workshops.models import (
    Presenter,
    ReviewComment,
    Session,
    Showcase,
    ShowcaseTransition,
)
from workshops.showcases.revisions import gaps_in
from workshops.showcases.sections import KEYS

HANDS = "hands-pakistan"


def accounts() -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("demo_accounts", "--json", stdout=out)
    return json.loads(out.getvalue())


def fingerprint() -> dict[str, str]:
    """A checksum of every table that the loader fills, numbers of rows and their keys included."""
    return {
        table._meta.label: hashlib.sha256(repr(list(table._base_manager.order_by("pk").values())).encode()).hexdigest()
        for table in [*TABLES, *LINKS]
    }


def test_demo_data_is_not_loaded_beside_real_data_unless_forced(db, make_organization):
    make_organization("A real organization")
    with pytest.raises(CommandError, match="not demo data"):
        call_command("load_demo", verbosity=0)
    assert Organization.objects.count() == 1


def test_demo_accounts_are_refused_without_the_demo_programme(db):
    with pytest.raises(CommandError, match="is not loaded"):
        call_command("demo_accounts", "--json")


def test_all_organizations_but_hands_say_that_they_are_demo_and_hands_has_no_invented_facts(
    demo,
):
    members = Organization.objects.members()
    assert members.count() == 32
    marked = members.filter(name__endswith=" (demo)", is_demo=True)
    assert marked.count() == 31
    assert list(members.exclude(pk__in=marked).values_list("slug", flat=True)) == [HANDS]

    # Nothing is made up about the organization that exists.
    hands = Organization.objects.get(slug=HANDS)
    for relation in (hands.districts, hands.themes, hands.target_groups):
        assert not relation.exists()
    assert not hands.projects.exists()
    assert not hands.presenters.exists()
    assert not hands.private_contacts.exists()
    assert (hands.mission, hands.founded_year, hands.public_email) == ("", None, "")
    showcase = hands.showcases.get()
    assert showcase.state == State.DRAFT
    assert showcase.revisions.get().background == ""


def test_projects_and_showcases_stand_in_every_state(demo):
    counted = {state: Showcase.objects.filter(state=state).count() for state in State.values}
    assert counted == {
        "DRAFT": 2,
        "SUBMITTED": 3,
        "RETURNED": 2,
        "VERIFIED": 2,
        "APPROVED": 2,
        "PUBLISHED": 20,
        "ARCHIVED": 0,
        "WITHDRAWN": 1,
    }
    status = Project.Status
    assert [
        Project.objects.filter(status=wanted).count()
        for wanted in (status.CLOSED, status.FINALISATION, status.IMPLEMENTATION)
    ] == [24, 6, 2]


def test_every_step_of_a_review_follows_from_the_one_before(demo):
    for showcase in Showcase.objects.all():
        state, seen = State.DRAFT.value, set()
        for step in showcase.transitions.order_by("version").select_related("actor"):
            rule = STEPS[step.verb]
            assert step.from_state == state
            assert state in rule.sources
            assert bool(step.reason) == rule.needs_reason
            if step.verb == "submit":
                seen = {step.actor_id}
            if step.verb in {"verify", "approve"}:
                assert step.actor_id not in seen
                seen.add(step.actor_id)
            state = step.to_state
        assert showcase.state == state
        assert showcase.version == 1 + showcase.transitions.count()
        times = list(showcase.transitions.order_by("version").values_list("at", flat=True))
        assert times == sorted(times)
        assert not times or showcase.created_at < times[0]


def test_whatever_was_sent_would_pass_the_check_before_sending(demo):
    for showcase in Showcase.objects.exclude(first_submitted_at=None):
        for revision in showcase.revisions.all():
            assert not gaps_in(
                showcase,
                revision,
                evidence_count=showcase.evidence_files.count(),
                presenter_count=showcase.showcase_presenters.count(),
            )
    sections = set(ReviewComment.objects.values_list("section", flat=True))
    assert sections <= set(KEYS)


def test_showcases_fit_into_their_sessions_and_two_actions_are_incomplete_on_purpose(
    demo,
):
    assert Showcase.objects.filter(placement=None).count() == 0
    for session in Session.objects.filter(type__code="SHOWCASE"):
        minutes = sum(session.placements.values_list("minutes", flat=True))
        assert session.placements.count() == 8
        assert minutes <= (session.ends_at - session.starts_at).total_seconds() / 60
    assert Action.objects.count() == 34
    assert sorted(Action.objects.incomplete().values_list("code", flat=True)) == [
        "P4.5",
        "P6.4",
    ]


def test_loading_twice_gives_the_same_rows_and_undoes_what_was_changed(demo):
    before = fingerprint()
    showcase = Showcase.objects.filter(state=State.PUBLISHED).first()
    showcase.state, showcase.published_revision = State.WITHDRAWN, None
    showcase.save()
    ShowcaseTransition.objects.filter(subject=showcase).delete()
    Organization.objects.filter(slug="ravi-youth-theatre").update(mission="Changed.")
    Presenter.objects.all().delete()
    call_command("load_demo", verbosity=0)
    assert fingerprint() == before


def test_every_demo_account_signs_in(demo):
    listed = accounts()
    assert {row["role"] for row in listed} == {
        "administrator",
        "manager",
        "reviewer",
        "nacta",
        "funder",
        "network_coordinator",
        "data_protection_officer",
        "focal_point",
        "editor",
    }
    for row in listed:
        visitor = Client()
        visitor.post(
            reverse("account_login"),
            {"login": row["email"], "password": row["password"]},
        )
        user = User.objects.get(email=row["email"])
        assert visitor.session["_auth_user_id"] == str(user.pk), row["email"]


def test_people_without_a_demo_account_cannot_sign_in(demo):
    listed = {row["email"] for row in accounts()}
    for user in User.objects.exclude(email__in=listed):
        assert not user.has_usable_password()


def texts(value):
    """Every text in a content file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_texts_are_stored_as_they_would_be_from_a_form(name):
    for text in texts(read(name)):
        assert text == clean_text(text)


def test_public_texts_hold_no_telephone_identity_card_or_mail_address():
    pattern = re.compile(r"\d{5}-\d{7}-\d|(\+92|\b03\d\d)|[\w.]+@[\w.]+")
    for row in read("showcases")["showcases"]:
        public = {key: value for key, value in row.items() if key not in {"presenters"}}
        for text in texts(public):
            assert not pattern.search(text), text


def test_every_fictional_person_is_marked():
    people = read("people")
    names = [row["name"] for row in [*people["staff"], *people["members"]]]
    for row in read("showcases")["showcases"]:
        names += [person["name"] for person in row["presenters"]]
    assert all(name.endswith(" (demo)") for name in names)
