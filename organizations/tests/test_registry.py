"""Promises of the registry: what is found, what is counted, and that a wrong filter is said and not ignored."""

from __future__ import annotations

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.html import escape

from core.geography import District
from core.terms import Term

pytestmark = pytest.mark.django_db

REGISTRY = reverse("organizations:registry")


def names(response) -> list[str]:
    return [row.organization.name for row in response.context["rows"]]


@pytest.fixture
def authority(make_organization):
    return make_organization(
        "National Counter Terrorism Authority",
        acronym="NACTA",
        type="GOV_FED",
        is_member=False,
    )


@pytest.mark.parametrize(
    "text",
    [
        "khyber",
        "Kyber Bridges",
        "KHYBER BRIGDES",
        "kbf",
        "خیبر",
        "خيبر برجز",  # the Arabic yeh of a Pakistani keyboard
        "خَیبَر",
        "foundatoin",
        "kfb",  # two letters of the acronym changed places
        "kbbf",
    ],
)
def test_an_organization_is_found_by_each_of_its_names_with_typing_errors(
    client, organization, other_organization, text
):
    assert names(client.get(REGISTRY, {"q": text})) == [organization.name]


def test_the_closest_name_comes_first(client, make_organization):
    make_organization("Peshawar Valley University Peace Centre")
    make_organization("Peshwar")
    make_organization("Makran Coastal Youth Union")
    assert names(client.get(REGISTRY, {"q": "peshwar"})) == [
        "Peshwar",
        "Peshawar Valley University Peace Centre",
    ]


def test_the_search_can_be_answered_from_the_trigram_indexes(db):
    """A handful of rows is read as fast without them, so the planner is told not to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'organizations_like'")
        body = cursor.fetchone()[0].replace("ur_norm(query)", "ur_norm('peshwar')")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + body)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    for index in ("name", "name_ur", "acronym"):
        assert f"organization_{index}_trgm" in plan


def test_only_the_csos_of_the_programme_are_listed_and_counted(client, organization, authority, make_organization):
    make_organization("Closed Society", is_active=False)
    assert names(client.get(REGISTRY)) == [organization.name]
    assert names(client.get(REGISTRY, {"among": "others"})) == [authority.name]


def test_a_hidden_organization_is_not_listed_for_a_visitor_and_is_for_its_own_people(
    client, sign_in, organization, focal_point
):
    organization.sensitivity = "RESTRICTED"
    organization.save()
    assert names(client.get(REGISTRY)) == []
    assert client.get(reverse("organizations:organization", args=[organization.slug])).status_code == 404
    assert names(sign_in(focal_point).get(REGISTRY)) == [organization.name]


@pytest.mark.parametrize(
    "query",
    [
        {"province": "PK-KP"},
        {"division": "KP-PESHAWAR-DIV"},
        {"district": "KP-KHYBER"},
        {"province": "PK-KP", "district": "KP-KHYBER"},
        {"theme": "DIALOGUE"},
        {"group": "ELDERS"},
        {"type": "NNGO"},
    ],
)
def test_each_filter_narrows_and_can_be_taken_away(client, organization, other_organization, query):
    response = client.get(REGISTRY, query)
    assert names(response) == [organization.name]
    assert {link["name"] for link in response.context["removals"]} == set(query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"province": "PK-XX"}, "There is no province or territory “PK-XX”."),
        ({"district": "<script>"}, "There is no district “<script>”."),
        (
            {"province": "PK-SD", "district": "KP-KHYBER"},
            "“KP-KHYBER” is not in Sindh.",
        ),
        ({"theme": "nothing"}, "There is no theme “nothing”."),
        ({"sort": "secret"}, "The list cannot be sorted by “secret”."),
        ({"q": "x" * 101}, "at most 100 characters"),
        ({"q": "null\x00byte"}, "Null characters are not allowed."),
    ],
)
def test_a_filter_that_cannot_be_understood_is_said_and_lists_nothing(client, organization, query, said):
    response = client.get(REGISTRY, query)
    assert response.status_code == 400
    assert escape(said) in response.content.decode()
    assert names(response) == []


@pytest.mark.parametrize("text", ["\u202egnirts", "🕊️", "%_\\", "' OR 1=1 --", "امن" * 30])
def test_hostile_and_strange_searches_get_an_answer(client, organization, text):
    response = client.get(REGISTRY, {"q": text})
    assert response.status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999999999999999999"])
def test_a_page_that_does_not_exist_shows_one_that_does(client, organization, page):
    assert names(client.get(REGISTRY, {"page": page})) == [organization.name]


def test_sorting_goes_both_ways(client, organization, other_organization):
    first, second = organization.name, other_organization.name
    assert names(client.get(REGISTRY, {"sort": "name"})) == [first, second]
    assert names(client.get(REGISTRY, {"sort": "-name"})) == [second, first]
    assert names(client.get(REGISTRY, {"sort": "-districts"})) == [first, second]
    assert names(client.get(REGISTRY, {"sort": "projects"})) == [first, second]


def test_in_urdu_names_stand_in_the_order_of_the_urdu_alphabet(client, make_organization):
    for position, name in enumerate(["گل", "ٹل", "یاد", "آس", "پل", "کل", "مل", "ڈل"]):
        make_organization(f"Organization {position}", name_ur=name)
    client.cookies["django_language"] = "ur"
    response = client.get(REGISTRY)
    assert [row.organization.name_ur for row in response.context["rows"]] == [
        "آس", "پل", "ٹل", "ڈل", "کل", "گل", "مل", "یاد",
    ]  # fmt: skip


def test_a_tile_counts_what_its_list_holds(client, organization, other_organization):
    other_organization.districts.set(District.objects.filter(code__in=["KP-PESHAWAR", "BA-GWADAR"]))
    tiles = {tile["code"]: tile for tile in client.get(REGISTRY, {"theme": "DIALOGUE"}).context["tiles"]}
    assert len(tiles) == 37
    for tile in tiles.values():
        assert len(names(client.get(tile["url"]))) == tile["value"]
    assert tiles["KP-PESHAWAR-DIV"]["value"] == 1


def test_the_tile_grid_and_its_table_say_the_same(client, organization):
    page = client.get(REGISTRY).content.decode()
    assert "Present in 1 of 37 divisions" in page
    assert page.count("?division=KP-PESHAWAR-DIV") == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_registry_costs_the_same_with_one_row_and_with_three(
    client, make_organization, make_project, django_assert_num_queries, count
):
    for number in range(count):
        row = make_organization(f"Organization {number}", name_ur=f"تنظیم {number}")
        row.districts.set(District.objects.all()[: number + 1])
        row.themes.set(Term.objects.filter(vocabulary="pve_theme")[: number + 2])
        make_project(row, f"project-{number}")
    client.get(REGISTRY)
    with django_assert_num_queries(6):
        response = client.get(REGISTRY)
    assert len(names(response)) == count


def test_the_registry_of_a_signed_in_person_stays_within_twelve_queries(
    sign_in, manager, organization, django_assert_max_num_queries
):
    signed_in = sign_in(manager)
    signed_in.get(REGISTRY)
    with django_assert_max_num_queries(12):
        signed_in.get(REGISTRY, {"q": "khyber", "province": "PK-KP"})


def test_an_empty_registry_says_what_to_do(client, db):
    assert "The registry is empty" in client.get(REGISTRY).content.decode()
    assert "No organization matches" in client.get(REGISTRY, {"q": "x"}).content.decode()


def test_the_public_page_shows_the_profile_and_nothing_private(client, organization, project):
    organization.mission = "Conversation <script>alert(1)</script>"
    organization.save()
    page = client.get(reverse("organizations:organization", args=[organization.slug])).content.decode()
    assert "Conversation &lt;script&gt;" in page
    assert "Peshawar" in page
    assert project.title in page
    assert "Private details" not in page
    assert reverse("organizations:organization_entry", args=[organization.slug]) not in page


@pytest.mark.parametrize("count", [1, 3])
def test_an_organizations_page_costs_the_same_with_one_project_and_with_three(
    client, organization, make_project, django_assert_num_queries, count
):
    for number in range(count):
        make_project(organization, f"project-{number}")
    url = reverse("organizations:organization", args=[organization.slug])
    client.get(url)
    with django_assert_num_queries(8):
        assert client.get(url).status_code == 200


def test_a_person_is_led_to_the_own_organization(sign_in, focal_point, organization):
    response = sign_in(focal_point).get(reverse("organizations:own_organization"))
    assert response.url == reverse("organizations:organization", args=[organization.slug])
