"""Activities over the API: what is published, and never a count, a place, a cost or a draft."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/activities/"


@pytest.fixture
def ask(client, api_key):
    return lambda address: client.get(address, headers={"Authorization": f"Api-Key {api_key}"})


def test_a_published_activity_without_its_counts(published_activity, complete_activity, ask):
    complete_activity(title="A draft")
    (row,) = ask(ADDRESS).json()["results"]
    assert row["text"].pop("evidence") == []
    assert row == {
        "uuid": str(published_activity.uuid),
        "code": "A001",
        "organization": {
            "slug": "khyber-bridges-foundation", "name": "Khyber Bridges Foundation", "name_ur": "خیبر برجز فاؤنڈیشن",
        },
        "project": "kbf-dialogue",
        "text": {
            "language": "en", "type": "DIALOGUE", "title": "Dialogue in Landi Kotal", "title_ur": "",
            "status": "COMPLETED", "starts_on": "2025-05-10", "ends_on": "2025-05-11", "district": "KP-KHYBER",
            "setting": None, "description": "Forty people talked about the road.", "methods": "",
            "themes": ["DIALOGUE"], "drivers": [], "partners": [],
        },
        "published_at": row["published_at"],
        "is_demo": False,
    }  # fmt: skip
    assert ask(f"{ADDRESS}{published_activity.uuid}/").json()["uuid"] == row["uuid"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=DIALOGUE", 1), ("type=SPORT", 0), ("district=KP-KHYBER", 1), ("province=PK-PB", 0), ("theme=DIALOGUE", 1),
        ("starts_from=2025-05-11", 0), ("starts_until=2025-05-10", 1), ("project=kbf-dialogue", 1),
        ("organization=nobody", 0),
    ],
)  # fmt: skip
def test_filters(published_activity, ask, query, found):
    assert len(ask(f"{ADDRESS}?{query}").json()["results"]) == found


@pytest.mark.parametrize("query", ["type=NOSUCH", "attendances=40", "theme=DIALOGUE&theme=YOUTH", "starts_from=x"])
def test_what_is_no_filter_is_refused(published_activity, ask, query):
    assert ask(f"{ADDRESS}?{query}").status_code == 400


def test_a_withdrawn_activity_is_gone(published_activity, take, manager, ask):
    take(published_activity, withdraw=manager)
    assert ask(ADDRESS).json()["results"] == []
    assert ask(f"{ADDRESS}{published_activity.uuid}/").status_code == 404


def test_a_page_is_one_query_however_long(published_activity, complete_activity, take, editor, reviewer, manager, ask):
    ask(ADDRESS)
    with CaptureQueriesContext(connection) as one:
        ask(ADDRESS)
    for _number in range(2):
        take(complete_activity(), submit=editor, verify=reviewer, approve=manager, publish=manager)
    with CaptureQueriesContext(connection) as three:
        assert len(ask(ADDRESS).json()["results"]) == 3
    assert len(one) == len(three)
