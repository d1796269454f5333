"""The start page: a public cover for visitors, and for everybody else what waits, what is due, and the programme.

It belongs to the wiring because it gathers from every app. Each part is one or two queries through `visible_to`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.policies import can_keep_accounts
from core.access import PROGRAMME_STAFF, Role
from core.audit import AuditEntry
from core.geography import Division
from core.terms import Term
from core.waiting import tasks_of
from core.workflow import State
from evidence.consents.selectors import waits_for as consent_waits
from evidence.intake.selectors import waits_for as intake_waits
from evidence.overview.selectors import standing_reach
from evidence.protection.selectors import tasks_for as protection_tasks
from evidence.quality.selectors import waits_for as quality_waits
from evidence.records.selectors import waits_for as evidence_waits
from evidence.results.selectors import tasks_for as result_tasks
from evidence.selection.selectors import waits_for as selection_waits
from organizations.models import Organization, Programme, Project
from organizations.selectors import tasks_for as organization_tasks
from partnerships.models import Action, Roadmap
from partnerships.selectors import tasks_to_endorse as roadmap_tasks
from partnerships.selectors import waits_for as roadmap_waits
from reports.models import Report
from reports.selectors import tasks_for as report_tasks
from workshops.agenda.selectors import waits_for as agenda_waits
from workshops.models import Showcase, Workshop
from workshops.showcases import selectors as showcases

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from core.access import Actor
    from core.waiting import Task, Wait

#: What waits for a person and can be told from counts and columns: read in one query, however many sources there are.
WAIT_SOURCES: tuple[Callable[[Actor], list[Wait]], ...] = (
    evidence_waits,
    consent_waits,
    selection_waits,
    intake_waits,
    quality_waits,
    agenda_waits,
    roadmap_waits,
)
#: What else waits for a person, app by app along the story. Each answers in a fixed number of queries.
TASK_SOURCES: tuple[Callable[[Actor], list[Task]], ...] = (
    organization_tasks,
    protection_tasks,
    result_tasks,
    showcases.tasks_for,
    roadmap_tasks,
    report_tasks,
)
#: How far ahead "due" looks.
HORIZON = timedelta(days=90)
OPEN_ACTIONS = ("PROPOSED", "AGREED", "INPROGRESS", "BLOCKED")


@dataclass(frozen=True, slots=True)
class Due:
    """Something with a day."""

    title: str
    on: date
    url: str


def sees_the_whole_programme(actor: Actor) -> bool:
    """Programme staff: figures by state, of every organization."""
    return actor.has(*PROGRAMME_STAFF)


def follows_results(actor: Actor) -> bool:
    """The funder, and the staff who report to it: reports and the roadmap first."""
    return actor.has(Role.FUNDER, *PROGRAMME_STAFF)


def follows_the_programme(actor: Actor) -> bool:
    """Everybody who neither acts for an organization nor works through the queues of review."""
    return not actor.organization_ids and not actor.has(Role.REVIEWER, Role.MANAGER)


def guards_personal_data(actor: Actor) -> bool:
    """Reads the audit log."""
    return actor.has(Role.DATA_PROTECTION_OFFICER)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.actor.is_visitor:
        return render(request, "home/cover.html", _cover(request.actor))
    return render(request, "home/person.html", _person(request))


# --- Visitors -------------------------------------------------------------------------------------------------------


def _cover(actor: Actor) -> dict[str, Any]:
    members = Organization.objects.visible_to(actor).members().filter(is_active=True)
    counts = dict(
        members.filter(districts__isnull=False)
        .order_by()
        .values("districts__division_id")
        .annotate(count=Count("pk", distinct=True))
        .values_list("districts__division_id", "count")
    )
    divisions = list(Division.objects.select_related("province").order_by("name_en", "pk"))
    figures = members.aggregate(members=Count("pk"), projects=_project_count(actor))
    member_count, project_count = figures["members"], figures["projects"]
    registry = reverse("organizations:registry")
    return {
        "programme": Programme.objects.visible_to(actor).order_by("pk").first(),
        "facts": [
            {
                "value": member_count,
                "label": ngettext(
                    "civil society organization",
                    "civil society organizations",
                    member_count,
                ),
                "note": _("with a public profile today"),
            },
            {
                "value": len(counts),
                "label": _("divisions where they work"),
                "note": _("of %(count)d divisions") % {"count": len(divisions)},
            },
            {
                "value": project_count,
                "label": ngettext("project", "projects", project_count),
                "note": _("listed by these organizations"),
            },
            *([reach] if (reach := _reach_fact(actor)) else []),
        ],
        "tiles": [
            {
                "code": division.code,
                "label": division.name,
                "province": division.province.short,
                "province_name": division.province.name,
                "column": division.tile_column,
                "row": division.tile_row,
                "value": counts.get(division.pk, 0),
                "url": f"{registry}?{urlencode({'division': division.code})}",
            }
            for division in divisions
        ],
        "member_count": member_count,
        "workshop": _next_or_last_workshop(actor),
        "showcase_count": Showcase.objects.visible_to(actor).live().count(),
        "roadmap": Roadmap.objects.visible_to(actor).order_by("-starts_on", "pk").first(),
    }


def _reach_fact(actor: Actor) -> dict[str, Any]:
    """Attendances as published; what is hidden there is hidden here."""
    reach = standing_reach(actor)
    if reach.is_empty:
        return {}
    return {
        "value": reach.attendances.short,
        "label": _("attendances at activities"),
        "note": _("published and verified; not distinct persons"),
        "url": reverse("evidence:reach"),
    }


def _next_or_last_workshop(actor: Actor) -> Workshop | None:
    """The next workshop, or where none is ahead the last one; `is_ahead` says which.

    For staff it knows how many of its showcases stand in each state (`showcases_draft`, …), in the same query.
    """
    today = timezone.localdate()
    found_rows = Workshop.objects.visible_to(actor)
    if sees_the_whole_programme(actor):
        showcases_seen = Showcase.objects.visible_to(actor)
        found_rows = found_rows.annotate(
            **{
                _count_name(state): Count(
                    "showcases",
                    filter=Q(showcases__state=state, showcases__in=showcases_seen),
                )
                for state in State
            }
        )
    rows = list(found_rows.order_by("starts_on", "pk"))
    ahead = [row for row in rows if row.ends_on >= today]
    found = next(iter(ahead or rows[::-1]), None)
    if found:
        found.is_ahead = bool(ahead)
    return found


# --- Signed-in people -----------------------------------------------------------------------------------------------


def _person(request: HttpRequest) -> dict[str, Any]:
    actor = request.actor
    tasks = tasks_of(wait for source in WAIT_SOURCES for wait in source(actor))
    tasks += [task for source in TASK_SOURCES for task in source(actor)]
    tasks.sort(key=lambda task: task.since)
    workshop = _next_or_last_workshop(actor)
    actions = _actions(actor)
    return {
        "own_organizations": list(
            Organization.objects.visible_to(actor).filter(pk__in=actor.organization_ids).order_by("name", "pk")
        )
        if actor.organization_ids
        else [],
        "roles": [Role(role).label for role in sorted(actor.roles)],
        "tasks": tasks,
        "workshop": workshop,
        "due": _due(actor, workshop, actions),
        "own_showcases": _own_showcases(actor),
        "by_state": _showcases_by_state(actor, workshop),
        "by_status": _actions_by_status(actor, actions),
        "reports": _reports(actor),
        "programme_facts": _programme_facts(actor) if follows_the_programme(actor) else [],
        "upkeep": _upkeep(actor),
        "audit_count": _audit_count(actor),
    }


def _programme_facts(actor: Actor) -> list[dict[str, Any]]:
    """Who is in the programme, where, and what they do: each the way into its list."""
    members = Organization.objects.visible_to(actor).members().filter(is_active=True)
    counts = members.aggregate(
        organizations=Count("pk", distinct=True),
        divisions=Count("districts__division", distinct=True),
        projects=_project_count(actor),
    )
    project_count = counts["projects"]
    registry = reverse("organizations:registry")
    return [
        {
            "value": counts["organizations"],
            "label": ngettext(
                "civil society organization",
                "civil society organizations",
                counts["organizations"],
            ),
            "url": registry,
        },
        {
            "value": counts["divisions"],
            "label": ngettext("division where they work", "divisions where they work", counts["divisions"]),
            "url": f"{registry}#tiles-title",
        },
        {
            "value": project_count,
            "label": ngettext("project", "projects", project_count),
            "url": reverse("organizations:project_list"),
        },
    ]


def _project_count(actor: Actor) -> Coalesce:
    """Projects, to be read with figures of the members: every row of them carries the same count."""
    projects = Project.objects.visible_to(actor).order_by().values(of=Value("all")).annotate(count=Count("pk"))
    return Coalesce(Max(Subquery(projects.values("count"))), 0)


def _actions(actor: Actor) -> list[Action]:
    """The actions of the roadmaps this person follows: all for staff and the funder, else those their CSO leads."""
    rows = Action.objects.visible_to(actor).select_related("status", "pillar__roadmap")
    if not follows_results(actor):
        rows = rows.filter(lead_id__in=actor.organization_ids)
    return list(rows.order_by("due_on", "pk"))


def _due(actor: Actor, workshop: Workshop | None, actions: list[Action]) -> list[Due]:
    """Days ahead that concern this person, the nearest first."""
    today = timezone.localdate()
    last = today + HORIZON
    found = []
    if workshop and workshop.is_ahead:
        address = reverse("workshops:agenda", args=[workshop.slug])
        deadline = timezone.localtime(workshop.submission_deadline).date()
        if workshop.is_open_for_showcases and deadline >= today:
            found.append(
                Due(
                    _("Showcases for %(workshop)s") % {"workshop": workshop},
                    deadline,
                    address,
                )
            )
        found.append(Due(str(workshop), max(workshop.starts_on, today), address))
    soon = [
        row
        for row in actions
        if row.due_on
        and today <= row.due_on <= last
        and row.status.code in OPEN_ACTIONS
        and (sees_the_whole_programme(actor) or actor.belongs_to(row.lead_id))
    ]
    found += [
        Due(
            _("Roadmap action %(code)s: %(title)s") % {"code": row.code, "title": row},
            row.due_on,
            reverse("partnerships:roadmap", args=[row.pillar.roadmap.slug]),
        )
        for row in soon[:5]
    ]
    return sorted(found, key=lambda due: (due.on, due.title))


def _own_showcases(actor: Actor) -> list[Showcase]:
    if not actor.organization_ids:
        return []
    return list(
        Showcase.objects.visible_to(actor)
        .filter(organization_id__in=actor.organization_ids)
        .select_related("workshop", "organization")
        .order_by("-workshop__starts_on", "pk")
    )


def _showcases_by_state(actor: Actor, workshop: Workshop | None) -> list[dict[str, Any]]:
    """For staff: how many showcases of the workshop stand where."""
    if workshop is None or not sees_the_whole_programme(actor):
        return []
    counts = {state: getattr(workshop, _count_name(state)) for state in State}
    return [{"label": state.label, "value": count, "code": state.value} for state, count in counts.items() if count]


def _count_name(state: State) -> str:
    return f"showcases_{state.lower()}"


def _actions_by_status(actor: Actor, actions: list[Action]) -> list[dict[str, Any]]:
    """For the funder and staff: how many roadmap actions stand where, in the order of the vocabulary."""
    if not follows_results(actor):
        return []
    counts = Counter(row.status for row in actions)
    return [
        {"label": status.label, "value": counts[status], "code": status.code}
        for status in sorted(counts, key=lambda status: status.position)
    ]


def _reports(actor: Actor) -> list[Report]:
    """The newest reports that are ready, for those who may read them."""
    if not follows_results(actor):
        return []
    return list(
        Report.objects.visible_to(actor)
        .filter(status=Report.Status.DONE)
        .defer("snapshot")
        .order_by("-finished_at", "-pk")[:5]
    )


def _upkeep(actor: Actor) -> list[dict[str, Any]]:
    """For administrators: what they keep, with counts."""
    if not can_keep_accounts(actor):
        return []
    people = User.objects.visible_to(actor).filter(is_active=True).count()
    unreviewed = (
        Term.objects.visible_to(actor).filter(is_ur_reviewed=False, retired_on=None).exclude(label_ur="").count()
    )
    return [
        {"value": people, "label": _("open accounts"), "note": ""},
        {
            "value": unreviewed,
            "label": _("Urdu labels to be reviewed"),
            "note": _("in the vocabularies"),
        },
    ]


def _audit_count(actor: Actor) -> int | None:
    """For the data-protection officer: entries of the last seven days."""
    if not guards_personal_data(actor):
        return None
    return AuditEntry.objects.visible_to(actor).filter(at__gte=timezone.now() - timedelta(days=7)).count()
