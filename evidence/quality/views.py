"""What is doubtful: the list, an explanation by the organization, and the reviewer's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import require
from core.errors import InvalidInput
from core.web.unsaved import signed_in
from evidence.models import Doubt
from evidence.quality import policies, selectors, services
from evidence.quality.forms import DoubtFilter
from evidence.records.policies import can_open_queue

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 50


@signed_in
@require_GET
def doubts(request: HttpRequest) -> HttpResponse:
    """What is doubtful, the oldest first."""
    return _render(request)


def _render(
    request: HttpRequest, *, wrong: int = 0, typed: str = "", sentence: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    require(
        policies.can_open_doubts(actor),
        _("This page is for organizations that take part in the programme, and for those who review."),
    )
    sees_queue = can_open_queue(actor)
    form = DoubtFilter(request.GET, actor=actor, sees_queue=sees_queue)
    page = Paginator(selectors.doubts(actor, **form.chosen()), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = selectors.with_records(actor, list(page.object_list))
    for row in rows:
        if row["doubt"].pk == wrong:
            row |= {"typed": typed, "wrong": sentence}
    return render(
        request,
        "evidence/quality/doubts.html",
        {"form": form, "page": page, "rows": rows, "total": page.paginator.count, "sees_queue": sees_queue},
        status=status,
    )


@signed_in
@require_POST
def answer(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Explain a doubt, accept the explanation, or ask again."""
    row = get_object_or_404(Doubt.objects.visible_to(request.actor), pk=pk)
    if verb == "explain":
        typed = request.POST.get("explanation", "")
        try:
            services.explain_doubt(actor=request.actor, pk=row.pk, explanation=typed, at=timezone.now())
        except InvalidInput as refused:
            return _render(request, wrong=row.pk, typed=typed, sentence=str(refused), status=422)
        messages.success(request, _("Thank you. A reviewer reads your explanation."))
    elif verb == "accept":
        services.accept_explanation(actor=request.actor, pk=row.pk, at=timezone.now())
        messages.success(request, _("Accepted. It comes back only if the record changes."))
    elif verb == "ask-again":
        services.ask_again(actor=request.actor, pk=row.pk, at=timezone.now())
        messages.success(request, _("The organization is asked once more."))
    else:
        raise Http404
    return redirect("evidence:doubts")
