"""E-mail to people of the portal: written in the reader's language, sent by the worker after the transaction.

An e-mail is an exit like a page: it holds a link and what the reader may see, and it is built when it is sent.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

if TYPE_CHECKING:
    from collections.abc import Iterable


def send_later(*, template: str, user_ids: Iterable[int], path: str, context: dict[str, str | int]) -> None:
    """Queue one message a person after the transaction commits.

    `template` names `templates/email/<template>.txt` (its first line is the subject); `context` holds only JSON
    values that every recipient may see; `path` is the page the message links to.
    """
    from core.tasks import deliver_message  # the task module imports this one

    for user_id in sorted(set(user_ids)):
        transaction.on_commit(
            partial(
                deliver_message.delay,
                template=template,
                user_id=user_id,
                path=path,
                context=context,
            )
        )


def deliver(*, template: str, user_id: int, path: str, context: dict[str, str | int]) -> bool:
    """Write and send one message. Returns False when the person may no longer sign in."""
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    write(
        to=user.email,
        language=user.language,
        template=template,
        path=path,
        context={**context, "reader": user.name},
    )
    return True


def write(
    *,
    to: str,
    language: str,
    template: str,
    path: str,
    context: dict[str, str | int],
) -> None:
    """Send one message to an address, in a language. For people without an account; others are told by `send_later`."""
    with translation.override(language):
        values = {**context, "link": settings.SITE_URL + path, "language": language}
        text = render_to_string(f"email/{template}.txt", values)
        subject, _, body = text.strip().partition("\n")
        html = render_to_string("email/message.html", {**values, "subject": subject, "body": body.strip()})
    message = EmailMultiAlternatives(subject=subject.strip()[:180], body=body.strip() + "\n", to=[to])
    message.attach_alternative(html, "text/html")
    message.send()
