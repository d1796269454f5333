"""Which months are closed, and on which fixed dates published figures may change: once a quarter, after its end."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

#: How long after the end of a quarter its activities may still be sent, verified and published before it is closed.
TIME_TO_VERIFY = timedelta(days=45)


def last_closed(today: date) -> date:
    """The last day of the newest quarter that is closed on this day. It only changes on the four fixed dates."""
    year, month, _day = (today - TIME_TO_VERIFY + timedelta(days=1)).timetuple()[:3]
    first_of_quarter = date(year, month - (month - 1) % 3, 1)
    return first_of_quarter - timedelta(days=1)


def next_fixed_date(today: date) -> date:
    """The first day after this one on which another quarter is closed."""
    end = last_closed(today)
    after = date(end.year + (end.month == 12), (end.month + 2) % 12 + 1, 1)
    return after.replace(day=monthrange(after.year, after.month)[1]) + TIME_TO_VERIFY


def months(starts_on: date, ends_on: date) -> dict[str, str]:
    """The months of a period and the quarter of each: {"2025-01": "2025-Q1", …}."""
    found = {}
    year, month = starts_on.year, starts_on.month
    while (year, month) <= (ends_on.year, ends_on.month):
        found[f"{year}-{month:02d}"] = f"{year}-Q{(month + 2) // 3}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found
