"""The check before a showcase is sent, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.errors import Incomplete, StaleWrite, WrongState
from core.web.unsaved import signed_in
from core.workflow import State
from workshops.showcases import services
from workshops.showcases.views.pages import (
    fetch_desk,
    fetch_own,
    posted_version,
    rail_of,
    sent_to,
)

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from workshops.models import Showcase


@signed_in
@require_GET
def check(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is missing before the showcase can be sent, each line a link to its place."""
    return _render_check(request, fetch_own(request, uuid))


def _render_check(request: HttpRequest, showcase: Showcase, *, status: int = 200, notice: str = "") -> HttpResponse:
    desk = fetch_desk(request.actor, showcase)
    missing = [
        {
            "label": gap.message,
            "url": reverse("workshops:showcase_section", args=[showcase.uuid, gap.section]) + f"#field-{gap.field}",
        }
        for gap in desk.gaps
    ]
    is_late = showcase.first_submitted_at is None and timezone.now() > showcase.workshop.submission_deadline
    return render(
        request,
        "workshops/showcases/check.html",
        {
            "showcase": showcase,
            "desk": desk,
            "missing": missing,
            "is_late": is_late,
            "rail": rail_of(desk, page="form"),
            "notice_text": notice,
        },
        status=status,
    )


@signed_in
@sent_to("workshops:showcase_check")
def submit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Send the showcase. What is missing answers 422 with the list; the second click of a double click changes nothing."""
    showcase = fetch_own(request, uuid)
    try:
        services.submit_showcase(
            actor=request.actor,
            uuid=uuid,
            version=posted_version(request),
            at=timezone.now(),
        )
    except Incomplete as refused:
        return _render_check(request, showcase, status=refused.status, notice=str(refused))
    except StaleWrite as stale:
        return _render_check(
            request,
            showcase,
            status=stale.status,
            notice=_(
                "A colleague saved something after you opened this page. Look through it once more, then send it."
            ),
        )
    except WrongState:
        showcase.refresh_from_db()
        if showcase.state != State.SUBMITTED:
            raise
        messages.info(request, _("The showcase has been sent already."))
    else:
        messages.success(
            request,
            _("Your showcase has been sent. We write to you when it has been reviewed."),
        )
    return redirect("workshops:showcase_edit", uuid=uuid)
