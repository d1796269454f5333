"""The registry, an organization's public page, and the programme's form for an entry of the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.errors import StaleWrite
from core.terms import label_of
from organizations.filters import Places, load_terms
from organizations.models import Organization
from organizations.registry import policies, selectors, services
from organizations.registry.filters import RegistryFilter
from organizations.registry.forms import EntryForm
from organizations.registry.pages import related_links, tabs_of

if TYPE_CHECKING:
    from core.access import Actor

PAGE_SIZE = 25


@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Which organizations there are, narrowed by a sentence of filters, with the tile grid of divisions."""
    actor = request.actor
    places = Places.load(actor)
    terms = load_terms(actor, "pve_theme", "target_group", "partner_type")
    can_manage = policies.can_manage_registry(actor)
    form = RegistryFilter(request.GET, places=places, terms=terms, can_see_inactive=can_manage)
    rows = Organization.objects.visible_to(actor)
    is_understood = form.is_valid()
    rows = form.narrow(rows) if is_understood else rows.none()
    listed = form.order(selectors.registry_rows(form.narrow_places(rows), actor=actor))
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    tiles = selectors.division_tiles(rows, form=form) if is_understood else []
    context = {
        "form": form,
        "page": page,
        "rows": selectors.read_rows(list(page.object_list), places=places, themes=terms["pve_theme"]),
        "removals": form.removals(),
        "tiles": tiles,
        "tiles_title": _tiles_title(tiles),
        "can_manage": can_manage,
    }
    return render(
        request,
        "organizations/registry.html",
        context,
        status=200 if is_understood else 400,
    )


@require_safe
def organization(request: HttpRequest, slug: str) -> HttpResponse:
    """The published profile of one organization."""
    actor = request.actor
    row = _fetch(actor, slug)
    places = Places.load(actor)
    districts = list(row.districts.all())
    projects = selectors.projects_of(row, actor=actor)
    context = {
        "organization": row,
        "places": places.grouped(districts),
        "district_count": len(districts),
        "themes": row.themes.order_by("position", "pk"),
        "groups": row.target_groups.order_by("position", "pk"),
        "projects": projects,
        "languages": [label_of("language", code) for code in row.languages],
        "related": related_links(row, actor=actor),
        "tabs": tabs_of(row, actor=actor, current="organization"),
        "can_manage": policies.can_manage_registry(actor),
    }
    return render(request, "organizations/organization.html", context)


@login_required
@require_safe
def own_organization(request: HttpRequest) -> HttpResponse:
    """Leads people of a CSO to their own organization, and everyone else to the registry."""
    row = (
        Organization.objects.visible_to(request.actor)
        .filter(pk__in=request.actor.organization_ids)
        .order_by("pk")
        .first()
    )
    return redirect("organizations:organization", row.slug) if row else redirect("organizations:registry")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new entry in the registry."""
    require(policies.can_manage_registry(request.actor), _entry_refusal())
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = services.create_organization(actor=request.actor, entry=form.entry, at=timezone.now())
        messages.success(
            request,
            _("The organization is in the registry. Now invite its focal point."),
        )
        return redirect("organizations:members", row.slug)
    return _entry_page(request, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def manage(request: HttpRequest, slug: str) -> HttpResponse:
    """The programme's part of an entry: names, type, membership, and who may see it."""
    row = _fetch(request.actor, slug)
    require(policies.can_manage_registry(request.actor), _entry_refusal())
    if request.method != "POST":
        return _entry_page(request, EntryForm(instance=row), row)
    form = EntryForm(request.POST, instance=row)
    if not form.is_valid():
        return _entry_page(request, form, row)
    try:
        services.update_organization(
            actor=request.actor,
            pk=row.pk,
            entry=form.entry,
            seen=form.cleaned_data["seen"],
            at=timezone.now(),
        )
    except StaleWrite as refusal:
        form.show_both(refusal.current)
        return _entry_page(request, form, row, status=409)
    messages.success(request, _("The entry is saved."))
    return redirect("organizations:organization", row.slug)


def _fetch(actor: Actor, slug: str) -> Organization:
    rows = Organization.objects.visible_to(actor).select_related("type", "headquarters__province")
    return get_object_or_404(rows, slug=slug)


def _entry_page(
    request: HttpRequest,
    form: EntryForm,
    row: Organization | None,
    *,
    status: int = 0,
) -> HttpResponse:
    return render(
        request,
        "organizations/entry.html",
        {"form": form, "organization": row},
        status=status or (422 if form.errors else 200),
    )


def _entry_refusal() -> str:
    return _("Only programme managers keep the registry. Write to them to change it.")


def _tiles_title(tiles: list[dict]) -> str:
    covered = sum(1 for tile in tiles if tile["value"])
    return ngettext(
        "Present in %(count)s of %(all)s division",
        "Present in %(count)s of %(all)s divisions",
        len(tiles),
    ) % {"count": covered, "all": len(tiles)}
