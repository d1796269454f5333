"""Reads of profile changes: what is under way, the review queue, the history, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core.access import Role
from core.waiting import Task
from core.workflow import OWNER_LABELS, State
from organizations.models import ProfileComment, ProfileRevision, ProfileTransition
from organizations.profiles import policies
from organizations.profiles.changes import label_of_field
from organizations.profiles.services import UNDER_WAY

if TYPE_CHECKING:
    from core.access import Actor
    from organizations.models import Organization
    from organizations.models.organization import ProfileRevisionQuerySet

#: Steps that the organization takes; every other is the programme's.
WRITERS_STEPS = frozenset({"submit", "change", "discard"})
#: The parts of the queue.
QUEUE_STATES = (State.SUBMITTED, State.VERIFIED, State.APPROVED)


def revision_under_way(organization: Organization, *, actor: Actor) -> ProfileRevision | None:
    return (
        ProfileRevision.objects.visible_to(actor)
        .filter(organization=organization, state__in=UNDER_WAY)
        .select_related("organization", "headquarters")
        .first()
    )


def compared_with(row: ProfileRevision) -> Any:
    """What a revision is read against: the live profile on its way, the revision before it afterwards."""
    if row.state in UNDER_WAY:
        return row.organization
    return (
        ProfileRevision.objects.filter(
            organization_id=row.organization_id,
            state__in=[State.PUBLISHED, State.ARCHIVED],
            pk__lt=row.pk,
        )
        .order_by("-pk")
        .first()
    ) or ProfileRevision(organization_id=row.organization_id)


def review_queue(actor: Actor) -> ProfileRevisionQuerySet:
    """Changes that wait for a reviewer or a manager, the longest first."""
    return (
        ProfileRevision.objects.visible_to(actor)
        .filter(state__in=QUEUE_STATES)
        .exclude(organization_id__in=actor.organization_ids)
        .select_related("organization")
        .annotate(
            since=Max("transitions__at"),
            open_count=Count("comments", filter=Q(comments__resolved_at=None), distinct=True),
        )
        .order_by("since", "pk")
    )


def queue_counts(actor: Actor) -> dict[str, int]:
    rows = review_queue(actor).order_by().values_list("state")
    counts = dict(rows.annotate(count=Count("pk", distinct=True)).values_list("state", "count"))
    return {state: counts.get(state, 0) for state in QUEUE_STATES}


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was done and said about a revision, as `{% timeline %}` and `{% comment_thread %}` take it."""

    history: list[dict[str, Any]]
    comments: list[dict[str, Any]]

    @property
    def open_comments(self) -> list[dict[str, Any]]:
        return [comment for comment in self.comments if not comment["is_resolved"]]

    @property
    def last_reason(self) -> dict[str, Any] | None:
        """The latest step, when it was a return."""
        first = self.history[0] if self.history else None
        return first if first and first["reason"] else None


def conversation_about(row: ProfileRevision, *, actor: Actor, can_resolve: bool) -> Conversation:
    """Steps newest first, in the words of the reader's side; comments with the open ones first."""
    is_own = actor.belongs_to(row.organization_id)
    organization, programme = row.organization.display_name, _("The programme")
    steps = list(
        ProfileTransition.objects.visible_to(actor).filter(subject=row).select_related("actor").order_by("-pk")
    )
    comments = list(
        ProfileComment.objects.visible_to(actor)
        .filter(subject=row)
        .select_related("author")
        .order_by("created_at", "pk")
    )
    people = {step.actor_id for step in steps} | {entry.author_id for entry in comments}
    seen = set(User.objects.visible_to(actor).filter(pk__in=people).values_list("pk", flat=True))
    return Conversation(
        history=[
            {
                "at": step.at,
                "who": _who(
                    step.actor,
                    seen,
                    organization if step.verb in WRITERS_STEPS else programme,
                ),
                "what": OWNER_LABELS[State(step.to_state)] if is_own else State(step.to_state).label,
                "state_code": step.to_state,
                "reason": step.reason,
            }
            for step in steps
        ],
        comments=sorted(
            (_comment(entry, _who(entry.author, seen, programme), can_resolve) for entry in comments),
            key=lambda comment: comment["is_resolved"],
        ),
    )


def _comment(comment: ProfileComment, author: str, can_resolve: bool) -> dict[str, Any]:
    return {
        "author": author,
        "at": comment.created_at,
        "text": comment.body,
        "is_resolved": comment.resolved_at is not None,
        "field": comment.field,
        "where": label_of_field(comment.field),
        "where_url": f"#field-{comment.field}" if comment.field else "",
        "resolve_url": reverse("organizations:profile_comment_resolve", args=[comment.pk]) if can_resolve else "",
    }


def profile_tasks(actor: Actor) -> list[Task]:
    """What a change to a profile asks of this person."""
    tasks = []
    if actor.organization_ids:
        own = (
            ProfileRevision.objects.visible_to(actor)
            .filter(
                organization_id__in=actor.organization_ids,
                state__in=[State.DRAFT, State.RETURNED],
            )
            .select_related("organization")
            .annotate(
                since=Max("transitions__at"),
                open_count=Count("comments", filter=Q(comments__resolved_at=None), distinct=True),
            )
        )
        tasks += [_writer_task(row) for row in own.order_by("pk")]
    if policies.can_open_queue(actor):
        wanted = set()
        if actor.has(Role.REVIEWER):
            wanted.add(State.SUBMITTED)
        if actor.has(Role.MANAGER):
            wanted |= {State.VERIFIED, State.APPROVED}
        queue = review_queue(actor).filter(state__in=wanted)
        # What one wrote oneself waits for somebody else.
        queue = queue.exclude(created_by_id=actor.user_id).exclude(authors=actor.user_id)
        tasks += [_staff_task(row) for row in queue]
    return tasks


def _writer_task(row: ProfileRevision) -> Task:
    url = reverse("organizations:profile", args=[row.organization.slug])
    if row.state == State.RETURNED:
        return Task(
            title=_("The profile of %(organization)s was returned to you")
            % {"organization": row.organization.display_name},
            detail=ngettext(
                "%(count)s comment is open.",
                "%(count)s comments are open.",
                row.open_count,
            )
            % {"count": row.open_count}
            if row.open_count
            else _("The reason stands beside it."),
            since=row.since or row.saved_at,
            url=url,
            action=_("Put it right"),
        )
    return Task(
        title=_("Your change to the profile of %(organization)s is not sent yet")
        % {"organization": row.organization.display_name},
        detail=_("The published profile stays as it is until the change is reviewed."),
        since=row.saved_at,
        url=url,
        action=_("Go on"),
    )


def _staff_task(row: ProfileRevision) -> Task:
    words = {
        State.SUBMITTED: (_("Review the profile of %(organization)s"), _("Review")),
        State.VERIFIED: (_("Approve the profile of %(organization)s"), _("Read and approve")),
        State.APPROVED: (_("Publish the profile of %(organization)s"), _("Publish")),
    }
    title, action = words[State(row.state)]
    return Task(
        title=title % {"organization": row.organization.display_name},
        detail="",
        since=row.since or row.saved_at,
        url=reverse("organizations:profile_review", args=[row.pk]),
        action=action,
    )


def _who(user: User, seen: set[int], otherwise: str) -> str:
    """A person's name for who may know it; otherwise on whose side the person acted."""
    return str(user) if user.pk in seen else otherwise
