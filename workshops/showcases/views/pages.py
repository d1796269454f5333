"""What the pages of one showcase share: fetching it, its rail, and the two ways it is shown while it is under way."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from core.access import require
from core.web.words import in_words
from core.workflow import State
from workshops.models import Showcase
from workshops.showcases import policies
from workshops.showcases.forms import CommentForm, ReasonForm
from workshops.showcases.selectors import (
    answers_of,
    compare_revisions,
    conversation_of,
    desk_of,
    evidence_of,
    next_in_queue,
    presenters_of,
    remarks_of,
    revisions_of,
    threads_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from core.access import Actor
    from workshops.models import ShowcaseRevision
    from workshops.showcases.selectors import Desk, HistoryLine
    from workshops.showcases.selectors.conversation import Thread


def sent_to(page: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., Any]]:
    """For a view that takes what a form sends: whoever opens its address, as after a sign-in, is led to `page`."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def wrapper(request: HttpRequest, uuid: UUID, **rest: Any) -> HttpResponse:
            if request.method == "POST":
                return view(request, uuid, **rest)
            if request.method in {"GET", "HEAD"}:
                return redirect(page, uuid=fetch(request, uuid).uuid)
            return HttpResponseNotAllowed(["GET", "POST"])

        return wrapper

    return decorate


def fetch(request: HttpRequest, uuid: UUID) -> Showcase:
    """The showcase through the door, or 404."""
    return get_object_or_404(
        Showcase.objects.visible_to(request.actor).select_related("organization", "workshop", "project"),
        uuid=uuid,
    )


def fetch_own(request: HttpRequest, uuid: UUID) -> Showcase:
    """The showcase for those who write it: 404 where it is hidden, 403 where it is only read."""
    showcase = fetch(request, uuid)
    require(
        policies.can_write(request.actor, showcase),
        _("Only the organization writes its showcase."),
    )
    return showcase


def posted_version(request: HttpRequest) -> int:
    """The version the page was built from; what is no number fits no version."""
    posted = request.POST.get("version", "")
    return int(posted) if posted.isdecimal() and len(posted) < 10 else -1


def fetch_desk(
    actor: Actor,
    showcase: Showcase,
    threads: list[Thread] | None = None,
    **known: Any,
) -> Desk:
    """The desk, or 404 when there is no revision this reader may read."""
    desk = desk_of(
        actor,
        showcase,
        threads_of(actor, showcase) if threads is None else threads,
        **known,
    )
    if desk is None:
        raise Http404
    return desk


def rail_of(desk: Desk, *, page: str, current: str = "") -> list[dict[str, Any]]:
    """The sections with their state, as links of the form."""
    return [
        {
            "label": line.section.title,
            "url": reverse(
                "workshops:showcase_section",
                args=[desk.showcase.uuid, line.section.key],
            )
            if page == "form"
            else f"#{line.section.key}",
            "state": line.code,
            "note": line.note,
            "is_current": line.section.key == current,
        }
        for line in desk.rail
    ]


def render_desk(
    request: HttpRequest,
    showcase: Showcase,
    *,
    status: int = 200,
    reason_form: ReasonForm | None = None,
) -> HttpResponse:
    """The organization's page of its showcase: where it stands, what to do next, comments, history."""
    actor = request.actor
    threads, history = conversation_of(actor, showcase)
    revisions = revisions_of(actor, showcase)
    desk = fetch_desk(
        actor,
        showcase,
        threads,
        revisions=revisions,
        verified_by=_verified_by(history),
    )
    return render(
        request,
        "workshops/showcases/desk.html",
        {
            "showcase": showcase,
            "desk": desk,
            "rail": rail_of(desk, page="form"),
            "history": history,
            "evidence": evidence_of(actor, showcase),
            "last_return": _last_return(showcase, history),
            "revisions": revisions,
            "answers": answers_of(revisions[-1]),
            "compared": _compared(request, desk.revision, revisions),
            "reason_form": reason_form or ReasonForm(),
            "comment_form": CommentForm(),
        },
        status=status,
    )


def _verified_by(history: list[HistoryLine]) -> int | None:
    """Who took the last step of verifying."""
    return next((line.record.actor_id for line in history if line.record.verb == "verify"), None)


def _last_return(showcase: Showcase, history: list[HistoryLine]) -> HistoryLine | None:
    if showcase.state != State.RETURNED:
        return None
    return next((line for line in history if line.record.verb == "return"), None)


def render_review(
    request: HttpRequest,
    showcase: Showcase,
    *,
    status: int = 200,
    reason_form: ReasonForm | None = None,
    notice: str = "",
) -> HttpResponse:
    """The reviewer's page: left what was sent, right what is said about it and the steps."""
    actor = request.actor
    threads, history = conversation_of(actor, showcase)
    revisions = revisions_of(actor, showcase)
    desk = fetch_desk(
        actor,
        showcase,
        threads,
        revisions=revisions,
        verified_by=_verified_by(history),
    )
    sent_at = desk.revision.submitted_at
    return render(
        request,
        "workshops/showcases/review.html",
        {
            "showcase": showcase,
            "desk": desk,
            "history": history,
            "evidence": evidence_of(actor, showcase),
            "presenters": presenters_of(actor, showcase),
            "revisions": revisions,
            "answers": answers_of(revisions[-1]),
            "compared": _compared(request, desk.revision, revisions),
            "reason_form": reason_form or ReasonForm(),
            "comment_form": CommentForm(),
            "meta": [
                showcase.workshop,
                _("Revision %(number)s") % {"number": desk.revision.number},
                sent_at and format_html(_("Sent {moment}"), moment=in_words(sent_at)),
            ],
            "previous": next(
                (row for row in reversed(revisions) if row.number < desk.revision.number),
                None,
            ),
            "has_steps": any(desk.can[verb] for verb in ("verify", "approve", "publish", "return", "archive")),
            "following": next_in_queue(actor, showcase),
            "notice_text": notice,
            "remarks": remarks_of(actor, showcase),
            "can_remark": policies.can_remark(actor, showcase),
            "can_set_sensitivity": policies.can_set_sensitivity(actor, showcase),
        },
        status=status,
    )


def _compared(
    request: HttpRequest,
    shown: ShowcaseRevision,
    revisions: list[ShowcaseRevision],
) -> dict[str, Any] | None:
    """The difference from the revision that the address names to the one that is shown."""
    asked = request.GET.get("since", "")
    before = next((row for row in revisions if str(row.number) == asked), None)
    if before is None:
        return None
    after_number = request.GET.get("until", "")
    after = next((row for row in revisions if str(row.number) == after_number), shown)
    if before.number > after.number:
        before, after = after, before
    compared = compare_revisions(before, after)
    return {
        "before": before,
        "after": after,
        "changed": [(section, fields) for section, fields in compared if any(field.is_changed for field in fields)],
        "unchanged": [section.title for section, fields in compared if not any(field.is_changed for field in fields)],
    }
