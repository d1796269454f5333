"""Reviewers and managers take a proposed profile through the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from core.access import require
from core.errors import (
    InvalidInput,
)
from core.workflow import State
from organizations.models import ProfileComment, ProfileRevision
from organizations.profiles import policies, selectors, services
from organizations.profiles.changes import profile_changes
from organizations.profiles.forms import CommentForm, read_version

if TYPE_CHECKING:
    from core.access import Actor

PAGE_SIZE = 25
#: The steps a reviewer's button names, and the sentence when one is done.
STEPS = {
    "verify": (services.verify_profile, lambda: _("The change is verified.")),
    "approve": (services.approve_profile, lambda: _("The change is approved.")),
    "publish": (services.publish_profile, lambda: _("The profile is published.")),
}


@login_required
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Changes to profiles that wait for a reviewer or a manager."""
    actor = request.actor
    require(
        policies.can_open_queue(actor),
        _("Only reviewers and programme managers open the review queue."),
    )
    counts = selectors.queue_counts(actor)
    state = request.GET.get("state", "")
    if state and state not in counts:
        raise Http404
    rows = selectors.review_queue(actor)
    if state:
        rows = rows.filter(state=state)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    views = [
        {
            "label": _("All"),
            "url": "?",
            "is_current": not state,
            "count": sum(counts.values()),
        },
        *(
            {
                "label": State(code).label,
                "url": f"?state={code}",
                "is_current": code == state,
                "count": count,
            }
            for code, count in counts.items()
        ),
    ]
    return render(request, "organizations/profile_queue.html", {"page": page, "views": views})


@login_required
@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One change: on one side what is different, on the other what is said and the next step."""
    return _review_page(request, _revision(request.actor, pk), CommentForm())


@login_required
@require_POST
def step(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Verify, approve or publish."""
    revision = _revision(request.actor, pk)
    service, sentence = STEPS[verb]
    service(
        actor=request.actor,
        pk=revision.pk,
        version=read_version(request.POST.get("version")),
        at=timezone.now(),
    )
    messages.success(request, sentence())
    return redirect("organizations:profile_review", pk)


@login_required
@require_POST
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return with the reason."""
    revision = _revision(request.actor, pk)
    try:
        services.return_profile(
            actor=request.actor,
            pk=revision.pk,
            reason=request.POST.get("reason", "").replace("\x00", ""),
            version=read_version(request.POST.get("version")),
            at=timezone.now(),
        )
    except InvalidInput as refusal:
        return _review_page(request, revision, CommentForm(), reason_error=str(refusal), status=422)
    messages.success(request, _("The change is returned. The organization reads your reason."))
    return redirect("organizations:profile_review", pk)


@login_required
@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    revision = _revision(request.actor, pk)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _review_page(request, revision, form, status=422)
    services.comment_on_profile(
        actor=request.actor,
        pk=revision.pk,
        field=form.cleaned_data["field"],
        body=form.cleaned_data["body"],
        at=timezone.now(),
    )
    return redirect("organizations:profile_review", pk)


@login_required
@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a comment as dealt with, or open it again."""
    row = get_object_or_404(
        ProfileComment.objects.visible_to(request.actor).select_related("subject__organization"),
        pk=pk,
    )
    services.resolve_comment(actor=request.actor, pk=row.pk, at=timezone.now())
    if request.actor.belongs_to(row.subject.organization_id):
        return redirect("organizations:profile", row.subject.organization.slug)
    return redirect("organizations:profile_review", row.subject_id)


def _review_page(
    request: HttpRequest,
    revision: ProfileRevision,
    form: CommentForm,
    *,
    reason_error: str = "",
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    author_ids = services.authors_of(revision)
    state = revision.state
    changes = profile_changes(selectors.compared_with(revision), revision)
    following = selectors.review_queue(actor).filter(state=state).exclude(pk=revision.pk)
    context = {
        "revision": revision,
        "organization": revision.organization,
        "state_label": revision.staff_label,
        "changed": [change for change in changes if change.is_changed],
        "unchanged": [change for change in changes if not change.is_changed],
        "conversation": selectors.conversation_about(
            revision,
            actor=actor,
            can_resolve=policies.can_resolve(actor, revision, author_ids),
        ),
        "form": form,
        "can_review": policies.can_review(actor, revision, author_ids),
        "can_return": policies.can_review(actor, revision, author_ids)
        and state in {State.SUBMITTED, State.VERIFIED, State.APPROVED},
        "can_verify": state == State.SUBMITTED and policies.can_verify(actor, revision, author_ids),
        "can_approve": state == State.VERIFIED
        and policies.can_approve(actor, revision, author_ids, verifier_id=services.verifier_of(revision)),
        "can_publish": state == State.APPROVED and policies.can_publish(actor, revision, author_ids),
        "next": following.first(),
        "reason_error": reason_error,
    }
    return render(request, "organizations/profile_review.html", context, status=status)


def _revision(actor: Actor, pk: int) -> ProfileRevision:
    """For the review pages: the organization's own people have a page of their own."""
    revision = get_object_or_404(ProfileRevision.objects.visible_to(actor).select_related("organization"), pk=pk)
    require(
        policies.can_open_queue(actor),
        _("Only reviewers and programme managers open the review queue."),
    )
    return revision
