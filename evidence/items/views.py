"""Evidence: an organization's own, one item, what a record cites, and the file itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from core.access import require
from core.errors import InvalidInput
from core.web.files import stream
from core.web.unsaved import signed_in, take_kept
from core.workflow import EDITABLE
from evidence.items import policies, selectors, services
from evidence.items.forms import ItemForm
from evidence.items.levels import evidence_level
from evidence.models import EvidenceDocument, EvidenceItem
from evidence.records import policies as records
from evidence.records.kinds import kind_of
from evidence.records.revisions import latest_revision
from organizations.models import Project

if TYPE_CHECKING:
    from django.http import HttpRequest

    from evidence.records.kinds import RecordKind

PAGE_SIZE = 50
#: Items offered to be attached; older ones are found on the organization's own list.
OFFERED = 100


class ItemFilter(forms.Form):
    """What the list of evidence shows. Its labels are the words of a sentence."""

    q = forms.CharField(label=gettext_lazy("Search titles"), max_length=100, required=False)
    project = forms.ModelChoiceField(
        Project.objects.none(),
        label=gettext_lazy("of"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("all projects"),
    )

    def __init__(self, *args: Any, actor: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].queryset = (
            Project.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids).order_by("title", "pk")
        )


@signed_in
@require_GET
def item_list(request: HttpRequest) -> HttpResponse:
    """The evidence of the reader's organizations."""
    require(bool(request.actor.organization_ids), _("This page is for organizations that take part in the programme."))
    form = ItemFilter(request.GET, actor=request.actor)
    form.is_valid()
    project = form.cleaned_data.get("project")
    rows = selectors.own_items(
        request.actor, project=project.code if project else "", search=form.cleaned_data.get("q") or ""
    )
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "evidence/items/list.html", {"form": form, "page": page, "total": page.paginator.count})


@signed_in
@require_http_methods(["GET", "POST"])
def new_item(request: HttpRequest) -> HttpResponse:
    """Add evidence that no record cites yet."""
    actor = request.actor
    require(bool(actor.organization_ids), _("Only organizations that take part in the programme add evidence."))
    project = Project.objects.visible_to(actor).filter(
        organization_id__in=actor.organization_ids, code=request.GET.get("project", "")
    )
    chosen = project.first()
    form = ItemForm(request.POST, request.FILES) if request.method == "POST" else ItemForm(take_kept(request))
    if request.method == "POST" and form.is_valid():
        organization_id = chosen.organization_id if chosen else min(actor.organization_ids)
        if _add(request, form, organization_id, chosen.code if chosen else "") is not None:
            messages.success(request, _("The evidence has been added."))
            return redirect("evidence:item_list")
    return render(
        request,
        "evidence/items/item.html",
        {"form": form, "item": None, "project": chosen},
        status=422 if request.method == "POST" else 200,
    )


def _add(request: HttpRequest, form: ItemForm, organization_id: int, project_code: str) -> EvidenceItem | None:
    upload = form.cleaned_data["file"]
    try:
        return services.add_item(
            actor=request.actor,
            organization_id=organization_id,
            project_code=project_code,
            values=form.values(),
            upload=upload,
            name=upload.name if upload else "",
            at=timezone.now(),
        )
    except InvalidInput as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None


@signed_in
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One item of the reader's organization: what is said about it, where it is used, and changing it."""
    row = _own(request, uuid)
    document = EvidenceDocument.objects.visible_to(request.actor).filter(item=row).first()
    is_open = row.first_submitted_at is None
    initial = {
        "type": row.type.code,
        "title": row.title,
        "happened_on": row.happened_on,
        "district": row.district.code if row.district else "",
        "url": row.url,
        "alt_text": row.alt_text,
        "has_method": row.has_method,
        "shows_person": row.shows_person,
        "is_released": row.is_released,
    }
    has_file = document is not None
    form = ItemForm(take_kept(request), has_file=has_file, initial=initial)
    status = 200
    if request.method == "POST":
        form = ItemForm(request.POST, has_file=has_file)
        if form.is_valid():
            try:
                services.change_item(actor=request.actor, uuid=uuid, values=form.values(), at=timezone.now())
            except InvalidInput as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                messages.success(request, _("The evidence has been saved."))
                return redirect("evidence:item", uuid=uuid)
        status = 422
    return render(
        request,
        "evidence/items/item.html",
        {
            "form": form if is_open else None,
            "item": row,
            "document": document,
            "uses": selectors.uses_of(request.actor, row),
            "is_open": is_open,
        },
        status=status,
    )


def _own(request: HttpRequest, uuid: UUID) -> EvidenceItem:
    row = get_object_or_404(
        EvidenceItem.objects.visible_to(request.actor).select_related("type", "district", "organization"), uuid=uuid
    )
    require(policies.can_write(request.actor, row), _("Only the organization changes its evidence."))
    return row


@signed_in
@require_http_methods(["GET", "POST"])
def change_item(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Remove an item, release it for the public, or take it back."""
    if verb not in {"remove", "release", "hold"}:
        raise Http404
    row = _own(request, uuid)
    if request.method == "GET":
        return redirect("evidence:item", uuid=row.uuid)
    at = timezone.now()
    if verb == "remove":
        services.remove_item(actor=request.actor, uuid=uuid, at=at)
        messages.success(request, _("The evidence has been removed."))
        return redirect("evidence:item_list")
    services.release_item(actor=request.actor, uuid=uuid, is_released=verb == "release", at=at)
    messages.success(
        request,
        _("It will be shown with what is published next.")
        if verb == "release"
        else _("It is held back from the public."),
    )
    return redirect("evidence:item", uuid=uuid)


@require_GET
def document(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The bytes of an item's file, for whoever may see it; pictures may stand inside a page."""
    row = get_object_or_404(EvidenceDocument.objects.visible_to(request.actor), item__uuid=uuid)
    try:
        return stream(row, inline="inline" in request.GET)
    except FileNotFoundError:
        raise Http404 from None


# --- What a record cites --------------------------------------------------------------------------------------------


@signed_in
@require_http_methods(["GET", "POST"])
def record_items(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """The evidence of a record: what is attached, what can be, and a form for one more."""
    of, record = _record(request, kind, uuid)
    form = ItemForm(take_kept(request))
    status = 200
    if request.method == "POST":
        form = ItemForm(request.POST, request.FILES)
        project = record.project.code if record.project else ""
        if form.is_valid() and (added := _add(request, form, record.organization_id, project)) is not None:
            services.attach_item(actor=request.actor, kind=kind, uuid=uuid, item_uuid=added.uuid, at=timezone.now())
            messages.success(request, _("The evidence has been added."))
            return _back(request, of, record)
        status = 422
    context = attach_context(request, of, record, latest_revision(record), form=form)
    return render(request, "evidence/items/record_items.html", context, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def tie_item(request: HttpRequest, kind: str, uuid: UUID, verb: str) -> HttpResponse:
    """Attach items that there are, or detach one."""
    if verb not in {"attach", "detach"}:
        raise Http404
    of, record = _record(request, kind, uuid)
    if request.method == "POST":
        tie = services.attach_item if verb == "attach" else services.detach_item
        chosen = EvidenceItem.objects.visible_to(request.actor).filter(
            uuid__in=[one for one in request.POST.getlist("item") if _is_uuid(one)]
        )
        for item_uuid in chosen.values_list("uuid", flat=True):
            tie(actor=request.actor, kind=kind, uuid=uuid, item_uuid=item_uuid, at=timezone.now())
        if not chosen:
            messages.info(request, _("Choose at least one row."))
        else:
            messages.success(request, _("Attached.") if verb == "attach" else _("Detached."))
    return _back(request, of, record)


def attach_context(
    request: HttpRequest, of: RecordKind, record: Any, revision: Any, *, form: ItemForm | None = None
) -> dict[str, Any]:
    """What `evidence/items/attach.html` needs, for the pages of every kind."""
    attached = selectors.items_of(request.actor, revision)
    return {
        "of": of,
        "record": record,
        "attached": attached,
        "level": evidence_level(attached),
        "offered": selectors.attachable_items(request.actor, record, revision)[:OFFERED],
        "item_form": form or ItemForm(),
        "is_editable": record.state in EDITABLE,
        "record_title": of.title(record, revision),
    }


def _record(request: HttpRequest, kind: str, uuid: UUID) -> tuple[RecordKind, Any]:
    try:
        of = kind_of(kind)
    except ObjectDoesNotExist:
        raise Http404 from None
    if not hasattr(of.revision, "evidence"):
        raise Http404
    rows = of.record._default_manager.visible_to(request.actor).select_related("organization", "project")
    record = get_object_or_404(rows, uuid=uuid)
    require(records.can_write(request.actor, record), _("Only the organization changes the evidence of its records."))
    return of, record


def _back(request: HttpRequest, of: RecordKind, record: Any) -> HttpResponse:
    """To the page that the form stood on, or to the page of the record's evidence."""
    page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return redirect(page)
    return redirect("evidence:record_items", kind=of.kind, uuid=record.uuid)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
