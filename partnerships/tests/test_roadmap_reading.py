"""What everyone reads of a roadmap: pillars, actions, what is incomplete, and only what they may see."""

from __future__ import annotations

from datetime import date

import pytest

from organizations.models import Organization
from partnerships import selectors
from partnerships.models import Action, Roadmap

PAGE = "/roadmaps/roadmap/"
COMPLETE = {
    "indicator": "Meetings held",
    "target": "12 a year",
    "resources": "In kind",
    "due_on": date(2099, 1, 1),
}


def test_a_roadmap_shows_pillars_and_actions_with_all_that_is_known(
    client, make_action, organization, other_organization
):
    make_action("P2.1", lead=organization, partners=[other_organization], **COMPLETE)
    page = client.get(PAGE).content.decode()
    for text in (
        "Roadmap of the partners",
        "Local work that lasts.",
        "Networks, coordination and joint action",
        "Partners act together.",
        "Action P2.1",
        "Khyber Bridges Foundation",
        "Makran Coastal Youth Union",
        "Meetings held",
        "12 a year",
        "In kind",
        "Short term (6-12 months)",
        "Agreed",
    ):
        assert text in page
    assert "Incomplete:" not in page


def test_an_incomplete_action_says_in_words_what_it_lacks(client, make_action):
    make_action("P2.1", horizon=None, indicator="Meetings held")
    for address in (PAGE, PAGE + "actions/P2.1/"):
        assert "no lead, no horizon, no target" in client.get(address).content.decode()


def test_an_overdue_action_says_so_and_a_closed_one_does_not(make_action, actor_of, manager, roadmap):
    for code, status, due_on in (
        ("1", "AGREED", 1),
        ("2", "DONE", 1),
        ("3", "DROPPED", 1),
        ("4", "AGREED", 20),
    ):
        make_action(code, status=status, due_on=date(2026, 1, due_on))
    [pillar] = selectors.pillars_of(actor=actor_of(manager), roadmap=roadmap, today=date(2026, 1, 10))
    assert [action.is_overdue for action in pillar.actions] == [
        True,
        False,
        False,
        False,
    ]


def test_actions_stand_in_the_order_a_person_counts(client, make_action, roadmap, visitor):
    for code in ("P2.10", "P2.9", "P2.1"):
        make_action(code)
    [pillar] = selectors.pillars_of(actor=visitor, roadmap=roadmap, today=date(2026, 1, 1))
    assert [action.row.code for action in pillar.actions] == ["P2.1", "P2.9", "P2.10"]


def test_the_board_files_each_action_under_its_horizon(client, make_action, roadmap, visitor):
    from core.terms import Term

    make_action("A", horizon="H0")
    make_action("B", horizon="H3")
    make_action("C", horizon=None)
    pillars = selectors.pillars_of(actor=visitor, roadmap=roadmap, today=date(2026, 1, 1))
    [row] = selectors.board_by_horizon(pillars, list(Term.objects.of("roadmap_horizon")))
    assert [(label, [action.row.code for action in cell]) for label, cell in row.cells] == [
        ("Immediate (0-6 months)", ["A"]),
        ("Short term (6-12 months)", []),
        ("Medium term (1-3 years)", []),
        ("Long term (3-5 years)", ["B"]),
        ("No horizon yet", ["C"]),
    ]
    Action.objects.filter(code="C").delete()
    pillars = selectors.pillars_of(actor=visitor, roadmap=roadmap, today=date(2026, 1, 1))
    [row] = selectors.board_by_horizon(pillars, list(Term.objects.of("roadmap_horizon")))
    assert [len(cell) for _label, cell in row.cells] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, ["P2.1", "P2.2", "P2.3"]),
        ({"horizon": "H2"}, ["P2.2"]),
        ({"status": "DONE"}, ["P2.3"]),
        ({"lead": "khyber-bridges-foundation"}, ["P2.1"]),
        ({"pillar": "P2_NETWORK"}, ["P2.1", "P2.2", "P2.3"]),
        ({"incomplete": "on"}, ["P2.2", "P2.3"]),
        ({"horizon": "H1", "status": "DONE"}, ["P2.3"]),
    ],
)
def test_filters_show_what_they_say(client, make_action, organization, query, shown):
    make_action("P2.1", lead=organization, **COMPLETE)
    make_action("P2.2", horizon="H2")
    make_action("P2.3", status="DONE")
    response = client.get(PAGE, query)
    assert response.status_code == 200
    assert [action.row.code for _pillar, actions in response.context["shown"] for action in actions] == shown


@pytest.mark.parametrize("name", ["horizon", "status", "lead", "pillar"])
@pytest.mark.parametrize("value", ["NOTHING", "\0", "<script>alert(1)</script>", "قومی", "9" * 500])
def test_an_unknown_filter_is_refused_in_words_and_shows_nothing(client, make_action, name, value):
    make_action("P2.1")
    response = client.get(PAGE, {name: value})
    page = response.content.decode()
    assert response.status_code == 400
    assert response.context["shown_count"] == 0
    assert "Choose one of the list." in page
    assert "<script>alert" not in page


def test_a_roadmap_in_preparation_is_read_by_staff_only(
    client, sign_in, roadmap, make_action, nacta, reviewer, funder, focal_point
):
    make_action("P2.1")
    Roadmap.objects.update(is_published=False)
    for address in (PAGE, PAGE + "actions/P2.1/"):
        assert client.get(address).status_code == 404
        for reader, status in (
            (nacta, 200),
            (reviewer, 200),
            (funder, 404),
            (focal_point, 404),
        ):
            assert sign_in(reader).get(address).status_code == status
        client.logout()


def test_a_roadmap_for_partners_is_not_public(client, sign_in, roadmap, funder):
    Roadmap.objects.update(sensitivity="PARTNER")
    assert client.get(PAGE).status_code == 404
    assert "Roadmap of the partners" not in client.get("/roadmaps/").content.decode()
    assert sign_in(funder).get(PAGE).status_code == 200


def test_an_organization_that_may_not_be_named_is_withheld(client, sign_in, make_action, make_organization, manager):
    hidden = make_organization("⟦hidden:organization⟧", slug="hidden")
    make_action("P2.1", lead=hidden, partners=[hidden])
    Organization.objects.filter(pk=hidden.pk).update(sensitivity="RESTRICTED")
    for address in (PAGE, PAGE + "actions/P2.1/"):
        page = client.get(address).content.decode()
        assert "⟦hidden:organization⟧" not in page
        assert "Withheld" in page
    assert "⟦hidden:organization⟧" in sign_in(manager).get(PAGE).content.decode()


def test_the_urdu_roadmap_is_in_urdu(client, make_action):
    make_action("P2.1", title_ur="مشترکہ اجلاس")
    page = client.get(PAGE, headers={"accept-language": "ur"}).content.decode()
    assert 'dir="rtl"' in page
    for text in (
        "شراکت داروں کا روڈ میپ",
        "مشترکہ اجلاس",
        "نیٹ ورک، رابطہ اور مشترکہ عمل",
    ):
        assert text in page


def test_pages_cost_the_same_number_of_queries_with_one_and_three_rows(
    client, make_action, make_organization, django_assert_num_queries
):
    queries = {PAGE: 7, "/roadmaps/": 2, PAGE + "actions/P2.0/": 3}
    client.get(PAGE)
    for numbers in ([0], [1, 2]):
        for number in numbers:
            organization = make_organization(f"Organization {number}")
            make_action(f"P2.{number}", lead=organization, partners=[organization])
        for address, count in queries.items():
            with django_assert_num_queries(count):
                assert client.get(address).status_code == 200


@pytest.mark.parametrize("code", ["P2.2", "%00", "новый", "a" * 300, "../x"])
def test_an_action_that_is_not_there_is_a_404(client, make_action, code):
    make_action("P2.1")
    assert client.get(f"{PAGE}actions/{code}/").status_code == 404


def test_a_roadmap_without_anything_says_what_comes_first(client, roadmap):
    assert "This roadmap has no pillars yet" in client.get(PAGE).content.decode()
    Roadmap.objects.all().delete()
    assert "No roadmap to show yet" in client.get("/roadmaps/").content.decode()
