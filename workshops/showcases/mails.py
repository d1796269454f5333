"""Who is told of what. One message a person and step; comments are gathered, so that nobody gets ten in an hour."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse

from accounts.selectors import holders_of
from core.access import Role
from core.mail import send_later
from core.workflow import EDITABLE, State
from organizations.models import Membership
from workshops.models import ReviewComment
from workshops.showcases.policies import CSO_ROLES

if TYPE_CHECKING:
    from datetime import datetime

    from core.access import Actor
    from workshops.models import Remark, Showcase, ShowcaseRevision

#: After a message about a comment, this long no further one goes to the same side of the same showcase.
QUIET_TIME = timedelta(hours=1)
#: States in which the organization has the floor: a reviewer's comment does not travel with a later step.
AT_THE_ORGANIZATION = EDITABLE | {State.PUBLISHED, State.WITHDRAWN}


def tell_of_submission(showcase: Showcase, revision: ShowcaseRevision, *, actor: Actor) -> None:
    """The reviewers, and the colleagues of whoever sent it: they can no longer change it."""
    _tell("showcase_sent", members_of(showcase), showcase, revision, actor, page="showcase_edit")
    _tell(
        "showcase_submitted",
        holders_of(Role.REVIEWER) - members_of(showcase),
        showcase,
        revision,
        actor,
        page="showcase_review",
    )


def tell_members_of_return(showcase: Showcase, revision: ShowcaseRevision, *, actor: Actor) -> None:
    """One message for the reason and all comments that stand open."""
    open_comments = showcase.comments.filter(answers=None, resolved_at=None).count()
    _tell(
        "showcase_returned",
        members_of(showcase),
        showcase,
        revision,
        actor,
        page="showcase_edit",
        comments=open_comments,
    )


def tell_of_verification(showcase: Showcase, revision: ShowcaseRevision, *, actor: Actor) -> None:
    _tell(
        "showcase_verified",
        holders_of(Role.MANAGER) - members_of(showcase),
        showcase,
        revision,
        actor,
        page="showcase_review",
    )


def tell_of_approval(showcase: Showcase, revision: ShowcaseRevision, *, actor: Actor) -> None:
    """The organization, and the other managers: one of them publishes it."""
    members = members_of(showcase)
    _tell("showcase_approved", members, showcase, revision, actor, page="showcase_edit")
    managers = holders_of(Role.MANAGER) - members
    _tell("showcase_to_publish", managers, showcase, revision, actor, page="showcase_review")


def tell_members_of_step(template: str, showcase: Showcase, revision: ShowcaseRevision, *, actor: Actor) -> None:
    """Published and archived: the organization hears where its showcase stands."""
    _tell(template, members_of(showcase), showcase, revision, actor, page="showcase_edit")


def tell_of_withdrawal(showcase: Showcase, revision: ShowcaseRevision, *, actor: Actor) -> None:
    members = members_of(showcase)
    _tell("showcase_withdrawn", members, showcase, revision, actor, page="showcase_edit")
    _tell(
        "showcase_withdrawn",
        holders_of(Role.MANAGER) - members,
        showcase,
        revision,
        actor,
        page="showcase_review",
    )


def tell_of_change(showcase: Showcase, revision: ShowcaseRevision, verifier_id: int | None, *, actor: Actor) -> None:
    """Whoever verified it and whoever was to approve or publish it need not go on: the text comes to them again."""
    recipients = holders_of(Role.MANAGER) | ({verifier_id} if verifier_id else set())
    _tell("showcase_changing", recipients - members_of(showcase), showcase, revision, actor, page="showcase_review")


def tell_of_comment(comment: ReviewComment, *, actor: Actor, at: datetime) -> None:
    """Tell the other side that something was said, unless it was told within the hour or will be by the next step."""
    showcase = comment.subject
    is_by_cso = comment.as_role in CSO_ROLES
    if not is_by_cso and showcase.state not in AT_THE_ORGANIZATION:
        return
    same_side = showcase.comments.filter(created_at__gt=at - QUIET_TIME, created_at__lte=at).exclude(pk=comment.pk)
    same_side = same_side.filter(as_role__in=CSO_ROLES) if is_by_cso else same_side.exclude(as_role__in=CSO_ROLES)
    if same_side.exists():
        return
    revision = showcase.revisions.order_by("-number")[:1].get()
    if is_by_cso:
        members = members_of(showcase)
        recipients = set(showcase.comments.exclude(as_role__in=CSO_ROLES).values_list("author_id", flat=True))
        recipients = (recipients or holders_of(Role.REVIEWER)) - members
        page = "showcase_review"
        if showcase.first_submitted_at is None:
            return
    else:
        recipients, page = members_of(showcase), "showcase_edit"
    _tell("showcase_commented", recipients, showcase, revision, actor, page=page)


def tell_of_remark(remark: Remark, revision: ShowcaseRevision, *, actor: Actor, at: datetime) -> None:
    """Tell those who review, unless they were told within the hour. Nobody of the organization is told."""
    showcase = remark.subject
    lately = showcase.remarks.filter(created_at__gt=at - QUIET_TIME, created_at__lte=at).exclude(pk=remark.pk)
    if lately.exists():
        return
    readers = holders_of(Role.REVIEWER, Role.MANAGER) - members_of(showcase)
    _tell("showcase_remarked", readers, showcase, revision, actor, page="showcase_review")


def members_of(showcase: Showcase) -> set[int]:
    """The people who act for the organization today."""
    return set(
        Membership.objects.current().filter(organization_id=showcase.organization_id).values_list("user_id", flat=True)
    )


def _tell(
    template: str,
    recipients: set[int],
    showcase: Showcase,
    revision: ShowcaseRevision,
    actor: Actor,
    *,
    page: str,
    **extra: int,
) -> None:
    # Whoever did it knows already. Reasons and texts are read in the portal: a mailbox is nobody's audience.
    send_later(
        template=template,
        user_ids=recipients - {actor.user_id},
        path=reverse(f"workshops:{page}", args=[showcase.uuid]),
        context={
            "organization": showcase.organization.name,
            "organization_ur": showcase.organization.name_ur or showcase.organization.name,
            "workshop": showcase.workshop.title,
            "workshop_ur": showcase.workshop.title_ur or showcase.workshop.title,
            "title": revision.title,
            "title_ur": revision.title_ur or revision.title,
            "revision": revision.number,
            **extra,
        },
    )
