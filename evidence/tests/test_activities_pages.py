"""The pages of activities: who sees what on them, what a bad form gets back, and how many queries a list takes."""

from __future__ import annotations

import pytest
from django.urls import reverse

from evidence.activities.sections import KEYS
from evidence.models import Activity

pytestmark = pytest.mark.django_db
COUNT = "18"


def page(row, name="activity", *more):
    return reverse(f"evidence:{name}", args=[row.uuid, *more])


def text(answer) -> str:
    return answer.content.decode()


def test_the_organization_reads_its_counts_place_and_cost(published_activity, sign_in, editor):
    body = text(sign_in(editor).get(page(published_activity)))
    assert "⟦place⟧" in body
    assert "Attendances by age and sex" in body


@pytest.mark.parametrize("name", ["manager", "nacta", "funder", "other_focal_point", None])
def test_others_read_where_the_figures_are_and_no_count(published_activity, client, sign_in, name, request):
    reader = sign_in(request.getfixturevalue(name)) if name else client
    answer = reader.get(page(published_activity))
    assert answer.status_code == 200
    body = text(answer)
    assert "tables, where small numbers are not shown" in body
    assert "⟦place⟧" not in body
    assert "Attendances by age and sex" not in body


def test_the_preview_shows_what_a_visitor_gets(published_activity, sign_in, editor):
    body = text(sign_in(editor).get(page(published_activity) + "?as=others"))
    assert "As others will see it" in body
    assert "⟦place⟧" not in body
    assert "Attendances by age and sex" not in body


def test_a_draft_is_absent_for_others(complete_activity, client, sign_in, reviewer, other_focal_point):
    activity = complete_activity()
    assert client.get(page(activity)).status_code == 404
    for user in (reviewer, other_focal_point):
        assert sign_in(user).get(page(activity)).status_code == 404
        assert sign_in(user).get(page(activity, "activity_edit")).status_code == 404


def test_every_section_opens(complete_activity, sign_in, editor):
    activity = complete_activity()
    for key in KEYS:
        assert sign_in(editor).get(page(activity, "activity_section", key)).status_code == 200
    assert sign_in(editor).get(page(activity, "activity_edit")).status_code == 200
    assert sign_in(editor).get(page(activity, "activity_copy")).status_code == 200
    assert sign_in(editor).get(page(activity, "activity_section", "nothing")).status_code == 404


def test_a_reader_of_the_page_does_not_write_it(published_activity, sign_in, manager):
    assert sign_in(manager).get(page(published_activity, "activity_edit")).status_code == 403


def test_entering_an_activity_by_hand(field_project, sign_in, editor):
    client = sign_in(editor)
    form = client.get(reverse("evidence:activity_new") + f"?project={field_project.code}").context["form"]
    values = {
        "project": field_project.code,
        "type": form.fields["type"].queryset[0].pk,
        "title": "A first session",
        "language": "en",
        "status": "PLANNED",
        "starts_on": "2025-06-01",
        "ends_on": "2025-06-01",
        "once": form["once"].value(),
    }
    answer = client.post(reverse("evidence:activity_new"), values)
    assert answer.status_code == 302
    client.post(reverse("evidence:activity_new"), values)
    assert Activity.objects.count() == 1


def test_a_form_that_is_refused_comes_back_as_it_was_typed(field_project, sign_in, editor):
    client = sign_in(editor)
    values = {"project": field_project.code, "title": "Kept", "starts_on": "2025-06-09", "ends_on": "2025-06-01"}
    answer = client.post(reverse("evidence:activity_new"), values)
    assert (answer.status_code, "Kept" in text(answer)) == (422, True)


def grid_of(answer) -> dict[str, str]:
    grid = answer.context["grid"]
    return {
        field.name: field.value
        for block in grid.blocks
        for row in block.rows
        for field in row.fields
        if field.value and not field.is_rest
    }


def test_the_grid_is_saved_from_a_plain_form_in_urdu_digits(complete_activity, sign_in, editor):
    activity, client = complete_activity(), sign_in(editor)
    address = page(activity, "activity_section", "counts")
    shown = client.get(address)
    assert grid_of(shown)["cell..A18_24.F.WITHOUT"] == COUNT
    values = {
        "version": shown.context["form"]["version"].value(),
        "attendances": "۴۰",
        "is_disability_asked": "on",
        "groups": ["YOUTH"],
        "cell..A18_24.F.WITHOUT": "۲۰",
        "cell.YOUTH.A18_24.M.WITHOUT": "1,2",
    }
    answer = client.post(address, values)
    assert answer.status_code == 422
    assert "no whole number" in text(answer)
    assert grid_of(answer)["cell..A18_24.F.WITHOUT"] == "۲۰"
    values["cell.YOUTH.A18_24.M.WITHOUT"] = "12"
    assert client.post(address, values).status_code == 302
    assert client.get(address).context["rest"] == 8


@pytest.mark.parametrize("typed", ["-5", "3.5", "3,5", "۳٫۵", "１２", "many", "9" * 12, "1e3", "0x10"])
def test_what_is_no_count_comes_back_with_a_sentence(complete_activity, sign_in, editor, typed):
    activity, client = complete_activity(), sign_in(editor)
    address = page(activity, "activity_section", "counts")
    answer = client.post(address, {"attendances": "40", "cell..A18_24.F.U": typed})
    assert answer.status_code == 422
    assert answer.context["cell_errors"].keys() == {"cell..A18_24.F.U"}
    assert grid_of(answer) == {"cell..A18_24.F.U": typed}


def test_two_grids_stand_side_by_side_and_the_second_save_is_a_decision(
    complete_activity, sign_in, editor, focal_point
):
    activity = complete_activity()
    address = page(activity, "activity_section", "counts")
    version = sign_in(editor).get(address).context["form"]["version"].value()
    base = {"version": version, "is_disability_asked": "on"}
    sign_in(focal_point).post(address, {**base, "attendances": "50", "cell..A18_24.F.WITHOUT": "50"})
    mine = {**base, "attendances": "30", "cell..A18_24.F.WITHOUT": "30"}
    answer = sign_in(editor).post(address, mine)
    assert answer.status_code == 409
    body = text(answer)
    assert "Two grids for one activity" in body
    assert (answer.context["their_grid"].total, answer.context["my_grid"].total) == (50, 30)
    assert grid_of(answer) == {"cell..A18_24.F.WITHOUT": "30"}
    again = {**mine, "version": answer.context["form"]["version"].value()}
    assert sign_in(editor).post(address, again).status_code == 302
    assert sign_in(editor).get(address).context["form"]["attendances"].value() is None
    assert grid_of(sign_in(editor).get(address)) == {"cell..A18_24.F.WITHOUT": "30"}


def test_two_texts_stand_side_by_side(complete_activity, sign_in, editor, focal_point):
    activity = complete_activity()
    address = page(activity, "activity_section", "about")
    shown = sign_in(editor).get(address).context["form"]
    values = {name: shown[name].value() for name in shown.fields}
    values = {name: value for name, value in values.items() if value is not None}
    sign_in(focal_point).post(address, {**values, "title": "Theirs"})
    answer = sign_in(editor).post(address, {**values, "title": "Mine"})
    assert answer.status_code == 409
    assert "Theirs" in text(answer)
    assert answer.context["form"]["title"].value() == "Mine"


def test_a_save_in_the_background_says_when_or_why_not(complete_activity, sign_in, editor):
    activity, client = complete_activity(), sign_in(editor)
    address = page(activity, "activity_section", "counts")
    version = client.get(address).context["form"]["version"].value()
    said = client.post(address, {"version": version, "attendances": "41"}, headers={"X-Autosave": "true"}).json()
    assert set(said) == {"saved_at", "version"}
    answer = client.post(address, {"version": version, "attendances": "42"}, headers={"X-Autosave": "true"})
    assert answer.status_code == 409
    answer = client.post(address, {"attendances": "few"}, headers={"X-Autosave": "true"})
    assert answer.status_code == 422


def test_the_start_page_lists_own_projects_and_what_came_back(
    complete_activity, field_project, take, sign_in, editor, reviewer
):
    take(complete_activity(), submit=editor, return_it=reviewer)
    body = text(sign_in(editor).get(reverse("evidence:start")))
    assert str(field_project) in body
    assert "1 returned to you" in body
    assert "Read and answer" in body
    assert sign_in(reviewer).get(reverse("evidence:start")).status_code == 403


# --- Lists ----------------------------------------------------------------------------------------------------------


def test_the_public_list_shows_what_is_published_and_filters_it(published_activity, complete_activity, client):
    complete_activity(title="Still a draft")
    address = reverse("evidence:activity_list")
    assert "Dialogue in Landi Kotal" in text(client.get(address))
    assert "Still a draft" not in text(client.get(address))
    for query, found in [
        ("q=landi", 1), ("q=tank", 0), ("type=DIALOGUE", 1), ("type=SPORT", 0), ("district=KP-KHYBER", 1),
        ("province=PK-PB", 0), ("province=PK-KP", 1), ("theme=DIALOGUE", 1), ("theme=SPORTARTS", 0),
        ("month=2025-05", 1), ("month=2025-06", 0), ("organization=khyber-bridges-foundation", 1),
    ]:  # fmt: skip
        assert client.get(f"{address}?{query}").context["page"].count == found, query
    for query in ("month=x", "type=NOSUCH", "after=nonsense", "after=2025-05-10.99999999999999999999", "q=%00"):
        assert client.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("name", ["evidence:activity_list", "evidence:own_activities"])
def test_a_list_takes_as_many_queries_for_three_rows_as_for_one(
    complete_activity, take, sign_in, editor, reviewer, manager, django_assert_num_queries, name
):
    def publish():
        return take(complete_activity(), submit=editor, verify=reviewer, approve=manager, publish=manager)

    client = sign_in(editor)
    publish()
    client.get(reverse(name))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(reverse(name))
    publish(), publish()
    with CaptureQueriesContext(connection) as three:
        assert client.get(reverse(name)).context["page"].count == 3
    assert len(one) == len(three) <= 14


def test_a_long_list_goes_on_where_the_page_before_ended(make_activity, sign_in, editor, monkeypatch):
    for number in range(5):
        make_activity(title=f"Activity {number}")
    client, address, seen = sign_in(editor), reverse("evidence:own_activities"), []
    monkeypatch.setattr("evidence.records.paging.PAGE_SIZE", 2)
    after = ""
    for _page in range(3):
        found = client.get(f"{address}?after={after}").context["page"]
        seen += [row.pk for row in found.rows]
        after = found.after
    assert (len(seen), len(set(seen)), after) == (5, 5, "")
