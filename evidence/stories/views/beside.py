"""What stands beside the text of a story: consents and photos; and the review's own steps, approving and grading."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import InvalidInput
from core.web.unsaved import signed_in
from evidence.models import Kind, Story
from evidence.stories import selectors, services
from evidence.stories.forms import AttachForm, GradeForm, PhotoForm
from evidence.stories.views.writing import fetch_own, render_part

if TYPE_CHECKING:
    from django.http import HttpRequest


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def story_consents(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The consents that a story rests on, and what it uses of each person."""
    row = fetch_own(request, uuid)
    choices = {"actor": request.actor, "story": row, "today": timezone.localdate()}
    form = AttachForm(request.POST if request.method == "POST" else None, **choices)
    if request.method == "POST" and form.is_valid():
        try:
            services.attach_consent(
                actor=request.actor,
                uuid=uuid,
                consent_uuid=form.cleaned_data["consent"].uuid,
                uses=form.cleaned_data["uses"],
                at=timezone.now(),
            )
        except InvalidInput as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The story rests on this consent now."))
            return redirect("evidence:story_consents", uuid)
    context = {"form": form, "story_consents": selectors.consents_of(request.actor, row)}
    return render_part(request, row, "story_consents", context, form)


@signed_in
@require_POST
def story_detach(request: HttpRequest, uuid: UUID, consent_uuid: UUID) -> HttpResponse:
    """Take a consent off a story that is not published."""
    fetch_own(request, uuid)
    services.detach_consent(actor=request.actor, uuid=uuid, consent_uuid=consent_uuid, at=timezone.now())
    messages.success(request, _("Taken off."))
    return redirect("evidence:story_consents", uuid)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def story_photos(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The photos of a story: adding one, and those that are there."""
    row = fetch_own(request, uuid)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PhotoForm(*posted, actor=request.actor, story=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_photo(actor=request.actor, uuid=uuid, **form.arguments(), at=timezone.now())
        except InvalidInput as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("The photo is kept. It becomes visible with the story."))
            return redirect("evidence:story_photos", uuid)
    return render_part(
        request, row, "story_photos", {"form": form, "photos": selectors.photos_of(request.actor, row)}, form
    )


@signed_in
@require_POST
def story_photo_remove(request: HttpRequest, uuid: UUID, photo_uuid: UUID) -> HttpResponse:
    """Delete a photo."""
    fetch_own(request, uuid)
    services.remove_photo(actor=request.actor, uuid=uuid, photo_uuid=photo_uuid, at=timezone.now())
    messages.success(request, _("The photo is deleted."))
    return redirect("evidence:story_photos", uuid)


@signed_in
@require_POST
def story_approve_redaction(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """State that the text tells nobody who the person is."""
    get_object_or_404(Story.objects.visible_to(request.actor), uuid=uuid)
    posted = request.POST.get("version", "")
    version = int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 10 else -1
    services.approve_redaction(actor=request.actor, uuid=uuid, version=version, at=timezone.now())
    messages.success(request, _("The redaction is approved."))
    return _to_review(uuid)


@signed_in
@require_POST
def story_grade(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Say how strong the evidence is."""
    get_object_or_404(Story.objects.visible_to(request.actor), uuid=uuid)
    form = GradeForm(request.POST)
    form.is_valid()
    services.grade_story(
        actor=request.actor, uuid=uuid, level=form.cleaned_data.get("evidence_level", ""), at=timezone.now()
    )
    messages.success(request, _("The evidence level is saved."))
    return _to_review(uuid)


def _to_review(uuid: UUID) -> HttpResponse:
    return redirect("evidence:review", Kind.STORY, uuid)
