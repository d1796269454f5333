"""What the worker does for data quality. Tasks take ids and may run twice with the same effect."""

from celery import shared_task
from django.utils import timezone

from evidence.quality import services


@shared_task
def look_at_records(*, kind: str, ids: list[int]) -> int:
    """Look at what was just written."""
    return services.look_at(kind=kind, ids=ids, at=timezone.now())


@shared_task
def look_at_everything() -> dict[str, int]:
    """Every rule over every record. Beat calls it each night."""
    return services.look_at_all(at=timezone.now())
