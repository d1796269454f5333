"""The places a person can go. An app registers its items when it starts; the base template draws what is offered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.access import Actor


class Menu(StrEnum):
    """Where an item is drawn."""

    MAIN = "main"
    ACCOUNT = "account"
    FOOTER = "footer"


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One place: its route, its word, and who is offered it. `is_offered` is a policy, not a permission check."""

    url_name: str
    label: Any
    is_offered: Callable[[Actor], bool] = lambda actor: True
    menu: Menu = Menu.MAIN
    position: int = 50


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An item as one reader sees it on one page."""

    url_name: str
    url: str
    label: Any
    is_current: bool


_items: dict[tuple[Menu, str], NavigationItem] = {}


def register(*items: NavigationItem) -> None:
    """Offer places. Registering a route twice replaces the first, so that reloading an app is harmless."""
    for item in items:
        _items[item.menu, item.url_name] = item


def links_for(actor: Actor, *, menu: Menu, path: str) -> list[NavigationLink]:
    """The links of one menu, in order. The one whose address is the longest start of `path` is the current one."""
    offered = [item for item in _items.values() if item.menu == menu and item.is_offered(actor)]
    offered.sort(key=lambda item: (item.position, item.url_name))
    addressed = [(item, url) for item in offered if (url := _address(item.url_name))]
    current = max((url for _item, url in addressed if _is_start(url, path)), key=len, default=None)
    return [NavigationLink(item.url_name, url, item.label, url == current) for item, url in addressed]


def _address(url_name: str) -> str | None:
    # A page that fails must still have a frame: a route that is not there is left out, and `check` reports it.
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def _is_start(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
