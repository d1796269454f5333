"""The rows behind the roadmap report, read once, through the door of each table."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.access import Actor
from core.endorsement import current_of
from core.terms import Term
from organizations.models import Organization
from partnerships.models import Action, Pillar, Roadmap, RoadmapEndorsement
from partnerships.services import ENDORSEMENT
from reports.datasets import impact
from reports.datasets.frame import NothingToReport
from reports.datasets.impact.facts import AUDIENCE
from reports.datasets.impact.facts import Facts as ProgrammeFacts
from reports.models import Report


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Rows as they stood in one snapshot, with what the programme's own facts say about the starting point."""

    ground: ProgrammeFacts
    roadmap: Roadmap
    pillars: list[Pillar]
    actions: list[Action]
    horizons: list[Term]
    npve: dict[str, Term]
    endorsement: RoadmapEndorsement | None = None

    def actions_of(self, pillar: Pillar) -> list[Action]:
        return [action for action in self.actions if action.pillar_id == pillar.pk]


def collect(*, actor: Actor, programme_id: int, period_start: date, period_end: date) -> Facts:
    """Read everything, through the door of each table. Raises `NothingToReport`."""
    ground = impact.collect(
        actor=actor,
        programme_id=programme_id,
        period_start=period_start,
        period_end=period_end,
    )
    if ground.roadmap is None:
        raise NothingToReport(Report.Failure.NO_ROADMAP)
    # A name is printed where its organization is shared with all partners; elsewhere the lead is withheld.
    return Facts(
        ground=ground,
        roadmap=ground.roadmap,
        pillars=list(
            Pillar.objects.visible_to(actor)
            .filter(roadmap=ground.roadmap)
            .select_related("term")
            .order_by("position", "pk")
        ),
        actions=list(
            Action.objects.visible_to(actor)
            .filter(pillar__roadmap=ground.roadmap)
            .select_related("pillar__term", "horizon", "status", "lead", "npve_pillar")
            .prefetch_related("partners")
            .order_by("pillar__position", "code", "pk")
        ),
        horizons=list(Term.objects.of("roadmap_horizon")),
        npve={term.code: term for term in Term.objects.of("npve_pillar")},
        endorsement=current_of(ENDORSEMENT, actor, ground.roadmap),
    )


def shown_name(organization: Organization) -> str:
    """The organization's name, or the word that it is withheld from the readers of a report."""
    if organization.is_active and organization.sensitivity in AUDIENCE:
        return organization.display_name
    return _("withheld")
