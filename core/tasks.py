"""The worker's side of the kernel: sending one e-mail, and noting that beat lives."""

from celery import shared_task

from core import beat, mail


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_kwargs={"max_retries": 6})
def deliver_message(*, template: str, user_id: int, path: str, context: dict) -> bool:
    """Send one message to one person; tried again while the mail server does not answer."""
    return mail.deliver(template=template, user_id=user_id, path=path, context=context)


@shared_task
def note_beat() -> None:
    """Note that beat lives: it sends this every half minute, and nobody else does."""
    beat.note()
