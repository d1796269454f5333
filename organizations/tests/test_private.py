"""Promises of private details: who reads them, that the data-protection officer's look is logged, and safe files."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.terms import term
from organizations.models import PrivateContact, Registration, RegistrationPaper
from organizations.private import services

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF"
MARKERS = ("⟦registration:number⟧", "⟦contact:name⟧", "⟦paper:title⟧")
MAY_READ = ["focal_point", "editor", "manager", "data_protection_officer"]
MAY_NOT = ["other_focal_point", "reviewer", "nacta", "funder", "administrator"]


def url(name: str, *args) -> str:
    return reverse(f"organizations:{name}", args=args)


@pytest.fixture(autouse=True)
def private_root(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    return tmp_path


@pytest.fixture
def registration(organization) -> Registration:
    return Registration.objects.create(
        organization=organization,
        law=term("registration_law", "SRA1860"),
        number="⟦registration:number⟧",
    )


@pytest.fixture
def contact(organization) -> PrivateContact:
    return PrivateContact.objects.create(organization=organization, name="⟦contact:name⟧", phone="0300-1234567")


@pytest.fixture
def paper(organization, focal_point, actor_of, now) -> RegistrationPaper:
    return services.add_paper(
        actor=actor_of(focal_point),
        organization_id=organization.pk,
        title="⟦paper:title⟧",
        upload=io.BytesIO(PDF),
        name="certificate.pdf",
        at=now,
    )


@pytest.mark.parametrize("person", MAY_READ)
def test_own_people_managers_and_the_officer_read_private_details(
    request, sign_in, organization, registration, contact, paper, person
):
    client = sign_in(request.getfixturevalue(person))
    page = client.get(url("private", organization.slug))
    for marker in MARKERS:
        assert marker in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    download = client.get(url("paper", paper.uuid))
    assert b"".join(download.streaming_content) == PDF
    assert download["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("person", [*MAY_NOT, None])
def test_for_everyone_else_they_are_not_there(
    request, client, sign_in, organization, registration, contact, paper, person
):
    if person:
        client = sign_in(request.getfixturevalue(person))
    expected = 404 if person else 302
    for address in (
        url("private", organization.slug),
        url("paper", paper.uuid),
        url("registration", organization.slug),
        url("contact", organization.slug, contact.pk),
    ):
        response = client.get(address)
        assert response.status_code == expected
        for marker in MARKERS:
            assert marker not in response.content.decode()
    public = client.get(url("organization", organization.slug)).content.decode()
    for marker in MARKERS:
        assert marker not in public


@pytest.mark.parametrize("person", MAY_NOT)
def test_for_everyone_else_nothing_can_be_changed(request, sign_in, organization, registration, contact, paper, person):
    client = sign_in(request.getfixturevalue(person))
    for address in (
        url("papers", organization.slug),
        url("paper_remove", paper.uuid),
        url("contact_remove", organization.slug, contact.pk),
        url("contact_new", organization.slug),
        url("registration", organization.slug),
    ):
        assert client.post(address, {"name": "x", "email": "x@example.org"}).status_code == 404
    assert (
        RegistrationPaper.objects.count(),
        PrivateContact.objects.count(),
        Registration.objects.get().number,
    ) == (1, 1, "⟦registration:number⟧")


def test_the_officer_reads_and_does_not_write(sign_in, data_protection_officer, organization, contact):
    client = sign_in(data_protection_officer)
    for address in (
        url("contact_remove", organization.slug, contact.pk),
        url("registration", organization.slug),
        url("papers", organization.slug),
    ):
        assert client.post(address).status_code == 403
    assert PrivateContact.objects.count() == 1


def test_every_look_of_the_officer_is_logged_and_that_of_others_is_not(
    sign_in, data_protection_officer, manager, focal_point, organization, actions
):
    private, members = (
        url("private", organization.slug),
        url("members", organization.slug),
    )
    for person in (manager, focal_point):
        sign_in(person).get(private)
    assert actions() == []
    client = sign_in(data_protection_officer)
    client.get(private)
    client.get(members)
    client.get(private)
    assert actions() == ["read", "read", "read"]


def test_a_download_is_logged(sign_in, manager, paper, actions):
    download = sign_in(manager).get(url("paper", paper.uuid))
    assert b"".join(download.streaming_content) == PDF
    assert actions() == ["paper.added", "download"]


def test_the_registration_is_given_and_changed(sign_in, focal_point, organization):
    client = sign_in(focal_point)
    law = term("registration_law", "SRA1860").pk
    address = url("registration", organization.slug)
    client.post(address, {"law": law, "number": "1"})
    client.post(address, {"law": law, "number": "2", "registered_on": "2005-03-01"})
    row = Registration.objects.get()
    assert (row.number, row.registered_on) == ("2", date(2005, 3, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"number": "x" * 61},
        {"number": "a\x00b"},
        {"law": "0"},
        {"registered_on": "2999-01-01"},
        {"registered_on": "2005-01-01", "expires_on": "2004-01-01"},
    ],
)
def test_a_registration_that_cannot_be_right_is_refused(sign_in, focal_point, organization, wrong):
    data = {"law": term("registration_law", "SRA1860").pk, "number": "1", **wrong}
    response = sign_in(focal_point).post(url("registration", organization.slug), data)
    assert response.status_code == 422
    assert not Registration.objects.exists()


def test_contacts_are_added_changed_and_deleted(sign_in, focal_point, organization):
    client = sign_in(focal_point)
    client.post(
        url("contact_new", organization.slug),
        {"name": "گل", "phone": "0300-1234567"},
    )
    row = PrivateContact.objects.get()
    client.post(
        url("contact", organization.slug, row.pk),
        {"name": "گل خان", "phone": "0300-1234567"},
    )
    row.refresh_from_db()
    assert row.name == "گل خان"
    client.post(url("contact_remove", organization.slug, row.pk))
    assert not PrivateContact.objects.exists()


def test_a_contact_of_another_organization_is_not_reached_through_ones_own(
    sign_in, other_focal_point, other_organization, contact
):
    client = sign_in(other_focal_point)
    address = url("contact", other_organization.slug, contact.pk)
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "x", "phone": "1"}).status_code == 404
    remove = url("contact_remove", other_organization.slug, contact.pk)
    assert client.post(remove).status_code == 404
    contact.refresh_from_db()
    assert contact.name == "⟦contact:name⟧"


def test_nobody_can_be_reached_without_an_address_or_a_number(sign_in, focal_point, organization):
    response = sign_in(focal_point).post(url("contact_new", organization.slug), {"name": "x"})
    assert response.status_code == 422
    assert not PrivateContact.objects.exists()


def photo_with_gps() -> bytes:
    out = io.BytesIO()
    picture = Image.new("RGB", (20, 20), "red")
    exif = Image.Exif()
    exif[0x010E] = "⟦gps⟧"
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("word/document.xml", b"0" * 30_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.jpg", b"MZ\x90\x00 executable", "This kind of file is not accepted."),
        ("page.pdf", b"<html><script>", "This kind of file is not accepted."),
        ("empty.pdf", b"", "The file is empty."),
        ("big.docx", zip_bomb(), "unpacks to far more than its size"),
        ("big.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024 + 1), "larger than 10 MB"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    sign_in, focal_point, organization, private_root, name, content, said
):
    response = sign_in(focal_point).post(
        url("papers", organization.slug),
        {"title": "Certificate", "file": SimpleUploadedFile(name, content)},
    )
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not RegistrationPaper.objects.exists()
    assert [item for item in private_root.rglob("*") if item.is_file()] == []


def test_a_picture_loses_what_travels_with_it(sign_in, focal_point, organization, private_root):
    sign_in(focal_point).post(
        url("papers", organization.slug),
        {
            "title": "Certificate",
            "file": SimpleUploadedFile("../../x.jpg", photo_with_gps()),
        },
    )
    row = RegistrationPaper.objects.get()
    assert row.content_type == "image/jpeg"
    with row.file.open("rb") as file:
        assert "⟦gps⟧".encode() not in file.read()
    assert "/" not in row.name


def test_a_deleted_paper_takes_its_file_along(
    sign_in, focal_point, paper, private_root, django_capture_on_commit_callbacks
):
    client = sign_in(focal_point)
    assert client.get(url("paper_remove", paper.uuid)).status_code == 200
    assert RegistrationPaper.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("paper_remove", paper.uuid))
    assert not RegistrationPaper.objects.exists()
    assert [item for item in private_root.rglob("*") if item.is_file()] == []


def test_a_form_without_a_file_is_refused(sign_in, focal_point, organization):
    response = sign_in(focal_point).post(url("papers", organization.slug), {"title": "Certificate"})
    assert response.status_code == 422
    assert not RegistrationPaper.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_private_page_costs_the_same_with_one_row_and_with_three(
    sign_in, focal_point, organization, registration, django_assert_num_queries, count
):
    for number in range(count):
        PrivateContact.objects.create(organization=organization, name=f"Person {number}", phone="1")
    client = sign_in(focal_point)
    client.get(url("private", organization.slug))
    with django_assert_num_queries(8):
        client.get(url("private", organization.slug))


def test_a_second_press_keeps_one_contact_and_one_paper(sign_in, focal_point, organization):
    client = sign_in(focal_point)
    contact = reverse("organizations:contact_new", args=[organization.slug])
    form = {"name": "Zarmina", "position": "Director", "email": "z@example.org", "phone": "+92 91 5700001"}
    assert [client.post(contact, form).status_code for _ in range(2)] == [302, 302]
    assert PrivateContact.objects.filter(organization=organization, name="Zarmina").count() == 1
    papers = reverse("organizations:papers", args=[organization.slug])
    for _ in range(2):
        scan = SimpleUploadedFile("scan.pdf", b"%PDF-1.7\n%%EOF")
        assert client.post(papers, {"title": "Certificate", "file": scan}).status_code == 302
    assert RegistrationPaper.objects.filter(organization=organization, title="Certificate").count() == 1
