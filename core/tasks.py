"""The worker's side of the kernel: sending one e-mail, noting that beat lives, and forgetting sessions that ended."""

from celery import shared_task
from django.core.management import call_command

from core import beat, mail


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_kwargs={"max_retries": 6})
def deliver_message(*, template: str, user_id: int, path: str, context: dict) -> bool:
    """Send one message to one person; tried again while the mail server does not answer."""
    return mail.deliver(template=template, user_id=user_id, path=path, context=context)


@shared_task
def note_beat() -> None:
    """Note that beat lives: it sends this every half minute, and nobody else does."""
    beat.note()


@shared_task
def forget_sessions() -> None:
    """Delete sessions that have ended, and with them what was typed after their end and never fetched again."""
    call_command("clearsessions")
