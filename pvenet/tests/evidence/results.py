"""The markers and exits of evidence.results, for the walk. Figures cannot hold a text: unusual numbers stand for them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from core.workflow import State
from evidence.models import (
    Baseline,
    Indicator,
    Period,
    ProjectIndicator,
    Result,
    ResultRevision,
    ResultTransition,
    ResultValue,
    Target,
)
from evidence.results.calendar import settle_calendar
from evidence.results.reference import load_framework

if TYPE_CHECKING:
    from pvenet.tests.exits import Arguments
    from pvenet.tests.world import World

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
OWN = {"focal_point", "editor"}
SENT = OWN | {"reviewer", "manager", "data_protection_officer"}

#: Marker → who may hold it. The figures of people: evidence/tests/test_results_pages.py looks at each reader.
HOLDERS: dict[str, set[str]] = {
    "result-draft": OWN,
    "result-submitted": SENT,
    "result-returned": SENT,
    "result-verified": SENT | {"nacta"},
    "result-withdrawn": SENT,
    "result-next-draft": OWN,
    "result-reason": SENT,
    "result-indicator": OWN,
}
STATES = {
    "result-draft": State.DRAFT,
    "result-submitted": State.SUBMITTED,
    "result-returned": State.RETURNED,
    "result-verified": State.VERIFIED,
    "result-withdrawn": State.WITHDRAWN,
    "result-published": State.PUBLISHED,
}
#: The month of each state, so that each has a period of its own.
FIRST = date(2025, 1, 1)


def results(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["results"]]


def periods(world: World) -> list[dict[str, Any]]:
    project = world.projects[0]
    rows = Period.objects.filter(project=project).order_by("pk")[:7]
    return [{"code": project.code, "pk": row.pk} for row in rows] + [{"code": project.code, "pk": 0}]


def of_projects(world: World) -> list[dict[str, Any]]:
    return [{"code": row.code} for row in world.projects]


def nodes(world: World) -> list[dict[str, Any]]:
    return [{"pk": row.node_id} for row in Indicator.objects.filter(code="OP03")]


def once(world: World) -> list[dict[str, Any]]:
    return [{}]


#: Route → the arguments with which the walk asks for it.
EXITS: dict[str, Arguments] = {
    "evidence:results": once,
    "evidence:logframe": once,
    "evidence:logframe_xlsx": once,
    "evidence:calendar": once,
    "evidence:framework": once,
    "evidence:node_new": once,
    "evidence:node_edit": nodes,
    "evidence:assumption_new": lambda world: [{"node": one["pk"]} for one in nodes(world)],
    "evidence:assumption_edit": lambda world: [{"node": one["pk"], "pk": 1} for one in nodes(world)],
    "evidence:indicator_new": lambda world: [{}, {"?": f"?project={world.projects[0].code}"}],
    "evidence:indicator_edit": lambda world: [{"code": code} for code in ("OP03", "OP03-own", "nothing")],
    "evidence:indicator": lambda world: [{"code": code} for code in ("OP01", "OP03", "OP03-own", "nothing")],
    "evidence:project_results": of_projects,
    "evidence:project_setup": of_projects,
    "evidence:project_aims": lambda world: [
        {"code": world.projects[0].code, "indicator": code} for code in ("OP03", "OP03-own")
    ],
    "evidence:period_entry": periods,
    "evidence:period_submit": periods,
    "evidence:period_sources": lambda world: [{**one, "indicator": "OP03"} for one in periods(world)],
    "evidence:result": results,
    "evidence:result_edit": results,
    "api:indicators-list": once,
    "api:indicators-detail": lambda world: [{"code": code} for code in ("OP03", "OP03-own")],
    "api:results-list": once,
    "api:results-detail": results,
}


def plant(world: World) -> None:
    """A result in every state, one that is published and being changed, and an indicator that only its project sees."""
    project = world.projects[0]
    load_framework(project.programme)
    standard = Indicator.objects.get(code="OP03")
    if project.starts_on is None or project.ends_on is None:
        project.starts_on, project.ends_on = FIRST, date(2025, 12, 31)
        project.save()
    reported = ProjectIndicator.objects.create(project=project, indicator=standard)
    hidden = Indicator.objects.create(
        code="OP03-own",
        node=standard.node,
        project=project,
        parent=standard,
        name="⟦result-indicator⟧",
        unit=standard.unit,
        aggregation=standard.aggregation,
        frequency=standard.frequency,
        sensitivity="CONFIDENTIAL",
    )
    own = ProjectIndicator.objects.create(project=project, indicator=hidden)
    settle_calendar(project)
    # The other has no baseline, so that the walk cannot send its draft.
    Baseline.objects.create(project_indicator=own, value=1, measured_on=FIRST)
    Target.objects.create(project_indicator=own, value=9)
    months = list(Period.objects.filter(project=project, frequency="MONTHLY").order_by("starts_on"))
    world.rows["results"] = [
        _result(world, reported, months[index % len(months)], name, state)
        for index, (name, state) in enumerate(STATES.items())
    ]
    published = world.rows["results"][-1]
    _revision(world, published, 2, "⟦result-next-draft⟧", submitted_at=None)
    published.state = State.DRAFT
    published.save()
    ResultTransition.objects.create(
        subject=world.rows["results"][2],
        verb="return",
        from_state=State.SUBMITTED,
        to_state=State.RETURNED,
        reason="⟦result-reason⟧",
        version=1,
        actor=world.users["reviewer"],
        at=NOW,
    )


def _result(world: World, reported: ProjectIndicator, period: Period, name: str, state: str) -> Result:
    project = reported.project
    sent = state != State.DRAFT
    row = Result.objects.create(
        organization=project.organization,
        project=project,
        project_indicator=reported,
        period=period,
        first_submitted_at=NOW if sent else None,
        created_at=NOW,
        saved_at=NOW,
    )
    text = "Published result" if state == State.PUBLISHED else f"⟦{name}⟧"
    revision = _revision(
        world,
        row,
        1,
        text,
        submitted_at=NOW if sent else None,
        verified_at=NOW if state in {State.VERIFIED, State.PUBLISHED} else None,
    )
    row.state = state
    if state == State.PUBLISHED:
        row.published_revision, row.published_at = revision, NOW
    row.save()
    return row


def _revision(world: World, result: Result, number: int, text: str, **fields: Any) -> ResultRevision:
    editor = world.users["editor"]
    revision = ResultRevision.objects.create(
        record=result,
        number=number,
        comment=text,
        change_note=text,
        created_by=editor,
        created_at=NOW,
        saved_by=editor,
        saved_at=NOW,
        **fields,
    )
    ResultValue.objects.create(revision=revision, value=4)
    return revision
