"""The organization's side: its showcases, the form section by section, the check, and sending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import require
from core.errors import InvalidInput, StaleWrite
from core.text import listed
from core.web.unsaved import is_background, signed_in, take_kept
from core.workflow import EDITABLE
from organizations.models import Organization
from workshops.models import Workshop
from workshops.showcases import selectors, services
from workshops.showcases.forms import SectionForm
from workshops.showcases.revisions import (
    fingerprint,
    personal_data_in,
    values_of,
)
from workshops.showcases.sections import BY_KEY, Kind, neighbours
from workshops.showcases.views import beside
from workshops.showcases.views.pages import fetch_desk, fetch_own, rail_of, render_desk

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.http import HttpRequest

    from workshops.models import Showcase
    from workshops.showcases.sections import Section
    from workshops.showcases.selectors import Desk


@signed_in
@require_GET
def my_showcases(request: HttpRequest) -> HttpResponse:
    """The showcases of the reader's organizations, and the workshops that still take one."""
    require(
        bool(request.actor.organization_ids),
        _("This page is for organizations that take part in the programme."),
    )
    return render(
        request,
        "workshops/showcases/mine.html",
        selectors.own_showcases(request.actor, at=timezone.now()),
    )


@signed_in
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the organization's showcase for a workshop; the second click opens the same one."""
    if request.method == "GET":
        return redirect("workshops:my_showcases")
    actor = request.actor
    workshop = get_object_or_404(Workshop.objects.visible_to(actor), slug=slug)
    organization = get_object_or_404(Organization.objects.visible_to(actor), pk=_organization_id(request))
    showcase = services.start_showcase(
        actor=actor,
        workshop_slug=workshop.slug,
        organization_id=organization.pk,
        at=timezone.now(),
    )
    return redirect("workshops:showcase_edit", uuid=showcase.uuid)


def _organization_id(request: HttpRequest) -> int:
    asked = request.POST.get("organization", "")
    if asked.isdecimal() and len(asked) < 18:
        return int(asked)
    own = sorted(request.actor.organization_ids)
    require(
        len(own) == 1,
        _("A showcase is started by an organization that takes part in the programme."),
    )
    return own[0]


@signed_in
@require_GET
def desk(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Where the showcase stands and what to do next."""
    showcase = fetch_own(request, uuid)
    return render_desk(request, showcase)


@signed_in
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, uuid: UUID, key: str) -> HttpResponse:
    """One section of the form: shown, saved by its button, or saved in the background after each change."""
    if key not in BY_KEY:
        raise Http404
    showcase = fetch_own(request, uuid)
    is_open = showcase.state in EDITABLE or key == "presenters"
    if request.method == "GET" and not is_open:
        return redirect("workshops:showcase_edit", uuid=uuid)
    if key == "evidence":
        return beside.evidence(request, showcase)
    if key == "presenters":
        return beside.presenters(request, showcase)
    if request.method == "POST":
        return _save(request, showcase, BY_KEY[key])
    kept = take_kept(request)
    desk = fetch_desk(request.actor, showcase)
    stored = values_of(showcase, desk.revision, BY_KEY[key])
    form = SectionForm(
        kept,
        section=BY_KEY[key],
        showcase=showcase,
        actor=request.actor,
        initial={**stored, "version": fingerprint(stored)},
    )
    return _render_section(request, desk, form, is_restored=kept is not None)


def _save(request: HttpRequest, showcase: Showcase, section: Section) -> HttpResponse:
    form = SectionForm(request.POST, section=section, showcase=showcase, actor=request.actor)
    at = timezone.now()
    if form.is_valid():
        try:
            version = services.save_section(
                actor=request.actor,
                uuid=showcase.uuid,
                section=section.key,
                values=form.values(),
                base=form.cleaned_data["version"] or "",
                at=at,
            )
        except StaleWrite as stale:
            return _both_texts(request, showcase, form, stale)
        except InvalidInput as refused:
            form.add_error(refused.field, refused.message)
        else:
            if is_background(request):
                return JsonResponse({"saved_at": _clock(at), "version": version})
            return _after_save(request, showcase, section, _clock(at))
    if is_background(request):
        return JsonResponse({"message": _first_error(form)}, status=422)
    return _render_section(request, fetch_desk(request.actor, showcase), form, status=422)


def _clock(at: datetime) -> str:
    return date_format(timezone.localtime(at), "H:i")


def _first_error(form: SectionForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def _after_save(request: HttpRequest, showcase: Showcase, section: Section, time: str) -> HttpResponse:
    messages.success(request, _("Saved %(time)s.") % {"time": time})
    _before, after = neighbours(section.key)
    if request.POST.get("go") == "on" and after is not None:
        return redirect("workshops:showcase_section", uuid=showcase.uuid, key=after.key)
    return redirect("workshops:showcase_section", uuid=showcase.uuid, key=section.key)


def _both_texts(request: HttpRequest, showcase: Showcase, form: SectionForm, stale: StaleWrite) -> HttpResponse:
    """Somebody else saved the same section: show mine and theirs, and let the writer choose or merge."""
    if is_background(request):
        return JsonResponse(
            {"message": _("A colleague saved this section too. Press Save to see both texts.")},
            status=409,
        )
    desk = fetch_desk(request.actor, showcase)
    theirs = stale.current
    mine = form.values()
    # The next save starts from what is stored now: the writer has seen it.
    posted = request.POST.copy()
    posted["version"] = fingerprint(theirs)
    again = SectionForm(
        posted,
        section=form.section,
        showcase=showcase,
        actor=request.actor,
    )
    stored = SectionForm(section=form.section, showcase=showcase, actor=request.actor, initial=theirs)
    compared = [
        {
            "field": again[question.name],
            "label": question.label,
            "mine": _in_words(again, question, mine[question.name]),
            "theirs": _in_words(stored, question, theirs[question.name]),
        }
        for question in form.section.fields
        if _in_words(again, question, mine[question.name]) != _in_words(stored, question, theirs[question.name])
    ]
    return render(
        request,
        "workshops/showcases/both_texts.html",
        {
            "showcase": showcase,
            "section": form.section,
            "form": again,
            "compared": compared,
            "rail": rail_of(desk, page="form", current=form.section.key),
        },
        status=409,
    )


def _in_words(form: SectionForm, question: Any, value: Any) -> str:
    """An answer as text, so that two of them can be compared word by word."""
    if question.kind is Kind.MANY:
        labels = {row.pk: str(row) for row in form.fields[question.name].queryset.filter(pk__in=value)}
        return listed(labels[pk] for pk in value if pk in labels)
    if question.kind is Kind.FLAG:
        return _("Yes") if value else _("No")
    if question.kind is Kind.CHOICE:
        choices = {str(code): str(label) for code, label in form.fields[question.name].choices}
        return choices.get(str(value if value is not None else ""), "")
    return value


def _render_section(
    request: HttpRequest,
    desk: Desk,
    form: SectionForm,
    *,
    status: int = 200,
    is_restored: bool = False,
) -> HttpResponse:
    section = form.section
    before, after = neighbours(section.key)
    warnings = [
        sentence
        for question in section.fields
        if question.kind in {Kind.TEXT, Kind.LINE}
        for sentence in personal_data_in(str(form[question.name].value() or ""))
    ]
    return render(
        request,
        "workshops/showcases/section.html",
        {
            "showcase": desk.showcase,
            "desk": desk,
            "section": section,
            "form": form,
            "rail": rail_of(desk, page="form", current=section.key),
            "threads": desk.threads_on(section.key),
            "warnings": warnings,
            "before": before,
            "after": after,
            "is_restored": is_restored,
            "saved_at": desk.revision.saved_at,
        },
        status=status,
    )
