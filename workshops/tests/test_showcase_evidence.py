"""Evidence files: what is accepted, what is stripped, and who gets the bytes."""

import io
import zipfile
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from workshops.models import EvidenceFile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]


def page(showcase) -> str:
    return reverse("workshops:showcase_section", args=[showcase.uuid, "evidence"])


def download(row: EvidenceFile) -> str:
    return reverse("workshops:showcase_evidence", args=[row.showcase.uuid, row.uuid])


def change(row: EvidenceFile, verb: str) -> str:
    return reverse("workshops:showcase_change_evidence", args=[row.showcase.uuid, row.uuid, verb])


@pytest.fixture
def upload(enter, editor, showcase):
    def send(content: bytes, name: str = "file.jpg", user=None, **fields):
        return enter(user or editor).post(
            page(showcase),
            {
                "file": SimpleUploadedFile(name, content),
                "type": "PHOTO",
                "title": "The jirga",
                "alt_text": "A circle of people.",
                **fields,
            },
        )

    return send


def photograph() -> bytes:
    """A JPEG that says where it was taken."""
    picture = Image.new("RGB", (60, 40), "green")
    exif = Image.Exif()
    exif[0x010F] = "⟦camera⟧"
    exif[0x8825] = {1: "N", 2: (34.0, 1.0, 0.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "x")
        archive.writestr("word/document.xml", b"\0" * (40 * 1024 * 1024))
    return out.getvalue()


def office(types: str = "<Types/>", **parts: bytes) -> bytes:
    """A Word document without a word."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", "<document/>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}", content)
    return out.getvalue()


def in_the_directory(content: bytes, offset: int, value: bytes) -> bytes:
    """The archive with some bytes of its first directory entry replaced."""
    start = content.index(b"PK\x01\x02") + offset
    return content[:start] + value + content[start + len(value) :]


MACRO = '<Types><Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (in_the_directory(office(), 6, b"\x63\x00"), "The file is damaged."),  # needs version 9.9 to unpack
        (in_the_directory(office(), 8, b"\x01\x00"), "The file is damaged."),  # says it is locked
        (office(MACRO, x=b"macro"), "The document contains macros."),
        (office("application/vnd.ms-word.document.macroEnabled.main+xml"), "The document contains macros."),
    ],
)
def test_an_archive_that_nobody_can_open_and_a_macro_by_another_name_are_refused(upload, showcase, content, words):
    answer = upload(content, "report.docx", type="REPORT", alt_text="")
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not showcase.evidence_files.filter(title="The jirga").exists()


def test_a_plain_document_is_kept(upload, showcase):
    assert upload(office(), "report.docx").status_code == 302
    assert showcase.evidence_files.filter(name="report.docx").exists()


def test_a_picture_loses_its_place_and_its_camera(upload, showcase):
    content = photograph()
    assert b"\xe2\x9f\xa6camera" in content or Image.open(io.BytesIO(content)).getexif()
    assert upload(content, "IMG 0001.JPG").status_code == 302
    row = showcase.evidence_files.get(title="The jirga")
    stored = row.file.read()
    row.file.close()
    assert (row.name, row.content_type, row.is_image) == (
        "IMG 0001.jpg",
        "image/jpeg",
        True,
    )
    assert not Image.open(io.BytesIO(stored)).getexif()
    assert b"camera" not in stored


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "photo.jpg", "kind of file is not accepted"),
        (b"<svg onload='alert(1)'/>", "drawing.svg", "kind of file is not accepted"),
        (b"<html><script>1</script>", "report.pdf", "kind of file is not accepted"),
        (zip_bomb(), "report.docx", "unpacks to far more"),
        (b"PK\x03\x04 not a zip", "report.docx", "damaged"),
        (b"", "empty.pdf", "empty"),
        (b"%PDF-" + b"x" * (10 * 1024 * 1024), "large.pdf", "larger than 10 MB"),
        (b"\xff\xd8\xff\xe0 not a picture", "photo.jpg", "damaged"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_with_a_sentence(upload, showcase, content, name, words):
    before = list(showcase.evidence_files.values())
    answer = upload(content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "The jirga" in answer.content.decode()
    assert list(showcase.evidence_files.values()) == before


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"alt_text": ""}, "Describe the picture"),
        ({"title": " "}, "required"),
        ({"type": "NONSENSE"}, "valid choice"),
        ({"type": "\x00"}, "Null characters"),
        ({"title": "Call 0300-1234567"}, "mobile number"),
        ({"alt_text": "x" * 301}, "300"),
    ],
)
def test_a_file_without_its_words_is_refused(upload, showcase, picture, fields, words):
    answer = upload(picture, **fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert showcase.evidence_files.count() == 1


def test_a_name_with_a_path_in_it_is_only_a_name(upload, showcase, picture):
    upload(picture, "..\\..\\etc\\pass\u202ewd.jpg")
    assert showcase.evidence_files.get(title="The jirga").name == "passwd.jpg"


def test_the_same_file_twice_is_one_file(upload, showcase, picture):
    for _click in (1, 2):
        assert upload(picture).status_code == 302
    assert showcase.evidence_files.count() == 2


def test_the_form_names_the_limit_that_the_operator_set(enter, editor, showcase, settings):
    settings.UPLOAD_LIMIT_BYTES = 3 * 1024 * 1024
    page = enter(editor).get(reverse("workshops:showcase_section", args=[showcase.uuid, "evidence"]))
    assert "of at most 3 MB" in page.content.decode()


def test_a_thirteenth_file_is_refused(upload, showcase, editor, now):
    numbers = count()

    def shade() -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (10, 10), (next(numbers) * 9, 0, 0)).save(out, "PNG")
        return out.getvalue()

    for _file in range(11):
        assert upload(shade()).status_code == 302
    answer = upload(shade())
    assert answer.status_code == 422
    assert "at most 12 files" in answer.content.decode()


def test_another_organization_adds_nothing(upload, published, other_focal_point, picture):
    assert upload(picture, user=other_focal_point).status_code == 403
    assert published.evidence_files.count() == 1


def test_nothing_is_added_or_deleted_while_the_text_is_under_review(upload, enter, showcase, step, editor, picture):
    step("submit", showcase, editor)
    assert upload(picture).status_code == 409
    row = showcase.evidence_files.get()
    assert enter(editor).post(change(row, "delete")).status_code == 409
    assert showcase.evidence_files.get() == row


def test_a_held_back_file_is_for_the_organization_and_its_reviewers(
    enter, published, editor, reviewer, manager, nacta, funder, other_focal_point
):
    row = published.evidence_files.get()
    for user in (editor, reviewer, manager):
        answer = enter(user).get(download(row))
        assert answer.status_code == 200
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content) == b"%PDF-1.7\n"
    for user in (None, nacta, funder, other_focal_point):
        assert enter(user).get(download(row)).status_code == 404


def test_a_released_file_is_public_with_the_live_showcase_and_hidden_when_withdrawn(
    enter, showcase, step, editor, reviewer, manager, focal_point
):
    showcase.evidence_files.update(is_released=True)
    for verb, user in (
        ("submit", editor),
        ("verify", reviewer),
        ("approve", manager),
    ):
        step(verb, showcase, user)
        assert enter().get(download(showcase.evidence_files.get())).status_code == 404
    step("publish", showcase, manager)
    answer = enter().get(download(showcase.evidence_files.get()))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == b"%PDF-1.7\n"
    step("withdraw", showcase, focal_point)
    assert enter().get(download(showcase.evidence_files.get())).status_code == 404


def test_a_file_released_in_a_change_waits_for_its_publication(enter, published, step, editor):
    row = published.evidence_files.get()
    assert enter(editor).post(change(row, "release")).status_code == 409
    step("change", published, editor)
    assert enter(editor).post(change(row, "release")).status_code == 302
    row.refresh_from_db()
    assert (row.is_released, row.live_since) == (True, None)
    assert enter().get(download(row)).status_code == 404


def test_a_file_is_held_back_at_once_and_at_any_time(enter, published, editor, now):
    published.evidence_files.update(is_released=True, live_since=now)
    row = published.evidence_files.get()
    assert enter(editor).post(change(row, "hold")).status_code == 302
    assert enter().get(download(row)).status_code == 404


def test_a_file_is_not_found_under_another_showcase(enter, published, complete, other_organization, editor):
    other = complete(other_organization)
    row = published.evidence_files.get()
    wrong = reverse("workshops:showcase_evidence", args=[other.uuid, row.uuid])
    assert enter(editor).get(wrong).status_code == 404


def test_a_deleted_file_leaves_the_disk_once_the_transaction_holds(
    showcase, editor, actor_of, now, django_capture_on_commit_callbacks
):
    from workshops.showcases import services

    row = showcase.evidence_files.get()
    with django_capture_on_commit_callbacks(execute=True):
        services.delete_evidence(actor=actor_of(editor), uuid=showcase.uuid, file_uuid=row.uuid, at=now)
        assert row.file.storage.exists(row.file.name)
    assert not row.file.storage.exists(row.file.name)
