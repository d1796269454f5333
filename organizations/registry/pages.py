"""What an organization's pages share: tabs, links that apps above contribute, and the page that asks before a deletion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from organizations.registry import policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from core.access import Actor
    from organizations.models import Organization


@dataclass(frozen=True, slots=True)
class RelatedLink:
    """Something that the organization showed at a workshop, kept by an app above."""

    label: Any
    url: str
    detail: Any = ""


_sources: list[Callable[[Organization, Actor], Iterable[RelatedLink]]] = []


def register_related(
    source: Callable[[Organization, Actor], Iterable[RelatedLink]],
) -> None:
    """Let an app above name what it holds about an organization: at most one query, only what the actor may see."""
    if source not in _sources:
        _sources.append(source)


def related_links(organization: Organization, *, actor: Actor) -> list[RelatedLink]:
    return [link for source in _sources for link in source(organization, actor)]


def tabs_of(organization: Organization, *, actor: Actor, current: str) -> list[dict[str, Any]]:
    """The parts of an organization's pages that this reader may open; none when there is only the public one."""
    offered = [("organization", _("Public profile"), True)]
    offered += [
        (
            "profile",
            _("Change and review"),
            policies.can_follow_profile(actor, organization),
        ),
        (
            "private",
            _("Private details"),
            policies.can_read_private(actor, organization),
        ),
        ("members", _("Members"), policies.can_read_members(actor, organization)),
    ]
    tabs = [
        {
            "label": label,
            "url": reverse(f"organizations:{name}", args=[organization.slug]),
            "is_current": name == current,
        }
        for name, label, is_offered in offered
        if is_offered
    ]
    return tabs if len(tabs) > 1 else []


def ask(
    request: HttpRequest,
    *,
    title: str,
    text: str,
    button: str,
    kicker: str,
    back_url: str,
) -> HttpResponse:
    """The page that asks once before something that cannot be taken back."""
    context = {
        "title": title,
        "text": text,
        "button": button,
        "kicker": kicker,
        "back_url": back_url,
    }
    return render(request, "organizations/ask.html", context)
