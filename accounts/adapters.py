"""How allauth behaves here: people come by invitation, e-mails are ours, secrets of second factors are encrypted."""

from __future__ import annotations

import base64
import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import audit
from core.access import Actor
from core.mail import send_later

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.models import User

#: What allauth reports about an account, and the word under which we log it and tell the person.
SECURITY_EVENTS = {
    "account/email/password_changed": "password_changed",
    "account/email/password_reset": "password_reset",
    "mfa/email/totp_activated": "totp_activated",
    "mfa/email/totp_deactivated": "totp_deactivated",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "recovery_codes_generated",
}


#: How a signed-in person may confirm that it is them, by allauth's word for the way.
WAYS_TO_CONFIRM = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use the app or a recovery code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey or security key"),
}


class AccountAdapter(DefaultAccountAdapter):
    """Closed sign-up, e-mails by the worker in the reader's language, an audit entry for what happens to an account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not belong together. Check both and try again."
        ),
        "incorrect_password": _("This is not your password. Try again."),
        "enter_current_password": _("This is not your present password. Try again."),
        "incorrect_code": _("This code is not right or has been used. Enter the newest one."),
        "too_many_login_attempts": _("Too many wrong attempts. Try again in 5 minutes."),
        "rate_limited": _("Too many attempts. Wait a minute and try again."),
        "invalid_password_reset": _("This link has been used or is too old. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by django-axes alone, so that a person meets one rule and one message."""

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted."""

    def reauthenticate(self, user: User, password: str) -> bool:
        """Check a signed-in person's password. The address stands on the user; allauth's table of addresses is unused."""
        found = self.authenticate(allauth_context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str) -> bool:
        """A person who signed in a moment ago is not asked again."""
        if not super().is_reauthentication_required(app=app):
            return False
        request = allauth_context.request
        records = get_authentication_records(request, request.user)
        newest = max((record["at"] for record in records), default=0)
        return time.time() - newest >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        return [
            {**way, "description": WAYS_TO_CONFIRM.get(way["id"], way["description"])}
            for way in super().get_reauthentication_methods(user)
        ]

    def post_login(self, request: HttpRequest, user: User, **hooks: Any) -> HttpResponse:
        response = super().post_login(request, user, **hooks)
        with transaction.atomic():
            audit.record(
                actor=Actor(user_id=user.pk),
                action="account.signed_in",
                row=user,
                at=timezone.now(),
            )
        set_language_cookie(response, user.language)
        return response

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        from accounts.tasks import send_password_link  # that module imports services

        send_password_link.delay(user_id=user.pk)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Log what happened to the account and tell its person."""
        event = SECURITY_EVENTS.get(template_prefix)
        if event is None:
            return
        with transaction.atomic():
            audit.record(
                actor=Actor(user_id=user.pk),
                action=f"account.{event}",
                row=user,
                at=timezone.now(),
            )
            send_later(
                template="security_notice",
                user_ids=[user.pk],
                path=reverse("accounts:profile"),
                context={"event": event},
            )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes encrypted with a key made from SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right or has been used. Wait for the next one and enter it."),
        "cannot_generate_recovery_codes": _("Set up an app or a key first. Recovery codes stand in for them."),
    }

    def build_totp_svg(self, url: str) -> str:
        """The picture to scan, on a white ground of its own so that cameras read it in the dark look as well."""
        picture = BytesIO()
        segno.make(url).save(picture, kind="svg", scale=4, border=4, dark="#000", light="#fff")
        return picture.getvalue().decode()

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Key %(number)d") % {"number": number}

    def _get_site_name(self) -> str:
        """What a device shows beside the passkey."""
        return "PVENet"

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def set_language_cookie(response: HttpResponse, language: str) -> None:
    """The next page comes in the person's language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _fernet() -> MultiFernet:
    # An old SECRET_KEY kept in SECRET_KEY_FALLBACKS still opens what it closed.
    return MultiFernet([_fernet_of(secret) for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]])


def _fernet_of(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"pvenet second factors").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
