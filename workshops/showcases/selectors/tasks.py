"""What waits for a person, for the home page: the same few queries however many rows there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.waiting import Task
from core.workflow import State
from workshops.models import Showcase
from workshops.showcases import policies
from workshops.showcases.selectors.queue import states_for, with_since

if TYPE_CHECKING:
    from core.access import Actor


def tasks_for(actor: Actor) -> list[Task]:
    """For a CSO its drafts and what came back; for staff what is to be verified, approved or published."""
    tasks = []
    if actor.organization_ids:
        tasks += _for_writers(actor)
    if policies.can_open_queue(actor):
        tasks += _for_staff(actor)
    return tasks


def _for_writers(actor: Actor) -> list[Task]:
    rows: Any = (
        with_since(
            Showcase.objects.visible_to(actor).filter(
                organization_id__in=actor.organization_ids,
                state__in=[State.DRAFT, State.RETURNED],
            )
        )
        .annotate(
            open_comments=Count(
                "comments",
                filter=Q(comments__answers=None, comments__resolved_at=None),
            )
        )
        .select_related("workshop")
        .order_by("since", "pk")
    )
    tasks = []
    for row in rows:
        if row.state == State.RETURNED:
            title = (
                ngettext(
                    "Your showcase was returned to you with %(count)s comment",
                    "Your showcase was returned to you with %(count)s comments",
                    row.open_comments,
                )
                % {"count": row.open_comments}
                if row.open_comments
                else _("Your showcase came back with reasons")
            )
            detail, action = str(row.workshop), _("Read and answer")
        else:
            title = _("Finish your showcase")
            if row.first_submitted_at is None:
                detail = _("%(workshop)s: due by %(deadline)s") % {
                    "workshop": row.workshop,
                    "deadline": _moment(row.workshop.submission_deadline),
                }
            else:
                detail = _("%(workshop)s: a change that is not sent yet") % {"workshop": row.workshop}
            action = _("Go on writing")
        tasks.append(
            Task(
                title=title,
                detail=detail,
                since=row.since,
                url=reverse("workshops:showcase_edit", args=[row.uuid]),
                action=action,
            )
        )
    return tasks


def _for_staff(actor: Actor) -> list[Task]:
    words = {
        State.SUBMITTED: (_("Review the showcase of %(organization)s"), _("Review")),
        State.VERIFIED: (
            _("Approve the showcase of %(organization)s"),
            _("Read and approve"),
        ),
        State.APPROVED: (_("Publish the showcase of %(organization)s"), _("Publish")),
    }
    rows: Any = (
        with_since(Showcase.objects.visible_to(actor).filter(state__in=states_for(actor)))
        .exclude(organization_id__in=actor.organization_ids)
        .select_related("organization", "workshop")
        .order_by("since", "pk")
    )
    return [
        Task(
            title=words[State(row.state)][0] % {"organization": row.organization},
            detail=str(row.workshop),
            since=row.since,
            url=reverse("workshops:showcase_review", args=[row.uuid]),
            action=words[State(row.state)][1],
        )
        for row in rows
    ]


def _moment(at) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i")
