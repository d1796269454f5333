"""How values are written for a reader: people's words, dates, moments, numbers and sizes. Filters of every template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.text import count_words
from core.web.figures import print_number

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.utils.safestring import SafeString

    from core.suppression import Figure


def bdi(value: object) -> SafeString:
    """People's words: their direction is their own and does not turn the sentence around them."""
    return mark_safe(f'<bdi dir="auto">{"" if value is None else conditional_escape(value)}</bdi>')


def in_words(value: date | datetime | None) -> SafeString | str:
    """A date, or a date and time in the portal's zone, as a person says it, in a <time> element."""
    if not value:
        return ""
    if hasattr(value, "hour"):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return format_html(
            '<time datetime="{}">{}</time>',
            local.isoformat(),
            date_format(local, "DATETIME_FORMAT"),
        )
    return format_html(
        '<time datetime="{}">{}</time>',
        value.isoformat(),
        date_format(value, "DATE_FORMAT"),
    )


def day(value: date | datetime | None) -> SafeString | str:
    """Only the day of a date or a moment."""
    if not value:
        return ""
    local = timezone.localtime(value) if hasattr(value, "hour") and timezone.is_aware(value) else value
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(),
        date_format(local, "DATE_FORMAT"),
    )


def days_until(first: date | None, last: date | None) -> SafeString | str:
    """From the first day to the last, with month and year once: 14 to 15 January 2026."""
    if not first or not last or first == last:
        return day(first or last)
    if (first.year, first.month) == (last.year, last.month):
        start = date_format(first, "j")
    elif first.year == last.year:
        start = date_format(first, "j F")
    else:
        start = date_format(first, "DATE_FORMAT")
    return _("%(first)s to %(last)s") % {"first": start, "last": date_format(last, "DATE_FORMAT")}


def clock(value: datetime | None) -> SafeString | str:
    """The time of day, on a 24-hour clock, in the portal's zone."""
    if not value:
        return ""
    local = timezone.localtime(value) if hasattr(value, "tzinfo") and timezone.is_aware(value) else value
    return mark_safe(f'<time datetime="{local.isoformat()}">{local.hour:02}:{local.minute:02}</time>')


def saved_when(value: datetime | None) -> SafeString | str:
    """When something was saved: the time of day as long as it is today's, else the date with it."""
    if not value or timezone.localdate(value) == timezone.localdate():
        return clock(value)
    return in_words(value)


def since(value: datetime | str | None) -> SafeString | str:
    """How long ago, in words up to four weeks, then the date. The moment itself is the tooltip."""
    moment = parse_datetime(value) if isinstance(value, str) else value
    if not moment:
        return ""
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 1:
        words = _("just now")
    elif hours < 1:
        words = ngettext("%(count)s minute ago", "%(count)s minutes ago", minutes) % {"count": minutes}
    elif days < 1:
        words = ngettext("%(count)s hour ago", "%(count)s hours ago", hours) % {"count": hours}
    elif days < 28:
        words = ngettext("%(count)s day ago", "%(count)s days ago", days) % {"count": days}
    else:
        words = date_format(timezone.localtime(moment), "DATE_FORMAT")
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(),
        date_format(local, "DATETIME_FORMAT"),
        words,
    )


def number(value: object) -> str:
    """A number with its thousands separated; a dash for none."""
    return print_number(value)


def printed(figure: Figure | None) -> SafeString | str:
    """A figure of a release: its number, or its mark with the reason, which is spoken and shown under the pointer.

    Put `{% figure_key figures %}` under the table, so that the reason can also be read.
    """
    if figure is None:
        return "–"
    if figure.is_shown:
        return format_html('<bdi dir="ltr">{}</bdi>', figure.short)
    return format_html(
        '<span class="missing" title="{}">{}<span class="visually-hidden"> ({})</span></span>',
        figure.explanation,
        mark(figure),
        figure.explanation,
    )


def mark(figure: Figure) -> SafeString:
    """What stands in place of a number, written in its own direction: "<5" must not turn round in Urdu."""
    return format_html("<bdi{}>{}</bdi>", mark_safe(' dir="ltr"') if figure.short.startswith("<") else "", figure.short)


def word_count(value: object) -> int:
    """How many words a text has, by the rule that limits are checked with."""
    return count_words(str(value or ""))


def percent(value: object) -> str:
    """A share between 0 and 1 as a whole percentage; a dash for none."""
    try:
        return f"{float(value):.0%}"  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "–"


def file_size(size: int | None) -> str:
    """Bytes as a person says them: 980 bytes, 24 kB, 3.1 MB."""
    if size is None:
        return ""
    if size < 1000:
        return ngettext("%(count)s byte", "%(count)s bytes", size) % {"count": size}
    if size < 1_000_000:
        return _("%(count)s kB") % {"count": f"{size / 1000:.0f}"}
    return _("%(count)s MB") % {"count": f"{size / 1_000_000:.1f}"}
