"""Promises about templates: nothing inline, nobody's role tested, and errors that can always be drawn."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.formats import date_format

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
SCRIPTS = sorted((Path(settings.BASE_DIR) / "static" / "js").rglob("*.js"))
PAGES = [path for path in TEMPLATES if "email" not in path.parts]
ERRORS = (
    "400.html",
    "403.html",
    "403_csrf.html",
    "404.html",
    "429.html",
    "errors/csrf.html",
    "errors/refusal.html",
)

COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")
ROLE_TEST = re.compile(r"is_staff|is_superuser|\.roles\b|actor\.has|user\.groups|perms\.")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_holds_no_inline_style_or_script_and_tests_no_role(
    path: Path,
) -> None:
    text = COMMENT.sub("", path.read_text())
    assert (INLINE.findall(text), ROLE_TEST.findall(text)) == ([], [])


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_never_turns_text_into_markup(path: Path) -> None:
    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|eval\(", path.read_text()) == []


@pytest.mark.django_db
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_in_the_frame_of_the_portal(name: str) -> None:
    page = render_to_string(
        name,
        {"message": "The session is full.", "status": 409},
        RequestFactory().get("/"),
    )
    assert ("<h1>" in page, "</footer>" in page) == (True, True)


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_a_failure_is_told_without_any_context(name: str) -> None:
    assert "<h1>" in render_to_string(name)


@pytest.mark.django_db
def test_an_unknown_address_answers_404_in_the_reader_s_language(
    client: Client,
) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ur"
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert '<html lang="ur" dir="rtl"' in response.content.decode()


@pytest.mark.django_db
def test_a_chosen_theme_is_drawn_by_the_server(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in client.get("/no/such/page/").content.decode()


def test_a_date_in_urdu_has_the_urdu_month_and_figures_from_left_to_right() -> None:
    with translation.override("ur"):
        assert date_format(date(2026, 1, 15)) == "15 جنوری 2026"
