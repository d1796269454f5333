"""The worker's side of results: the weekly digest, and once a night calendars and frameworks as they should be."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from evidence.results import calendar, reminders
from evidence.results.reference import load_framework
from organizations.models import Programme


@shared_task
def remind_of_results() -> int:
    """One message a person with what is due. Twice in a day sends once."""
    return reminders.send_digests(at=timezone.now())


@shared_task
def settle_results() -> int:
    """Give a programme that has none its framework, and bring every calendar to its project's dates."""
    for programme in Programme.objects.filter(result_nodes=None).order_by("pk"):
        load_framework(programme)
    return calendar.settle_all()
