"""Promises about what the demo organizations did, measured and learned: volumes, shares, and every edge case."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

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

HANDS = "hands-pakistan"


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
    over = Period.objects.filter(frequency="MONTHLY", project__status=Project.Status.CLOSED)
    assert over.filter(results=None).count() == 0
    reported = Result.objects.filter(
        period__in=over, district=None, project_indicator__indicator__standard_code="OP01"
    ).count()
    assert 0.9 * over.count() < reported < over.count()


def test_the_edge_cases_of_results_are_there(demo):
    small = ResultValue.objects.get(denominator__lt=30)
    assert (small.numerator, small.denominator) == (5, 8)
    changed = ResultRevision.objects.exclude(change_reason="")
    assert sorted(changed.values_list("change_reason", flat=True)) == ["DOUBLE_COUNT", "LATE_DATA"]
    assert all(row.number == 2 and row.record.published_revision == row for row in changed)
    assert Result.objects.exclude(district=None).values("district").distinct().count() == 3
    assert Indicator.objects.exclude(parent=None).count() == 3


def test_the_demo_is_multiplied_with_its_links_and_only_where_nothing_real_is(demo, make_organization):
    call_command("seed_scale", times=2, verbosity=0, stdout=io.StringIO())
    assert (Organization.objects.members().count(), Activity.objects.count(), Lesson.objects.count()) == (64, 1280, 192)
    connection.check_constraints()
    for revision in ActivityRevision.objects.filter(record__project__code="pve-demo-07-1"):
        assert revision.record.organization.slug == "katcha-youth-livelihoods-trust-1"
        assert revision.record.published_revision in {None, revision}
    assert Turnout.objects.aggregate(all=Sum("attendances"))["all"] == 76_000
    assert Story.objects.live().count() == 80
    with pytest.raises(CommandError, match="multiplied before"):
        call_command("seed_scale", times=2)
    make_organization("A real organization")
    with pytest.raises(CommandError, match="not demo data"):
        call_command("seed_scale", times=2)
