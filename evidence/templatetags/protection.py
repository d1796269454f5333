"""The way to the risk-of-harm switch, for the page of any record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template

from evidence.protection.policies import can_hold

if TYPE_CHECKING:
    from django.template.context import RequestContext

register = template.Library()


@register.inclusion_tag("evidence/protection/hold_here.html", takes_context=True)
def hold_here(context: RequestContext, kind: str, record: Any) -> dict[str, Any]:
    """A link to the switch, where this reader may use it: `{% hold_here "story" story %}`."""
    return {
        "kind": kind,
        "record": record,
        "offered": can_hold(context.request.actor, record.organization_id),  # type: ignore[attr-defined]
        "is_held": record.is_held,
    }
