"""The tags and filters of every page: components with their arguments, and how values are written. See docs/look.md."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.text import listed
from core.web import words
from core.web.difference import word_difference
from core.web.icons import DIRECTED, EMPTY_CELLS, ICONS, MARK_CELLS
from core.web.tones import look_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.core.paginator import Page
    from django.template import RequestContext

register = template.Library()

# --- How values are written -----------------------------------------------------------------------------------------


for written in (
    listed,
    words.bdi,
    words.in_words,
    words.day,
    words.days_until,
    words.clock,
    words.saved_when,
    words.since,
    words.number,
    words.word_count,
    words.percent,
    words.printed,
    words.mark,
    words.file_size,
):
    register.filter(written.__name__, written)


@register.filter
def tone_of(code: object) -> str:
    """The tone of a state, as the class suffix of `tone-…`."""
    return look_of(code).tone


@register.filter
def icon_of(code: object) -> str:
    """The icon of a state."""
    return look_of(code).icon


# --- Small pieces ---------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon. With a label it speaks for itself; without one it stands beside its word and stays silent."""
    return _speaking_icon(name, label) if label else _silent_icon(name)


def _speaking_icon(name: str, label: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>',
        _icon_classes(name),
        label,
        mark_safe(ICONS[name]),
    )


@cache
def _silent_icon(name: str) -> SafeString:
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>',
        _icon_classes(name),
        mark_safe(ICONS[name]),
    )


def _icon_classes(name: str) -> str:
    return "icon icon-directed" if name in DIRECTED else "icon"


@register.simple_tag
def state_badge(code: object, label: Any) -> SafeString:
    """A state as colour, shape and word. `label` is the word for this reader, such as `owner_label`."""
    look = look_of(code)
    return mark_safe(
        f'<span class="state tone-{look.tone}">{_silent_icon(look.icon)}{conditional_escape(label)}</span>'
    )


# --- Blocks that hold what the page writes between their tags -------------------------------------------------------


@register.simple_block_tag(takes_context=True, end_name="end_page_header")
def page_header(context: RequestContext, content: str, title: object, **arguments: Any) -> str:
    """The heading of a page; its actions go between the tags.

    Arguments: kicker, kicker_url (where this comes from), lead, state and state_code, meta (a list of short texts).
    """
    return render_to_string(
        "components/page_header.html",
        {"title": title, "actions": mark_safe(content.strip()), **arguments},
        context.request,
    )


@register.simple_block_tag(end_name="end_panel")
def panel(content: str, title: object = "", level: int = 2, **arguments: Any) -> str:
    """A box with a heading. Arguments: id, note (at the end of the heading), flush (no padding, for rows and tables)."""
    return render_to_string(
        "components/panel.html",
        {
            "title": title,
            "tag": f"h{level}",
            "content": mark_safe(content),
            **arguments,
        },
    )


@register.simple_block_tag(end_name="end_notice")
def notice(content: str, title: object = "", tone: str = "note", role: str = "") -> str:
    """Something to know before going on. Tones: note, waiting, positive, harm. `role` may be "alert" or "status"."""
    shapes = {
        "note": "note",
        "waiting": "clock",
        "positive": "circle-check",
        "harm": "warning",
    }
    return render_to_string(
        "components/notice.html",
        {
            "title": title,
            "tone": tone,
            "role": role,
            "icon_name": shapes[tone],
            "content": mark_safe(content),
        },
    )


@register.simple_block_tag(end_name="end_confirm")
def confirm(content: str, label: object, tone: str = "quiet", icon_name: str = "") -> str:
    """A button that opens a sheet with the form inside it: for steps that need a reason or cannot be undone."""
    return render_to_string(
        "components/confirm.html",
        {
            "label": label,
            "tone": tone,
            "icon_name": icon_name,
            "content": mark_safe(content),
        },
    )


@register.simple_block_tag(end_name="end_dialog")
def dialog(content: str, id: str, title: object) -> str:
    """A dialog, opened by any button with `data-opens="<id>"`. For what has a page of its own without scripts."""
    return render_to_string(
        "components/dialog.html",
        {"id": id, "title": title, "content": mark_safe(content)},
    )


@register.simple_block_tag(end_name="end_disclosure")
def disclosure(content: str, label: object, is_open: bool = False) -> str:
    """More, for who wants it."""
    return render_to_string(
        "components/disclosure.html",
        {"label": label, "is_open": is_open, "content": mark_safe(content)},
    )


# --- Lists ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context: RequestContext, form: Any, search: str = "q", submit: object = "") -> dict[str, Any]:
    """A GET form that reads as a sentence: the label of each field is the words before it ("in", "working on").

    `search` names the free-text field; it stands first and its label is its placeholder.
    """
    fields = [field for field in form.visible_fields() if field.name != search]
    return {
        "form": form,
        "search_field": form[search] if search in form.fields else None,
        "fields": fields,
        "is_filtered": any(form[name].value() for name in form.fields if not form[name].is_hidden),
        "submit": submit,
        "path": context.request.path,
        "kept": [(name, value) for name, value in context.request.GET.items() if name == "sort"],
    }


@register.simple_tag(takes_context=True)
def sort_header(context: RequestContext, key: str, label: object, css: str = "") -> SafeString:
    """A <th> whose link sorts by `key`, and by its reverse on the second use. The view reads and checks `sort`."""
    current = context.request.GET.get("sort", "")
    query = context.request.GET.copy()
    query["sort"] = f"-{key}" if current == key else key
    query.pop("page", None)
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    mark = icon("sort-up" if direction == "ascending" else "sort-down") if direction else ""
    sorted_attribute = format_html(' aria-sort="{}"', direction) if direction else ""
    css_attribute = format_html(' class="{}"', css) if css else ""
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}{}</a></th>',
        css_attribute,
        sorted_attribute,
        query.urlencode(),
        label,
        mark,
    )


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: RequestContext, page: Page) -> dict[str, Any]:
    """Where we are in a long list: back, on, and from which to which of how many. Draws nothing for one page."""
    query = context.request.GET.copy()
    query.pop("page", None)
    return {"page": page, "query": f"{query.urlencode()}&" if query else ""}


@register.inclusion_tag("components/empty_state.html")
def empty_state(
    title: object,
    text: object = "",
    url: str = "",
    label: object = "",
    level: int = 2,
    compact: bool = False,
) -> dict[str, Any]:
    """Nothing here, and what to do about it. `compact` is for a part of a page."""
    return {
        "compact": compact,
        "title": title,
        "text": text,
        "url": url,
        "label": label,
        "tag": f"h{level}",
        "cells": EMPTY_CELLS,
    }


@register.inclusion_tag("components/mark.html")
def brand_mark() -> dict[str, Any]:
    """The mark: a small tile grid."""
    return {"cells": MARK_CELLS}


@register.inclusion_tag("components/task_card.html")
def task_card(task: Any, level: int = 3) -> dict[str, Any]:
    """Something that waits for this reader: `title`, `url`, `action` (the verb on the button), and optionally `detail`,
    `since` (a moment), `due` (a day), `is_late`, `is_calm`."""
    return {"task": task, "tag": f"h{level}"}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Sequence[Mapping[str, Any]], label: object) -> dict[str, Any]:
    """Links to parts of one thing: dicts of `label`, `url`, `is_current`, and optionally `count`."""
    return {"items": items, "label": label}


@register.inclusion_tag("components/chips.html")
def chips(items: Iterable[Any], label: object = "") -> dict[str, Any]:
    """Short words side by side: texts, or dicts of `label` and `url`."""
    return {
        "items": [item if isinstance(item, dict) else {"label": item} for item in items],
        "label": label,
    }


@register.inclusion_tag("components/facts.html")
def facts(items: Iterable[tuple[object, object]], stacked: bool = False) -> dict[str, Any]:
    """A definition list of (word, value); a value that is empty is left out."""
    return {
        "items": [(word, value) for word, value in items if value not in (None, "")],
        "stacked": stacked,
    }


@register.inclusion_tag("components/key_facts.html")
def key_facts(items: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Three or four large numbers: dicts of `value`, `label`, and optionally `note` (n, period, source) and `url`."""
    return {"items": items}


@register.inclusion_tag("components/file_list.html")
def file_list(files: Iterable[Any]) -> dict[str, Any]:
    """Files to open: objects or dicts with `name`, `url`, `size`, and optionally `kind` ("image"), `note`, `remove_url`."""
    return {"files": files}


# --- Forms ----------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: Any, title: object = "") -> dict[str, Any]:
    """What has to be put right, each line a link to its field. Draws nothing while there is nothing wrong."""
    entries = [
        {
            "id": field.id_for_label or field.auto_id,
            "label": str(field.label).rstrip(".:۔"),
            "message": message,
        }
        for field in form
        for message in field.errors
    ]
    return {"entries": entries, "others": form.non_field_errors(), "title": title}


@register.inclusion_tag("components/missing_summary.html")
def missing_summary(items: Iterable[Mapping[str, Any]], title: object) -> dict[str, Any]:
    """What is still missing before a step: dicts of `label` and `url`."""
    return {"items": items, "title": title}


@register.inclusion_tag("components/section_rail.html")
def section_rail(sections: Iterable[Mapping[str, Any]], label: object) -> dict[str, Any]:
    """The sections of a form: dicts of `label`, `url`, `state` (EMPTY, STARTED, COMPLETE, MISSING, COMMENTED), `note`,
    `is_current`."""
    return {"sections": sections, "label": label}


@register.inclusion_tag("components/steps.html")
def stepper(steps: Iterable[Mapping[str, Any]], label: object) -> dict[str, Any]:
    """The path of a record: dicts of `label`, `is_done`, `is_current`."""
    return {"steps": steps, "label": label}


@register.inclusion_tag("components/progress.html")
def progress_bar(value: int | None, stage: object, maximum: int = 100, label: object = "") -> dict[str, Any]:
    """How far something is and what it is doing; `value` None while nobody can tell."""
    share = None if value is None else round(100 * value / maximum) if maximum else 0
    return {
        "value": value,
        "maximum": maximum,
        "stage": stage,
        "share": share,
        "label": label or _("Progress"),
    }


# --- History, comments, differences ---------------------------------------------------------------------------------


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened, newest first: objects or dicts with `at`, `who`, `what`, and optionally `state_code`, `reason`."""
    return {"entries": entries}


@register.inclusion_tag("components/comment_thread.html", takes_context=True)
def comment_thread(context: RequestContext, comments: Iterable[Any], empty: object = "") -> dict[str, Any]:
    """Comments with their state: `author`, `at`, `text`, `is_resolved`, and optionally `where`, `where_url`,
    `resolve_url` (given only to who may)."""
    return {
        "comments": comments,
        "empty": empty,
        "csrf_token": context.get("csrf_token"),
        "request": context.request,
    }


@register.simple_tag
def difference(before: str | None, after: str | None) -> SafeString:
    """The word difference of two texts, as <del> and <ins>."""
    tags = {"same": "{}", "inserted": "<ins>{}</ins>", "deleted": "<del>{}</del>"}
    pieces = [format_html(tags[piece.kind], piece.text) for piece in word_difference(before or "", after or "")]
    return mark_safe("".join(pieces))


# --- Languages ------------------------------------------------------------------------------------------------------


@register.simple_tag
def other_language() -> dict[str, str]:
    """The language the switch offers: its code and its own name."""
    if get_language() == "ur":
        return {"code": "en", "name": "English"}
    return {"code": "ur", "name": "اردو"}
