"""What can go wrong in the domain, in words for the person who asked. Pages and the API turn these into answers."""

from __future__ import annotations

from typing import Any


class DomainError(Exception):
    """A refusal. `status` is the HTTP status, `code` a stable word for machines, the message is for people."""

    status = 400
    code = "refused"

    def __init__(self, message: Any) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(DomainError):
    """The actor can see the row but may not do this."""

    status = 403
    code = "not_allowed"


class WrongState(DomainError):
    """The row is in a state in which this cannot be done."""

    status = 409
    code = "wrong_state"


class StaleWrite(DomainError):
    """Somebody else saved first. `current` is the row as it stands now, so that both texts can be shown."""

    status = 409
    code = "stale_write"

    def __init__(self, message: Any, *, current: Any = None) -> None:
        super().__init__(message)
        self.current = current


class Incomplete(DomainError):
    """Something required is missing. `missing` is a list of (field name, sentence)."""

    status = 422
    code = "incomplete"

    def __init__(self, message: Any, *, missing: list[tuple[str, Any]]) -> None:
        super().__init__(message)
        self.missing = missing


class InvalidInput(DomainError):
    """A value that cannot be accepted. `field` names it where there is one."""

    status = 422
    code = "invalid_input"

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Conflict(DomainError):
    """The database holds something that excludes this. `blocking` is what stands in the way."""

    status = 409
    code = "conflict"

    def __init__(self, message: Any, *, blocking: Any = None) -> None:
        super().__init__(message)
        self.blocking = blocking
