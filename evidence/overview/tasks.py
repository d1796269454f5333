"""What the worker does for the figures of participation."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from evidence.overview import services


@shared_task
def renew_reach() -> list[str]:
    """Do what is due. Beat sends it every night; twice has the same effect as once."""
    return services.renew_reach(at=timezone.now())
