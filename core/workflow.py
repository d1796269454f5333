"""States as data: the path of a record from draft to published, who is told what, and the log of every step.

An app makes its table stateful with `Stateful`, keeps the log in a table of its own based on `TransitionRecord`, and
calls `move` from its services. Who may take a step is the app's policy, not this module's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import InvalidInput, StaleWrite, WrongState

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor


class State(models.TextChoices):
    """The states of a record, with the label that staff read."""

    DRAFT = "DRAFT", _("Draft at the organization")
    SUBMITTED = "SUBMITTED", _("To be reviewed")
    RETURNED = "RETURNED", _("Returned to the organization")
    VERIFIED = "VERIFIED", _("Verified, to be approved")
    APPROVED = "APPROVED", _("Approved, to be published")
    PUBLISHED = "PUBLISHED", _("Published")
    ARCHIVED = "ARCHIVED", _("Archived")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


#: The same states in the words of the organization that sent the record.
OWNER_LABELS = {
    State.DRAFT: _("Your draft"),
    State.SUBMITTED: _("Sent, waiting for review"),
    State.RETURNED: _("Returned to you"),
    State.VERIFIED: _("Checked by a reviewer"),
    State.APPROVED: _("Accepted"),
    State.PUBLISHED: _("Published"),
    State.ARCHIVED: _("Archived"),
    State.WITHDRAWN: _("Withdrawn"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One permitted move: its verb, where it starts and ends, and whether it needs a reason."""

    verb: str
    sources: frozenset[str]
    target: str
    label: Any
    needs_reason: bool = False


STEPS = {
    step.verb: step
    for step in (
        Step(
            "submit",
            frozenset({State.DRAFT, State.RETURNED}),
            State.SUBMITTED,
            _("Submit"),
        ),
        Step(
            "return",
            frozenset({State.SUBMITTED, State.VERIFIED, State.APPROVED}),
            State.RETURNED,
            _("Return with reasons"),
            needs_reason=True,
        ),
        Step("verify", frozenset({State.SUBMITTED}), State.VERIFIED, _("Verify")),
        Step("approve", frozenset({State.VERIFIED}), State.APPROVED, _("Approve")),
        Step("publish", frozenset({State.APPROVED}), State.PUBLISHED, _("Publish")),
        Step(
            "withdraw",
            frozenset({State.PUBLISHED}),
            State.WITHDRAWN,
            _("Withdraw"),
            needs_reason=True,
        ),
        Step("archive", frozenset({State.PUBLISHED}), State.ARCHIVED, _("Archive")),
        # A change that its writers give up; what was published before it stays.
        Step(
            "discard",
            frozenset({State.DRAFT, State.SUBMITTED, State.RETURNED, State.VERIFIED, State.APPROVED}),
            State.WITHDRAWN,
            _("Discard"),
        ),
        # A change to what was verified, published or withdrawn is a new revision that goes the whole way again.
        Step(
            "change",
            frozenset({State.VERIFIED, State.APPROVED, State.PUBLISHED, State.WITHDRAWN}),
            State.DRAFT,
            _("Start a change"),
        ),
    )
}

#: The same words from the same person within this time are the second press of one button.
SECOND_PRESS = timedelta(minutes=1)

#: States in which the owner's text may be edited.
EDITABLE = frozenset({State.DRAFT, State.RETURNED})


class Stateful(models.Model):
    """A row with a state, and a version that grows with every save so that a stale write is refused."""

    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    @property
    def owner_label(self) -> Any:
        return OWNER_LABELS[State(self.state)]

    @property
    def staff_label(self) -> Any:
        return State(self.state).label


class TransitionRecord(models.Model):
    """One step in the life of a record: who, when, from, to, why, and which version. Rows are never changed.

    A concrete subclass adds the foreign key `subject` to its record.
    """

    verb = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, choices=State)
    to_state = models.CharField(max_length=12, choices=State)
    reason = models.TextField(blank=True)
    version = models.PositiveIntegerField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True


def check_version(row: Any, version: int | None) -> None:
    """Raise StaleWrite unless the writer started from the row as it stands. `None` means a machine that just read it."""
    if version is not None and row.version != version:
        raise StaleWrite(_("Somebody else saved this after you opened it."), current=row)


def move(
    row: Any,
    *,
    actor: Actor,
    verb: str,
    at: datetime,
    log: type[Any],
    reason: str = "",
    sources: frozenset[str] | None = None,
    also_save: tuple[str, ...] = (),
) -> Any:
    """Take one step: check the state, save state and version, write the log. The row must be locked by the caller.

    `sources` replaces the step's own where a record may take it from other states too: a text that stays live while
    a change to it is written can be withdrawn whatever the state of the change. `also_save` names columns that the
    caller set and that go in the same statement, because a constraint ties them to the state. Raises WrongState
    when the step does not start where the row is, InvalidInput when a reason is missing.
    """
    step = STEPS[verb]
    if row.state not in (sources or step.sources):
        raise WrongState(
            _("This cannot be done now. The state is “%(state)s”.") % {"state": State(row.state).label},
        )
    reason = reason.strip()
    if step.needs_reason and not reason:
        raise InvalidInput(_("Give the reason. The organization reads it."), field="reason")
    from_state = row.state
    row.state = step.target
    row.version += 1
    row.save(update_fields=["state", "version", *also_save])
    return log._default_manager.create(
        subject=row,
        verb=verb,
        from_state=from_state,
        to_state=step.target,
        reason=reason,
        version=row.version,
        actor_id=actor.user_id,
        at=at,
    )
