"""Promises of projects: who reads them and their grants, who writes them, and that the list is cheap and honest."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from core.geography import District
from core.terms import Term, term
from organizations.models import Grant, Project, ProjectPartner

pytestmark = pytest.mark.django_db

PROJECTS = reverse("organizations:project_list")


def titles(response) -> list[str]:
    return [row.title for row, _ in response.context["rows"]]


@pytest.fixture
def grant(project, make_organization) -> Grant:
    funder = make_organization("European Union", type="DONOR", is_member=False)
    return Grant.objects.create(
        project=project,
        reference="⟦grant:reference⟧",
        funder=funder,
        amount_eur=Decimal(123456),
    )


@pytest.fixture
def values(db):
    return {
        "title": "Dialogue across the Khyber, second phase",
        "status": "2",
        "starts_on": "2025-01-01",
        "ends_on": "2025-12-31",
        "districts": [District.objects.get(code="KP-KHYBER").pk],
        "themes": [term("pve_theme", "DIALOGUE").pk],
        "sensitivity": "PUBLIC",
        "is_listed": "on",
    }


@pytest.mark.parametrize(
    "query",
    [
        {"status": "2"},
        {"province": "PK-KP"},
        {"theme": "DIALOGUE"},
        {"organization": "khyber-bridges-foundation"},
        {"q": "dialoge across"},
    ],
)
def test_each_filter_narrows_the_projects(client, project, make_project, other_organization, query):
    project.districts.set(District.objects.filter(code="KP-KHYBER"))
    project.themes.set(Term.objects.filter(vocabulary="pve_theme", code="DIALOGUE"))
    make_project(other_organization, "mcyu", title="Football on the beach", status="4")
    assert titles(client.get(PROJECTS, query)) == [project.title]


def test_a_project_is_found_by_a_partner(client, project, other_organization):
    ProjectPartner.objects.create(
        project=project,
        organization=other_organization,
        role=term("project_role", "IMPLEMENTING"),
    )
    found = client.get(PROJECTS, {"organization": other_organization.slug})
    assert titles(found) == [project.title]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "9"},
        {"organization": "nobody"},
        {"province": "x"},
        {"sort": "budget"},
    ],
)
def test_an_unknown_filter_is_said_and_lists_nothing(client, project, query):
    response = client.get(PROJECTS, query)
    assert response.status_code == 400
    assert titles(response) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_with_one_row_and_with_three(
    client, organization, make_project, django_assert_num_queries, count
):
    for number in range(count):
        row = make_project(organization, f"project-{number}")
        row.districts.set(District.objects.all()[: number + 1])
    client.get(PROJECTS)
    with django_assert_num_queries(6):
        assert len(titles(client.get(PROJECTS))) == count


@pytest.mark.parametrize(
    ("person", "may_read"),
    [
        ("focal_point", True),
        ("editor", True),
        ("manager", True),
        ("funder", True),
        ("other_focal_point", False),
        ("nacta", False),
        ("reviewer", False),
        ("data_protection_officer", False),
        ("administrator", False),
    ],
)
def test_a_grant_is_read_by_its_organization_the_managers_and_the_funder_only(
    request, sign_in, project, grant, person, may_read
):
    page = sign_in(request.getfixturevalue(person)).get(reverse("organizations:project", args=[project.code]))
    assert page.status_code == 200
    assert (grant.reference in page.content.decode()) is may_read
    assert ("123,456" in page.content.decode()) is may_read


def test_a_project_that_is_not_listed_is_absent_for_others_and_there_for_its_own(
    client, sign_in, project, focal_point, other_focal_point
):
    project.is_listed = False
    project.save()
    url = reverse("organizations:project", args=[project.code])
    assert client.get(url).status_code == 404
    assert sign_in(other_focal_point).get(url).status_code == 404
    assert sign_in(focal_point).get(url).status_code == 200


def test_a_manager_adds_and_changes_a_project(sign_in, manager, organization, programme, values):
    client = sign_in(manager)
    new = {
        **values,
        "organization": organization.pk,
        "programme": programme.pk,
        "code": "kbf-two",
    }
    response = client.post(reverse("organizations:project_new"), new)
    assert response.url == reverse("organizations:project", args=["kbf-two"])
    row = Project.objects.get()
    assert [district.code for district in row.districts.all()] == ["KP-KHYBER"]
    edit = reverse("organizations:project_edit", args=["kbf-two"])
    client.post(edit, {**values, "title": "Renamed", "version": row.version})
    row.refresh_from_db()
    assert (row.title, row.version) == ("Renamed", 2)


def test_a_stale_project_is_refused_and_both_texts_are_shown(sign_in, manager, project, values):
    Project.objects.update(version=2, title="Saved by somebody else")
    url = reverse("organizations:project_edit", args=[project.code])
    response = sign_in(manager).post(url, {**values, "title": "Mine", "version": 1})
    assert response.status_code == 409
    assert "Saved by somebody else" in response.content.decode()
    assert 'value="Mine"' in response.content.decode()
    project.refresh_from_db()
    assert project.title == "Saved by somebody else"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends_on": "2024-01-01"}, "The end is before the start."),
        ({"districts": []}, "Choose at least one district"),
        ({"themes": []}, "Choose at least one theme."),
        ({"summary": "Call 0300-1234567"}, "looks like a mobile number"),
        ({"summary": "word " * 5000}, "at most 8000 characters"),
        ({"title": "a\x00b"}, "Null characters are not allowed."),
        ({"starts_on": "yesterday"}, "Enter a valid date."),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_changes(sign_in, manager, project, values, change, said):
    before = Project.objects.values().get()
    url = reverse("organizations:project_edit", args=[project.code])
    response = sign_in(manager).post(url, {**values, "version": 1, **change})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert Project.objects.values().get() == before


@pytest.mark.parametrize("person", ["focal_point", "reviewer", "nacta", "funder"])
def test_nobody_but_a_manager_writes_projects_partners_and_grants(
    request, sign_in, project, grant, other_organization, values, person
):
    client = sign_in(request.getfixturevalue(person))
    before = Project.objects.values().get()
    edit = reverse("organizations:project_edit", args=[project.code])
    partners = reverse("organizations:project_partners", args=[project.code])
    remove = reverse("organizations:project_grant_remove", args=[project.code, grant.pk])
    assert client.post(edit, {**values, "version": 1}).status_code == 403
    assert client.post(partners, {"partner-organization": other_organization.pk}).status_code == 403
    assert client.post(remove).status_code == 403
    assert Project.objects.values().get() == before
    assert (Grant.objects.count(), ProjectPartner.objects.count()) == (1, 0)


def test_a_manager_names_a_partner_once_and_takes_it_away(sign_in, manager, project, other_organization):
    client = sign_in(manager)
    url = reverse("organizations:project_partners", args=[project.code])
    for role in ("IMPLEMENTING", "EXTENDING"):
        client.post(
            url,
            {
                "partner-organization": other_organization.pk,
                "partner-role": term("project_role", role).pk,
            },
        )
    partner = ProjectPartner.objects.get()
    assert partner.role.code == "EXTENDING"
    page = client.get(reverse("organizations:project", args=[project.code]))
    assert other_organization.name in page.content.decode()
    client.post(reverse("organizations:project_partner_remove", args=[project.code, partner.pk]))
    assert not ProjectPartner.objects.exists()


def test_a_grant_reference_stands_once_in_a_project(sign_in, manager, project, grant):
    url = reverse("organizations:project_grants", args=[project.code])
    values = {"grant-reference": grant.reference, "grant-funder": grant.funder_id}
    response = sign_in(manager).post(url, values)
    assert response.status_code == 422
    assert "already has a grant with the reference" in response.content.decode()
    response = sign_in(manager).post(url, {**values, "grant-reference": "B", "grant-amount_eur": "-5"})
    assert response.status_code == 422
    assert Grant.objects.count() == 1
