"""Remarks of NACTA: made on the page of a showcase, settled there or in the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.access import require
from core.errors import InvalidInput
from core.web.unsaved import signed_in, take_kept
from workshops.models import Remark
from workshops.showcases import policies, services
from workshops.showcases.forms import RemarkForm
from workshops.showcases.views.pages import fetch, sent_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from workshops.models import Showcase


@signed_in
@require_http_methods(["GET", "POST"])
def remark(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make a remark. One that cannot be kept comes back with its text, also after a sign-in."""
    showcase = fetch(request, uuid)
    require(policies.can_remark(request.actor, showcase), _("Remarks are made by NACTA staff."))
    if request.method == "GET":
        return _page(request, showcase, RemarkForm(take_kept(request) or None))
    form = RemarkForm(request.POST)
    if form.is_valid():
        try:
            services.add_remark(actor=request.actor, uuid=uuid, at=timezone.now(), **form.cleaned_data)
        except InvalidInput as refused:
            form.add_error(refused.field, refused.message)
        else:
            return redirect(reverse("workshops:showcase", args=[uuid]) + "#remarks")
    return _page(request, showcase, form, status=422)


def _page(request: HttpRequest, showcase: Showcase, form: RemarkForm, *, status: int = 200) -> HttpResponse:
    return render(request, "workshops/showcases/remark.html", {"showcase": showcase, "form": form}, status=status)


@signed_in
@sent_to("workshops:showcase")
def settle_remark(request: HttpRequest, uuid: UUID, pk: int, verb: str) -> HttpResponse:
    """Settle a remark, or open it again."""
    showcase = fetch(request, uuid)
    row = get_object_or_404(Remark.objects.visible_to(request.actor), pk=pk, subject=showcase)
    if verb not in {"settle", "reopen"}:
        raise Http404
    services.settle_remark(actor=request.actor, pk=row.pk, is_settled=verb == "settle", at=timezone.now())
    page = "showcase_review" if policies.can_review(request.actor, showcase) else "showcase"
    return redirect(reverse(f"workshops:{page}", args=[uuid]) + "#remarks")
