"""The pages of showcases, as each person finds them."""

import pytest
from django.urls import reverse

from workshops.models import ReviewComment, Showcase

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]


def url(name: str, *args: object) -> str:
    return reverse(f"workshops:{name}", args=args)


@pytest.fixture
def post_step(enter):
    """Take a step through its page: `post_step("verify", showcase, reviewer)` answers with the response."""

    def post(verb, showcase, user, **data):
        data.setdefault("version", Showcase.objects.get(pk=showcase.pk).version)
        return enter(user).post(url("showcase_step", showcase.uuid, verb), data)

    return post


def test_a_showcase_goes_from_start_to_the_public_through_the_pages(
    enter, editor, reviewer, manager, organization, workshop, picture, private_files
):
    writer = enter(editor)
    started = writer.post(url("showcase_start", workshop.slug))
    showcase = Showcase.objects.get(organization=organization)
    assert started["Location"] == url("showcase_edit", showcase.uuid)

    def save(section, **answers):
        page = writer.get(url("showcase_section", showcase.uuid, section))
        version = page.context["form"].initial["version"]
        answer = writer.post(
            url("showcase_section", showcase.uuid, section),
            {"version": version, "go": "on", **answers},
        )
        assert answer.status_code == 302, answer.context["form"].errors

    text = "word " * 60
    save("about", title="Dialogue at the Khyber", language="en")
    for name in ("background", "activities", "innovations", "challenges"):
        save(name, **{name: text})
    save("lessons", lessons_worked=text, lessons_adapted=text, lessons_constraints=text)
    from django.core.files.uploadedfile import SimpleUploadedFile

    writer.post(
        url("showcase_section", showcase.uuid, "evidence"),
        {
            "file": SimpleUploadedFile("jirga.jpg", picture),
            "type": "PHOTO",
            "title": "The jirga",
            "alt_text": "Men and women sit in a circle.",
            "is_released": "on",
        },
    )
    writer.post(
        url("showcase_section", showcase.uuid, "presenters"),
        {"name": "Gul Bano", "may_be_named": "on", "phone": "0300-1234567"},
    )
    check = writer.get(url("showcase_check", showcase.uuid))
    assert check.context["missing"] == []
    showcase.refresh_from_db()
    sent = writer.post(url("showcase_submit", showcase.uuid), {"version": showcase.version})
    assert sent.status_code == 302

    def step(verb, user, **data):
        showcase.refresh_from_db()
        answer = enter(user).post(
            url("showcase_step", showcase.uuid, verb),
            {"version": showcase.version, **data},
        )
        assert answer.status_code == 302
        showcase.refresh_from_db()
        return showcase.state

    assert step("return", reviewer, reason="Say when it began.") == "RETURNED"
    save("background", background="It began in May. " + text)
    showcase.refresh_from_db()
    writer.post(url("showcase_submit", showcase.uuid), {"version": showcase.version})
    assert step("verify", reviewer) == "VERIFIED"
    assert step("approve", manager) == "APPROVED"
    assert step("publish", manager) == "PUBLISHED"
    page = enter().get(url("showcase", showcase.uuid))
    for words in (
        "Dialogue at the Khyber",
        "It began in May.",
        "Gul Bano",
        "The jirga",
    ):
        assert words in page.content.decode()
    assert "0300" not in page.content.decode()


@pytest.mark.parametrize("name", ["showcase_edit", "showcase_check", "showcase_review", "showcase"])
def test_a_draft_is_hidden_from_everyone_else(
    enter, showcase, name, other_focal_point, reviewer, manager, nacta, funder
):
    address = url(name, showcase.uuid)
    for user in (other_focal_point, reviewer, manager, nacta, funder):
        assert enter(user).get(address).status_code == 404


@pytest.mark.parametrize(
    ("method", "name", "args"),
    [
        ("get", "showcase_edit", ()),
        ("get", "showcase_section", ("background",)),
        ("post", "showcase_section", ("background",)),
        ("get", "showcase_check", ()),
        ("post", "showcase_submit", ()),
        ("get", "showcase_review", ()),
        ("post", "showcase_step", ("verify",)),
        ("post", "showcase_step", ("withdraw",)),
        ("post", "showcase_comment", ()),
    ],
)
def test_a_published_showcase_is_read_but_not_worked_on_by_another_organization(
    enter, published, other_focal_point, method, name, args
):
    client = enter(other_focal_point)
    assert client.get(url("showcase", published.uuid)).status_code == 200
    before = Showcase.objects.values().get(pk=published.pk)
    data = {"version": published.version, "section": "background", "body": "Hello."}
    answer = getattr(client, method)(url(name, published.uuid, *args), data)
    assert answer.status_code == 403
    assert Showcase.objects.values().get(pk=published.pk) == before
    assert not ReviewComment.objects.exists()


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("my_showcases", ()),
        ("review_queue", ()),
        ("showcase_edit", ("uuid",)),
        ("showcase_section", ("uuid", "background")),
        ("showcase_check", ("uuid",)),
        ("showcase_review", ("uuid",)),
    ],
)
def test_a_visitor_is_asked_to_sign_in(enter, published, name, args):
    address = url(name, *(published.uuid if part == "uuid" else part for part in args))
    answer = enter().get(address)
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_the_queue_is_not_for_organizations_nor_the_desk_for_staff(enter, editor, manager, nacta, published):
    assert enter(editor).get(url("review_queue")).status_code == 403
    assert enter(nacta).get(url("review_queue")).status_code == 403
    assert enter(manager).get(url("my_showcases")).status_code == 403
    assert enter(manager).get(url("showcase_edit", published.uuid)).status_code == 403


def test_organization_and_staff_read_different_words_for_a_state(enter, showcase, step, editor, reviewer):
    step("submit", showcase, editor)
    own = enter(editor).get(url("showcase_edit", showcase.uuid)).content.decode()
    staff = enter(reviewer).get(url("showcase_review", showcase.uuid)).content.decode()
    assert "Sent, waiting for review" in own
    assert "Sent, waiting for review" not in staff
    assert "To be reviewed" in staff
    assert "To be reviewed" not in own


def test_names_of_people_do_not_cross_between_the_sides(enter, showcase, step, editor, reviewer, focal_point):
    step("submit", showcase, editor)
    enter(reviewer).post(
        url("showcase_comment", showcase.uuid),
        {"section": "background", "body": "Since when?"},
    )
    enter(editor).post(
        url("showcase_comment", showcase.uuid),
        {"section": "background", "body": "Since May."},
    )
    step("return", showcase, reviewer)
    own = enter(focal_point).get(url("showcase_edit", showcase.uuid)).content.decode()
    staff = enter(reviewer).get(url("showcase_review", showcase.uuid)).content.decode()
    for words in ("Since when?", "Since May."):
        assert words in own
        assert words in staff
    assert reviewer.name not in own
    assert "Reviewer" in own
    assert editor.name in own
    assert editor.name not in staff
    assert "Khyber Bridges Foundation" in staff


def test_nacta_reads_what_was_verified_without_names_or_comments(enter, showcase, step, editor, reviewer, nacta):
    step("submit", showcase, editor)
    enter(reviewer).post(
        url("showcase_comment", showcase.uuid),
        {"section": "background", "body": "⟦comment⟧"},
    )
    assert enter(nacta).get(url("showcase", showcase.uuid)).status_code == 404
    step("verify", showcase, reviewer)
    page = enter(nacta).get(url("showcase", showcase.uuid))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Text of background" in text
    for secret in ("⟦presenter", "⟦comment", "⟦contact", "⟦evidence", editor.name):
        assert secret not in text
    assert enter(nacta).get(url("showcase_review", showcase.uuid)).status_code == 403


def test_steps_offered_are_the_steps_allowed(enter, showcase, step, editor, reviewer, manager):
    step("submit", showcase, editor)
    offered = {
        user.email: {
            verb
            for verb in ("verify", "approve", "publish")
            if f"/step/{verb}/" in enter(user).get(url("showcase_review", showcase.uuid)).content.decode()
        }
        for user in (reviewer, manager)
    }
    assert offered == {"reviewer@example.org": {"verify"}, "manager@example.org": set()}


def test_the_reviewer_reads_which_project_the_showcase_is_about(
    enter, showcase, step, editor, reviewer, make_project, organization
):
    showcase.project = make_project(organization, "peace-desks", title="Peace desks of the valley")
    showcase.save()
    step("submit", showcase, editor)
    for user, page in ((reviewer, "showcase_review"), (editor, "showcase_edit")):
        assert "Peace desks of the valley" in enter(user).get(url(page, showcase.uuid)).content.decode()


def test_return_without_a_reason_shows_the_page_again(enter, showcase, step, editor, reviewer, post_step):
    step("submit", showcase, editor)
    answer = post_step("return", showcase, reviewer, reason=" ")
    assert answer.status_code == 422
    showcase.refresh_from_db()
    assert showcase.state == "SUBMITTED"


def test_a_stale_review_page_verifies_nothing(showcase, step, editor, reviewer, post_step):
    step("submit", showcase, editor)
    opened = showcase.version
    step("return", showcase, reviewer)
    step("submit", showcase, editor)
    answer = post_step("verify", showcase, reviewer, version=opened)
    assert answer.status_code == 409
    showcase.refresh_from_db()
    assert showcase.state == "SUBMITTED"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "1e3", "٣"])
def test_a_version_that_is_no_number_is_a_stale_one(showcase, step, editor, reviewer, post_step, version):
    step("submit", showcase, editor)
    assert post_step("verify", showcase, reviewer, version=version).status_code == 409


def test_the_second_click_says_that_it_is_done(showcase, step, editor, reviewer, post_step):
    step("submit", showcase, editor)
    opened = showcase.version
    for _click in (1, 2):
        answer = post_step("verify", showcase, reviewer, version=opened)
        assert answer.status_code == 302
    assert showcase.transitions.filter(verb="verify").count() == 1


def test_an_unknown_step_or_section_is_not_found(enter, showcase, editor):
    client = enter(editor)
    for address in (
        url("showcase_step", showcase.uuid, "celebrate"),
        url("showcase_section", showcase.uuid, "poetry"),
    ):
        assert client.post(address).status_code == 404


def test_queue_shows_the_longest_waiting_first_and_filters(
    enter, complete, step, organization, other_organization, make_organization, reviewer
):
    third = make_organization("Third CSO")
    for row, state in (
        (other_organization, "SUBMITTED"),
        (organization, "SUBMITTED"),
        (third, "PUBLISHED"),
    ):
        complete(row, state=state)
    queue = enter(reviewer).get(url("review_queue"))
    assert [row.organization.name for row in queue.context["page"]] == [
        "Makran Coastal Youth Union",
        "Khyber Bridges Foundation",
    ]
    only = enter(reviewer).get(
        url("review_queue"),
        {"state": "PUBLISHED", "theme": "DIALOGUE", "province": "PK-KP"},
    )
    assert [row.organization.name for row in only.context["page"]] == ["Third CSO"]
    none = enter(reviewer).get(url("review_queue"), {"theme": "DIGITAL"})
    assert not list(none.context["page"])


@pytest.mark.parametrize("count", [1, 3])
def test_queue_costs_the_same_with_one_and_with_three(
    count, complete, make_organization, enter, reviewer, django_assert_num_queries
):
    for number in range(count):
        complete(make_organization(f"CSO {number}"), state="SUBMITTED")
    client = enter(reviewer)
    client.get(url("review_queue"))
    with django_assert_num_queries(9):
        client.get(url("review_queue"))


@pytest.mark.parametrize("count", [1, 3])
def test_public_list_costs_the_same_with_one_and_with_three(
    count, complete, make_organization, enter, workshop, django_assert_num_queries
):
    for number in range(count):
        complete(make_organization(f"CSO {number}"), state="PUBLISHED")
    client = enter()
    address = url("showcase_list", workshop.slug)
    client.get(address)
    with django_assert_num_queries(10):
        client.get(address)


def test_public_list_filters_by_theme_place_group_and_words(
    enter, complete, organization, other_organization, workshop
):
    complete(organization, state="PUBLISHED")
    complete(other_organization, state="SUBMITTED")
    client, address = enter(), url("showcase_list", workshop.slug)

    def found(**filters):
        return client.get(address, filters).context["total"]

    assert found() == 1
    assert found(theme="DIALOGUE", province="PK-KP", group="YOUTH", q="khyber") == 1
    assert found(theme="DIGITAL") == 0
    assert found(province="PK-SD") == 0
    assert found(group="WOMEN") == 0
    assert found(q="nothing like it") == 0


@pytest.mark.parametrize("name", ["q", "theme", "province", "group", "page"])
@pytest.mark.parametrize("value", ["\x00", "' OR 1=1", "-1", "😀", "\u202eabc", "9" * 400])
def test_strange_filters_are_answered(enter, workshop, reviewer, name, value):
    answer = enter().get(url("showcase_list", workshop.slug), {name: value})
    assert answer.status_code == 200
    queue = enter(reviewer).get(url("review_queue"), {name: value, "workshop": value})
    assert queue.status_code == 200


@pytest.mark.parametrize("number", [0, 10**12, 10**30])
def test_numbers_that_belong_to_nothing_are_not_found(enter, showcase, step, editor, number):
    client = enter(editor)
    for name, rest in (
        ("showcase_presenter", (number,)),
        ("showcase_remove_presenter", (number,)),
        ("showcase_settle_comment", (number, "resolve")),
    ):
        assert client.post(url(name, showcase.uuid, *rest)).status_code == 404
    step("submit", showcase, editor)
    answer = client.post(
        url("showcase_comment", showcase.uuid),
        {"section": "background", "body": "Why?", "answers": number},
    )
    assert answer.status_code == 404
    assert not ReviewComment.objects.exists()


def test_an_upload_or_a_text_beyond_all_measure_is_answered(enter, showcase, editor):
    answer = enter(editor).post(
        url("showcase_section", showcase.uuid, "background"),
        {"version": "x", "background": "x" * (6 * 1024 * 1024)},
    )
    assert 400 <= answer.status_code < 500
    assert "Text of background" in showcase.revisions.get().background


def test_more_fields_than_a_form_has_are_answered(enter, showcase, editor):
    answer = enter(editor).post(
        url("showcase_section", showcase.uuid, "reach"),
        {"districts": list(range(1100))},
    )
    assert 400 <= answer.status_code < 500


def test_review_costs_the_same_with_one_round_and_with_three(
    enter, showcase, step, editor, reviewer, django_assert_num_queries
):
    client, address = enter(reviewer), url("showcase_review", showcase.uuid)
    for _round in range(3):
        step("submit", showcase, editor)
        client.post(
            url("showcase_comment", showcase.uuid),
            {"section": "lessons", "body": "Why?"},
        )
        with django_assert_num_queries(12):
            client.get(address, {"since": "1"})
        step("return", showcase, reviewer)


def test_the_difference_names_what_changed_and_what_did_not(enter, showcase, step, save, editor, reviewer):
    step("submit", showcase, editor)
    step("return", showcase, reviewer)
    save(showcase, editor, "innovations", innovations="Quite new. " + "word " * 60)
    step("submit", showcase, editor)
    page = enter(reviewer).get(url("showcase_review", showcase.uuid), {"since": "1"})
    compared = page.context["compared"]
    assert [section.key for section, _fields in compared["changed"]] == ["innovations"]
    assert len(compared["unchanged"]) == 7
    assert "<ins>Quite new.</ins>" in page.content.decode()
    for strange in ("99", "x", "\x00", ""):
        plain = enter(reviewer).get(url("showcase_review", showcase.uuid), {"since": strange})
        assert (plain.status_code, plain.context["compared"]) == (200, None)
