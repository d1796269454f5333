"""The start page of a CSO: what waits, and the panels that the features offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import require
from core.web.unsaved import signed_in
from evidence.records import selectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from core.access import Actor

_panels: dict[str, tuple[int, Callable[[Actor], dict[str, Any]]]] = {}


def register_panel(template: str, context: Callable[[Actor], dict[str, Any]], *, position: int = 50) -> None:
    """Offer a panel: a template that reads `panel`, which is what `context` answers for the reader.

    Called from the app's `ready`. Twice is the same as once, so that reloading an app is harmless.
    """
    _panels[template] = (position, context)


@signed_in
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """My projects: what is due, what came back, and where to enter what was done."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(
        bool(actor.organization_ids),
        _("This page is for organizations that take part in the programme."),
    )
    offered = sorted(_panels.items(), key=lambda item: (item[1][0], item[0]))
    return render(
        request,
        "evidence/records/start.html",
        {
            "tasks": selectors.tasks_of_writers(actor),
            "panels": [(template, context(actor)) for template, (_position, context) in offered],
        },
    )
