"""Two people, or two clicks, at the same moment: real transactions on connections of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from core.errors import DomainError
from organizations.actors import actor_for_user_id
from workshops.models import Showcase
from workshops.showcases import services
from workshops.showcases.revisions import fingerprint, values_of
from workshops.showcases.sections import BY_KEY

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both(monkeypatch):
    """Run a call twice at once and return what came out: a value, or the refusal."""
    from core.tasks import deliver_message

    monkeypatch.setattr(deliver_message, "delay", lambda **message: None)

    def run(*calls):
        gate = Barrier(len(calls))

        def one(call):
            try:
                gate.wait(timeout=20)
                return call()
            except DomainError as refused:
                return refused
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


def test_a_double_click_makes_one_submission(both, showcase, editor, focal_point, now):
    def submit(user):
        return lambda: services.submit_showcase(actor=actor_for_user_id(user.pk), uuid=showcase.uuid, version=1, at=now)

    answers = both(submit(editor), submit(focal_point))
    assert sorted(type(answer).__name__ for answer in answers) == [
        "Showcase",
        "WrongState",
    ]
    assert showcase.transitions.count() == 1
    assert showcase.revisions.count() == 1


def test_a_double_click_starts_one_showcase(both, editor, organization, workshop, now):
    def start():
        return services.start_showcase(
            actor=actor_for_user_id(editor.pk),
            workshop_slug=workshop.slug,
            organization_id=organization.pk,
            at=now,
        )

    first, second = both(start, start)
    assert first == second
    assert Showcase.objects.get().revisions.count() == 1


def test_of_two_who_save_one_section_one_is_shown_the_others_text(both, showcase, editor, focal_point, now):
    base = fingerprint(values_of(showcase, showcase.revisions.get(), BY_KEY["background"]))

    def save(user, text):
        return lambda: services.save_section(
            actor=actor_for_user_id(user.pk),
            uuid=showcase.uuid,
            section="background",
            values={"background": text},
            base=base,
            at=now,
        )

    answers = both(save(editor, "Mine."), save(focal_point, "Theirs."))
    refused = [answer for answer in answers if isinstance(answer, DomainError)]
    stored = showcase.revisions.get().background
    assert [type(answer).__name__ for answer in refused] == ["StaleWrite"]
    assert refused[0].current == {"background": stored}
    assert stored in {"Mine.", "Theirs."}


def test_return_and_verify_at_once_make_one_step(both, showcase, step, editor, reviewer, make_user, now):
    step("submit", showcase, editor)
    second = make_user("reviewer-two@example.org", "REVIEWER")
    version = showcase.version
    answers = both(
        lambda: services.verify_showcase(
            actor=actor_for_user_id(reviewer.pk),
            uuid=showcase.uuid,
            version=version,
            at=now,
        ),
        lambda: services.return_showcase(
            actor=actor_for_user_id(second.pk),
            uuid=showcase.uuid,
            reason="Say when.",
            version=version,
            at=now,
        ),
    )
    assert sorted(type(answer).__name__ for answer in answers) == [
        "Showcase",
        "StaleWrite",
    ]
    assert showcase.transitions.count() == 2
