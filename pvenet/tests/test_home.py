"""The start page of visitors and of every role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.terms import Term, term
from partnerships.models import Action, Pillar, Roadmap

pytestmark = pytest.mark.django_db


@pytest.fixture
def roadmap(programme):
    row = Roadmap.objects.create(
        slug="way-forward",
        programme=programme,
        title="Way forward",
        starts_on=date(2026, 2, 1),
        is_published=True,
    )
    return Pillar.objects.create(
        roadmap=row,
        term=Term.objects.of("roadmap_pillar").first(),
        position=1,
    )


@pytest.fixture
def make_action(roadmap):
    def make(code: str, **fields) -> Action:
        return Action.objects.create(
            pillar=roadmap,
            code=code,
            title=f"Action {code}",
            status=term("action_status", "AGREED"),
            **fields,
        )

    return make


@pytest.fixture
def everything(organization, other_organization, make_showcase, make_project, make_action, workshop):
    """A workshop with showcases, a project, an action that is due."""
    make_showcase(organization, state="RETURNED")
    make_showcase(other_organization, state="SUBMITTED")
    make_project(organization, "kbf-dialogue", title="Dialogue across the Khyber")
    make_action("A1", lead=organization, due_on=timezone.localdate() + timedelta(days=10))


def test_visitors_find_the_programme_and_its_organizations(client, everything):
    page = client.get("/").content.decode()
    assert "<dt>civil society organizations</dt><dd>" in page
    assert "National Workshop" in page
    assert "⟦" not in page


@pytest.mark.parametrize(
    "person",
    [
        "focal_point",
        "editor",
        "reviewer",
        "manager",
        "nacta",
        "funder",
        "data_protection_officer",
        "administrator",
    ],
)
def test_every_role_has_a_home_in_at_most_twelve_queries(
    request, sign_in, everything, person, django_assert_max_num_queries
):
    user = request.getfixturevalue(person)
    client = sign_in(user)
    client.get("/")
    with django_assert_max_num_queries(12):
        response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Waiting for you" in page


def test_the_home_costs_the_same_with_three_of_everything(
    client,
    everything,
    make_organization,
    make_showcase,
    make_action,
    django_assert_num_queries,
):
    with django_assert_num_queries(9):
        client.get("/")
    for number in range(3):
        row = make_organization(f"Another {number}")
        make_showcase(row, state="PUBLISHED")
        make_action(f"B{number}")
    with django_assert_num_queries(9):
        client.get("/")


def test_staff_see_figures_by_state_and_the_funder_does_not(sign_in, everything, manager, funder):
    assert "Showcases for National Workshop" in sign_in(manager).get("/").content.decode()
    page = sign_in(funder).get("/").content.decode()
    assert "Showcases for National Workshop" not in page
    assert "Actions of the roadmap" in page


def test_an_organization_sees_its_own_showcase_in_its_own_words(sign_in, everything, focal_point, other_focal_point):
    page = sign_in(focal_point).get("/").content.decode()
    assert "Returned to you" in page
    assert "Roadmap action A1" in page
    other = sign_in(other_focal_point).get("/").content.decode()
    assert "Sent, waiting for review" in other
    assert "Returned to you" not in other
    assert "Roadmap action A1" not in other


def test_an_empty_portal_has_a_cover(client, db):
    assert client.get("/").status_code == 200
