"""Promises about light and dark: the choice is kept in a cookie, works without scripts, and leads nowhere else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

# A refusal is a page, and a page asks whether the programme is a demo.
pytestmark = pytest.mark.django_db


def test_a_chosen_theme_is_kept_and_the_reader_returns_to_the_page(
    client: Client,
) -> None:
    response = client.post(reverse("set_theme"), {"theme": "dark", "next": "/workshops/"})
    assert (response.status_code, response["Location"]) == (302, "/workshops/")
    assert response.cookies["theme"].value == "dark"


def test_an_unknown_theme_means_as_the_device_says(client: Client) -> None:
    client.cookies["theme"] = "dark"
    response = client.post(reverse("set_theme"), {"theme": "<script>", "next": "/"})
    assert response.cookies["theme"].value == ""


def test_the_way_back_stays_on_the_portal(client: Client) -> None:
    response = client.post(reverse("set_theme"), {"theme": "light", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_a_theme_is_not_chosen_by_a_link(client: Client) -> None:
    assert client.get(reverse("set_theme")).status_code == 405
