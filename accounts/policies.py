"""Who may keep accounts and API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.access import Role

if TYPE_CHECKING:
    from accounts.models import User
    from core.access import Actor


def can_keep_accounts(actor: Actor) -> bool:
    """See every account, change its e-mail address."""
    return actor.has(Role.ADMINISTRATOR)


def can_change_access(actor: Actor, user: User) -> bool:
    """Give and take roles, close and reopen an account. Nobody does this to their own."""
    return can_keep_accounts(actor) and user.pk != actor.user_id


def can_keep_keys(actor: Actor) -> bool:
    """Make API clients and keys, revoke keys."""
    return actor.has(Role.MANAGER, Role.ADMINISTRATOR)
