"""The library: words in English and Urdu, typing errors, a closed list of filters, what says the same, and the export."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.geography import District
from core.terms import term
from evidence.learning.search import mend
from evidence.models import Lesson, LibraryWord

pytestmark = pytest.mark.django_db

LIBRARY = reverse("evidence:library")


def titles(answer) -> list[str]:
    return [entry["revision"].title for entry in answer.context["entries"]]


def pk_of_district(code: str) -> int:
    return District.objects.get(code=code).pk


@pytest.mark.parametrize(
    "words",
    [
        "elder",
        "ELDERS asked",
        '"asked first"',
        "elders -madrasa",
        "خیبر",
        "خيبر",  # the Arabic yeh of a Pakistani keyboard
        "خَیبر",
        "elders خیبر",
        "eldres",
        "خیببر",
    ],
)
def test_a_lesson_is_found_by_its_words_in_both_languages_and_with_typing_errors(published_learning, client, words):
    published_learning("lesson", title="Elders were asked first", title_ur="خیبر کے بزرگ")
    published_learning("lesson", title="Football for girls", title_ur="", body="A field was rented.")
    assert titles(client.get(LIBRARY, {"q": words})) == ["Elders were asked first"]


def test_a_title_counts_more_than_a_text(published_learning, client):
    published_learning("lesson", title="Football", body="On a rented field.")
    published_learning("lesson", title="Evenings", body="Once there was football.")
    assert titles(client.get(LIBRARY, {"q": "football"})) == ["Football", "Evenings"]


@pytest.mark.parametrize("words", ["!!!", "the", "-", "'", '"', "a & b | !c", "(", "\\", "%", "🙂"])
def test_odd_words_find_nothing_and_break_nothing(published_learning, client, words):
    published_learning("lesson", title="Elders", body="Asked first.", recommendation="Ask.")
    assert client.get(LIBRARY, {"q": words}).status_code == 200


def test_a_null_character_is_refused(client):
    assert client.get(LIBRARY, {"q": "a\x00b"}).status_code == 400


def test_drafts_and_changes_under_way_are_not_searched(
    make_learning, published_learning, take, client, editor, actor_of, now
):
    from evidence.learning import services

    make_learning("lesson", title="Hidden zebra")
    record = published_learning("lesson", title="Elders")
    take(record, "lesson", change=editor)
    services.save_learning(
        actor=actor_of(editor), kind="lesson", uuid=record.uuid, values={"body": "zebra"}, base=None, at=now
    )
    assert titles(client.get(LIBRARY, {"q": "zebra"})) == []


def test_the_words_of_what_is_taken_away_are_offered_no_more(published_learning, take, manager, client):
    record = published_learning("lesson", title="Zebrastripes")
    assert mend("zebrastrips") == "zebrastripes"
    Lesson.objects.filter(pk=record.pk).update(is_held=True)
    assert not LibraryWord.objects.filter(word="zebrastripes").exists()
    Lesson.objects.filter(pk=record.pk).update(is_held=False)
    assert LibraryWord.objects.get(word="zebrastripes").records == 1
    take(record, "lesson", withdraw=manager)
    assert not LibraryWord.objects.filter(word="zebrastripes").exists()


def test_a_word_of_a_record_that_the_reader_may_not_see_is_not_offered(published_learning, client, sign_in, reviewer):
    record = published_learning("lesson", title="Zebrastripes")
    Lesson.objects.filter(pk=record.pk).update(sensitivity="RESTRICTED")
    answer = client.get(LIBRARY, {"q": "zebrastrips"})
    assert titles(answer) == []
    assert "zebrastripes" not in answer.content.decode().lower()
    assert titles(sign_in(reviewer).get(LIBRARY, {"q": "zebrastrips"})) == ["Zebrastripes"]


def test_the_filters_are_a_closed_list(published_learning, client):
    published_learning(
        "lesson",
        districts=[pk_of_district("KP-KHYBER"), pk_of_district("KP-PESHAWAR")],
        themes=[term("pve_theme", "DIALOGUE").pk],
    )
    for query, found in [
        ("sort=WORKED", 1), ("sort=ADAPTED", 0), ("theme=DIALOGUE", 1), ("theme=YOUTH", 0), ("province=PK-KP", 1),
        ("province=PK-PB", 0), ("district=KP-KHYBER", 1), ("level=E0", 1), ("level=E4", 0),
        ("organization=khyber-bridges-foundation", 1), ("year=2026", 1),
    ]:  # fmt: skip
        assert len(client.get(f"{LIBRARY}?{query}").context["entries"]) == found, query
    for query in ("sort=NOSUCH", "level=E9", "district=none", "year=1999", "organization=nobody"):
        answer = client.get(f"{LIBRARY}?{query}")
        assert (answer.status_code, answer.context["entries"]) == (400, []), query
        assert client.get(reverse("evidence:library_export", args=["lessons", "csv"]) + f"?{query}").status_code == 422
    assert client.get(reverse("evidence:library_tab", args=["nothing"])).status_code == 404


def test_pages_go_on_where_the_page_before_ended(published_learning, client, monkeypatch):
    for number in range(5):
        published_learning("lesson", title=f"Lesson {number}", body=f"Text {number}")
    monkeypatch.setattr("evidence.learning.views.library.PAGE_SIZE", 2)
    seen, after = [], ""
    for _page in range(3):
        answer = client.get(LIBRARY, {"after": after})
        seen += titles(answer)
        after = answer.context["page"].after
    assert (sorted(seen), after) == ([f"Lesson {number}" for number in range(5)], "")
    for odd in ("nonsense", "2026-01-01.1", "2026-01-01T00:00:00.1", "x.99999999999999999999"):
        assert client.get(LIBRARY, {"after": odd}).status_code == 200
    assert len(titles(client.get(LIBRARY, {"q": "lesson", "page": "2"}))) == 2


# --- What says nearly the same --------------------------------------------------------------------------------------

SAID = (
    "The elders of the village were asked before the first session, and the sessions that followed were full. "
    "Where they were not asked, nobody came a second time."
)


def test_what_two_organizations_say_is_one_group_counted_over_what_the_reader_may_open(
    published_learning, client, other_focal_point, other_organization
):
    first = published_learning("lesson", title="Ask elders", body=SAID, districts=[pk_of_district("KP-KHYBER")])
    second = published_learning(
        "lesson",
        by=other_focal_point,
        title="Ask the elders",
        body=SAID.replace("village", "town"),
        districts=[pk_of_district("KP-PESHAWAR"), pk_of_district("KP-KHYBER")],
    )
    published_learning("lesson", title="Football", body="A field was rented for the girls, and a teacher paid.")
    second.refresh_from_db()
    assert second.repeats_id == first.pk
    groups = {entry["revision"].title: entry["group"] for entry in client.get(LIBRARY).context["entries"]}
    assert groups["Football"] is None
    assert (groups["Ask elders"]["organizations"], groups["Ask elders"]["districts"]) == (2, 2)
    page = client.get(reverse("evidence:lesson", args=[first.uuid]))
    assert "Reported by 2 organizations in 2 districts" in page.content.decode()
    other_organization.sensitivity = "RESTRICTED"
    other_organization.save()
    page = client.get(reverse("evidence:lesson", args=[first.uuid]))
    assert page.context["group"] is None
    assert other_organization.name not in page.content.decode()


def test_a_text_that_is_changed_leaves_its_group_and_the_others_stay_together(
    published_learning, take, editor, reviewer, manager, actor_of, now
):
    from evidence.learning import services

    first, second, third = (published_learning("lesson", title=f"Ask {n}", body=SAID) for n in ("one", "two", "three"))
    take(first, "lesson", change=editor)
    services.save_learning(
        actor=actor_of(editor),
        kind="lesson",
        uuid=first.uuid,
        values={"title": "Rented fields", "body": "Girls play football where a teacher is paid to stay."},
        base=None,
        at=now,
    )
    take(first, "lesson", submit=editor, verify=reviewer, approve=manager, publish=manager)
    second.refresh_from_db(), third.refresh_from_db()
    assert (first.repeats_id, second.repeats_id, third.repeats_id) == (None, None, second.pk)


# --- Export ---------------------------------------------------------------------------------------------------------


def test_what_is_shown_is_what_is_exported_and_no_cell_is_a_formula(make_learning, published_learning, client):
    published_learning("lesson", title="=1+1", body="+cmd|' /C calc'!A0")
    published_learning("lesson", title="Football", body="A field.")
    make_learning("lesson", title="Only a draft")
    rows = list(
        csv.reader(
            io.StringIO(
                b"".join(client.get(reverse("evidence:library_export", args=["lessons", "csv"])).streaming_content)
                .decode()
                .removeprefix("\ufeff")
            )
        )
    )
    assert [row[0] for row in rows] == ["Title", "Football", "'=1+1"]
    answer = client.get(reverse("evidence:library_export", args=["lessons", "xlsx"]) + "?q=football")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [row[0].value for row in sheet.rows] == ["Title", "Football"]
    answer = client.get(reverse("evidence:library_export", args=["lessons", "xlsx"]))
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [(row[0].value, row[0].data_type) for row in sheet.rows][-1] == ("=1+1", "s")
    assert client.get(reverse("evidence:library_export", args=["lessons", "pdf"])).status_code == 404


# --- Queries --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "?q=text", "?q=texd", "?district=KP-KHYBER&theme=DIALOGUE"])
@pytest.mark.parametrize("kind", ["lesson", "innovation"])
def test_the_library_takes_as_many_queries_for_three_rows_as_for_one(published_learning, client, kind, query):
    given = {"districts": [pk_of_district("KP-KHYBER")], "themes": [term("pve_theme", "DIALOGUE").pk]}

    def publish(number):
        published_learning(kind, title=f"Text {number}", body="Text of the same.", **given)

    address = reverse("evidence:library_tab", args=[f"{kind}s"]) + query
    publish(1)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        assert len(client.get(address).context["entries"]) == 1
    publish(2), publish(3)
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(address).context["entries"]) == 3
    # A typing error costs the look for a closer word.
    assert len(one) == len(three) <= (15 if "texd" in query else 12)


def test_the_own_list_takes_as_many_queries_for_three_rows_as_for_one(make_learning, sign_in, editor):
    client, address = sign_in(editor), reverse("evidence:own_learning")
    make_learning("lesson")
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    make_learning("lesson"), make_learning("lesson")
    with CaptureQueriesContext(connection) as three:
        assert len(client.get(address).context["rows"]) == 3
    assert len(one) == len(three) <= 12


# --- Interface ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lesson", "challenge", "innovation"])
def test_the_interface_gives_what_is_published_in_one_query(published_learning, make_learning, kind):
    from core.access import Actor
    from evidence.learning import api

    make_learning(kind, title="Only a draft")
    record = published_learning(kind, districts=[pk_of_district("KP-KHYBER")])
    view = {
        "lesson": api.LessonViewSet,
        "challenge": api.ChallengeViewSet,
        "innovation": api.InnovationViewSet,
    }[kind]
    assert list(view().rows(Actor.visitor())) == [record]
