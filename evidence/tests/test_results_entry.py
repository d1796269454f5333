"""A CSO enters a period, nothing typed is lost, and what is sent obeys the rules of the programme."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import Incomplete, InvalidInput, NotAllowed, StaleWrite, WrongState
from evidence.models import Baseline, Kind, Period, ProjectIndicator, Result, ResultRevision, Target
from evidence.records import services as records
from evidence.results import services
from evidence.results.figures import Entry
from evidence.results.forms import write_bases

pytestmark = pytest.mark.django_db
FEBRUARY = date(2025, 2, 1)


@pytest.fixture
def scene(field_project, reports_on, editor, actor_of, now):
    """`scene(codes)` lets the project report; its methods enter and send a period through the services."""

    class Scene:
        project = field_project

        def reports(self, *codes):
            reports_on(field_project, *codes)
            for one in ProjectIndicator.objects.filter(project=field_project):
                Baseline.objects.get_or_create(project_indicator=one, missing_reason="NEW_ACTIVITY")

        def one(self, code):
            return ProjectIndicator.objects.get(project=field_project, indicator__code=code)

        def period(self, code, day=FEBRUARY):
            frequency = self.one(code).indicator.frequency
            return Period.objects.get(project=field_project, frequency=frequency, starts_on__lte=day, ends_on__gte=day)

        def enter(self, code, entry, *, day=FEBRUARY, bases=None, by=editor, district=None):
            return services.save_period(
                actor=actor_of(by),
                project_code=field_project.code,
                period_id=self.period(code, day).pk,
                entries={(self.one(code).pk, district): entry},
                bases=bases,
                at=now,
            )

        def send(self, code, *, day=FEBRUARY):
            return services.submit_period(
                actor=actor_of(editor), project_code=field_project.code, period_id=self.period(code, day).pk, at=now
            )

        def result(self, code, day=FEBRUARY):
            return Result.objects.get(project_indicator__indicator__code=code, period=self.period(code, day))

        def missing(self, code, *, day=FEBRUARY):
            with pytest.raises(Incomplete) as refused:
                self.send(code, day=day)
            assert self.result(code, day).state == "DRAFT"
            return [str(sentence) for _field, sentence in refused.value.missing]

        def address(self, code, name="period_entry"):
            return reverse(f"evidence:{name}", args=[field_project.code, self.period(code).pk])

    return Scene()


def test_a_period_is_entered_sent_verified_and_published(scene, take, editor, reviewer, manager):
    scene.reports("OP03")
    scene.enter("OP03", Entry(value=Decimal(7)))
    assert scene.send("OP03") == 1
    row = scene.result("OP03")
    assert row.state == "SUBMITTED"
    take(row, "result", verify=reviewer, approve=manager, publish=manager)
    assert row.published_revision.figure.value == 7


@pytest.mark.parametrize(
    ("code", "entry", "field"),
    [
        ("OC01", Entry(numerator=1, denominator=0), "denominator"),
        ("OC01", Entry(numerator=9, denominator=8), "numerator"),
        ("OC01", Entry(numerator=9), "denominator"),
        ("OP03", Entry(value=Decimal("1.5")), "value"),
        ("IM01", Entry(value=Decimal(101)), "value"),
        ("OP04", Entry(value=Decimal(9), cells={("SEX", "F"): (6, None), ("SEX", "M"): (4, None)}), "SEX"),
        ("OC01", Entry(numerator=9, denominator=10, cells={("SEX", "F"): (6, 5)}), "SEX"),
    ],
)
def test_what_no_draft_may_hold_is_refused_and_nothing_is_saved(scene, code, entry, field):
    scene.reports(code)
    with pytest.raises(services.Refused) as refused:
        scene.enter(code, entry)
    assert [name for _row, name, _sentence in refused.value.problems] == [field]
    assert not Result.objects.exists()


def test_parts_may_be_fewer_than_the_total(scene):
    scene.reports("OP04")
    scene.enter("OP04", Entry(value=Decimal(9), cells={("SEX", "F"): (6, None), ("AGE", "A18_24"): (9, None)}))
    cells = scene.result("OP04").revisions.get().cells
    assert sorted(cells.values_list("sex", "age_band", "value")) == [("F", "AU", 6), ("U", "A18_24", 9)]


def test_a_figure_that_fell_or_is_far_from_its_target_needs_a_comment(scene):
    scene.reports("OP06", "OP03")
    scene.enter("OP06", Entry(value=Decimal(9)))
    scene.send("OP06")
    second = date(2025, 5, 1)
    scene.enter("OP06", Entry(value=Decimal(8)), day=second)
    assert scene.missing("OP06", day=second) == ["OP06: It fell since the last period. Say why."]
    scene.enter("OP06", Entry(value=Decimal(8), comment="One club closed."), day=second)
    assert scene.send("OP06", day=second) == 1
    for reached, asks in ((49, True), (50, False), (150, False), (151, True)):
        Result.objects.filter(project_indicator=scene.one("OP03")).delete()
        Target.objects.update_or_create(
            project_indicator=scene.one("OP03"), period=scene.period("OP03"), defaults={"value": 100}
        )
        scene.enter("OP03", Entry(value=Decimal(reached)))
        if asks:
            assert scene.missing("OP03") == ["OP03: It is far from the target of the period. Say why."]
        else:
            assert scene.send("OP03") == 1


def test_a_period_that_has_not_ended_is_not_sent(scene, monkeypatch):
    scene.reports("OP03")
    scene.enter("OP03", Entry(value=Decimal(7)))
    monkeypatch.setattr("evidence.results.kind.timezone.localdate", lambda: date(2025, 2, 28))
    (sentence,) = scene.missing("OP03")
    assert sentence.startswith("OP03: The period ends on ")


def test_without_a_baseline_or_its_reason_nothing_is_sent(scene):
    scene.reports("OP03")
    Baseline.objects.all().delete()
    scene.enter("OP03", Entry(value=Decimal(7)))
    assert len(scene.missing("OP03")) == 1
    Baseline.objects.create(project_indicator=scene.one("OP03"), value=1, measured_on=date(2025, 3, 1))
    assert scene.missing("OP03") == [
        "OP03: The baseline was measured after this period. Ask the programme to correct it."
    ]


def test_a_comment_with_a_phone_number_is_not_sent(scene):
    scene.reports("OP03")
    scene.enter("OP03", Entry(value=Decimal(7), comment="Ask 0301-2345678."))
    assert len(scene.missing("OP03")) == 1


def test_a_verified_figure_changes_with_a_coded_reason_only(scene, take, editor, reviewer, manager, now, actor_of):
    scene.reports("OP03")
    scene.enter("OP03", Entry(value=Decimal(7)))
    scene.send("OP03")
    row = take(scene.result("OP03"), "result", verify=reviewer, approve=manager, publish=manager)
    with pytest.raises(WrongState):
        scene.enter("OP03", Entry(value=Decimal(8)))
    take(row, "result", change=editor)
    scene.enter("OP03", Entry(value=Decimal(8)))
    with pytest.raises(Incomplete):
        scene.send("OP03")
    services.lock_periods(actor=actor_of(manager), periods=[row.period], at=now)
    scene.enter("OP03", Entry(value=Decimal(8), change_reason="LATE_DATA"))
    with pytest.raises(Incomplete):
        scene.send("OP03")
    scene.enter("OP03", Entry(value=Decimal(8), change_reason="LATE_DATA", change_note="One more came in."))
    scene.send("OP03")
    row.refresh_from_db()
    assert [revision.figure.value for revision in row.revisions.order_by("number")] == [7, 8]
    assert row.published_revision.figure.value == 7


def test_two_people_on_one_period_see_both_figures(scene, focal_point, client, sign_in):
    scene.reports("OP03")
    names = scene.enter("OP03", Entry(value=Decimal(7)))
    scene.enter("OP03", Entry(value=Decimal(8)), by=focal_point, bases=names)
    with pytest.raises(StaleWrite) as stale:
        scene.enter("OP03", Entry(value=Decimal(9)), bases=names)
    (clash,) = stale.value.current
    assert (clash.mine.value, clash.theirs.value) == (9, 8)
    sign_in(focal_point)
    answer = client.post(scene.address("OP03"), {f"value-{scene.one('OP03').pk}": "9", "version": write_bases(names)})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert ">8<" in page
    assert 'value="9"' in page
    assert scene.result("OP03").revisions.get().figure.value == 8


def test_others_neither_enter_nor_see_a_draft(scene, other_focal_point, manager, actor_of, client, sign_in, now):
    scene.reports("OP03")
    scene.enter("OP03", Entry(value=Decimal(7)))
    for person in (other_focal_point, manager):
        with pytest.raises(NotAllowed):
            scene.enter("OP03", Entry(value=Decimal(9)), by=person)
        sign_in(person)
        assert client.get(scene.address("OP03")).status_code == 403
        assert client.get(reverse("evidence:result", args=[scene.result("OP03").uuid])).status_code == 404
    with pytest.raises(Result.DoesNotExist):
        records.verify_record(
            actor=actor_of(manager), kind=Kind.RESULT, uuid=scene.result("OP03").uuid, version=None, at=now
        )
    assert scene.result("OP03").revisions.get().figure.value == 7


def test_an_indicator_of_another_project_is_refused(scene, make_project, other_organization, reports_on, editor):
    scene.reports("OP03")
    other = make_project(other_organization, "other")
    reports_on(other, "OP03")
    foreign = ProjectIndicator.objects.get(project=other)
    with pytest.raises(InvalidInput):
        services.save_period(
            actor=_actor(editor),
            project_code=scene.project.code,
            period_id=scene.period("OP03").pk,
            entries={(foreign.pk, None): Entry(value=Decimal(1))},
            bases=None,
            at=scene.project.created_at,
        )
    assert not Result.objects.exists()


def _actor(user):
    from organizations.actors import actor_for_user_id  # the fixture of the cast would do the same

    return actor_for_user_id(user.pk)


def test_the_page_keeps_what_was_typed_wrongly(scene, editor, client, sign_in):
    scene.reports("OP03", "OP01")
    sign_in(editor)
    assert client.get(scene.address("OP03")).status_code == 200
    one, other = scene.one("OP03").pk, scene.one("OP01").pk
    answer = client.post(
        scene.address("OP03"), {f"value-{one}": "-4", f"value-{other}": "۴۵", f"part-SEX-F-{other}": "99"}
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="-4"' in page
    assert 'value="۴۵"' in page
    assert "below zero" in page
    assert not Result.objects.exists()
    answer = client.post(scene.address("OP03"), {f"value-{one}": "4", f"value-{other}": "۴۵"})
    assert answer.status_code == 302
    assert scene.result("OP01").revisions.get().figure.value == 45
    saved = client.post(scene.address("OP03"), {f"value-{one}": "5", "version": ""}, headers={"X-Autosave": "true"})
    assert saved.status_code == 409
    answer = client.post(scene.address("OP03", "period_submit"))
    assert answer.status_code == 302
    assert set(Result.objects.values_list("state", flat=True)) == {"SUBMITTED"}


def test_a_value_counted_from_activities_is_taken_with_one_click(scene, complete_activity, editor, client, sign_in):
    scene.reports("OP01", "OP03")
    complete_activity(starts_on=date(2025, 2, 3), ends_on=date(2025, 2, 3))
    sign_in(editor)
    one = scene.one("OP01")
    assert "Counted from your activities: <strong>40</strong>" in client.get(scene.address("OP01")).content.decode()
    client.post(scene.address("OP01"), {f"value-{one.pk}": "", "take": str(one.pk)})
    assert scene.result("OP01").revisions.get().figure.value == 40
    drill = client.get(reverse("evidence:period_sources", args=[scene.project.code, scene.period("OP01").pk, "OP01"]))
    assert "Dialogue in Landi Kotal" in drill.content.decode()


def test_the_reviewer_sees_the_figure_beside_what_came_before(scene, reviewer, manager, client, sign_in, take):
    scene.reports("OP08")
    scene.enter("OP08", Entry(value=Decimal(31)))
    scene.send("OP08")
    second = date(2025, 5, 1)
    scene.enter("OP08", Entry(value=Decimal(32), comment="More came."), day=second)
    scene.send("OP08", day=second)
    sign_in(reviewer)
    address = reverse("evidence:review", args=["result", scene.result("OP08", second).uuid])
    page = client.get(address).content.decode()
    assert "<bdi>32</bdi>" in page
    assert "<bdi>31</bdi>" in page
    assert "More came." in page
    sign_in(manager)
    page = client.get(address).content.decode()
    assert "<bdi>32</bdi>" not in page
    assert "<bdi>31</bdi>" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_period_takes_the_same_queries_for_one_and_three_indicators(
    scene, count, editor, client, sign_in, django_assert_max_num_queries
):
    scene.reports(*["OP06", "OP09", "OP12"][:count])
    for code in ["OP06", "OP09", "OP12"][:count]:
        scene.enter(code, Entry(value=Decimal(3)))
    sign_in(editor)
    client.get(scene.address("OP06"))
    with django_assert_max_num_queries(24):
        assert client.get(scene.address("OP06")).status_code == 200


def test_what_was_sent_can_be_read_back_as_it_was(scene):
    scene.reports("OC01")
    scene.enter("OC01", Entry(numerator=7, denominator=8, cells={("SEX", "F"): (3, 4)}))
    revision = ResultRevision.objects.get()
    from evidence.results.figures import entry_of

    assert entry_of(revision) == Entry(numerator=7, denominator=8, cells={("SEX", "F"): (3, 4)})
