"""Promises about e-mail: it leaves after the transaction, once a person, in their language, and not to a closed account."""

import pytest

from accounts.models import User
from core import mail
from core.tasks import deliver_message

pytestmark = pytest.mark.django_db

CONTEXT = {"organization": "Khyber Bridges", "organization_ur": "خیبر برجز"}


def send(*people: User) -> None:
    mail.send_later(
        template="profile_submitted", user_ids=[person.pk for person in people], path="/somewhere/", context=CONTEXT
    )


@pytest.fixture(autouse=True)
def worker_at_hand(monkeypatch):
    """The worker's part runs at once."""
    monkeypatch.setattr(deliver_message, "delay", deliver_message)


def test_nothing_leaves_before_the_transaction_holds(reviewer, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        send(reviewer)
    assert (len(waiting), mailoutbox) == (1, [])


def test_each_person_gets_one_message_in_their_language(
    make_user, reviewer, settings, mailoutbox, django_capture_on_commit_callbacks
):
    reader = make_user("urdu@example.org", language="ur")
    with django_capture_on_commit_callbacks(execute=True):
        send(reviewer, reader, reviewer)
    first, second = sorted(mailoutbox, key=lambda message: message.to)
    assert (first.to, second.to) == (["reviewer@example.org"], ["urdu@example.org"])
    assert "Khyber Bridges" in first.subject + first.body
    assert "خیبر برجز" in second.subject + second.body
    for message in (first, second):
        assert settings.SITE_URL + "/somewhere/" in message.body


def test_somebody_whose_account_was_closed_meanwhile_is_told_nothing(
    reviewer, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as waiting:
        send(reviewer)
    User.objects.filter(pk=reviewer.pk).update(is_active=False)
    for deliver in waiting:
        deliver()
    assert mailoutbox == []
