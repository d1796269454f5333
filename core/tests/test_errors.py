"""What cannot be read or done is refused with a page in words, whatever the address, and never fails."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
TOO_LARGE = "What you sent is too large."
NOT_READ = "Something in the address or in what was sent is not as it should be."
UNREADABLE = {
    "no boundary": ("multipart/form-data", b"x", 400, NOT_READ),
    "endless header": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="' + b"a" * 20_000 + b'"\r\n\r\nabc\r\n--x--\r\n',
        400,
        NOT_READ,
    ),
    "another character set": (f"{FORM}; charset=utf-16", b"a=1", 400, NOT_READ),
    "too large": (FORM, b"a=" + b"x" * 5_300_000, 413, TOO_LARGE),
    "a part too large": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"x" * 5_300_000 + b"\r\n--x--\r\n",
        413,
        TOO_LARGE,
    ),
    "too many fields": (FORM, "&".join(f"a{n}=1" for n in range(1100)).encode(), 413, TOO_LARGE),
}


@pytest.fixture
def checking(sign_in, focal_point):
    """A signed-in client whose requests are checked against forgery, as those of browsers are."""
    client = sign_in(focal_point)
    client.handler.enforce_csrf_checks = True
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("path", ["/nothing-here/", "/account/", "/appearance/", "/organizations/", "/healthz"])
@pytest.mark.parametrize("body", UNREADABLE)
def test_a_body_that_cannot_be_read_is_refused_in_words(checking, path, body):
    content_type, content, status, sentence = UNREADABLE[body]
    answer = checking.post(path, content, content_type=content_type)
    assert answer.status_code == status
    assert sentence in answer.content.decode()


def test_too_many_files_are_refused_in_words(checking):
    files = {f"file{n}": SimpleUploadedFile("a.txt", b"x") for n in range(120)}
    for path in ("/nothing-here/", "/account/"):
        answer = checking.post(path, files)
        assert (answer.status_code, TOO_LARGE in answer.content.decode()) == (413, True)


@pytest.mark.parametrize("body", UNREADABLE)
def test_the_api_answers_with_problem_documents_whatever_is_sent(checking, body):
    content_type, content, _status, _sentence = UNREADABLE[body]
    for path, status in (("/api/v1/no-such-thing/", 404), ("/api/v1/projects/", 401)):
        answer = checking.post(path, content, content_type=content_type)
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_an_address_that_only_takes_forms_says_so(sign_in, manager):
    answer = sign_in(manager).get(reverse("accounts:sign_out_elsewhere"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes what a form sends." in answer.content.decode()
