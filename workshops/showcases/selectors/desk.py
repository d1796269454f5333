"""One showcase as its writers and reviewers work on it: what may be done, what is missing, the state of each section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.workflow import EDITABLE, STEPS, State
from organizations.models import Membership
from workshops.models import (
    EvidenceFile,
    Presenter,
    ShowcasePresenter,
    ShowcaseRevision,
)
from workshops.showcases import policies
from workshops.showcases.revisions import Gap, gaps_in, written_relations
from workshops.showcases.sections import SECTIONS
from workshops.showcases.selectors.answers import CHOSEN
from workshops.showcases.services.steps import verifier_id

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from core.access import Actor
    from workshops.models import Showcase
    from workshops.showcases.sections import Section
    from workshops.showcases.selectors.conversation import Thread


@dataclass(frozen=True, slots=True)
class SectionState:
    """A line of the rail: the section, its state as a code of `core.web.tones`, and how many comments stand open."""

    section: Section
    code: str
    note: str
    comments: int = 0
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """One showcase for one reader: the text in hand, and what may and should be done with it."""

    showcase: Showcase
    revision: ShowcaseRevision
    threads: list[Thread]
    gaps: list[Gap]
    can: dict[str, bool]
    rail: list[SectionState]

    @property
    def open_comments(self) -> int:
        return sum(thread.is_open for thread in self.threads)

    def threads_on(self, section: str) -> list[Thread]:
        return [thread for thread in self.threads if thread.comment.section == section]


def desk_of(
    actor: Actor,
    showcase: Showcase,
    threads: list[Thread],
    *,
    revisions: list[ShowcaseRevision] | None = None,
    verified_by: int | None = None,
) -> Desk | None:
    """The latest revision the actor may read, with what is to be known about it; None when there is none to read.

    A page that has read all revisions and the history hands them in, and they are not asked for again.
    """
    if revisions is None:
        revisions = list(_known(actor, showcase).order_by("-number")[:1])
    if not revisions:
        return None
    revision: Any = revisions[-1]
    gaps = gaps_in(
        showcase,
        revision,
        evidence_count=int(revision.has_evidence),
        presenter_count=int(revision.has_presenters),
    )
    return Desk(
        showcase=showcase,
        revision=revision,
        threads=threads,
        gaps=gaps,
        can=_permitted(actor, showcase, revision, verified_by),
        rail=[_state_of(section, gaps, threads) for section in SECTIONS],
    )


def revisions_of(actor: Actor, showcase: Showcase) -> list[ShowcaseRevision]:
    """The revisions the actor may read, oldest first, with what each chose."""
    return list(_known(actor, showcase).annotate(**CHOSEN).order_by("number"))


def _known(actor: Actor, showcase: Showcase) -> Any:
    """Revisions with what the check and the four eyes ask about them, in the same query."""
    writers = ShowcaseRevision.writers.through.objects.filter(showcaserevision=OuterRef("pk"))
    colleagues = Membership.objects.filter(organization=OuterRef("showcase__organization_id")).since(
        Cast(OuterRef("created_at"), DateField())
    )
    chosen = {
        f"has_{name}": Exists(getattr(ShowcaseRevision, name).through.objects.filter(showcaserevision=OuterRef("pk")))
        for name in written_relations()
    }
    return (
        ShowcaseRevision.objects.visible_to(actor)
        .filter(showcase=showcase)
        .annotate(
            **chosen,
            has_evidence=Exists(EvidenceFile.objects.filter(showcase=OuterRef("showcase_id"))),
            has_presenters=Exists(ShowcasePresenter.objects.filter(showcase=OuterRef("showcase_id"))),
            writer_ids=ArraySubquery(writers.order_by("pk").values("user_id")),
            colleague_ids=ArraySubquery(colleagues.order_by("pk").values("user_id")),
        )
    )


def evidence_of(actor: Actor, showcase: Showcase) -> list[EvidenceFile]:
    """The files the actor may see, in the order in which they came."""
    return list(
        EvidenceFile.objects.visible_to(actor)
        .filter(showcase=showcase)
        .select_related("type")
        .order_by("uploaded_at", "pk")
    )


def presenters_of(actor: Actor, showcase: Showcase) -> list[Presenter]:
    """The people the actor may see, in the order of speaking."""
    return list(
        Presenter.objects.visible_to(actor)
        .filter(showcase_presenters__showcase=showcase)
        .order_by("showcase_presenters__position", "pk")
    )


def known_presenters(actor: Actor, showcase: Showcase) -> QuerySet[Presenter]:
    """People whom the organization named before and who are not on this showcase, by name."""
    return (
        Presenter.objects.visible_to(actor)
        .filter(organization_id=showcase.organization_id)
        .exclude(showcase_presenters__showcase=showcase)
        .order_by("name", "pk")
    )


def _permitted(actor: Actor, showcase: Showcase, revision: Any, verified_by: int | None) -> dict[str, bool]:
    """What the actor may do now: the policy says yes and the state allows it."""
    writers = {revision.created_by_id, revision.saved_by_id, *revision.writer_ids, *revision.colleague_ids}
    if verified_by is None and showcase.state == State.VERIFIED:
        verified_by = verifier_id(showcase)
    allowed = {
        "submit": policies.can_write(actor, showcase),
        "return": policies.can_return(actor, showcase),
        "verify": policies.can_verify(actor, showcase, writer_ids=writers),
        "approve": policies.can_approve(actor, showcase, writer_ids=writers, verifier_id=verified_by),
        "publish": policies.can_publish(actor, showcase),
        "archive": policies.can_archive(actor, showcase),
        "change": policies.can_write(actor, showcase),
    }
    can = {verb: is_allowed and showcase.state in STEPS[verb].sources for verb, is_allowed in allowed.items()}
    can["withdraw"] = policies.can_withdraw(actor, showcase) and showcase.published_revision_id is not None
    can["write"] = policies.can_write(actor, showcase)
    can["edit"] = can["write"] and showcase.state in EDITABLE
    can["review"] = policies.can_review(actor, showcase)
    can["comment"] = policies.can_comment(actor, showcase)
    return can


def _state_of(section: Section, gaps: list[Gap], threads: list[Thread]) -> SectionState:
    mine = tuple(gap for gap in gaps if gap.section == section.key)
    comments = sum(thread.is_open for thread in threads if thread.comment.section == section.key)
    if comments:
        code = "COMMENTED"
        note = ngettext("%(count)s comment", "%(count)s comments", comments) % {"count": comments}
    elif mine:
        code, note = "MISSING", _("not complete")
    else:
        code, note = "COMPLETE", _("complete")
    return SectionState(section, code, note, comments, mine)
