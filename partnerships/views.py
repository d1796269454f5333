"""The roadmap in the browser: list, roadmap, action, and the forms of those who edit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.access import require
from core.endorsement import Verb, standing_of
from core.errors import InvalidInput, StaleWrite
from core.terms import Term
from core.web.endorsement import endorsement_page, offered
from core.web.unsaved import signed_in
from partnerships import policies, selectors, services
from partnerships.forms import ActionForm, PillarForm, RoadmapFilter, RoadmapForm
from partnerships.models import Pillar, Roadmap

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from core.access import Actor
    from core.web.forms import RecordForm
    from partnerships.models import Action

ENDORSEMENT_STEPS = {
    Verb.ASK: services.ask_for_endorsement,
    Verb.ENDORSE: services.endorse_roadmap,
    Verb.WITHDRAW: services.withdraw_endorsement,
}


@require_safe
def roadmap_list(request: HttpRequest) -> HttpResponse:
    """Every roadmap that the reader may see."""
    return render(
        request,
        "partnerships/roadmap_list.html",
        {
            "roadmaps": selectors.roadmaps_with_counts(actor=request.actor),
            "can_edit": policies.can_edit_roadmaps(request.actor),
        },
    )


@require_safe
def roadmap(request: HttpRequest, slug: str) -> HttpResponse:
    """A roadmap: the board by horizon, then pillar by pillar the actions that the filters ask for."""
    row = get_object_or_404(Roadmap.objects.visible_to(request.actor), slug=slug)
    pillars = selectors.pillars_of(actor=request.actor, roadmap=row, today=timezone.localdate())
    terms = list(
        Term.objects.visible_to(request.actor)
        .filter(vocabulary__in=["roadmap_horizon", "action_status"], retired_on=None)
        .order_by("position", "pk")
    )
    horizons = [term for term in terms if term.vocabulary == "roadmap_horizon"]
    statuses = [term for term in terms if term.vocabulary == "action_status"]
    chosen = RoadmapFilter(request.GET, pillars=pillars, horizons=horizons, statuses=statuses)
    is_understood = chosen.is_valid()
    shown = [(pillar, [action for action in pillar.actions if chosen.shows(pillar, action)]) for pillar in pillars]
    is_filtered = any(request.GET.get(name) for name in chosen.fields)
    actions = [action for pillar in pillars for action in pillar.actions]
    standing = standing_of(services.ENDORSEMENT, request.actor, row, edition=row.edition)
    return render(
        request,
        "partnerships/roadmap.html",
        {
            "roadmap": row,
            "board": selectors.board_by_horizon(pillars, horizons),
            "statuses": statuses,
            "filter": chosen,
            "is_filtered": is_filtered,
            "shown": [(pillar, found) for pillar, found in shown if found or not is_filtered],
            "shown_count": sum(len(found) for _pillar, found in shown),
            "action_count": len(actions),
            "incomplete_count": sum(bool(action.missing) for action in actions),
            "done_count": sum(action.row.status.code == "DONE" for action in actions),
            "can_edit": policies.can_edit_roadmaps(request.actor),
            "edition": row.edition,
            "standing": standing,
            "endorsing": offered(
                standing,
                _endorsing(request.actor),
                lambda verb: reverse("partnerships:roadmap_endorsement", args=[slug, verb]),
            ),
        },
        status=200 if is_understood else 400,
    )


@require_safe
def action(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One action with all that is known about it."""
    row = _action_or_404(request, slug, code)
    return render(
        request,
        "partnerships/action.html",
        {
            "action": selectors.as_read(row, today=timezone.localdate()),
            "roadmap": row.pillar.roadmap,
            "can_edit": policies.can_edit_roadmaps(request.actor),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roadmap_new(request: HttpRequest) -> HttpResponse:
    """Start a roadmap."""
    _require_editor(request)
    form = RoadmapForm(request.POST or None)
    if saved := _save(request, form):
        return redirect("partnerships:roadmap", saved.slug)
    return _form_page(request, form, title=_("Start a roadmap"), roadmap=None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def roadmap_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a roadmap's own words."""
    row = get_object_or_404(Roadmap.objects.visible_to(request.actor), slug=slug)
    _require_editor(request)
    form = RoadmapForm(request.POST or None, instance=row)
    if _save(request, form):
        return redirect("partnerships:roadmap", slug)
    return _form_page(request, form, title=_("Change the roadmap"), roadmap=row)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def roadmap_endorsement(request: HttpRequest, slug: str, verb: str) -> HttpResponse:
    """Ask NACTA for its endorsement of a roadmap, give it, or withdraw it."""
    row = get_object_or_404(Roadmap.objects.visible_to(request.actor), slug=slug)

    def step(verb: str, **fields: Any) -> None:
        ENDORSEMENT_STEPS[verb](slug=slug, **fields)

    return endorsement_page(
        request,
        verb=verb,
        allowed=_endorsing(request.actor),
        step=step,
        title=row,
        back=reverse("partnerships:roadmap", args=[slug]),
        edition=row.edition,
    )


def _endorsing(actor: Actor) -> dict[str, bool]:
    """Which steps around an endorsement the actor may take."""
    can_endorse = policies.can_endorse_roadmaps(actor)
    return {
        Verb.ASK: policies.can_ask_for_endorsement(actor),
        Verb.ENDORSE: can_endorse,
        Verb.WITHDRAW: can_endorse,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pillar_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a pillar."""
    row = get_object_or_404(Roadmap.objects.visible_to(request.actor), slug=slug)
    _require_editor(request)
    form = PillarForm(request.POST or None, roadmap=row)
    if _save(request, form):
        return redirect("partnerships:roadmap", slug)
    return _form_page(request, form, title=_("Add a pillar"), roadmap=row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pillar_edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Change the objective of a pillar."""
    row = get_object_or_404(Roadmap.objects.visible_to(request.actor), slug=slug)
    pillar = get_object_or_404(
        Pillar.objects.visible_to(request.actor).select_related("term"),
        roadmap=row,
        term__code=code,
    )
    _require_editor(request)
    form = PillarForm(request.POST or None, instance=pillar, roadmap=row)
    if _save(request, form):
        return redirect("partnerships:roadmap", slug)
    return _form_page(request, form, title=pillar.term.label, roadmap=row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def action_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add an action."""
    row = get_object_or_404(Roadmap.objects.visible_to(request.actor), slug=slug)
    _require_editor(request)
    form = ActionForm(
        request.POST or None,
        roadmap=row,
        actor=request.actor,
        pillar_code=request.GET.get("pillar", ""),
    )
    if saved := _save(request, form):
        return redirect("partnerships:action", slug, saved.code)
    return _form_page(request, form, title=_("Add an action"), roadmap=row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def action_edit(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Change an action."""
    row = _action_or_404(request, slug, code)
    _require_editor(request)
    form = ActionForm(
        request.POST or None,
        instance=row,
        roadmap=row.pillar.roadmap,
        actor=request.actor,
    )
    if saved := _save(request, form):
        return redirect("partnerships:action", slug, saved.code)
    title = _("Change action %(code)s") % {"code": code}
    return _form_page(request, form, title=title, roadmap=row.pillar.roadmap)


def _action_or_404(request: HttpRequest, slug: str, code: str) -> Action:
    row = (
        selectors.actions_of(actor=request.actor)
        .select_related("priority", "npve_pillar", "pillar__term", "pillar__roadmap")
        .filter(pillar__roadmap__slug=slug, code=code)
        .order_by("pk")
        .first()
    )
    if row is None:
        raise Http404
    return row


def _require_editor(request: HttpRequest) -> None:
    require(
        policies.can_edit_roadmaps(request.actor),
        _("Programme managers edit the roadmap. You can read it."),
    )


def _save(request: HttpRequest, form: RecordForm):
    """The saved row, or None when the form has to be shown: first, with errors, or beside what somebody else saved."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        saved = form.save(actor=request.actor, at=timezone.now())
    except StaleWrite as error:
        form.show_stale(error)
        return None
    except InvalidInput as error:
        form.refuse(error)
        return None
    messages.success(request, _("Saved."))
    return saved


def _form_page(request: HttpRequest, form: RecordForm, *, title: str, roadmap: Roadmap | None) -> HttpResponse:
    status = 409 if form.differences else 422 if form.errors else 200
    return render(
        request,
        "partnerships/form.html",
        {"form": form, "title": title, "roadmap": roadmap},
        status=status,
    )
