"""What the public reads: the showcases of a workshop, and one showcase."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.geography import Division
from core.text import listed
from workshops.models import Workshop
from workshops.showcases import policies, selectors
from workshops.showcases.forms import ReasonForm, ShowcaseFilter
from workshops.showcases.sections import WRITTEN
from workshops.showcases.views.pages import fetch

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from workshops.models import Showcase
    from workshops.showcases.selectors.public import ShowcasePage

PAGE_SIZE = 48


@require_GET
def showcase_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The published showcases of a workshop, as cards."""
    workshop = get_object_or_404(Workshop.objects.visible_to(request.actor), slug=slug)
    form = ShowcaseFilter(request.GET)
    rows = selectors.live_showcases(request.actor, workshop, **form.chosen())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        row.places = listed(_provinces(row))
    return render(
        request,
        "workshops/showcases/list.html",
        {
            "workshop": workshop,
            "form": form,
            "page": page,
            "total": page.paginator.count,
            "is_filtered": any(form.chosen().values()),
        },
    )


@require_GET
def showcase(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One showcase: the live revision; before publication the latest that this reader may read, marked as such."""
    row = fetch(request, uuid)
    page = selectors.page_of(request.actor, row)
    if page is None:
        raise Http404
    return render(
        request,
        "workshops/showcases/showcase.html",
        {
            "showcase": row,
            "page": page,
            "sections": [
                (
                    section,
                    [
                        (question, getattr(page.revision, question.name))
                        for question in section.texts
                        if getattr(page.revision, question.name)
                    ],
                )
                for section in WRITTEN
            ],
            "title": page.revision.display_title or str(row.workshop),
            "tiles": _tiles(page),
            "places": _places(page),
            "facts": _facts(page),
            "papers": [
                {
                    "name": paper.title,
                    "note": paper.type,
                    "size": paper.size,
                    "url": reverse("workshops:showcase_evidence", args=[row.uuid, paper.uuid]),
                }
                for paper in page.papers
            ],
            "reason_form": ReasonForm(),
            "can_write": policies.can_write(request.actor, row),
            "can_review": policies.can_review(request.actor, row),
            "remarks": selectors.remarks_of(request.actor, row),
            "can_remark": policies.can_remark(request.actor, row),
            "can_withdraw": page.is_live and policies.can_withdraw(request.actor, row),
        },
    )


def _provinces(row: Showcase) -> list[str]:
    """The provinces of what is live, each once, in the order of the districts."""
    revision = row.published_revision
    districts = revision.districts.all() if revision else ()
    return list(dict.fromkeys(str(district.province) for district in districts))


def _places(page: ShowcasePage) -> list[tuple[str, str]]:
    """Each province with its districts, as text."""
    places: dict[str, list[str]] = {}
    for district in page.revision.districts.all():
        places.setdefault(str(district.province), []).append(str(district))
    return [(province, listed(names)) for province, names in places.items()]


def _facts(page: ShowcasePage) -> list[dict[str, Any]]:
    """Three facts, each a count of what the text names."""
    counts = (
        (len(page.revision.districts.all()), _("districts")),
        (len(page.revision.themes.all()), _("themes")),
        (len(page.revision.target_groups.all()), _("target groups")),
    )
    return [{"value": count, "label": label} for count, label in counts if count]


def _tiles(page: ShowcasePage) -> list[dict[str, Any]]:
    """The tile grid: in how many districts of each division the work takes place."""
    counts = Counter(district.division_id for district in page.revision.districts.all())
    if not counts:
        return []
    return [
        {
            "code": division.code,
            "label": str(division),
            "column": division.tile_column,
            "row": division.tile_row,
            "province": division.province.short,
            "value": counts.get(division.pk, 0),
        }
        for division in Division.objects.select_related("province").order_by("pk")
    ]
