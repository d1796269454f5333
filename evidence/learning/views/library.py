"""The library: what is published, found by words and narrowed by a closed list of filters, and its export."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from core.access import require
from core.errors import InvalidInput
from core.web.unsaved import signed_in
from evidence.learning import exports, policies, selectors
from evidence.learning.forms import LibraryFilter
from evidence.learning.search import RANKED, mend, search_learning
from evidence.learning.shapes import SHAPES, TABS
from evidence.records.forms import offered_organizations
from evidence.records.paging import keyset_page
from organizations.filters import Places, load_terms

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

    from evidence.learning.shapes import Shape

PAGE_SIZE = 25


def tabs(current: str, route: str = "evidence:library_tab") -> list[dict[str, Any]]:
    """The three kinds, as links."""
    return [
        {"url": reverse(route, args=[shape.tab]), "label": shape.label_plural, "is_current": shape.tab == current}
        for shape in SHAPES.values()
    ]


def _filter(request: HttpRequest, shape: Shape) -> LibraryFilter:
    actor = request.actor
    vocabularies = {"pve_theme", shape.choices.get(shape.sort, "pve_theme")}
    return LibraryFilter(
        request.GET,
        shape=shape,
        places=Places.load(actor),
        terms=load_terms(actor, *vocabularies),
        organizations=offered_organizations(actor, request.GET.get("organization", "")),
        years=selectors.years_of(actor, shape),
    )


def _shape(tab: str) -> Shape:
    if tab not in TABS:
        raise Http404
    return TABS[tab]


def _found(request: HttpRequest, shape: Shape, form: LibraryFilter) -> tuple[QuerySet, list[int] | None, str]:
    """What the filters leave; what of it says the words, the best first; and the words that were mended to find any."""
    rows = selectors.narrow(selectors.library(request.actor, shape), shape, **form.chosen())
    text = form.values["q"]
    if not text:
        return rows, None, ""
    found = search_learning(rows, text)
    mended = "" if found else mend(text)
    if mended and (again := search_learning(rows, mended)):
        return rows, again, mended
    return rows, found, ""


@require_safe
def library(request: HttpRequest, tab: str = "lessons") -> HttpResponse:
    """One kind of learning, newest first, or the closest to the words first."""
    shape = _shape(tab)
    form = _filter(request, shape)
    is_understood = form.is_valid()
    rows, found, mended = _found(request, shape, form) if is_understood else (shape.record.objects.none(), None, "")
    if found is not None:
        page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        shown, count, is_more = selectors.in_order(rows, page.object_list), len(found), len(found) >= RANKED
    else:
        page = keyset_page(rows, on="published_at", after=request.GET.get("after", ""), size=PAGE_SIZE)
        shown, count, is_more = page.rows, page.count, page.is_more
    query = request.GET.copy()
    for name in ("page", "after"):
        query.pop(name, None)
    return render(
        request,
        "evidence/learning/library.html",
        {
            "shape": shape,
            "tabs": tabs(shape.tab),
            "form": form,
            "page": page,
            "entries": selectors.with_company(request.actor, shape, shown),
            "count": count,
            "is_more": is_more,
            "mended": mended,
            "query": query.urlencode(),
            "may_write": policies.can_write_learning(request.actor),
            "new_url": reverse(f"evidence:{shape.kind}_new"),
        },
        status=200 if is_understood else 400,
    )


@require_GET
def export(request: HttpRequest, tab: str, extension: str) -> HttpResponseBase:
    """All rows that the same filters show, as a file."""
    shape = _shape(tab)
    if extension not in {"csv", "xlsx"}:
        raise Http404
    form = _filter(request, shape)
    if not form.is_valid():
        raise InvalidInput(" ".join(form.refusals))
    rows, found, _mended = _found(request, shape, form)
    shown = (
        rows.order_by("-published_at", "-pk").iterator(chunk_size=exports.CHUNK)
        if found is None
        else selectors.in_order(rows, found)
    )
    address = request.build_absolute_uri("/").rstrip("/")
    name = f"pvenet-{shape.tab}-{timezone.localdate():%Y-%m-%d}"
    heading, cells = exports.columns(shape), exports.rows_of(shape, shown, address)
    if extension == "csv":
        return exports.as_csv(heading, cells, name)
    return exports.as_xlsx(heading, cells, name, title=str(shape.label_plural), is_rtl=get_language_bidi())


@signed_in
@require_GET
def own(request: HttpRequest, tab: str = "lessons") -> HttpResponse:
    """What the reader's organizations wrote, whatever its state."""
    require(
        policies.can_write_learning(request.actor),
        _("This page is for organizations that take part in the programme."),
    )
    shape = _shape(tab)
    page = Paginator(selectors.own_learning(request.actor, shape), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [{"revision": row, "record": row.record, "sort": selectors.sort_of(shape, row)} for row in page.object_list]
    return render(
        request,
        "evidence/learning/own.html",
        {
            "shape": shape,
            "tabs": tabs(shape.tab, "evidence:own_learning_tab"),
            "page": page,
            "rows": rows,
            "edit_route": f"evidence:{shape.kind}_edit",
            "new_url": reverse(f"evidence:{shape.kind}_new"),
        },
    )


@require_safe
def by_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """The short address of a kind leads to its tab."""
    return redirect("evidence:library_tab", tab=SHAPES[kind].tab)
