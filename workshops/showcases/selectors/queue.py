"""The review queue: what was sent, in which state and since when, the longest waiting first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core.access import Role
from core.workflow import State
from workshops.models import Showcase, ShowcaseRevision, ShowcaseTransition
from workshops.models.showcase import SENSITIVITY_VERB

if TYPE_CHECKING:
    from core.access import Actor

#: What the queue shows unless a state is chosen: what waits for the programme.
WAITING = (State.SUBMITTED, State.VERIFIED, State.APPROVED)


def with_since(rows: QuerySet[Showcase]) -> QuerySet[Showcase]:
    """Add `since`, when the present state began."""
    steps = ShowcaseTransition.objects.filter(subject=OuterRef("pk")).exclude(verb=SENSITIVITY_VERB)
    last = steps.order_by("-at", "-pk")
    return rows.annotate(since=Coalesce(Subquery(last.values("at")[:1]), F("saved_at")))


def review_queue(
    actor: Actor,
    *,
    state: str = "",
    workshop: str = "",
    province: str = "",
    theme: str = "",
) -> QuerySet[Showcase]:
    """Showcases that were sent at least once, longest waiting first, with title, revision number and open comments."""
    sent = ShowcaseRevision.objects.filter(showcase=OuterRef("pk"), submitted_at__isnull=False).order_by("-number")
    rows = Showcase.objects.visible_to(actor).filter(first_submitted_at__isnull=False)
    rows = rows.filter(state=state) if state else rows.filter(state__in=WAITING)
    if workshop:
        rows = rows.filter(workshop__slug=workshop)
    if province or theme:
        matching = ShowcaseRevision.objects.filter(submitted_at__isnull=False)
        if province:
            matching = matching.filter(districts__province__code=province)
        if theme:
            matching = matching.filter(themes__code=theme, themes__vocabulary="pve_theme")
        rows = rows.filter(revisions__in=matching.values("pk")).distinct()
    return (
        with_since(rows)
        .annotate(
            sent_title=Subquery(sent.values("title")[:1]),
            sent_title_ur=Subquery(sent.values("title_ur")[:1]),
            sent_number=Subquery(sent.values("number")[:1]),
            open_comments=Count(
                "comments",
                filter=Q(comments__answers=None, comments__resolved_at=None),
                distinct=True,
            ),
        )
        .select_related("organization", "workshop")
        .order_by("since", "pk")
    )


def states_for(actor: Actor) -> list[str]:
    """The states whose rows wait for this actor."""
    states: list[str] = []
    if actor.has(Role.REVIEWER):
        states.append(State.SUBMITTED)
    if actor.has(Role.MANAGER):
        states += [State.VERIFIED, State.APPROVED]
    return states


def next_in_queue(actor: Actor, showcase: Showcase) -> Showcase | None:
    """The row that waits longest for this actor, apart from the one in hand."""
    return (
        with_since(Showcase.objects.visible_to(actor).filter(state__in=states_for(actor)))
        .exclude(pk=showcase.pk)
        .exclude(organization_id__in=actor.organization_ids)
        .select_related("organization")
        .order_by("since", "pk")
        .first()
    )
