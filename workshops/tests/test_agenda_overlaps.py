"""Nobody is in two places and no room holds two sessions: the database refuses it, also when two people save at once."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, connections, transaction

from core.errors import Conflict, InvalidInput
from workshops.agenda import services
from workshops.models import (
    Placement,
    Presenter,
    PresenterSlot,
    Room,
    Session,
    ShowcasePresenter,
)
from workshops.showcases.services import remove_presenter, save_presenter


@pytest.fixture
def presenter(organization) -> Presenter:
    return Presenter.objects.create(organization=organization, name="Presenter")


@pytest.fixture
def showcase(make_showcase, organization, presenter):
    """A submitted showcase with one presenter."""
    row = make_showcase(organization, state="SUBMITTED")
    ShowcasePresenter.objects.create(showcase=row, presenter=presenter)
    return row


@pytest.fixture
def second_room(workshop) -> Room:
    return Room.objects.create(workshop=workshop, name="Room B")


@pytest.fixture
def runner(actor_of, manager):
    return actor_of(manager)


def slots() -> list[tuple[str, datetime, datetime]]:
    return list(PresenterSlot.objects.order_by("starts_at").values_list("session__title", "starts_at", "ends_at"))


class TestTheDatabase:
    """Without any of our code in the way."""

    def test_a_room_holds_one_session_at_a_time(self, make_session):
        make_session("First", "10:00", "11:00")
        with (
            pytest.raises(IntegrityError, match="room_holds_one_session_at_a_time"),
            transaction.atomic(),
        ):
            make_session("Second", "10:59", "12:00")
        assert Session.objects.count() == 1

    def test_one_session_may_start_when_another_ends(self, make_session):
        make_session("First", "10:00", "11:00")
        make_session("Second", "11:00", "12:00")
        assert Session.objects.count() == 2

    def test_sessions_without_a_room_may_overlap(self, make_session):
        make_session("First", "10:00", "11:00", room=None)
        make_session("Second", "10:00", "11:00", room=None)
        assert Session.objects.count() == 2

    def test_a_slot_with_other_times_than_its_session_is_refused(self, make_session, presenter):
        session = make_session("First", "10:00", "11:00")
        with (
            pytest.raises(IntegrityError, match="presenter_slot_follows_session"),
            transaction.atomic(),
        ):
            PresenterSlot.objects.create(
                session=session,
                presenter=presenter,
                starts_at=session.starts_at,
                ends_at=session.ends_at + timedelta(minutes=1),
            )

    def test_slots_follow_their_session_and_are_refused_where_they_meet_another(
        self, make_session, presenter, second_room
    ):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "12:00", "13:00", room=second_room)
        for session in (first, second):
            PresenterSlot.objects.create(
                session=session,
                presenter=presenter,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
            )
        shift = timedelta(minutes=30)
        Session.objects.filter(pk=first.pk).update(starts_at=first.starts_at + shift, ends_at=first.ends_at + shift)
        assert slots()[0] == ("First", first.starts_at + shift, first.ends_at + shift)
        with (
            pytest.raises(IntegrityError, match="presenter_is_in_one_place_at_a_time"),
            transaction.atomic(),
        ):
            Session.objects.filter(pk=first.pk).update(ends_at=second.starts_at + shift)
        assert slots()[0] == ("First", first.starts_at + shift, first.ends_at + shift)


class TestTheServices:
    """The refusal names the session in the way, and nothing has changed."""

    def test_a_room_that_is_taken_names_the_session_in_it(self, runner, workshop, make_session, now):
        there = make_session("Opening", "10:00", "11:00")
        values = {
            "title": "Late",
            "day": there.day,
            "room": there.room,
            "type": there.type,
            "is_break": False,
            "starts_at": there.starts_at,
            "ends_at": there.ends_at,
        }
        with pytest.raises(Conflict) as refusal:
            services.add_session(actor=runner, slug=workshop.slug, uuid=uuid4(), values=values, at=now)
        assert refusal.value.blocking == there
        assert str(refusal.value) == (
            "“Opening” on 15 January, 10:00 to 11:00, in Main hall is in the way. "
            "Choose another room or time, or move that session first."
        )
        assert list(Session.objects.values_list("title", flat=True)) == ["Opening"]

    def test_a_presenter_elsewhere_names_the_session(self, runner, make_session, showcase, presenter, second_room, now):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "10:30", "11:30", room=second_room)
        PresenterSlot.objects.create(
            session=first,
            presenter=presenter,
            starts_at=first.starts_at,
            ends_at=first.ends_at,
        )
        with pytest.raises(Conflict) as refusal:
            services.place_showcase(
                actor=runner,
                session_pk=second.pk,
                showcase_uuid=showcase.uuid,
                minutes=10,
                at=now,
            )
        assert refusal.value.blocking == first
        assert "A presenter of Khyber Bridges Foundation" in str(refusal.value)
        assert not Placement.objects.exists()
        assert slots() == [("First", first.starts_at, first.ends_at)]

    def test_moving_a_session_onto_its_presenters_other_session_is_refused(
        self, runner, make_session, showcase, presenter, second_room, now
    ):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "12:00", "13:00", room=second_room)
        PresenterSlot.objects.create(
            session=first,
            presenter=presenter,
            starts_at=first.starts_at,
            ends_at=first.ends_at,
        )
        services.place_showcase(
            actor=runner,
            session_pk=second.pk,
            showcase_uuid=showcase.uuid,
            minutes=10,
            at=now,
        )
        with pytest.raises(Conflict) as refusal:
            services.change_session(
                actor=runner,
                pk=second.pk,
                version=second.version,
                values={"starts_at": first.starts_at, "ends_at": first.ends_at},
                at=now,
            )
        assert refusal.value.blocking == first
        second.refresh_from_db()
        assert second.version == 1
        assert slots()[1] == ("Second", second.starts_at, second.ends_at)

    def test_a_presenter_with_two_showcases_in_a_session_is_on_stage_once(
        self,
        runner,
        make_session,
        make_showcase,
        other_organization,
        showcase,
        presenter,
        now,
    ):
        session = make_session("First", "10:00", "11:00")
        joint = make_showcase(other_organization, state="SUBMITTED")
        ShowcasePresenter.objects.create(showcase=joint, presenter=presenter)
        for row in (showcase, joint):
            services.place_showcase(
                actor=runner,
                session_pk=session.pk,
                showcase_uuid=row.uuid,
                minutes=10,
                at=now,
            )
        assert slots() == [("First", session.starts_at, session.ends_at)]
        services.remove_placement(actor=runner, pk=showcase.placement.pk, version=None, at=now)
        assert slots() == [("First", session.starts_at, session.ends_at)]
        services.remove_placement(actor=runner, pk=joint.placement.pk, version=None, at=now)
        assert slots() == []

    def test_slots_follow_the_presenters_of_a_placed_showcase(
        self, runner, make_session, showcase, presenter, second_room, organization, now
    ):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "10:00", "11:00", room=second_room)
        services.place_showcase(
            actor=runner,
            session_pk=first.pk,
            showcase_uuid=showcase.uuid,
            minutes=10,
            at=now,
        )
        busy = Presenter.objects.create(organization=organization, name="Busy")
        PresenterSlot.objects.create(
            session=second,
            presenter=busy,
            starts_at=second.starts_at,
            ends_at=second.ends_at,
        )
        link = ShowcasePresenter.objects.create(showcase=showcase, presenter=busy, position=1)
        with pytest.raises(Conflict) as refusal:
            services.sync_presenter_slots(showcase)
        assert refusal.value.blocking == second
        link.delete()
        showcase.showcase_presenters.all().delete()
        services.sync_presenter_slots(showcase)
        assert slots() == [("Second", second.starts_at, second.ends_at)]

    def test_a_presenter_whom_the_organization_names_is_on_stage_at_once(
        self,
        runner,
        make_session,
        showcase,
        second_room,
        organization,
        actor_of,
        focal_point,
        now,
    ):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "10:00", "11:00", room=second_room)
        services.place_showcase(
            actor=runner,
            session_pk=first.pk,
            showcase_uuid=showcase.uuid,
            minutes=10,
            at=now,
        )
        busy = Presenter.objects.create(organization=organization, name="Busy")
        PresenterSlot.objects.create(
            session=second,
            presenter=busy,
            starts_at=second.starts_at,
            ends_at=second.ends_at,
        )
        person = {
            "name_ur": "", "position": "", "may_be_named": False, "email": "", "phone": "", "access_needs": "",
        }  # fmt: skip

        def name(presenter_id, words):
            return save_presenter(
                actor=actor_of(focal_point),
                uuid=showcase.uuid,
                presenter_id=presenter_id,
                name=words,
                at=now,
                **person,
            )

        added = name(None, "New person")
        assert list(first.presenter_slots.order_by("pk").values_list("presenter__name", flat=True)) == [
            "Presenter",
            "New person",
        ]
        with pytest.raises(Conflict, match="This person is on stage at that time already: “Second”"):
            name(busy.pk, "Busy")
        assert not showcase.showcase_presenters.filter(presenter=busy).exists()
        remove_presenter(
            actor=actor_of(focal_point),
            uuid=showcase.uuid,
            presenter_id=added.pk,
            at=now,
        )
        assert first.presenter_slots.get().presenter.name == "Presenter"

    def test_a_showcase_moves_with_its_presenters(self, runner, make_session, showcase, second_room, now):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "10:30", "11:30", room=second_room)
        placement = services.place_showcase(
            actor=runner,
            session_pk=first.pk,
            showcase_uuid=showcase.uuid,
            minutes=10,
            at=now,
        )
        services.change_placement(
            actor=runner,
            pk=placement.pk,
            version=1,
            session_pk=second.pk,
            position=1,
            minutes=20,
            at=now,
        )
        assert slots() == [("Second", second.starts_at, second.ends_at)]
        assert list(Placement.objects.values_list("session__title", "position", "minutes")) == [("Second", 1, 20)]

    def test_a_day_that_moves_takes_its_sessions_and_slots_along(self, runner, workshop, make_session, showcase, now):
        session = make_session("First", "10:00", "11:00")
        services.place_showcase(
            actor=runner,
            session_pk=session.pk,
            showcase_uuid=showcase.uuid,
            minutes=10,
            at=now,
        )
        services.remove_day(actor=runner, pk=workshop.days.get(held_on=date(2026, 1, 16)).pk, version=1, at=now)
        services.change_day(
            actor=runner,
            pk=session.day_id,
            version=1,
            values={"held_on": date(2026, 1, 16)},
            at=now,
        )
        day_later = timedelta(days=1)
        assert slots() == [("First", session.starts_at + day_later, session.ends_at + day_later)]

    @pytest.mark.parametrize(
        ("starts", "ends", "field"),
        [
            ((15, 6), (15, 5), "ends"),
            ((15, 6), (15, 6), "ends"),
            ((14, 18), (15, 6), "starts"),
            ((15, 18), (15, 20), "starts"),
            ((16, 6), (16, 7), "starts"),
        ],
    )
    def test_a_session_lies_within_its_day_in_pakistan(self, runner, make_session, starts, ends, field, now):
        session = make_session("First", "10:00", "11:00")
        moments = {
            "starts_at": datetime(2026, 1, *starts, tzinfo=UTC),
            "ends_at": datetime(2026, 1, *ends, tzinfo=UTC),
        }
        with pytest.raises(InvalidInput) as refusal:
            services.change_session(actor=runner, pk=session.pk, version=1, values=moments, at=now)
        assert refusal.value.field == field
        assert Session.objects.get().starts_at == session.starts_at


@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    """Two transactions that are open at the same moment: one is kept, the other is told, and nobody waits for ever."""

    @staticmethod
    def at_once(*acts) -> list[str]:
        """Run each act in a thread with a connection of its own, all starting together; what each came to."""
        barrier, came_to = threading.Barrier(len(acts)), [""] * len(acts)

        def run(number, act):
            try:
                barrier.wait(timeout=10)
                act()
                came_to[number] = "done"
            except Exception as error:
                came_to[number] = type(error).__name__
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return sorted(came_to)

    def test_the_database_alone_keeps_one_of_two_sessions(self, workshop, make_session):
        def add(title):
            with transaction.atomic():
                make_session(title, "10:00", "11:00")
                # Both have written before either commits; the second waits for the first and is then refused.
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.2)")

        came_to = self.at_once(lambda: add("One"), lambda: add("Two"))
        assert came_to == ["IntegrityError", "done"]
        assert Session.objects.count() == 1

    def test_two_managers_who_plan_the_same_room_are_told(self, workshop, make_session, runner, now):
        pattern = make_session("Pattern", "08:00", "09:00")

        def add(title):
            services.add_session(
                actor=runner,
                slug=workshop.slug,
                uuid=uuid4(),
                values={
                    "title": title,
                    "day": pattern.day,
                    "room": pattern.room,
                    "type": pattern.type,
                    "starts_at": pattern.starts_at + timedelta(hours=2),
                    "ends_at": pattern.ends_at + timedelta(hours=2),
                },
                at=now,
            )

        assert self.at_once(*[lambda n=n: add(f"Session {n}") for n in range(3)]) == [
            "Conflict",
            "Conflict",
            "done",
        ]
        assert Session.objects.count() == 2

    def test_a_presenter_is_not_placed_in_two_rooms(
        self,
        make_session,
        showcase,
        make_showcase,
        other_organization,
        presenter,
        second_room,
        runner,
        now,
    ):
        first = make_session("First", "10:00", "11:00")
        second = make_session("Second", "10:00", "11:00", room=second_room)
        joint = make_showcase(other_organization, state="SUBMITTED")
        ShowcasePresenter.objects.create(showcase=joint, presenter=presenter)

        def place(session, row):
            services.place_showcase(
                actor=runner,
                session_pk=session.pk,
                showcase_uuid=row.uuid,
                minutes=10,
                at=now,
            )

        came_to = self.at_once(lambda: place(first, showcase), lambda: place(second, joint))
        assert came_to == ["Conflict", "done"]
        assert PresenterSlot.objects.count() == Placement.objects.count() == 1

    def test_a_form_that_is_sent_twice_at_once_adds_one_session(self, workshop, make_session, runner, now):
        pattern = make_session("Pattern", "08:00", "09:00")
        values = {
            "title": "Once",
            "day": pattern.day,
            "room": pattern.room,
            "type": pattern.type,
            "starts_at": pattern.ends_at,
            "ends_at": pattern.ends_at + timedelta(hours=1),
        }
        name = "0b6f3c0e-5a55-4f0e-9d53-7c3c3b1c2f11"

        def add():
            services.add_session(actor=runner, slug=workshop.slug, uuid=name, values=dict(values), at=now)

        assert self.at_once(add, add) == ["done", "done"]
        assert Session.objects.filter(title="Once").count() == 1
