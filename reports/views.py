"""The pages of reports: the list, asking for one, watching it being built, reading it, and confirming a printed one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.endorsement import Verb, standing_of
from core.web.endorsement import endorsement_page, offered
from core.web.files import stream
from core.web.unsaved import signed_in
from reports import policies, services
from reports.forms import ReportForm
from reports.models import Report, ReportFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.access import Actor

PAGE_SIZE = 25
ENDORSEMENT_STEPS = {
    Verb.ASK: services.ask_for_endorsement,
    Verb.ENDORSE: services.endorse_report,
    Verb.WITHDRAW: services.withdraw_endorsement,
}


@login_required
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    require(
        policies.can_read_reports(actor),
        _("Reports are read by programme staff and the funder."),
    )
    reports = (
        Report.objects.visible_to(actor)
        .select_related("programme")
        .defer("snapshot")
        .annotate(closed=~Exists(Report.objects.readable().filter(pk=OuterRef("pk"))))
        .order_by("-requested_at", "-pk")
    )
    page = Paginator(reports, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "reports/list.html",
        {"page": page, "can_build": policies.can_build_reports(actor)},
    )


@login_required
def report_new(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    require(policies.can_build_reports(actor), _("Only programme managers build reports."))
    now = timezone.now()
    form = ReportForm(
        request.POST if request.method == "POST" else None,
        actor=actor,
        today=timezone.localdate(now),
    )
    if request.method == "POST" and form.is_valid():
        report = form.save(at=now)
        if report is not None:
            return redirect("reports:detail", uuid=report.uuid)
    return render(request, "reports/new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_safe
@never_cache
def report_detail(request: HttpRequest, uuid: UUID) -> HttpResponse:
    report = _visible(request.actor, uuid)
    standing = standing_of(services.ENDORSEMENT, request.actor, report, edition=services.EDITION)
    allowed = _endorsing(request.actor, report)
    endorsing = offered(standing, allowed, lambda verb: reverse("reports:endorsement", args=[uuid, verb]))
    context = {"standing": standing, "endorsing": endorsing, "edition": services.EDITION}
    return render(request, "reports/detail.html", {**_standing(request.actor, report), **context})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report_endorsement(request: HttpRequest, uuid: UUID, verb: str) -> HttpResponse:
    """Ask NACTA for its endorsement of a final report, give it, or withdraw it."""
    report = _visible(request.actor, uuid)

    def step(verb: str, **fields: Any) -> None:
        ENDORSEMENT_STEPS[verb](uuid=uuid, **fields)

    return endorsement_page(
        request,
        verb=verb,
        allowed=_endorsing(request.actor, report),
        step=step,
        title=report.display_title,
        back=reverse("reports:detail", args=[uuid]),
        edition=services.EDITION,
    )


@login_required
@require_safe
@never_cache
def report_progress(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The part of the page that is asked for again and again; once the job has ended, the whole page is."""
    report = _visible(request.actor, uuid)
    response = render(request, "reports/_progress.html", _standing(request.actor, report))
    if not report.is_under_way:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def report_cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _change(request, uuid, services.cancel_report)


@login_required
@require_POST
def report_retry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _change(request, uuid, services.retry_report)


@login_required
@require_POST
def report_rebuild(request: HttpRequest, uuid: UUID) -> HttpResponse:
    _visible(request.actor, uuid)
    fresh = services.rebuild_report(actor=request.actor, uuid=uuid, at=timezone.now())
    return redirect("reports:detail", uuid=fresh.uuid)


@login_required
@require_POST
def report_release(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _change(request, uuid, services.release_report)


@login_required
@require_safe
def report_file(request: HttpRequest, uuid: UUID, format: str) -> HttpResponse:
    file = get_object_or_404(ReportFile.objects.visible_to(request.actor), report__uuid=uuid, format=format)
    return stream(file)


@login_required
@require_safe
def report_read(request: HttpRequest, uuid: UUID) -> HttpResponse:
    readable = Report.objects.visible_to(request.actor).readable()
    report = get_object_or_404(readable, uuid=uuid, status=Report.Status.DONE)
    return render(
        request,
        "reports/read.html",
        {
            "report": report,
            "dataset": report.snapshot,
            "sha256": report.snapshot_sha256,
            "is_final": report.is_final,
        },
    )


@require_safe
def report_verify(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Public: whether a printed document is ours, and its fingerprint. Nothing of its content."""
    report = Report.objects.verifiable().defer("snapshot").filter(uuid=uuid).first()
    response = render(
        request,
        "reports/verify.html",
        {"report": report},
        status=200 if report else 404,
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def _visible(actor: Actor, uuid: UUID) -> Report:
    reports = Report.objects.visible_to(actor).select_related("programme")
    return get_object_or_404(reports, uuid=uuid)


def _standing(actor: Actor, report: Report) -> dict[str, object]:
    return {
        "report": report,
        "can_cancel": policies.can_cancel(actor, report),
        "can_retry": policies.can_retry(actor, report),
        "can_release": policies.can_release(actor, report),
        "can_rebuild": policies.can_rebuild(actor, report),
        "is_mine": actor.user_id == report.requested_by_id,
    }


def _endorsing(actor: Actor, report: Report) -> dict[str, bool]:
    """Which steps around an endorsement the actor may take."""
    can_endorse = policies.can_endorse(actor, report)
    return {
        Verb.ASK: policies.can_ask_for_endorsement(actor, report),
        Verb.ENDORSE: can_endorse,
        Verb.WITHDRAW: can_endorse,
    }


def _change(request: HttpRequest, uuid: UUID, verb: Callable[..., Report]) -> HttpResponse:
    _visible(request.actor, uuid)
    verb(actor=request.actor, uuid=uuid, at=timezone.now())
    return redirect("reports:detail", uuid=uuid)
