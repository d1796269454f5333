"""The showcases as the public reads them: what is live, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from organizations.models import Project
from workshops.models import EvidenceFile, Presenter, Showcase, ShowcaseRevision
from workshops.showcases.selectors.answers import CHOICES

if TYPE_CHECKING:
    from core.access import Actor
    from workshops.models import Workshop


def live_showcases(
    actor: Actor,
    workshop: Workshop,
    *,
    theme: str = "",
    province: str = "",
    group: str = "",
    search: str = "",
) -> QuerySet[Showcase]:
    """The published showcases of a workshop that the actor may read, by the name of the organization."""
    rows = Showcase.objects.visible_to(actor).live().filter(workshop=workshop)
    for condition in (
        {
            "published_revision__themes__vocabulary": "pve_theme",
            "published_revision__themes__code": theme,
        }
        if theme
        else None,
        {"published_revision__districts__province__code": province} if province else None,
        {
            "published_revision__target_groups__vocabulary": "target_group",
            "published_revision__target_groups__code": group,
        }
        if group
        else None,
    ):
        if condition:
            rows = rows.filter(pk__in=Showcase.objects.filter(**condition).values("pk"))
    if search:
        rows = rows.filter(published_revision__title__icontains=search) | rows.filter(
            organization__name__icontains=search
        )
    return (
        rows.select_related("organization", "published_revision")
        .prefetch_related("published_revision__themes", "published_revision__districts__province")
        .order_by("organization__name", "pk")
    )


@dataclass(frozen=True, slots=True)
class ShowcasePage:
    """What one reader finds on the page of a showcase."""

    showcase: Showcase
    revision: ShowcaseRevision
    evidence: list[EvidenceFile]
    presenters: list[Presenter]
    project: Project | None
    is_live: bool

    @property
    def pictures(self) -> list[EvidenceFile]:
        return [row for row in self.evidence if row.is_image]

    @property
    def papers(self) -> list[EvidenceFile]:
        return [row for row in self.evidence if not row.is_image]


def page_of(actor: Actor, showcase: Showcase) -> ShowcasePage | None:
    """The live revision; before publication, the latest one that the actor may read. None when there is none."""
    revisions = ShowcaseRevision.objects.visible_to(actor).filter(showcase=showcase).prefetch_related(*CHOICES)
    live_id = showcase.published_revision_id
    revision = revisions.filter(pk=live_id).first() if live_id else revisions.order_by("-number").first()
    if revision is None:
        return None
    evidence = EvidenceFile.objects.visible_to(actor).filter(showcase=showcase, is_released=True)
    if live_id:
        evidence = evidence.filter(live_since__isnull=False)
    presenters = Presenter.objects.visible_to(actor).filter(
        showcase_presenters__showcase=showcase, named_publicly_since__isnull=False
    )
    project = Project.objects.visible_to(actor).filter(pk=showcase.project_id).first() if showcase.project_id else None
    return ShowcasePage(
        showcase=showcase,
        revision=revision,
        evidence=list(evidence.select_related("type").order_by("uploaded_at", "pk")),
        presenters=list(presenters.order_by("showcase_presenters__position", "pk")),
        project=project,
        is_live=bool(live_id),
    )
