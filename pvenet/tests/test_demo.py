"""Promises about the demo programme: what is fact stays fact, what is fiction says so, and it loads the same each time."""

from __future__ import annotations

import hashlib
import io
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from core.text import clean_text
from core.workflow import STEPS, State
from evidence.activities.kind import gaps_of
from evidence.models import (
    Activity,
    ActivityRevision,
    Baseline,
    Candidate,
    Challenge,
    Consent,
    EvidenceItem,
    Indicator,
    Innovation,
    InnovationRevision,
    Lesson,
    LessonRevision,
    Participation,
    Period,
    Result,
    ResultRevision,
    ResultValue,
    SelectionRound,
    Story,
    StoryPhoto,
    Target,
    Turnout,
    Uptake,
)
from evidence.records.kinds import all_kinds, kind_of
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


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo programme, loaded once in a transaction around the tests that read it, with its files in a folder."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("demo")},
    }
    with (
        override_settings(STORAGES={**settings.STORAGES, "default": storage}),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        call_command("load_demo", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    """The demo programme; what a test changes is undone after it."""


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


def test_nothing_in_the_demo_points_to_nowhere(demo):
    connection.check_constraints()


def test_activities_have_the_volumes_and_shares_of_the_programme(demo):
    a_project = Activity.objects.values("project").annotate(count=Count("pk")).values_list("count", flat=True)
    assert (len(a_project), min(a_project), max(a_project), sum(a_project)) == (32, 8, 40, 640)
    turnouts = Turnout.objects.all()
    assert turnouts.aggregate(count=Sum("attendances"))["count"] == 38_000
    assert turnouts.filter(is_disability_asked=True).count() == 640 * 55 // 100

    def people(**which):
        return Participation.objects.filter(**which).aggregate(count=Sum("count"))["count"]

    assert people() == 38_000
    assert people(sex="F") / people(sex__in="FM") == pytest.approx(0.52, abs=0.001)
    assert people(age_band__in=["A15_17", "A18_24", "A25_29"]) / people() == pytest.approx(0.61, abs=0.001)
    asked = {"revision__turnout__is_disability_asked": True}
    assert people(disability="WITH", **asked) / people(**asked) == pytest.approx(0.024, abs=0.0005)

    unrecorded = Participation.objects.filter(sex="U").values("revision__record__project")
    assert unrecorded.distinct().count() == 3
    assert people(sex="U") / people(revision__record__project__in=unrecorded) == pytest.approx(0.06, abs=0.001)


def test_cells_add_up_to_the_attendances(demo):
    added = Turnout.objects.exclude(attendances=None).annotate(cells=Sum("revision__participation__count"))
    assert not added.exclude(cells=F("attendances")).exists()


def test_whatever_activity_was_sent_would_pass_the_check_before_sending(demo):
    for activity in Activity.objects.exclude(first_submitted_at=None).order_by("pk")[::9]:
        assert gaps_of(activity, activity.revisions.get()) == []


def test_the_edge_cases_of_activities_are_there(demo):
    lone = ActivityRevision.objects.get(district__code="JK-NEELUM")
    assert (lone.turnout.attendances, lone.record.state) == (3, State.PUBLISHED)
    postponed = ActivityRevision.objects.get(status="POSTPONED")
    assert "flood" in postponed.status_note
    returned = Activity.objects.get(state=State.RETURNED)
    assert returned.transitions.get(verb="return").reason
    assert ActivityRevision.objects.filter(district__code="SD-KEAMARI", district__pcode=None).count() > 3
    same = ActivityRevision.objects.values("record__project", "type", "district", "starts_on")
    assert list(same.annotate(count=Count("pk")).filter(count__gt=1).values_list("count", flat=True)) == [2]


def test_steps_of_evidence_follow_from_one_another(demo):
    for of in all_kinds():
        for row in of.record.objects.exclude(state=State.DRAFT).prefetch_related("transitions").order_by("pk")[::7]:
            state = State.DRAFT.value
            for step in sorted(row.transitions.all(), key=lambda step: step.version):
                assert (step.from_state, state in STEPS[step.verb].sources) == (state, True)
                assert bool(step.reason) == STEPS[step.verb].needs_reason
                state = step.to_state
            assert row.state == state


def test_evidence_is_demo_and_hands_has_none(demo):
    hands = Organization.objects.get(slug=HANDS)
    for of in all_kinds():
        assert not of.record.objects.filter(Q(is_demo=False) | Q(organization=hands)).exists()
    assert not EvidenceItem.objects.filter(Q(is_demo=False) | Q(organization=hands)).exists()


def test_stories_are_live_out_of_consent_or_in_review(demo):
    stories = Story.objects.all()
    live = stories.live()
    in_review = stories.filter(state__in=[State.SUBMITTED, State.VERIFIED, State.APPROVED])
    gone = stories.exclude(pk__in=live).exclude(pk__in=in_review)
    assert (stories.count(), live.count(), gone.count(), in_review.count()) == (64, 40, 8, 16)
    assert gone.filter(state=State.WITHDRAWN).count() == 3
    assert not Consent.objects.valid().filter(stories__in=gone).exists()
    for story in live:
        assert kind_of("story").gaps(story, story.published_revision) == []
        assert story.published_revision.redaction_approved_by_id not in {story.published_revision.created_by_id, None}
        assert story.original.protected_words
    assert not StoryPhoto.objects.filter(shows_nobody=False).exists()
    assert StoryPhoto.objects.filter(StoryPhoto.objects.live()).exists()


def test_a_story_went_through_panels_of_three_levels(demo):
    assert list(SelectionRound.objects.order_by("pk").values_list("is_closed", flat=True)) == [True, False]
    winner = Candidate.objects.get(panel__level="NATIONAL", is_chosen=True).story
    won = winner.candidacies.filter(is_chosen=True).exclude(reason="")
    assert sorted(won.values_list("panel__level", flat=True)) == ["CSO", "NATIONAL", "PROVINCE"]


def test_learning_has_the_mix_of_the_programme(demo):
    def counted(rows, name):
        return dict(rows.values_list(name).annotate(count=Count("pk")))

    assert counted(LessonRevision.objects.filter(is_validation=False), "type") == {
        "WORKED": 38,
        "ADAPTED": 26,
        "CONSTRAINT": 19,
        "NOTWORKED": 8,
        "UNINTENDED": 5,
    }
    assert (Lesson.objects.count(), Challenge.objects.count(), Innovation.objects.count()) == (96, 70, 36)
    maturity = {"IDEA": 6, "PILOT": 16, "PROVEN": 9, "REPLICATED": 4, "SCALED": 1}
    assert counted(InnovationRevision.objects.all(), "maturity__code") == maturity
    assert not Uptake.objects.filter(Q(lesson__organization=F("organization"))).exists()
    assert Uptake.objects.count() == 24
    for kind, rows in (
        ("lesson", Lesson.objects),
        ("challenge", Challenge.objects),
        ("innovation", Innovation.objects),
    ):
        for record in rows.exclude(first_submitted_at=None).order_by("pk")[::5]:
            assert kind_of(kind).gaps(record, record.revisions.order_by("number").last()) == []


def test_half_of_the_26_indicators_have_baselines_and_the_others_the_reason_why_not(demo):
    standard = Indicator.objects.standard()
    assert standard.count() == 26
    code = Coalesce(
        "project_indicator__indicator__parent__standard_code", "project_indicator__indicator__standard_code"
    )
    rows = Baseline.objects.annotate(code=code)
    with_value, without = (
        set(rows.filter(value__isnull=what).values_list("code", flat=True)) for what in (False, True)
    )
    assert (len(with_value), len(without), with_value & without) == (13, 13, set())
    assert not rows.filter(value=None, missing_reason="").exists()


def test_three_projects_stay_below_seventy_percent_and_periods_have_gaps(demo):
    reached = (
        ResultValue.objects.filter(
            revision__record__project_indicator__indicator__standard_code="OP01",
            revision__record__state=State.PUBLISHED,
        )
        .values_list("revision__record__project")
        .annotate(all=Sum("value"))
    )
    aims = dict(
        Target.objects.filter(
            period=None, district=None, project_indicator__indicator__standard_code="OP01"
        ).values_list("project_indicator__project", "value")
    )
    below = [project for project, value in reached if value / aims[project] < Decimal("0.7")]
    codes = Project.objects.filter(pk__in=below).values_list("code", flat=True)
    assert {"pve-demo-11", "pve-demo-19", "pve-demo-31"} == set(codes)
    monthly = Period.objects.filter(frequency="MONTHLY", ends_on__lt=date(2025, 10, 1))
    assert monthly.filter(results=None).exists()


def test_the_edge_cases_of_results_are_there(demo):
    small = ResultValue.objects.get(denominator__lt=30)
    assert (small.numerator, small.denominator) == (5, 8)
    changed = ResultRevision.objects.exclude(change_reason="")
    assert sorted(changed.values_list("change_reason", flat=True)) == ["DOUBLE_COUNT", "LATE_DATA"]
    assert all(row.number == 2 and row.record.published_revision == row for row in changed)
    assert Result.objects.exclude(district=None).values("district").distinct().count() == 3
    assert Indicator.objects.exclude(parent=None).count() == 3
