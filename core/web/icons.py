"""The mark and the icons, as SVG shapes on a 24 by 24 ground. Drawn for PVENet; each has one meaning."""

from __future__ import annotations

#: name → the inside of the <svg>. Lines are 1.75 wide, ends are round (`.icon` in components.css).
ICONS = {
    "arrow-back": '<path d="M19 12H5m6-6-6 6 6 6"/>',
    "arrow-on": '<path d="M5 12h14m-6-6 6 6-6 6"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 20.5h4"/>',
    "box": '<path d="M4 8h16v11H4zM3 4h18v4H3zm7 8h4"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8 3.5v4m8-4v4"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "circle": '<circle cx="12" cy="12" r="7.5"/>',
    "circle-check": ('<circle cx="12" cy="12" r="8.5"/><path d="m8 12.2 2.8 2.8L16 9.5"/>'),
    "circle-dot": ('<circle cx="12" cy="12" r="8.5"/><circle cx="12" cy="12" r="2.5" class="icon-solid"/>'),
    "circle-full": '<circle cx="12" cy="12" r="8" class="icon-solid"/>',
    "circle-half": ('<circle cx="12" cy="12" r="8"/><path class="icon-solid" d="M12 4a8 8 0 0 0 0 16z"/>'),
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "comment": '<path d="M4 5h16v11H11l-4 4v-4H4z"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "down": '<path d="m6 9.5 6 6 6-6"/>',
    "download": '<path d="M12 4v11m-5-5 5 5 5-5M5 20h14"/>',
    "edit": '<path d="M4 20v-4L15.5 4.5l4 4L8 20zM13 7l4 4"/>',
    "file": '<path d="M6 3h8l4 4v14H6zM14 3v4h4"/>',
    "globe": ('<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c-5.5 5-5.5 12 0 17 5.5-5 5.5-12 0-17z"/>'),
    "image": ('<path d="M4 5h16v14H4zm0 11 5-5 4 4 3-3 4 4"/><circle cx="15.5" cy="9" r="1.25"/>'),
    "link": ('<path d="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1m2 4a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"/>'),
    "lock": '<path d="M6 11h12v9H6zm2 0V8a4 4 0 0 1 8 0v3"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "note": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "pause": '<circle cx="12" cy="12" r="8.5"/><path d="M9.8 9v6m4.4-6v6"/>',
    "people": (
        '<circle cx="9" cy="8.5" r="3.5"/><path d="M3 20c0-4 2.5-6 6-6s6 2 6 '
        '6m0-14.6a3.5 3.5 0 0 1 0 6.2M17 14.4c2.5.6 4 2.6 4 5.6"/>'
    ),
    "person": ('<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c0-4.5 3-7 7.5-7s7.5 2.5 7.5 7"/>'),
    "place": (
        '<path d="M12 21c-4.5-5-6.5-8-6.5-11a6.5 6.5 0 0 1 13 0c0 3-2 6-6.5 11z"/><circle cx="12" cy="10" r="2.25"/>'
    ),
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "return": '<path d="M9 5 4 10l5 5M4 10h10a5.5 5.5 0 0 1 0 11h-3"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5.5 5.5"/>',
    "seal": (
        '<path d="m12 3 2.5 2 3.2-.2.7 3.1L21 10l-1.2 3 .7 3.1-3 1.2L16 '
        "20l-3.1-.7L12 21l-2-2-3.2.2-.6-3.2L3.5 14l1.2-3L4 8l3-1.2L8.5 4l3 "
        '.7z"/><path d="m8.5 12 2.5 2.5 4.5-5"/>'
    ),
    "send": '<path d="M4 12 20 4l-5 16-4-6.5zM11 13.5 20 4"/>',
    "sort-down": '<path d="M12 5v14m-5-5 5 5 5-5"/>',
    "sort-up": '<path d="M12 19V5m-5 5 5-5 5 5"/>',
    "table": '<path d="M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14"/>',
    "theme": ('<circle cx="12" cy="12" r="8.5"/><path class="icon-solid" d="M12 3.5a8.5 8.5 0 0 1 0 17z"/>'),
    "warning": '<path d="M12 4 21 20H3zm0 6v4.5m0 2.6v.1"/>',
}

#: Icons that point along the line of reading and turn round in Urdu.
DIRECTED = frozenset({"arrow-back", "arrow-on", "return", "send"})


def _cells(*places: str) -> tuple[dict[str, int | str], ...]:
    """Places such as "3,2 on" as squares of 4 units with a gap of 1."""
    cells = []
    for place in places:
        position, _, css = place.partition(" ")
        column, row = position.split(",")
        cells.append({"x": int(column) * 5, "y": int(row) * 5, "css": css})
    return tuple(cells)


# fmt: off
#: The signature in small, beside the name: the tile grid of divisions, and which tiles are lit.
MARK_CELLS = _cells(
    "2,0 on", "3,0 on", "4,0", "1,1 on", "2,1", "3,1 on", "4,1 on", "0,2 on", "1,2 on", "2,2 on", "3,2",
    "0,3", "1,3 on", "2,3 wait", "1,4 on", "2,4 on",
)
#: The same where there is nothing to show: one tile is lit.
EMPTY_CELLS = _cells(
    "5,0", "6,0", "4,1", "5,1", "6,1", "3,2 on", "4,2", "5,2", "2,3", "3,3", "4,3", "5,3",
    "0,4", "1,4", "2,4", "3,4", "4,4", "0,5", "1,5", "2,5", "3,5", "2,6", "3,6",
)
# fmt: on
