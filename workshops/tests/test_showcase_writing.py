"""Writing a showcase: sections, several editors, what is refused, and what is never lost."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from core.errors import InvalidInput, NotAllowed, WrongState
from core.geography import District
from organizations.models import Organization
from workshops.models import Showcase, ShowcaseRevision
from workshops.showcases import services
from workshops.showcases.revisions import fingerprint, values_of
from workshops.showcases.sections import BY_KEY, SECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]


def address(showcase: Showcase, section: str = "background") -> str:
    return reverse("workshops:showcase_section", args=[showcase.uuid, section])


def base_of(showcase: Showcase, section: str = "background") -> str:
    """The fingerprint that the page of a section carries."""
    revision = showcase.revisions.order_by("-number")[0]
    return fingerprint(values_of(showcase, revision, BY_KEY[section]))


def texts(showcase: Showcase) -> list[dict]:
    return list(ShowcaseRevision.objects.filter(showcase=showcase).values())


@pytest.fixture
def start(actor_of, now, workshop):
    def begin(user, organization: Organization, at=None):
        return services.start_showcase(
            actor=actor_of(user),
            workshop_slug=workshop.slug,
            organization_id=organization.pk,
            at=at or now,
        )

    return begin


def test_a_new_showcase_is_filled_with_what_is_known(start, editor, organization, project):
    project.districts.set(District.objects.filter(code="KP-KHYBER"))
    showcase = start(editor, organization)
    revision = showcase.revisions.get()
    assert (showcase.project, revision.title) == (project, project.title)
    assert [district.code for district in revision.districts.all()] == ["KP-KHYBER"]


def test_a_showcase_is_started_once(start, editor, focal_point, organization):
    assert start(editor, organization) == start(focal_point, organization)
    assert Showcase.objects.count() == 1


def test_a_showcase_is_started_by_its_organization_only(start, editor, manager, other_organization):
    for user in (editor, manager):
        with pytest.raises(NotAllowed):
            start(user, other_organization)
    assert not Showcase.objects.exists()


def test_no_showcase_is_started_after_the_deadline_or_when_closed(start, editor, organization, workshop, now):
    with pytest.raises(WrongState):
        start(editor, organization, at=now.replace(day=13))
    workshop.is_open_for_showcases = False
    workshop.save()
    with pytest.raises(WrongState):
        start(editor, organization)
    assert not Showcase.objects.exists()


@pytest.mark.parametrize("posted", ["", "0", "x", "9" * 30, "-1", "\x00"])
def test_starting_for_no_organization_is_answered(enter, manager, workshop, posted):
    answer = enter(manager).post(
        reverse("workshops:showcase_start", args=[workshop.slug]),
        {"organization": posted},
    )
    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("section", [section.key for section in SECTIONS])
def test_every_section_has_a_page(enter, editor, showcase, section):
    answer = enter(editor).get(address(showcase, section))
    assert answer.status_code == 200
    assert str(BY_KEY[section].title) in answer.content.decode()


def test_a_section_is_saved_and_says_when(enter, editor, showcase):
    answer = enter(editor).post(
        address(showcase),
        {"version": base_of(showcase), "background": "It began in May."},
        follow=True,
    )
    assert "Saved 14:00." in answer.content.decode()
    assert showcase.revisions.get().background == "It began in May."


def test_words_are_counted_without_scripts_too(enter, editor, showcase):
    showcase.revisions.update(background="Since May, in نو districts.")
    assert "5 words · At most 400 words." in enter(editor).get(address(showcase)).content.decode()


def test_a_text_saved_on_another_day_says_which_day(enter, editor, showcase, now):
    browser = enter(editor)
    assert "10 January 2026" not in browser.get(address(showcase)).content.decode()
    showcase.revisions.update(saved_at=now - timedelta(days=40))
    assert "1 December 2025" in browser.get(address(showcase)).content.decode()


def test_a_save_in_the_background_answers_with_the_time_and_the_next_version(enter, editor, showcase):
    answer = enter(editor).post(
        address(showcase),
        {"version": base_of(showcase), "background": "It began in May."},
        headers={"X-Autosave": "true"},
    )
    assert (answer.status_code, json.loads(answer.content)) == (
        200,
        {"saved_at": "14:00", "version": base_of(showcase)},
    )


def test_two_editors_write_different_sections_at_once(showcase, editor, focal_point, save):
    bases = base_of(showcase, "background"), base_of(showcase, "innovations")
    save(showcase, editor, "background", base=bases[0], background="Mine.")
    save(showcase, focal_point, "innovations", base=bases[1], innovations="Theirs.")
    revision = showcase.revisions.get()
    assert (revision.background, revision.innovations) == ("Mine.", "Theirs.")
    assert set(revision.writers.all()) >= {editor, focal_point}


def test_a_stale_write_shows_both_texts_and_loses_neither(enter, showcase, editor, focal_point, save):
    opened = base_of(showcase)
    save(showcase, focal_point, "background", background="Theirs, saved first.")
    before = texts(showcase)
    answer = enter(editor).post(address(showcase), {"version": opened, "background": "Mine, saved later."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert texts(showcase) == before
    assert "Theirs, saved first." in page
    assert "Mine, saved later." in page
    assert "<ins>" in page
    assert "<del>" in page
    # The form on that page starts from what is stored: sending it replaces theirs, with open eyes.
    chosen = enter(editor).post(
        address(showcase),
        {
            "version": answer.context["form"]["version"].value(),
            "background": "Theirs and mine.",
        },
    )
    assert chosen.status_code == 302
    assert showcase.revisions.get().background == "Theirs and mine."


def test_a_stale_write_of_choices_names_them(enter, showcase, editor, save):
    opened = base_of(showcase, "reach")
    swat = District.objects.get(code="KP-SWAT")
    save(
        showcase,
        editor,
        "reach",
        districts=[swat.pk],
        is_online=True,
        reach_note="Theirs.",
    )
    bannu = District.objects.get(code="KP-BANNU")
    answer = enter(editor).post(
        address(showcase, "reach"),
        {"version": opened, "districts": [bannu.pk], "reach_note": "Mine."},
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Swat", "Bannu", "Theirs.", "Mine."):
        assert words in page
    assert list(showcase.revisions.get().districts.all()) == [swat]


def test_a_stale_save_in_the_background_says_so(enter, showcase, editor, save):
    opened = base_of(showcase)
    save(showcase, editor, "background", background="Theirs.")
    answer = enter(editor).post(
        address(showcase),
        {"version": opened, "background": "Mine."},
        headers={"X-Autosave": "true"},
    )
    assert answer.status_code == 409
    assert "colleague" in json.loads(answer.content)["message"]
    assert showcase.revisions.get().background == "Theirs."


def test_a_form_without_a_version_overwrites_nothing(enter, showcase, editor):
    before = texts(showcase)
    answer = enter(editor).post(address(showcase), {"background": "Mine."})
    assert answer.status_code == 409
    assert texts(showcase) == before


def test_the_same_text_twice_is_no_conflict(showcase, editor, focal_point, save):
    opened = base_of(showcase)
    save(showcase, editor, "background", base=opened, background="The same.")
    version = Showcase.objects.get(pk=showcase.pk).version
    save(showcase, focal_point, "background", base=opened, background="The same.")
    assert Showcase.objects.get(pk=showcase.pk).version == version


def test_20000_words_are_refused_and_shown_back(enter, showcase, editor):
    before = texts(showcase)
    words = "امن peace 🕊 " * 7_000
    answer = enter(editor).post(address(showcase), {"version": base_of(showcase), "background": words})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "was not saved" in page
    assert page.count("امن peace 🕊") >= 7_000
    assert texts(showcase) == before
    background = enter(editor).post(
        address(showcase),
        {"version": base_of(showcase), "background": words},
        headers={"X-Autosave": "true"},
    )
    assert background.status_code == 422
    assert "was not saved" in json.loads(background.content)["message"]


def test_the_service_refuses_what_the_form_refuses(showcase, editor, save):
    with pytest.raises(InvalidInput):
        save(showcase, editor, "background", background="word " * 2_001)


def test_more_words_than_wanted_are_kept_in_a_draft_but_not_sent(enter, showcase, editor):
    client = enter(editor)
    client.post(
        address(showcase),
        {"version": base_of(showcase), "background": "word " * 401},
    )
    page = client.get(reverse("workshops:showcase_check", args=[showcase.uuid]))
    assert [item["label"] for item in page.context["missing"]] == ["Project background: 401 words; shorten it to 400."]
    showcase.refresh_from_db()
    sent = client.post(
        reverse("workshops:showcase_submit", args=[showcase.uuid]),
        {"version": showcase.version},
    )
    assert sent.status_code == 422
    showcase.refresh_from_db()
    assert showcase.state == "DRAFT"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a\x00b\x07c", "abc"),
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("كيا آپ\u200cکی 😀", "کیا آپ\u200cکی 😀"),
        ("one\r\n\r\ntwo", "one\n\ntwo"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_hostile_and_foreign_text_is_kept_clean_and_shown_as_text(enter, showcase, editor, typed, stored):
    client = enter(editor)
    saved = client.post(address(showcase), {"version": base_of(showcase), "background": typed})
    assert saved.status_code == 302
    assert showcase.revisions.get().background == stored
    page = client.get(reverse("workshops:showcase", args=[showcase.uuid]))
    assert b"<script>alert" not in page.content


@pytest.mark.parametrize(
    ("section", "answers"),
    [
        ("about", {"title": "x" * 201, "language": "en"}),
        ("about", {"title": "Fine", "language": "xx"}),
        ("about", {"title": "Fine", "language": "en", "project": "999999"}),
        ("about", {"title": "Fine", "language": "en", "project": "\x00"}),
        ("reach", {"districts": ["0"]}),
        ("reach", {"districts": ["x", "\x00"]}),
        ("focus", {"themes": ["9" * 40]}),
    ],
)
def test_an_answer_that_is_no_choice_is_refused(enter, showcase, editor, section, answers):
    before = texts(showcase)
    answer = enter(editor).post(
        address(showcase, section),
        {"version": base_of(showcase, section), **answers},
    )
    assert answer.status_code == 422
    assert texts(showcase) == before


def test_another_organizations_project_is_no_choice(enter, showcase, editor, make_project, other_organization):
    foreign = make_project(other_organization, "foreign")
    answer = enter(editor).post(
        address(showcase, "about"),
        {
            "version": base_of(showcase, "about"),
            "title": "Ours",
            "language": "en",
            "project": foreign.pk,
        },
    )
    assert answer.status_code == 422
    showcase.refresh_from_db()
    assert showcase.project is None


def test_a_personal_number_is_kept_in_the_draft_with_a_kind_warning(enter, showcase, editor):
    answer = enter(editor).post(
        address(showcase),
        {"version": base_of(showcase), "background": "Call 0300-1234567."},
        follow=True,
    )
    page = answer.content.decode()
    assert "0300-1234567” looks like a mobile number" in page
    assert showcase.revisions.get().background == "Call 0300-1234567."


def test_what_is_missing_links_to_its_place(enter, showcase, editor):
    showcase.revisions.update(innovations="")
    page = enter(editor).get(reverse("workshops:showcase_check", args=[showcase.uuid]))
    assert page.context["missing"] == [
        {
            "label": "Innovations: still to be written.",
            "url": address(showcase, "innovations") + "#field-innovations",
        }
    ]


def test_a_project_that_works_online_only_needs_no_district(showcase, editor, save, step):
    save(showcase, editor, "reach", districts=[], is_online=True, reach_note="")
    assert step("submit", showcase, editor).state == "SUBMITTED"


def test_the_second_click_on_send_is_told_that_it_is_sent(enter, showcase, editor):
    client = enter(editor)
    for _click in (1, 2):
        answer = client.post(
            reverse("workshops:showcase_submit", args=[showcase.uuid]),
            {"version": showcase.version},
        )
        assert answer.status_code == 302
    assert showcase.transitions.count() == 1


def test_a_page_of_the_form_costs_the_same_with_one_and_with_three(
    enter, showcase, editor, complete, make_organization, django_assert_num_queries
):
    def comment():
        showcase.comments.create(
            revision_number=1,
            section="background",
            body="Why?",
            author=editor,
            created_at=showcase.created_at,
        )

    client = enter(editor)
    comment()
    client.get(address(showcase))
    with django_assert_num_queries(7):
        client.get(address(showcase))
    for number in range(2):
        complete(make_organization(f"CSO {number}"))
        comment()
    with django_assert_num_queries(7):
        client.get(address(showcase))
