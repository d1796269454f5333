"""What is due as one message a person a week: for CSOs their periods and what came back, for reviewers what is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core.access import Role
from core.mail import send_later
from core.workflow import State
from evidence.models import Reminder, Result
from evidence.results.selectors import open_periods, own_open_periods
from organizations.actors import actor_for_user_id
from organizations.models import Membership

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from core.access import Actor


def send_digests(*, at: datetime) -> int:
    """Send to everyone for whom something is due, once a day at most; returns how many messages were queued."""
    return sum(_remind(user_id, at) for user_id in _people())


def _people() -> Iterable[int]:
    """Members of organizations now, and reviewers, with an open account."""
    members = Membership.objects.current().values("user_id")
    reviewers = User.objects.filter(role_grants__role=Role.REVIEWER).values("pk")
    rows = User.objects.filter(is_active=True)
    return (rows.filter(pk__in=members) | rows.filter(pk__in=reviewers)).order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _remind(user_id: int, at: datetime) -> bool:
    actor = actor_for_user_id(user_id)
    template, path, context = _for_member(actor, at) if actor.organization_ids else _for_reviewer(actor, at)
    if not any(context.values()):
        return False
    _row, is_new = Reminder.objects.get_or_create(user_id=user_id, sent_on=timezone.localdate(at))
    if is_new:
        send_later(template=template, user_ids=[user_id], path=path, context=context)
    return is_new


def _for_member(actor: Actor, at: datetime) -> tuple[str, str, dict[str, str | int]]:
    today = timezone.localdate(at)
    rows = own_open_periods(actor, today=today)
    late = rows.filter(due_on__lt=today).order_by().count()
    returned = Result.objects.visible_to(actor).filter(organization_id__in=actor.organization_ids, state=State.RETURNED)
    context: dict[str, str | int] = {
        "due": rows.order_by().count() - late,
        "late": late,
        "returned": returned.count(),
    }
    return "results_due", reverse("evidence:calendar"), context


def _for_reviewer(actor: Actor, at: datetime) -> tuple[str, str, dict[str, str | int]]:
    today = timezone.localdate(at)
    context: dict[str, str | int] = {"late": 0, "waiting": 0}
    if actor.has(Role.REVIEWER):
        context["late"] = open_periods(actor, today=today).filter(due_on__lt=today).order_by().count()
        context["waiting"] = Result.objects.visible_to(actor).filter(state=State.SUBMITTED).count()
    return "results_overdue", reverse("evidence:calendar"), context
