"""The worker's side of organizations: sending an invitation."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from organizations.members import services


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_kwargs={"max_retries": 6})
def deliver_invitation(*, invitation_id: int) -> bool:
    """Make a fresh link and send it. The token is made here, so that it never stands in a queue or a table."""
    return services.deliver_invitation(pk=invitation_id, at=timezone.now())
