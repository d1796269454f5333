"""What the worker does with files that came in. Tasks take ids and may run twice with the same effect."""

from celery import shared_task
from django.utils import timezone

from evidence.intake import work


@shared_task
def check_intake(*, intake_id: int) -> None:
    """Say what is in a file."""
    work.check(intake_id=intake_id, at=timezone.now())


@shared_task
def take_intake(*, intake_id: int) -> None:
    """Take over the rows that somebody decided to take."""
    work.take(intake_id=intake_id, at=timezone.now())


@shared_task
def recover_intakes() -> int:
    """Queue again what a lost worker left behind. Beat calls it each minute."""
    left = work.recover(at=timezone.now())
    for task, intake_id in left:
        {"check": check_intake, "take": take_intake}[task].delay(intake_id=intake_id)
    return len(left)
