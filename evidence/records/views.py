"""The programme's side of all evidence: the queue, one record with its evidence beside the claim, and the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.access import require
from core.errors import Incomplete, InvalidInput, StaleWrite, WrongState
from core.web.difference import word_difference
from core.web.unsaved import signed_in, take_kept
from core.workflow import STEPS
from evidence.records import policies, selectors, services
from evidence.records.forms import QueueFilter, ReasonForm
from evidence.records.kinds import kind_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from evidence.records.kinds import RecordKind

PAGE_SIZE = 50


@signed_in
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """What waits, the longest first, with filters."""
    require(
        policies.can_open_queue(request.actor),
        _("The queue is for reviewers and programme managers."),
    )
    form = QueueFilter(request.GET, actor=request.actor)
    rows = selectors.review_queue(request.actor, **form.chosen())
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    page.object_list = selectors.with_titles(request.actor, list(page.object_list))
    return render(
        request,
        "evidence/records/queue.html",
        {
            "form": form,
            "page": page,
            "total": page.paginator.count,
            "verbs": [(verb, STEPS[verb].label) for verb in _bulk_verbs(request)],
        },
    )


def _bulk_verbs(request: HttpRequest) -> list[str]:
    states = selectors.states_for(request.actor)
    return [verb for verb in ("verify", "approve", "publish") if STEPS[verb].sources & set(states)]


@signed_in
@require_POST
def queue_step(request: HttpRequest) -> HttpResponse:
    """Take one step with the chosen rows of the queue. Those that cannot take it are named with the reason."""
    verb = request.POST.get("verb", "")
    if verb not in {"verify", "approve", "publish"}:
        raise Http404
    rows = [row for chosen in request.POST.getlist("row") if (row := _chosen_row(chosen))]
    moved, refused = services.step_many(actor=request.actor, verb=verb, rows=rows, at=timezone.now())
    if moved:
        messages.success(
            request,
            ngettext("Done with %(count)d record.", "Done with %(count)d records.", len(moved)) % {"count": len(moved)},
        )
    for sentence in sorted({sentence for _uuid, sentence in refused}):
        count = sum(1 for _uuid, other in refused if other == sentence)
        messages.warning(
            request,
            ngettext("%(count)d record was left: %(why)s", "%(count)d records were left: %(why)s", count)
            % {"count": count, "why": sentence},
        )
    if not rows:
        messages.info(request, _("Choose at least one row."))
    return redirect("evidence:queue")


def _chosen_row(chosen: str) -> tuple[str, UUID, int] | None:
    kind, _colon, rest = chosen.partition(":")
    uuid, _colon, version = rest.partition(":")
    try:
        return kind_of(kind).kind, UUID(uuid), int(version)
    except (ObjectDoesNotExist, ValueError):
        return None


@signed_in
@require_GET
def review(request: HttpRequest, kind: str, uuid: UUID) -> HttpResponse:
    """One record under review: the claim, and beside it the evidence and the steps."""
    of, record = _record(request, kind, uuid)
    require(
        policies.can_review(request.actor, record),
        _("A record is reviewed by reviewers and managers of other organizations."),
    )
    return _render_review(request, of, record)


def _record(request: HttpRequest, kind: str, uuid: UUID) -> tuple[RecordKind, Any]:
    try:
        of = kind_of(kind)
    except ObjectDoesNotExist:
        raise Http404 from None
    rows = of.record._default_manager.visible_to(request.actor).select_related("organization", "project")
    return of, get_object_or_404(rows, uuid=uuid)


def _render_review(
    request: HttpRequest,
    of: RecordKind,
    record: Any,
    *,
    reason_form: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    readable = of.revision._default_manager.visible_to(request.actor).filter(record=record).order_by("-number")
    revisions = list(readable)
    if not revisions:
        raise Http404
    revision = revisions[0]
    before = next((row for row in revisions if str(row.number) == request.GET.get("since")), None)
    return render(
        request,
        "evidence/records/review.html",
        {
            **of.claim(request.actor, record, revision),
            "of": of,
            "record": record,
            "revision": revision,
            "revisions": revisions,
            "compared": _differences(of, before, revision) if before and before != revision else None,
            "title": of.title(record, revision),
            "desk": selectors.desk_for(request.actor, of, record, revision),
            "history": selectors.history_of(request.actor, of, record),
            "reason_form": reason_form or ReasonForm(),
        },
        status=status,
    )


def _differences(of: RecordKind, before: Any, after: Any) -> list[tuple[Any, list]]:
    old = dict(of.texts(before))
    return [
        (label, word_difference(old.get(label, ""), text))
        for label, text in of.texts(after)
        if old.get(label, "") != text
    ]


@signed_in
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, kind: str, uuid: UUID, verb: str) -> HttpResponse:
    """Take one step. A missing reason or a stale page comes back with what was typed; a second click changes nothing."""
    if verb not in services.PLAIN_STEPS and verb not in services.REASONED_STEPS:
        raise Http404
    of, record = _record(request, kind, uuid)
    if request.method != "POST":
        kept = take_kept(request)
        if kept is None or not policies.can_review(request.actor, record):
            return redirect(of.page, *of.page_arguments(record))
        return _render_review(request, of, record, reason_form=ReasonForm(kept))
    form = ReasonForm(request.POST)
    try:
        _take(request, of, record, verb, form)
    except InvalidInput as refused:
        if refused.field != "reason" or not policies.can_review(request.actor, record):
            raise
        if not form.errors:
            form.add_error("reason", refused.message)
        return _render_review(request, of, record, reason_form=form, status=422)
    except Incomplete as refused:
        for _field, sentence in refused.missing:
            messages.warning(request, sentence)
        return redirect(of.edit_page, *of.page_arguments(record))
    except (StaleWrite, WrongState):
        record.refresh_from_db()
        if record.state != STEPS[verb].target:
            raise
        messages.info(request, _("This has been done already."))
    else:
        messages.success(request, _done(verb))
    return redirect(_after_step(request, of, record, verb))


def _take(request: HttpRequest, of: RecordKind, record: Any, verb: str, form: ReasonForm) -> None:
    details: dict[str, Any] = {}
    service = services.PLAIN_STEPS.get(verb) or services.REASONED_STEPS[verb]
    if verb in services.REASONED_STEPS:
        form.is_valid()
        details["reason"] = form.cleaned_data.get("reason", "")
    if verb != "withdraw":
        posted = request.POST.get("version", "")
        details["version"] = int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 10 else -1
    service(actor=request.actor, kind=of.kind, uuid=record.uuid, at=timezone.now(), **details)


def _done(verb: str) -> str:
    return {
        "submit": _("Sent. A reviewer will look at it."),
        "return": _("Returned with your reasons."),
        "verify": _("Verified."),
        "approve": _("Approved."),
        "publish": _("Published."),
        "withdraw": _("Withdrawn. Nobody outside reads it any more."),
        "archive": _("Archived."),
        "change": _("You can change it now. What was reviewed stays as it is until the change is published."),
    }[verb]


def _after_step(request: HttpRequest, of: RecordKind, record: Any, verb: str) -> str:
    if policies.can_write(request.actor, record):
        return reverse(of.edit_page, args=of.page_arguments(record))
    if verb in {"return", "verify", "approve"}:
        return reverse("evidence:queue")
    if policies.can_review(request.actor, record):
        return reverse("evidence:review", args=[of.kind, record.uuid])
    return reverse("home")
