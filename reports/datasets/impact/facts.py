"""The rows behind the impact report, read once, through the door of each table."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from core.access import Actor, Sensitivity
from core.terms import Term
from core.workflow import State
from evidence.models import Story
from evidence.overview.selectors import Reach, standing_reach
from organizations.models import Organization, Programme, Project
from partnerships.models import Action, Roadmap
from reports.datasets.coverage import Places
from reports.datasets.frame import NothingToReport
from reports.datasets.impact.stories import collect_stories
from reports.models import Report
from workshops.models import Showcase, Workshop

#: A report is read by the funder and all staff roles, so it holds only what every partner of the programme may read.
AUDIENCE = (Sensitivity.PUBLIC, Sensitivity.PARTNER)

#: States of a showcase on its way from its organization to the public; what was withdrawn is not on it.
UNDER_REVIEW = (State.SUBMITTED, State.RETURNED, State.VERIFIED, State.APPROVED)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Rows as they stood in one snapshot; nothing here is asked of the database again."""

    programme: Programme
    organizations: list[Organization]
    projects: list[Project]
    withheld_project_count: int
    places: Places
    workshops: list[Workshop]
    showcases: list[Showcase]
    reviewed_showcase_count: int
    roadmap: Roadmap | None
    actions: list[Action]
    vocabularies: dict[str, list[Term]]
    stories: list[Story]
    reach: Reach


def collect(*, actor: Actor, programme_id: int, period_start: date, period_end: date) -> Facts:
    """Read everything through the door of each table, in the caller's transaction. Raises `NothingToReport`."""
    programme = Programme.objects.visible_to(actor).get(pk=programme_id)
    organizations = (
        Organization.objects.visible_to(actor)
        .members()
        .filter(is_active=True, sensitivity__in=AUDIENCE)
        .select_related("type", "headquarters__province")
        .prefetch_related("districts__province", "themes", "target_groups")
        .order_by("name", "pk")
    )
    in_period = (
        Project.objects.visible_to(actor)
        .filter(programme=programme)
        .filter(
            Q(starts_on=None) | Q(starts_on__lte=period_end),
            Q(ends_on=None) | Q(ends_on__gte=period_start),
        )
    )
    projects = (
        in_period.filter(
            is_listed=True,
            sensitivity__in=AUDIENCE,
            organization__is_active=True,
            organization__sensitivity__in=AUDIENCE,
        )
        .select_related("organization")
        .prefetch_related("districts", "themes", "target_groups", "npve_pillars", "sdg_targets")
        .order_by("organization__name", "code")
    )
    workshops = list(
        Workshop.objects.visible_to(actor)
        .filter(programme=programme, is_published=True, sensitivity__in=AUDIENCE)
        .filter(starts_on__lte=period_end, ends_on__gte=period_start)
        .order_by("starts_on", "pk")
    )
    at_workshops = Showcase.objects.visible_to(actor).filter(workshop__in=workshops)
    showcases = (
        at_workshops.live()
        .filter(
            sensitivity__in=AUDIENCE,
            organization__is_active=True,
            organization__sensitivity__in=AUDIENCE,
        )
        .select_related("organization", "published_revision")
        .prefetch_related("published_revision__themes", "published_revision__districts__province")
        .order_by("organization__name", "pk")
    )
    roadmap = (
        Roadmap.objects.visible_to(actor)
        .filter(programme=programme, is_published=True, sensitivity__in=AUDIENCE)
        .order_by("-starts_on", "pk")
        .first()
    )
    listed_projects = list(projects)
    live_showcases = list(showcases)
    members = list(organizations)
    if not members and not listed_projects:
        raise NothingToReport(Report.Failure.NO_DATA)
    return Facts(
        programme=programme,
        organizations=members,
        projects=listed_projects,
        withheld_project_count=in_period.count() - len(listed_projects),
        places=Places.read(),
        workshops=workshops,
        showcases=live_showcases,
        reviewed_showcase_count=at_workshops.filter(published_revision=None, state__in=UNDER_REVIEW).count(),
        roadmap=roadmap,
        actions=list(
            Action.objects.visible_to(actor)
            .filter(pillar__roadmap=roadmap)
            .select_related("pillar__term", "horizon", "status", "lead")
            .order_by("pillar__position", "code", "pk")
        )
        if roadmap
        else [],
        vocabularies={
            name: list(Term.objects.of(name))
            for name in (
                "pve_theme",
                "target_group",
                "npve_pillar",
                "un_poa_area",
                "sdg_target",
                "partner_type",
            )
        },
        stories=collect_stories(actor=actor, programme=programme, period_start=period_start, period_end=period_end),
        reach=standing_reach(Actor.visitor()),
    )
