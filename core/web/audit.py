"""The audit log, for the data-protection officer. Reading it is an entry of its own."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from core import audit
from core.audit import AuditEntry, can_read_audit

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from core.access import Actor

PAGE_SIZE = 50
#: How many entries at the end of the log are followed each time it is opened.
CHECKED_EVERY_TIME = 500


class AuditFilterForm(forms.Form):
    """Who did what to which record, when."""

    q = forms.CharField(label=_("Person: name or e-mail address"), required=False, max_length=200)
    action = forms.ChoiceField(label=_("who did"), required=False)
    subject = forms.CharField(label=_("to the record"), required=False, max_length=80)
    since = forms.DateField(
        label=_("from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = cache.get_or_set(
            "audit:actions",
            lambda: list(
                AuditEntry.objects.visible_to(actor).order_by("action").values_list("action", flat=True).distinct()
            ),
            60,
        )
        self.fields["action"].choices = [
            ("", _("anything")),
            *((action, action) for action in actions),
        ]


@login_required
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    if not can_read_audit(actor):
        raise Http404
    form = AuditFilterForm(request.GET or None, actor=actor)
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = Paginator(_entries(actor, chosen), PAGE_SIZE).get_page(request.GET.get("page"))
    checks_all = request.GET.get("check") == "all"
    broken = audit.verify_chain(newest=None if checks_all else CHECKED_EVERY_TIME)
    entries = list(page)
    filters = sorted(name for name, value in chosen.items() if value)
    with transaction.atomic():
        audit.record(
            actor=actor,
            action="audit.read",
            row=request.user,
            at=timezone.now(),
            **({"filters": filters} if filters else {}),
            page=page.number,
        )
    return render(
        request,
        "audit/list.html",
        {
            "form": form,
            "page": page,
            "entries": entries,
            "checks_all": checks_all,
            "checked_count": CHECKED_EVERY_TIME,
            "broken": broken,
        },
    )


def _entries(actor: Actor, chosen: dict[str, Any]) -> Any:
    """Entries that fit, newest first."""
    rows = AuditEntry.objects.visible_to(actor).select_related("user")
    if chosen.get("q"):
        rows = rows.filter(Q(user__name__icontains=chosen["q"]) | Q(user__email__icontains=chosen["q"]))
    if chosen.get("action"):
        rows = rows.filter(action=chosen["action"])
    if chosen.get("subject"):
        rows = rows.filter(subject__istartswith=chosen["subject"])
    if chosen.get("since"):
        rows = rows.filter(at__gte=_start_of(chosen["since"]))
    if chosen.get("until"):
        rows = rows.filter(at__lt=_start_of(chosen["until"] + timedelta(days=1)))
    return rows.order_by("-pk")


def _start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
