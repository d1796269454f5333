"""What every page knows: who reads it, where they can go, in which language and light, and whether the data is a demo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.functional import SimpleLazyObject

from core.access import Actor
from core.web.navigation import Menu, links_for
from core.web.theme import theme_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

_demo_checks: list[Callable[[], bool]] = []


def register_demo_check(check: Callable[[], bool]) -> None:
    """Let an app say whether demo data is loaded. `core` knows no table that could tell."""
    if check not in _demo_checks:
        _demo_checks.append(check)


def is_demo() -> bool:
    """Whether any app holds demo data: one small query for each page that is drawn, never a remembered answer."""
    return any(check() for check in _demo_checks)


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context of the base template."""
    actor = getattr(request, "actor", None) or Actor.visitor()
    return {
        "actor": actor,
        "navigation": links_for(actor, menu=Menu.MAIN, path=request.path),
        "account_navigation": links_for(actor, menu=Menu.ACCOUNT, path=request.path),
        "footer_navigation": links_for(actor, menu=Menu.FOOTER, path=request.path),
        "theme": theme_of(request),
        "is_demo": SimpleLazyObject(is_demo),
    }
