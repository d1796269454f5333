"""The pages of Most Significant Change: rounds, and what each panel looked at, chose, and said to the teller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import require
from core.errors import InvalidInput
from core.web.unsaved import signed_in, take_kept
from evidence.models import Candidate, Panel, SelectionRound, StoryRevision
from evidence.selection import policies, selectors, services
from evidence.selection.forms import PanelForm, RoundForm, WordsForm

if TYPE_CHECKING:
    from django.http import HttpRequest

PAGE_SIZE = 30


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """Rounds of selection."""
    page = Paginator(selectors.rounds_for(request.actor), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request,
        "evidence/selection/rounds.html",
        {"page": page, "total": page.paginator.count, "can_keep": policies.can_keep_rounds(request.actor)},
    )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def round_new(request: HttpRequest) -> HttpResponse:
    """Open a round."""
    require(policies.can_keep_rounds(request.actor), _("Rounds are opened by programme managers."))
    form = RoundForm(request.POST if request.method == "POST" else take_kept(request), actor=request.actor)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        programme = values.pop("programme")
        try:
            row = services.open_round(actor=request.actor, programme_id=programme.pk, values=values, at=timezone.now())
        except InvalidInput as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The round is open."))
            return redirect("evidence:round", row.pk)
    return _form_page(request, form, title=_("Open a round"), back="evidence:round_list")


@require_safe
@never_cache
def selection_round(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: its question, its panels, and which stories went how far."""
    row = get_object_or_404(SelectionRound.objects.visible_to(request.actor), pk=pk)
    actor = request.actor
    return render(
        request,
        "evidence/selection/round.html",
        {
            "round": row,
            "panels": selectors.panels_of(actor, row),
            "can_close": policies.can_keep_rounds(actor) and not row.is_closed,
            "can_open_panel": not row.is_closed and (policies.can_keep_rounds(actor) or bool(actor.organization_ids)),
        },
    )


@signed_in
@require_POST
def round_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round."""
    get_object_or_404(SelectionRound.objects.visible_to(request.actor), pk=pk)
    services.close_round(actor=request.actor, pk=pk, version=_version(request), at=timezone.now())
    messages.success(request, _("The round is closed. What was chosen and why is public now."))
    return redirect("evidence:round", pk)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def panel_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Set up a panel."""
    row = get_object_or_404(SelectionRound.objects.visible_to(request.actor), pk=pk)
    require(
        policies.can_keep_rounds(request.actor) or bool(request.actor.organization_ids),
        _("A panel is set up by its organization, the others by programme managers."),
    )
    form = PanelForm(request.POST if request.method == "POST" else take_kept(request), actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            panel = services.open_panel(actor=request.actor, round_pk=row.pk, **form.arguments(), at=timezone.now())
        except InvalidInput as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("evidence:panel", panel.pk)
    return _form_page(request, form, title=_("Set up a panel"), back="evidence:round", arguments=[row.pk], kicker=row)


@require_safe
@never_cache
def panel(request: HttpRequest, pk: int) -> HttpResponse:
    """One panel: the stories before it, the choice with its reason, and the feedback."""
    return _render_panel(request, _panel(request, pk))


@signed_in
@require_POST
def panel_candidate(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a story before the panel."""
    row = _panel(request, pk)
    try:
        uuid = UUID(request.POST.get("story", ""))
        services.add_candidate(actor=request.actor, panel_pk=pk, story_uuid=uuid, at=timezone.now())
    except ValueError:
        return _render_panel(request, row, refusal=_("Choose a story from the list."), status=422)
    except ObjectDoesNotExist:
        raise Http404 from None
    except InvalidInput as refused:
        return _render_panel(request, row, refusal=refused.message, status=422)
    return redirect("evidence:panel", pk)


@signed_in
@require_POST
def panel_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the panel chose and why."""
    row = _panel(request, pk)
    chosen = request.POST.get("candidate", "")
    form = WordsForm(request.POST)
    form.is_valid()
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 10):
        return _render_panel(request, row, form=form, refusal=_("Choose a story from the list."), status=422)
    try:
        services.choose_story(
            actor=request.actor,
            panel_pk=pk,
            candidate_pk=int(chosen),
            reason=form.cleaned_data.get("text", ""),
            version=_version(request),
            at=timezone.now(),
        )
    except ObjectDoesNotExist:
        raise Http404 from None
    except InvalidInput as refused:
        return _render_panel(request, row, form=form, refusal=refused.message, status=422)
    messages.success(request, _("The choice is written down."))
    return redirect("evidence:panel", pk)


@signed_in
@require_POST
def panel_feedback(request: HttpRequest, pk: int, candidate: int) -> HttpResponse:
    """Send the panel's words to the organization of the teller."""
    row = _panel(request, pk)
    get_object_or_404(Candidate.objects.visible_to(request.actor), pk=candidate, panel=row)
    form = WordsForm(request.POST)
    form.is_valid()
    try:
        services.give_feedback(
            actor=request.actor, candidate_pk=candidate, text=form.cleaned_data.get("text", ""), at=timezone.now()
        )
    except InvalidInput as refused:
        return _render_panel(request, row, refusal=refused.message, status=422)
    messages.success(request, _("Sent to the organization of the person."))
    return redirect("evidence:panel", pk)


@signed_in
@require_POST
def feedback_passed_on(request: HttpRequest, pk: int, candidate: int) -> HttpResponse:
    """Say that the person has heard it."""
    _panel(request, pk)
    try:
        services.pass_on_feedback(actor=request.actor, candidate_pk=candidate, at=timezone.now())
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("Thank you. The circle is closed."))
    return redirect("evidence:panel", pk)


def _render_panel(
    request: HttpRequest, row: Panel, *, form: WordsForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    can_keep = policies.can_keep_panel(actor, row)
    is_open = can_keep and row.decided_at is None and not row.round.is_closed
    candidates = selectors.candidates_of(actor, [row])
    feedback = selectors.feedback_of(actor, row)
    for candidate in candidates:
        candidate.heard = feedback.get(candidate.pk)
        candidate.is_own = policies.can_pass_on(actor, candidate.story)
    return render(
        request,
        "evidence/selection/panel.html",
        {
            "panel": row,
            "candidates": candidates,
            "offered": _offered(request, row, candidates) if is_open else [],
            "is_open": is_open,
            "gives_feedback": can_keep and row.decided_at is not None,
            "form": form or WordsForm(),
            "refusal": refusal,
        },
        status=status,
    )


def _offered(request: HttpRequest, row: Panel, candidates: list[Any]) -> list[tuple[UUID, str]]:
    stories = services.offered_to(request.actor, row).exclude(pk__in=[one.story_id for one in candidates])
    found = (
        StoryRevision.objects.visible_to(request.actor)
        .filter(record__in=stories)
        .select_related("record")
        .order_by("record_id", "-number")
        .distinct("record_id")
    )
    return [(revision.record.uuid, revision.display_title or _("Without a title")) for revision in found[:200]]


def _panel(request: HttpRequest, pk: int) -> Panel:
    rows = Panel.objects.visible_to(request.actor).select_related("round", "organization", "province", "domain")
    return get_object_or_404(rows, pk=pk)


def _version(request: HttpRequest) -> int:
    posted = request.POST.get("version", "")
    return int(posted) if posted.isascii() and posted.isdecimal() and len(posted) < 10 else -1


def _form_page(
    request: HttpRequest, form: Any, *, title: str, back: str, arguments: list[Any] | None = None, kicker: Any = ""
) -> HttpResponse:
    return render(
        request,
        "evidence/selection/form.html",
        {"form": form, "title": title, "back": back, "back_to": (arguments or [None])[0], "kicker": kicker},
        status=422 if request.method == "POST" else 200,
    )
