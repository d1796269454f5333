"""Many activities at once are what the services would have made of them."""

from __future__ import annotations

from datetime import date

import pytest

from core.terms import term
from core.workflow import State
from evidence.activities.bulk import NewActivity, bulk_create_activities
from evidence.activities.kind import gaps_of
from evidence.activities.sections import counts_of
from evidence.activities.selectors import live_page
from evidence.models import Activity
from evidence.tests.conftest import COUNTS

pytestmark = pytest.mark.django_db


def test_many_activities_stand_in_their_states(
    field_project, editor, make_item, now, visitor, django_assert_num_queries
):
    kind, theme, item = term("activity_type", "SPORT"), term("pve_theme", "SPORTARTS"), make_item()
    rows = [
        NewActivity(
            project=field_project,
            code=f"B{number:03d}",
            state=state,
            at=now,
            fields={
                "type": kind,
                "title": f"Match {number}",
                "description": "They played.",
                "status": "COMPLETED",
                "starts_on": date(2025, 3, number + 1),
                "ends_on": date(2025, 3, number + 1),
                "district": field_project.districts.first(),
            },
            counts=COUNTS,
            theme_ids=[theme.pk],
            place="A ground",
            amount_pkr=5000,
            item_ids=[item.pk],
        )
        for number, state in enumerate((State.DRAFT, State.SUBMITTED, State.VERIFIED, State.PUBLISHED))
    ]
    made = bulk_create_activities(rows, writer_id=editor.pk)
    assert [row.state for row in Activity.objects.order_by("pk")] == [row.state for row in rows]
    assert [row.title for row in live_page(visitor).rows] == ["Match 3"]
    for activity in made:
        revision = activity.revisions.get()
        assert gaps_of(activity, revision) == []
        assert sum(counts_of(revision).cells.values()) == 40
        assert list(revision.writers.all()) == [editor]
