"""The list of projects, a project's page, and the programme's forms for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from core.access import require
from core.errors import Conflict, StaleWrite
from organizations.filters import Places, load_terms
from organizations.models import Grant, Organization, Project, ProjectPartner
from organizations.projects import policies, selectors, services
from organizations.projects.filters import ProjectFilter
from organizations.projects.forms import (
    GrantForm,
    NewProjectForm,
    PartnerForm,
    ProjectForm,
)
from organizations.registry.pages import ask

if TYPE_CHECKING:
    from core.access import Actor

PAGE_SIZE = 25


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """What the organizations do, narrowed by a sentence of filters."""
    actor = request.actor
    places = Places.load(actor)
    form = ProjectFilter(
        request.GET,
        places=places,
        terms=load_terms(actor, "pve_theme"),
        organizations=selectors.organizations_with_projects(actor),
    )
    rows = Project.objects.visible_to(actor)
    is_understood = form.is_valid()
    rows = form.narrow(rows) if is_understood else rows.none()
    listed = form.order(selectors.project_rows(rows))
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": [(row, places.grouped(places.by_id[pk] for pk in row.district_ids)) for row in page.object_list],
        "removals": form.removals(),
        "can_write": policies.can_write_projects(actor),
    }
    return render(
        request,
        "organizations/project_list.html",
        context,
        status=200 if is_understood else 400,
    )


@require_safe
def project(request: HttpRequest, code: str) -> HttpResponse:
    """One project: facts, places, partners, markers, and for those who may the grant."""
    row = _fetch(request.actor, code)
    return render(request, "organizations/project.html", _page(request, row))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new project."""
    _require(request.actor)
    initial = {}
    if slug := request.GET.get("organization", ""):
        initial["organization"] = Organization.objects.visible_to(request.actor).filter(slug=slug).first()
    form = NewProjectForm(
        request.POST or None,
        actor=request.actor,
        places=Places.load(request.actor),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        row = services.create_project(actor=request.actor, values=form.values, at=timezone.now())
        messages.success(request, _("The project is in the list."))
        return redirect("organizations:project", row.code)
    return _form_page(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The project's form."""
    row = _fetch(request.actor, code)
    _require(request.actor)
    form = ProjectForm(request.POST or None, instance=row, places=Places.load(request.actor))
    if request.method != "POST":
        return _form_page(request, form, row)
    if not form.is_valid():
        return _form_page(request, form, row)
    try:
        services.update_project(
            actor=request.actor,
            code=code,
            values=form.values,
            version=form.cleaned_data["version"],
            at=timezone.now(),
        )
    except StaleWrite as refusal:
        form.show_both(refusal.current)
        return _form_page(request, form, row, status=409)
    messages.success(request, _("The project is saved."))
    return redirect("organizations:project", code)


@login_required
@require_POST
def set_partner(request: HttpRequest, code: str) -> HttpResponse:
    """Add a partner, or give one another role."""
    row = _fetch(request.actor, code)
    _require(request.actor)
    form = PartnerForm(request.POST, actor=request.actor, project=row)
    if not form.is_valid():
        return _refused(request, row, partner_form=form)
    services.add_partner(
        actor=request.actor,
        code=code,
        organization_id=form.cleaned_data["organization"].pk,
        role_id=form.cleaned_data["role"].pk,
        at=timezone.now(),
    )
    return redirect("organizations:project", code)


@login_required
@require_POST
def remove_partner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    try:
        services.remove_partner(actor=request.actor, code=code, pk=pk, at=timezone.now())
    except (Project.DoesNotExist, ProjectPartner.DoesNotExist):
        raise Http404 from None
    return redirect("organizations:project", code)


@login_required
@require_POST
def add_grant(request: HttpRequest, code: str) -> HttpResponse:
    row = _fetch(request.actor, code)
    _require(request.actor)
    form = GrantForm(request.POST, actor=request.actor)
    if not form.is_valid():
        return _refused(request, row, grant_form=form)
    try:
        services.add_grant(
            actor=request.actor,
            code=code,
            values=form.cleaned_data,
            at=timezone.now(),
        )
    except Conflict as refusal:
        form.add_error("reference", str(refusal))
        return _refused(request, row, grant_form=form)
    return redirect("organizations:project", code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_grant(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Asks once, then deletes."""
    row = _fetch(request.actor, code)
    _require(request.actor)
    grant = get_object_or_404(Grant.objects.visible_to(request.actor), project=row, pk=pk)
    if request.method == "POST":
        services.remove_grant(actor=request.actor, code=code, pk=pk, at=timezone.now())
        messages.success(request, _("The grant is deleted."))
        return redirect("organizations:project", code)
    return ask(
        request,
        title=_("Delete this grant?"),
        text=_("“%(name)s” is deleted. It cannot be brought back.") % {"name": grant.reference},
        button=_("Delete"),
        kicker=row.display_title,
        back_url=reverse("organizations:project", args=[code]),
    )


def _fetch(actor: Actor, code: str) -> Project:
    rows = Project.objects.visible_to(actor).select_related("organization", "programme")
    return get_object_or_404(rows, code=code)


def _page(request: HttpRequest, row: Project, **forms: Any) -> dict[str, Any]:
    actor = request.actor
    can_write = policies.can_write_projects(actor)
    context = {
        "project": row,
        "places": Places.load(actor).grouped(row.districts.all()),
        "themes": row.themes.order_by("position", "pk"),
        "groups": row.target_groups.order_by("position", "pk"),
        "npve": row.npve_pillars.order_by("position", "pk"),
        "sdg": row.sdg_targets.order_by("position", "pk"),
        "partners": selectors.partners_of(row, actor=actor),
        "grants": selectors.grants_of(row, actor=actor),
        "can_write": can_write,
    }
    if can_write:
        context["partner_form"] = PartnerForm(actor=actor, project=row)
        context["grant_form"] = GrantForm(actor=actor)
    return {**context, **forms}


def _refused(request: HttpRequest, row: Project, **forms: Any) -> HttpResponse:
    return render(request, "organizations/project.html", _page(request, row, **forms), status=422)


def _form_page(request: HttpRequest, form: ProjectForm, row: Project | None, *, status: int = 0) -> HttpResponse:
    return render(
        request,
        "organizations/project_form.html",
        {"form": form, "project": row},
        status=status or (422 if form.errors else 200),
    )


def _require(actor: Actor) -> None:
    require(
        policies.can_write_projects(actor),
        _("Only programme managers change projects. Write to them to correct one."),
    )
