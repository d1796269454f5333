"""The programme's side: the queue, the review of one showcase, comments, and the steps that both sides take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import require
from core.errors import InvalidInput, StaleWrite, WrongState
from core.web.unsaved import signed_in, take_kept
from core.workflow import EDITABLE, STEPS
from workshops.models import ReviewComment
from workshops.showcases import policies, selectors, services
from workshops.showcases.forms import CommentForm, QueueFilter, ReasonForm, SensitivityForm
from workshops.showcases.views.pages import (
    fetch,
    posted_version,
    render_desk,
    render_review,
    sent_to,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest

    from workshops.models import Showcase

PAGE_SIZE = 50

STEP_SERVICES: dict[str, Callable[..., Showcase]] = {
    "return": services.return_showcase,
    "verify": services.verify_showcase,
    "approve": services.approve_showcase,
    "publish": services.publish_showcase,
    "withdraw": services.withdraw_showcase,
    "archive": services.archive_showcase,
    "change": services.start_change,
}


@signed_in
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the longest first, with filters."""
    require(
        policies.can_open_queue(request.actor),
        _("The queue is for reviewers and programme managers."),
    )
    form = QueueFilter(request.GET, actor=request.actor)
    rows = selectors.review_queue(request.actor, **form.chosen())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "workshops/showcases/queue.html",
        {"form": form, "page": page, "total": page.paginator.count},
    )


@signed_in
@require_GET
def review(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One showcase under review."""
    return render_review(request, _reviewed(request, uuid))


def _reviewed(request: HttpRequest, uuid: UUID) -> Showcase:
    showcase = fetch(request, uuid)
    require(
        policies.can_review(request.actor, showcase),
        _("A showcase is reviewed by reviewers and managers of other organizations."),
    )
    return showcase


@signed_in
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Take one step. A missing reason or a stale page comes back with what was typed; a second click changes nothing."""
    if verb not in STEP_SERVICES:
        raise Http404
    showcase = fetch(request, uuid)
    if request.method != "POST":
        kept = take_kept(request)
        if kept is None or not _works_on(request, showcase):
            return redirect("workshops:showcase", uuid=uuid)
        return _show(request, showcase, reason_form=ReasonForm(kept))
    form = ReasonForm(request.POST)
    try:
        STEP_SERVICES[verb](
            actor=request.actor,
            uuid=uuid,
            at=timezone.now(),
            **_details(request, verb, form),
        )
    except InvalidInput as refused:
        if refused.field != "reason" or not _works_on(request, showcase):
            raise
        if not form.errors:
            form.add_error("reason", refused.message)
        return _show(request, showcase, status=422, reason_form=form)
    except (StaleWrite, WrongState) as refused:
        showcase.refresh_from_db()
        if showcase.state == STEPS[verb].target:
            messages.info(request, _("This has been done already."))
        elif isinstance(refused, StaleWrite) and _works_on(request, showcase):
            messages.warning(
                request,
                _("Somebody changed this showcase after you opened it. Look through it again."),
            )
            return _show(request, fetch(request, uuid), status=409)
        else:
            raise
    else:
        messages.success(request, _done(verb))
    return redirect(_after_step(request, showcase, verb))


def _details(request: HttpRequest, verb: str, form: ReasonForm) -> dict[str, Any]:
    """What a step needs beside the showcase. Whether the reason is good is asked after whether the person may do this."""
    details: dict[str, Any] = {}
    if STEPS[verb].needs_reason:
        form.is_valid()
        details["reason"] = form.cleaned_data.get("reason", "")
    if verb != "withdraw":
        details["version"] = posted_version(request)
    return details


def _show(request: HttpRequest, showcase: Showcase, **arguments: Any) -> HttpResponse:
    """The page on which the person works on the showcase: the review or the organization's own."""
    if policies.can_review(request.actor, showcase):
        return render_review(request, showcase, **arguments)
    return render_desk(request, showcase, **arguments)


def _works_on(request: HttpRequest, showcase: Showcase) -> bool:
    return policies.can_review(request.actor, showcase) or policies.can_write(request.actor, showcase)


def _done(verb: str) -> str:
    return {
        "return": _("The showcase has been returned with your reasons."),
        "verify": _("The showcase has been verified."),
        "approve": _("The showcase has been approved."),
        "publish": _("The showcase is public now."),
        "withdraw": _("The showcase has been taken off the public pages."),
        "archive": _("The showcase has been archived."),
        "change": _("You can change the showcase now. What was reviewed stays as it is until the change is published."),
    }[verb]


def _after_step(request: HttpRequest, showcase: Showcase, verb: str) -> str:
    if policies.can_write(request.actor, showcase):
        return reverse("workshops:showcase_edit", args=[showcase.uuid])
    if not policies.can_review(request.actor, showcase):
        return reverse("workshops:showcase_list", args=[showcase.workshop.slug])
    if verb in {"return", "verify", "approve"}:
        return reverse("workshops:review_queue")
    return reverse("workshops:showcase_review", args=[showcase.uuid])


@signed_in
@require_http_methods(["GET", "POST"])
def sensitivity(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set who may read a showcase, with a reason."""
    showcase = fetch(request, uuid)
    require(
        policies.can_set_sensitivity(request.actor, showcase),
        _("Who may read a showcase is decided by a programme manager of another organization."),
    )
    status = 200
    known = {"sensitivity": showcase.sensitivity, "version": showcase.version}
    if request.method == "GET":
        form = SensitivityForm(take_kept(request) or None, initial=known)
    else:
        form, status = SensitivityForm(request.POST, initial=known), 422
        if form.is_valid():
            try:
                services.set_sensitivity(actor=request.actor, uuid=uuid, at=timezone.now(), **form.cleaned_data)
            except InvalidInput as refused:
                form.add_error(refused.field, refused.message)
            except StaleWrite:
                status = 409
                form.data = {**form.data.dict(), "version": str(showcase.version)}
                form.add_error(None, _("Somebody changed this showcase after you opened it. Look through it again."))
            else:
                messages.success(request, _("Saved. It holds in every page, list and interface from now on."))
                return redirect("workshops:showcase_review", uuid=uuid)
    context = {"showcase": showcase, "form": form}
    return render(request, "workshops/showcases/sensitivity.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Add a comment or an answer. A comment that cannot be kept comes back with its text, also after a sign-in."""
    showcase = fetch(request, uuid)
    if request.method == "GET":
        kept = take_kept(request)
        if kept is None or not policies.can_comment(request.actor, showcase):
            return redirect("workshops:showcase", uuid=uuid)
        return render(
            request,
            "workshops/showcases/comment.html",
            {"showcase": showcase, "form": CommentForm(kept), "is_restored": True},
        )
    form = CommentForm(request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            said = services.add_comment(
                actor=request.actor,
                uuid=uuid,
                section=values["section"],
                body=values["body"],
                answers=values["answers"],
                at=timezone.now(),
            )
        except ReviewComment.DoesNotExist:
            raise Http404 from None
        except InvalidInput as refused:
            form.add_error("body", refused.message)
        else:
            return redirect(_place_of(request, showcase, said.section))
    return render(
        request,
        "workshops/showcases/comment.html",
        {"showcase": showcase, "form": form},
        status=422,
    )


def _place_of(request: HttpRequest, showcase: Showcase, section: str) -> str:
    if not policies.can_write(request.actor, showcase):
        return reverse("workshops:showcase_review", args=[showcase.uuid]) + f"#comments-{section}"
    if showcase.state in EDITABLE:
        page = reverse("workshops:showcase_section", args=[showcase.uuid, section])
    else:
        page = reverse("workshops:showcase_edit", args=[showcase.uuid])
    return f"{page}#comments-{section}"


@signed_in
@sent_to("workshops:showcase")
def settle_comment(request: HttpRequest, uuid: UUID, pk: int, verb: str) -> HttpResponse:
    """Resolve a comment, or open it again."""
    showcase = fetch(request, uuid)
    row = get_object_or_404(
        ReviewComment.objects.visible_to(request.actor),
        pk=pk,
        subject=showcase,
        answers=None,
    )
    service = {
        "resolve": services.resolve_comment,
        "reopen": services.reopen_comment,
    }.get(verb)
    if service is None:
        raise Http404
    service(actor=request.actor, pk=row.pk, at=timezone.now())
    return redirect(_place_of(request, showcase, row.section))
