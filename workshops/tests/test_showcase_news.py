"""Who is told of each step, in which words, and what waits on each start page."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.access import Role
from core.tasks import deliver_message
from workshops.showcases import services
from workshops.showcases.selectors import tasks_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]


@pytest.fixture
def told(mailoutbox, monkeypatch, django_capture_on_commit_callbacks):
    """Run something and say who got which subject; the worker's part runs here."""
    monkeypatch.setattr(deliver_message, "delay", deliver_message)

    def after(call, *args, **kwargs):
        mailoutbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            call(*args, **kwargs)
        return {message.to[0]: message.subject for message in mailoutbox}

    return after


@pytest.fixture
def say(actor_of, now):
    def post(showcase, user, at=None, **fields):
        return services.add_comment(
            actor=actor_of(user),
            uuid=showcase.uuid,
            section="background",
            body="Why?",
            at=at or now,
            **fields,
        )

    return post


def test_every_step_tells_the_right_people(
    told, step, showcase, editor, focal_point, reviewer, manager, other_focal_point
):
    name = "Khyber Bridges Foundation"
    assert told(step, "submit", showcase, editor) == {
        "focal@example.org": "Your showcase has been sent",
        "reviewer@example.org": f"To review: the showcase of {name}",
    }
    assert told(step, "return", showcase, reviewer) == {
        "focal@example.org": "Your showcase came back with reasons",
        "editor@example.org": "Your showcase came back with reasons",
    }
    told(step, "submit", showcase, editor)
    assert told(step, "verify", showcase, reviewer) == {"manager@example.org": f"To approve: the showcase of {name}"}
    assert told(step, "approve", showcase, manager) == {
        "focal@example.org": "Your showcase has been accepted",
        "editor@example.org": "Your showcase has been accepted",
    }
    assert told(step, "publish", showcase, manager) == {
        "focal@example.org": "Your showcase is public",
        "editor@example.org": "Your showcase is public",
    }
    assert told(step, "withdraw", showcase, focal_point) == {
        "editor@example.org": f"Withdrawn: the showcase of {name}",
        "manager@example.org": f"Withdrawn: the showcase of {name}",
    }


def test_a_second_manager_hears_that_a_showcase_waits_to_be_published(
    told, step, showcase, editor, reviewer, manager, make_user
):
    make_user("second@example.org", Role.MANAGER)
    for verb, user in (("submit", editor), ("verify", reviewer)):
        told(step, verb, showcase, user)
    assert told(step, "approve", showcase, manager) == {
        "editor@example.org": "Your showcase has been accepted",
        "second@example.org": "To publish: the showcase of Khyber Bridges Foundation",
    }


def test_a_change_to_what_was_accepted_tells_those_who_worked_on_it(
    told, step, showcase, editor, focal_point, reviewer, manager
):
    name = "Khyber Bridges Foundation"
    for verb, user in (("submit", editor), ("verify", reviewer)):
        told(step, verb, showcase, user)
    assert told(step, "change", showcase, editor) == {
        "manager@example.org": f"Being changed: the showcase of {name}",
        "reviewer@example.org": f"Being changed: the showcase of {name}",
    }
    for verb, user in (("submit", editor), ("verify", reviewer), ("approve", manager), ("publish", manager)):
        told(step, verb, showcase, user)
    assert told(step, "archive", showcase, manager) == {
        "focal@example.org": "Your showcase has been archived",
        "editor@example.org": "Your showcase has been archived",
    }


def test_a_reader_of_urdu_is_told_the_urdu_title(told, step, showcase, editor, reviewer, mailoutbox):
    showcase.revisions.update(title="Harvest together", title_ur="فصل")
    reviewer.language = "ur"
    reviewer.save()
    told(step, "submit", showcase, editor)
    assert "فصل" in mailoutbox[0].body
    assert "Harvest together" not in mailoutbox[0].body


def test_a_refused_step_tells_nobody(told, step, showcase, editor, reviewer):
    def refused():
        with pytest.raises(Exception, match="not complete"):
            step("submit", showcase, editor)

    showcase.revisions.update(background="")
    assert told(refused) == {}


def test_a_return_with_many_comments_is_one_message_that_counts_them(
    told, say, step, showcase, editor, reviewer, mailoutbox, now
):
    step("submit", showcase, editor)
    for hours in range(3):
        assert told(say, showcase, reviewer, at=now + timedelta(hours=hours)) == {}
    assert list(told(step, "return", showcase, reviewer)) == ["editor@example.org"]
    body = mailoutbox[0].body
    assert "3 comments wait for your answer." in body
    assert reverse("workshops:showcase_edit", args=[showcase.uuid]) in body
    assert "Why?" not in body
    assert "The second activity has no date." not in body
    assert reviewer.name not in body


def test_answers_of_the_organization_reach_who_asked_once_an_hour(
    told, say, step, showcase, editor, reviewer, make_user, now
):
    make_user("reviewer-two@example.org", Role.REVIEWER)
    step("submit", showcase, editor)
    asked = say(showcase, reviewer)
    later = now + timedelta(minutes=10)
    assert list(told(say, showcase, editor, at=later, answers=asked.pk)) == ["reviewer@example.org"]
    assert told(say, showcase, editor, at=later + timedelta(minutes=59)) == {}
    assert list(told(say, showcase, editor, at=later + timedelta(hours=3))) == ["reviewer@example.org"]


def test_news_come_in_the_language_of_the_reader(told, step, showcase, editor, reviewer, mailoutbox):
    reviewer.language = "ur"
    reviewer.save()
    told(step, "submit", showcase, editor)
    assert "خیبر برجز فاؤنڈیشن" in mailoutbox[0].subject
    html = mailoutbox[0].alternatives[0].content
    assert 'dir="rtl"' in html


def test_a_name_with_a_line_break_or_markup_makes_no_header_and_no_tag(
    told, step, showcase, editor, reviewer, organization, mailoutbox
):
    organization.name = "Khyber\nBcc: all@example.org <b>x</b>"
    organization.save()
    showcase.revisions.update(title="<script>alert(1)</script> two words")
    told(step, "submit", showcase, editor)
    assert len(mailoutbox[0].recipients()) == 1
    assert "\n" not in mailoutbox[0].subject
    assert "<script>" not in mailoutbox[0].alternatives[0].content


def words(actor) -> list[tuple[str, str]]:
    return [(task.title, task.action) for task in tasks_for(actor)]


def test_what_waits_moves_from_desk_to_desk(
    actor_of, say, step, showcase, editor, reviewer, manager, other_focal_point, nacta
):
    people = {
        "editor": editor,
        "reviewer": reviewer,
        "manager": manager,
        "other": other_focal_point,
        "nacta": nacta,
    }

    def waits():
        return {name: words(actor_of(user)) for name, user in people.items() if words(actor_of(user))}

    name = "Khyber Bridges Foundation"
    assert waits() == {"editor": [("Finish your showcase", "Go on writing")]}
    step("submit", showcase, editor)
    assert waits() == {"reviewer": [(f"Review the showcase of {name}", "Review")]}
    say(showcase, reviewer)
    step("return", showcase, reviewer)
    assert waits() == {"editor": [("Your showcase was returned to you with 1 comment", "Read and answer")]}
    step("submit", showcase, editor)
    step("verify", showcase, reviewer)
    assert waits() == {"manager": [(f"Approve the showcase of {name}", "Read and approve")]}
    step("approve", showcase, manager)
    assert waits() == {"manager": [(f"Publish the showcase of {name}", "Publish")]}
    step("publish", showcase, manager)
    assert waits() == {}


def test_a_return_without_comments_is_not_said_to_have_none(actor_of, step, showcase, editor, reviewer):
    step("submit", showcase, editor)
    step("return", showcase, reviewer)
    assert words(actor_of(editor)) == [("Your showcase came back with reasons", "Read and answer")]


def test_a_draft_says_when_it_is_due(actor_of, showcase, editor):
    (task,) = tasks_for(actor_of(editor))
    assert "due by 12 January 2026, 23:00" in task.detail
    assert task.url == reverse("workshops:showcase_edit", args=[showcase.uuid])


@pytest.mark.parametrize("rows", [1, 3])
def test_what_waits_costs_the_same_with_one_and_with_three(
    rows, actor_of, complete, make_organization, reviewer, django_assert_num_queries
):
    for number in range(rows):
        complete(make_organization(f"CSO {number}"), state="SUBMITTED")
    actor = actor_of(reviewer)
    with django_assert_num_queries(1):
        assert len(tasks_for(actor)) == rows
