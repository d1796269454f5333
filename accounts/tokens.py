"""The tokens in links with which a person chooses a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.tokens import PasswordResetTokenGenerator

if TYPE_CHECKING:
    from accounts.models import User


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Links end with the sessions of the person: when everything is signed out, and when the account is closed."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.session_generation}"
