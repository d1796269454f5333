"""The worker's side of accounts: the link to choose a password. The link is made here, so no broker ever holds it."""

from __future__ import annotations

from celery import shared_task

from accounts.models import User
from accounts.services import password_path
from core import mail


@shared_task(autoretry_for=(OSError,), retry_backoff=10, retry_kwargs={"max_retries": 6})
def send_password_link(*, user_id: int) -> bool:
    """Send one person a link to choose a new password. Twice sent, the newest works and so does the older."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    return mail.deliver(template="password_reset", user_id=user_id, path=password_path(user), context={})
