"""Writing a story: starting it, the original, what it is filed under, and the redacted text beside the original."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.errors import InvalidInput, StaleWrite
from core.web.unsaved import is_background, signed_in, take_kept
from core.workflow import EDITABLE
from evidence.models import Kind, Story, StoryRevision
from evidence.records import policies as record_policies
from evidence.records.kinds import kind_of
from evidence.records.selectors import desk_for, history_of
from evidence.stories import policies, selectors, services
from evidence.stories.forms import AboutForm, OriginalForm, RedactionForm
from organizations.models import Organization

if TYPE_CHECKING:
    from django.http import HttpRequest

    from core.web.forms import RecordForm

PAGE_SIZE = 50


@signed_in
@require_safe
def story_mine(request: HttpRequest) -> HttpResponse:
    """The stories of the own organization, whatever their state."""
    require(bool(request.actor.organization_ids), _("Stories are written by the organizations of the programme."))
    page = Paginator(selectors.own_stories(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "evidence/stories/mine.html", {"page": page, "total": page.paginator.count})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def story_new(request: HttpRequest) -> HttpResponse:
    """Open a story: what it is about, and the story as it was told."""
    organization = _own_organization(request)
    posted = request.POST if request.method == "POST" else take_kept(request)
    about = AboutForm(posted, actor=request.actor, organization=organization)
    original = OriginalForm(posted)
    if request.method == "POST" and about.is_valid() & original.is_valid():
        try:
            row = services.start_story(
                actor=request.actor,
                organization_slug=organization.slug,
                **about.codes(),
                values=original.values(),
                at=timezone.now(),
            )
        except InvalidInput as refused:
            about.refuse(refused)
        else:
            messages.success(request, _("Saved. Now write what others will read."))
            return redirect("evidence:story_edit", row.uuid)
    return render(
        request,
        "evidence/stories/new.html",
        {"about": about, "form": original, "organization": organization},
        status=422 if request.method == "POST" else 200,
    )


def _own_organization(request: HttpRequest) -> Organization:
    own = Organization.objects.visible_to(request.actor).filter(pk__in=request.actor.organization_ids)
    asked = request.GET.get("organization", "") or request.POST.get("organization", "")
    row = own.filter(slug=asked).first() if asked else own.order_by("name", "pk").first()
    require(row is not None, _("Stories are written by the organization that heard them."))
    assert row is not None
    return row


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def story_about(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Project, kind of change, and how far the person is protected."""
    row = fetch_own(request, uuid)
    choices = {"actor": request.actor, "organization": row.organization}
    form = AboutForm(_posted(request), instance=_fresh(row), **choices)
    if request.method == "POST" and form.is_valid():
        answer = _saved(
            request,
            form,
            lambda: services.save_story(
                actor=request.actor, uuid=uuid, version=_version(form), **form.codes(), at=timezone.now()
            ),
            "evidence:story_about",
            uuid,
        )
        if answer:
            return answer
    return render_part(request, row, "story_about", {"form": form}, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def story_original(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The story as it was told, with its names and places."""
    row = get_object_or_404(_rows(request), uuid=uuid)
    if not record_policies.can_write(request.actor, row):
        raise Http404
    original = selectors.original_of(request.actor, row)
    if original is None:
        messages.info(request, _("The original has been deleted, as its retention or the person asked."))
        return redirect("evidence:story_edit", uuid)
    form = OriginalForm(_posted(request), instance=original)
    if request.method == "POST" and form.is_valid():
        answer = _saved(
            request,
            form,
            lambda: services.save_original(
                actor=request.actor, uuid=uuid, version=_version(form), values=form.values(), at=timezone.now()
            ),
            "evidence:story_edit",
            uuid,
        )
        if answer:
            return answer
    return render_part(request, row, "story_original", {"form": form}, form)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def story_edit(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The redacted text beside the original, for its organization and, under review, for a reviewer."""
    row = get_object_or_404(_rows(request), uuid=uuid)
    is_owner = record_policies.can_write(request.actor, row)
    if not is_owner and not policies.can_redact(request.actor, row):
        return redirect("evidence:story", uuid)
    revision = _newest(request, row)
    form = RedactionForm(_posted(request), instance=revision, story=row)
    if request.method == "POST":
        if form.is_valid():
            try:
                services.save_redaction(
                    actor=request.actor, uuid=uuid, version=_version(form), values=form.values(), at=timezone.now()
                )
            except StaleWrite as stale:
                if is_background(request):
                    return JsonResponse(
                        {"message": _("A colleague saved this too. Press Save to see both texts.")}, status=409
                    )
                form.show_stale(stale)
            except InvalidInput as refused:
                form.refuse(refused)
            else:
                return _after_redaction(request, uuid)
        if is_background(request):
            return JsonResponse({"message": str(next(iter(form.errors.values()))[0])}, status=422)
    return render_part(request, row, "story_edit", {"form": form, "is_owner": is_owner}, form)


def _after_redaction(request: HttpRequest, uuid: UUID) -> HttpResponse:
    if is_background(request):
        version = Story.objects.visible_to(request.actor).values_list("version", flat=True).get(uuid=uuid)
        now = date_format(timezone.localtime(timezone.now()), "H:i")
        return JsonResponse({"saved_at": now, "version": version})
    messages.success(request, _("Saved. What is marked may tell who the person is."))
    return redirect("evidence:story_edit", uuid)


def render_part(
    request: HttpRequest, row: Story, current: str, context: dict[str, Any], form: Any, *, status: int = 0
) -> HttpResponse:
    """One part of the desk, with the rail of all parts and what is missing."""
    of = kind_of(Kind.STORY)
    row = get_object_or_404(_rows(request), pk=row.pk)
    revision = _newest(request, row)
    desk = desk_for(request.actor, of, row, revision)
    refused = 422 if request.method == "POST" and form is not None and form.errors else 200
    if getattr(form, "differences", ()):
        refused = 409
    return render(
        request,
        f"evidence/stories/{current.removeprefix('story_')}.html",
        {
            "story": row,
            "record": row,
            "of": of,
            "revision": revision,
            "desk": desk,
            "is_owner": record_policies.can_write(request.actor, row),
            "is_open": row.state in EDITABLE,
            "rail": selectors.rail_of(row, selectors.original_of(request.actor, row), revision, current),
            "sides": {side.name: side for side in selectors.sides_of(request.actor, row, revision)},
            "missing": selectors.missing_of(row, revision) if desk.can["submit"] else [],
            "history": history_of(request.actor, of, row),
            "is_live": selectors.is_live(row),
            **context,
        },
        status=status or refused,
    )


def fetch_own(request: HttpRequest, uuid: UUID) -> Story:
    """A story of the own organization; anybody else's is not there."""
    row = get_object_or_404(_rows(request), uuid=uuid)
    if not record_policies.can_write(request.actor, row):
        raise Http404
    return row


def _rows(request: HttpRequest) -> Any:
    return Story.objects.visible_to(request.actor).select_related("organization", "project", "domain")


def _fresh(row: Story) -> Story:
    # A form writes what was typed into its row; the page around it shows the row as it is stored.
    return Story.objects.get(pk=row.pk)


def _newest(request: HttpRequest, row: Story) -> StoryRevision:
    found = StoryRevision.objects.visible_to(request.actor).filter(record=row).defer("search").order_by("-number")
    revision = found.first()
    if revision is None:
        raise Http404
    return revision


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else take_kept(request)


def _version(form: Any) -> int:
    version = form.cleaned_data["version"]
    return -1 if version is None else version


def _saved(request: HttpRequest, form: RecordForm, save: Any, then: str, uuid: UUID) -> HttpResponse | None:
    """Save, and go on; or put the refusal into the form and return None."""
    try:
        save()
    except StaleWrite as stale:
        form.show_stale(stale)
    except InvalidInput as refused:
        form.refuse(refused)
    else:
        messages.success(request, _("Saved."))
        return redirect(then, uuid)
    return None
