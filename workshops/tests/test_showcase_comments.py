"""Comments on sections: asked, answered, resolved, and read by nobody else."""

import pytest
from django.urls import reverse

from workshops.models import ReviewComment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]


@pytest.fixture
def say(enter, showcase):
    def post(user, body="Since when?", section="background", **fields):
        return enter(user).post(
            reverse("workshops:showcase_comment", args=[showcase.uuid]),
            {"section": section, "body": body, **fields},
        )

    return post


@pytest.fixture
def settle(enter, showcase):
    def post(user, comment, verb="resolve"):
        return enter(user).post(
            reverse(
                "workshops:showcase_settle_comment",
                args=[showcase.uuid, comment.pk, verb],
            )
        )

    return post


@pytest.fixture
def sent(showcase, step, editor):
    return step("submit", showcase, editor)


def test_a_comment_is_tied_to_a_section_and_a_revision(sent, say, reviewer):
    answer = say(reviewer)
    assert answer["Location"].endswith("#comments-background")
    comment = ReviewComment.objects.get()
    assert (comment.section, comment.revision_number, comment.as_role) == (
        "background",
        1,
        "REVIEWER",
    )


def test_an_answer_stands_under_the_first_comment(sent, say, reviewer, editor):
    say(reviewer)
    first = ReviewComment.objects.get()
    say(editor, "Since May.", answers=first.pk)
    reply = ReviewComment.objects.latest("pk")
    say(reviewer, "Thank you.", answers=reply.pk, section="lessons")
    thanks = ReviewComment.objects.latest("pk")
    assert (reply.answers, thanks.answers, thanks.section) == (
        first,
        first,
        "background",
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"body": ""},
        {"body": " \u202e\x00 "},
        {"body": "word " * 501},
        {"section": "poetry"},
        {"section": "\x00"},
        {"section": "x" * 500},
        {"answers": "x"},
    ],
)
def test_a_comment_that_cannot_be_kept_comes_back(sent, say, reviewer, fields):
    answer = say(reviewer, **fields)
    assert answer.status_code == 422
    assert not ReviewComment.objects.exists()


@pytest.mark.parametrize("answers", ["999999", "-1"])
def test_an_answer_to_nothing_is_not_found(sent, say, reviewer, answers):
    assert say(reviewer, answers=answers).status_code == 404
    assert not ReviewComment.objects.exists()


def test_a_comment_is_resolved_by_its_author_or_a_reviewer_only(
    sent, say, settle, reviewer, manager, editor, focal_point
):
    say(reviewer)
    comment = ReviewComment.objects.get()
    for user in (editor, focal_point):
        assert settle(user, comment).status_code == 403
        comment.refresh_from_db()
        assert comment.resolved_at is None
    assert settle(manager, comment).status_code == 302
    comment.refresh_from_db()
    assert comment.resolved_by == manager
    assert settle(reviewer, comment, "reopen").status_code == 302
    comment.refresh_from_db()
    assert (comment.resolved_by, comment.resolved_at) == (None, None)


def test_the_organization_resolves_what_it_asked_itself(sent, say, settle, editor):
    say(editor, "Is a video possible?")
    assert settle(editor, ReviewComment.objects.get()).status_code == 302


def test_comments_are_not_found_by_others(
    sent, say, settle, step, reviewer, manager, nacta, other_focal_point, funder, enter
):
    say(reviewer, "⟦comment⟧")
    step("verify", sent, reviewer)
    step("approve", sent, manager)
    step("publish", sent, manager)
    comment = ReviewComment.objects.get()
    for user in (nacta, other_focal_point, funder):
        assert settle(user, comment).status_code == 404
        assert say(user, "Hello.").status_code == 403
        page = enter(user).get(reverse("workshops:showcase", args=[sent.uuid]))
        assert "⟦comment⟧" not in page.content.decode()
    assert ReviewComment.objects.count() == 1


def test_an_unknown_verb_is_not_found(sent, say, settle, reviewer):
    say(reviewer)
    assert settle(reviewer, ReviewComment.objects.get(), "erase").status_code == 404


def test_open_comments_are_counted_in_the_rail_and_on_the_queue(sent, say, settle, step, reviewer, editor, enter):
    for section, body in (("background", "Why?"), ("background", "Where?"), ("lessons", "Why?")):
        say(reviewer, body, section=section)
    settle(reviewer, ReviewComment.objects.earliest("pk"))
    queue = enter(reviewer).get(reverse("workshops:review_queue"))
    assert [row.open_comments for row in queue.context["page"]] == [2]
    step("return", sent, reviewer)
    desk = enter(editor).get(reverse("workshops:showcase_edit", args=[sent.uuid]))
    assert {
        line["url"].split("/")[-2]: line["note"] for line in desk.context["rail"] if line["state"] == "COMMENTED"
    } == {"background": "1 comment", "lessons": "1 comment"}


def test_a_second_press_of_the_button_says_nothing_again(enter, showcase, step, editor, reviewer):
    step("submit", showcase, editor)
    client, form = enter(reviewer), {"section": "background", "body": "Say where."}
    address = reverse("workshops:showcase_comment", args=[showcase.uuid])
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert showcase.comments.count() == 1
    client.post(address, {**form, "section": "activities"})
    assert showcase.comments.count() == 2
