"""One activity: as its organization sees it, as others do, and as others will."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from core.access import Actor
from core.workflow import State
from evidence.activities import policies, selectors
from evidence.activities.kind import KIND
from evidence.models import Activity
from evidence.records import policies as records
from evidence.records.selectors import desk_for

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


def fetch(request: HttpRequest, uuid: UUID) -> Activity:
    """The activity through the door, or 404."""
    rows = Activity.objects.visible_to(request.actor).select_related("organization", "project")
    return get_object_or_404(rows, uuid=uuid)


@require_GET
def activity(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The page of an activity. Its own people see the newest text; with `?as=others`, what others will see of it."""
    row = fetch(request, uuid)
    is_own = records.can_write(request.actor, row)
    is_preview = is_own and request.GET.get("as") == "others"
    revision = None if is_own and not is_preview else selectors.published_of(row)
    revision = revision or selectors.latest_for(request.actor, row)
    if revision is None:
        raise Http404
    # The preview reads through the doors of a visitor, so it cannot show more than a visitor will get.
    seen = selectors.seen_by(Actor.visitor() if is_preview else request.actor, row, revision)
    return render(
        request,
        "evidence/activities/activity.html",
        {
            "seen": seen,
            "items": seen.items,
            "activity": row,
            "revision": revision,
            "measures": selectors.measures(seen.counts, None),
            "of": KIND,
            "record": row,
            "is_own": is_own and not is_preview,
            "is_preview": is_preview,
            "is_live": row.published_revision_id == revision.pk,
            "may_read_counts": not is_preview and policies.can_read_counts(request.actor, row),
            "may_review": records.can_review(request.actor, row) and row.state != State.DRAFT,
            "desk": desk_for(request.actor, KIND, row, revision) if request.actor.user_id and not is_preview else None,
        },
    )
