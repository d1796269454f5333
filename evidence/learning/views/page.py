"""One lesson, challenge or innovation: as its organization sees it, as others do, and who reused it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.access import Actor
from core.citations import citations_of
from core.errors import InvalidInput
from core.web.unsaved import signed_in, take_kept
from core.workflow import State
from evidence.items.levels import evidence_level
from evidence.items.selectors import items_of
from evidence.learning import selectors, services
from evidence.learning.forms import UptakeForm
from evidence.learning.kind import answers_of, facts_of
from evidence.learning.likeness import groups_of, same_as
from evidence.learning.shapes import SHAPES
from evidence.models import EvidenceLevel
from evidence.records import policies as records
from evidence.records.kinds import kind_of
from evidence.records.selectors import desk_for
from organizations.filters import Places

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

#: Others that say nearly the same, listed on the page of one.
LISTED = 10


def fetch(request: HttpRequest, kind: str, uuid: UUID) -> Any:
    """The record through the door, or 404."""
    rows = SHAPES[kind].record.objects.visible_to(request.actor)
    return get_object_or_404(rows.select_related("organization", "project"), uuid=uuid)


@require_GET
def learning(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """The page. Its own people see the newest text; with `?as=others`, what others will see of it."""
    return _render(request, kind, fetch(request, kind, uuid))


def _render(
    request: HttpRequest, kind: str, record: Any, *, uptake_form: UptakeForm | None = None, status: int = 200
) -> HttpResponse:
    shape, of = SHAPES[kind], kind_of(kind)
    is_own = records.can_write(request.actor, record)
    is_preview = is_own and request.GET.get("as") == "others"
    # The preview reads through the doors of a visitor, so it cannot show more than a visitor will get.
    reader = Actor.visitor() if is_preview else request.actor
    revision = None if is_own and not is_preview else selectors.published_of(shape, record)
    revision = revision or selectors.latest_for(request.actor, shape, record)
    if revision is None:
        raise Http404
    is_live = record.published_revision_id == revision.pk
    items = items_of(reader, revision)
    others = list(same_as(reader, shape, record)[:LISTED]) if is_live else []
    if uptake_form is None and is_live and _may_reuse(request.actor, shape, record) and not is_preview:
        uptake_form = _uptake_form(request, record)
    return render(
        request,
        "evidence/learning/page.html",
        {
            "shape": shape,
            "of": of,
            "record": record,
            "revision": revision,
            "facts": facts_of(shape, revision),
            "answers": answers_of(shape, revision),
            "level": EvidenceLevel(record.evidence_level) if is_live else evidence_level(items),
            "items": items,
            "activities": selectors.activities_of(reader, revision),
            "others": [{"record": row, "title": row.published_revision.display_title} for row in others],
            "group": groups_of(reader, shape, [record]).get(record.repeats_id or record.pk) if others else None,
            "uptakes": selectors.uptakes_of(reader, shape, record) if is_live else [],
            "uptake_form": uptake_form,
            "citations": citations_of(reader, kind=kind, uuid=record.uuid),
            "is_own": is_own and not is_preview,
            "is_preview": is_preview,
            "is_live": is_live,
            "may_review": records.can_review(request.actor, record) and record.state != State.DRAFT,
            "desk": desk_for(request.actor, of, record, revision) if request.actor.user_id and not is_preview else None,
            "uptake_route": f"evidence:{kind}_uptake",
        },
        status=status,
    )


def _may_reuse(actor: Actor, shape: Any, record: Any) -> bool:
    return shape.kind in selectors.REUSED and bool(actor.organization_ids - {record.organization_id})


def _uptake_form(request: HttpRequest, record: Any, data: Any = None) -> UptakeForm:
    return UptakeForm(
        data,
        actor=request.actor,
        besides=record.organization_id,
        places=Places.load(request.actor),
        initial={"used_on": timezone.localdate()},
    )


@signed_in
@require_http_methods(["GET", "POST"])
def uptake(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """Say that the reader's organization reused it. A form that was refused comes back as it was typed."""
    record = fetch(request, kind, uuid)
    if SHAPES[kind].kind not in selectors.REUSED:
        raise Http404
    if request.method == "GET":
        kept = take_kept(request)
        if kept is None or not _may_reuse(request.actor, SHAPES[kind], record):
            return redirect(f"evidence:{kind}", uuid=uuid)
        return _render(request, kind, record, uptake_form=_uptake_form(request, record, kept))
    form = _uptake_form(request, record, request.POST)
    if form.is_valid():
        try:
            services.record_uptake(
                actor=request.actor,
                kind=kind,
                uuid=uuid,
                organization_slug=form.cleaned_data["organization"].slug,
                district=form.cleaned_data["district"],
                note=form.cleaned_data["note"],
                used_on=form.cleaned_data["used_on"],
                at=timezone.now(),
            )
        except InvalidInput as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Written down. The organization that learned it can see it."))
            return redirect(f"evidence:{kind}", uuid=uuid)
    return _render(request, kind, record, uptake_form=form, status=422)
