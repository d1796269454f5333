"""The vocabularies as pages: everyone reads them, administrators keep them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from conftest import load_reference_data
from core.audit import AuditEntry
from core.terms import Term, label_of, term
from core.text import is_urdu
from core.vocabularies import description_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def youth() -> Term:
    return term("target_group", "YOUTH")


def edited(version: int, **values) -> dict:
    return {
        "label_en": "Young people",
        "label_ur": "نوجوان",
        "is_ur_reviewed": "on",
        "version": version,
        **values,
    }


PATH = "/vocabularies/target_group/YOUTH/"


def test_everyone_reads_the_vocabularies(client, youth, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        page = client.get("/vocabularies/").content.decode()
    assert "PVE themes" in page
    assert "Urdu not reviewed" not in page
    page = client.get("/vocabularies/target_group/").content.decode()
    assert youth.label_en in page
    assert "Urdu not reviewed" not in page
    assert client.get("/vocabularies/nothing/").status_code == 404


def test_a_vocabulary_has_its_title_in_urdu(client, youth):
    client.cookies["django_language"] = "ur"
    assert "ہدف گروہ" in client.get("/vocabularies/").content.decode()
    page = client.get("/vocabularies/target_group/").content.decode()
    assert "ہدف گروہ" in page
    assert "Target groups" not in page


def test_no_vocabulary_of_the_file_lacks_an_urdu_title():
    names = set(Term.objects.values_list("vocabulary", flat=True))
    with override("ur"):
        assert [name for name in names if not is_urdu(description_of(name)["title"])] == []


def test_staff_see_which_urdu_labels_nobody_reviewed(sign_in, reviewer):
    client = sign_in(reviewer)
    assert "Urdu not reviewed" in client.get("/vocabularies/target_group/").content.decode()


@pytest.mark.parametrize("person", ["manager", "focal_point", "funder", "reviewer"])
def test_only_an_administrator_opens_a_term(request, sign_in, youth, person):
    client = sign_in(request.getfixturevalue(person))
    assert client.get(PATH).status_code == 404
    assert client.post(PATH, edited(1)).status_code == 404
    assert client.post(PATH + "retire/", {"version": 1}).status_code == 404
    youth.refresh_from_db()
    assert (youth.label_en, youth.version) == ("Youth (15-29)", 1)


def test_an_edited_label_is_read_at_once_and_audited(sign_in, administrator, youth, django_capture_on_commit_callbacks):
    assert label_of("target_group", "YOUTH") == "Youth (15-29)"
    with django_capture_on_commit_callbacks(execute=True):
        response = sign_in(administrator).post(PATH, edited(1))
    assert response["Location"] == "/vocabularies/target_group/"
    assert label_of("target_group", "YOUTH") == "Young people"
    youth.refresh_from_db()
    assert (youth.label_ur, youth.is_ur_reviewed, youth.version) == ("نوجوان", True, 2)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("term.edited", f"core.term:{youth.pk}")


def test_an_edited_label_outlives_the_next_loading_of_the_files(sign_in, administrator, youth):
    sign_in(administrator).post(PATH, {"label_en": "Young people", "label_ur": "نوجوان", "version": 1})
    load_reference_data()
    youth.refresh_from_db()
    assert (youth.label_en, youth.is_ur_reviewed) == ("Young people", False)


def test_a_stale_save_shows_both_texts_and_changes_nothing(sign_in, administrator, youth):
    client = sign_in(administrator)
    client.post(PATH, edited(1, label_en="Theirs"))
    response = client.post(PATH, edited(1, label_en="Mine"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert 'value="2"' in page
    youth.refresh_from_db()
    assert youth.label_en == "Theirs"


def test_a_label_cannot_be_empty_nor_reviewed_without_words(sign_in, administrator, youth):
    client = sign_in(administrator)
    assert client.post(PATH, edited(1, label_en=" ")).status_code == 422
    assert client.post(PATH, edited(1, label_ur="")).status_code == 422
    assert client.post(PATH, edited(1, label_en="x" * 300)).status_code == 422
    assert client.post(PATH, edited("no number")).status_code == 422
    youth.refresh_from_db()
    assert youth.version == 1


@pytest.mark.parametrize("code", ["%00", "NOTHING", "😀", "x" * 3000])
def test_a_term_that_does_not_exist_is_not_found(sign_in, administrator, code):
    client = sign_in(administrator)
    assert client.get(f"/vocabularies/target_group/{code}/").status_code == 404


def test_a_retired_term_is_no_longer_offered_and_can_come_back(sign_in, administrator, youth):
    client = sign_in(administrator)
    client.post(PATH + "retire/", {"version": 1})
    assert not Term.objects.of("target_group").filter(code="YOUTH").exists()
    assert client.post(PATH + "retire/", {"version": 1}).status_code == 409
    client.post(PATH + "retire/", {"version": 2})
    assert Term.objects.of("target_group").filter(code="YOUTH").exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["term.retired", "term.restored"]
