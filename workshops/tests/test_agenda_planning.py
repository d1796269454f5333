"""Those who run a workshop plan it in plain forms, and every refusal says what to do."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from core.terms import term
from workshops.agenda import selectors, services
from workshops.models import (
    Placement,
    Presenter,
    PresenterSlot,
    Room,
    Session,
    ShowcasePresenter,
    Workshop,
    WorkshopDay,
)

BASE = "/workshops/national-workshop/"
NEW = BASE + "sessions/new/"


@pytest.fixture
def sent(workshop):
    """What a browser sends for a session."""
    return {
        "title": "Opening",
        "title_ur": "افتتاح",
        "day": workshop.days.get(held_on=date(2026, 1, 15)).pk,
        "starts": "09:00",
        "ends": "10:00",
        "room": workshop.rooms.get().pk,
        "type": term("session_type", "INAUG").pk,
        "uuid": str(uuid4()),
    }


def sessions() -> list[tuple[str, int]]:
    return list(Session.objects.order_by("starts_at").values_list("title", "version"))


class TestSessions:
    @pytest.mark.parametrize("role", ["manager", "nacta"])
    def test_managers_and_nacta_add_a_session(self, request, sign_in, role, sent):
        response = sign_in(request.getfixturevalue(role)).post(NEW, sent)
        session = Session.objects.get()
        assert response["Location"] == f"{BASE}sessions/{session.pk}/edit/"
        assert session.starts_at.isoformat() == "2026-01-15T04:00:00+00:00"
        assert str(session.uuid) == sent["uuid"]
        assert AuditEntry.objects.get().action == "session.add"

    @pytest.mark.parametrize(
        "role",
        [
            "reviewer",
            "funder",
            "focal_point",
            "administrator",
            "data_protection_officer",
        ],
    )
    def test_nobody_else_does(self, request, sign_in, role, sent, make_session):
        session = make_session("There", "11:00", "12:00")
        client = sign_in(request.getfixturevalue(role))
        for address in (
            NEW,
            "/workshops/new/",
            BASE + "edit/",
            BASE + "days/new/",
            BASE + "rooms/new/",
            f"{BASE}days/{session.day_id}/edit/",
            f"{BASE}rooms/{session.room_id}/edit/",
            f"{BASE}sessions/{session.pk}/edit/",
        ):
            assert client.get(address).status_code == 403
            assert client.post(address, sent).status_code == 403
        for address in (
            f"sessions/{session.pk}/remove/",
            f"sessions/{session.pk}/showcases/",
        ):
            assert client.post(BASE + address, sent).status_code == 403
        assert sessions() == [("There", 1)]
        assert "Change the agenda" not in client.get(BASE + "agenda/").content.decode()

    def test_a_visitor_is_asked_to_sign_in(self, client, sent):
        assert client.post(NEW, sent)["Location"].startswith(reverse("account_login"))
        assert sessions() == []

    def test_a_hidden_workshop_is_a_404_before_anything_else(self, sign_in, other_focal_point, sent):
        Workshop.objects.update(is_published=False, is_open_for_showcases=False)
        client = sign_in(other_focal_point)
        for address in (NEW, BASE + "board/", "/workshops/absent/board/"):
            assert client.get(address).status_code == 404

    def test_a_double_click_adds_one_session(self, sign_in, manager, sent):
        client = sign_in(manager)
        answers = {client.post(NEW, sent)["Location"] for _click in range(2)}
        assert len(answers) == 1
        assert sessions() == [("Opening", 1)]

    def test_an_overlap_says_which_session_is_in_the_way_and_links_to_it(self, sign_in, manager, sent, make_session):
        there = make_session("Registration", "08:30", "09:30")
        response = sign_in(manager).post(NEW, sent)
        page = response.content.decode()
        assert response.status_code == 409
        assert "“Registration” on 15 January, 08:30 to 09:30, in Main hall is in the way." in page
        assert f'href="{BASE}sessions/{there.pk}/edit/"' in page
        assert 'value="Opening"' in page
        assert sessions() == [("Registration", 1)]

    def test_a_break_needs_no_type_and_a_session_does(self, sign_in, manager, sent):
        client = sign_in(manager)
        refused = client.post(NEW, {**sent, "type": ""})
        assert refused.status_code == 422
        assert "say that it is a break" in refused.content.decode()
        assert client.post(NEW, {**sent, "type": "", "is_break": "on", "title": "Tea"}).status_code == 302
        assert list(Session.objects.values_list("title", "type", "is_break")) == [("Tea", None, True)]

    def test_a_session_with_showcases_does_not_become_a_break(
        self, sign_in, manager, sent, make_session, make_showcase, organization, place
    ):
        session = make_session("Showcases", "09:00", "10:00")
        place(make_showcase(organization, state="SUBMITTED"), session)
        response = sign_in(manager).post(
            f"{BASE}sessions/{session.pk}/edit/",
            {**sent, "is_break": "on", "version": 1},
        )
        assert response.status_code == 422
        assert "Move them before it becomes a break." in response.content.decode()
        session.refresh_from_db()
        assert not session.is_break

    def test_a_session_may_end_at_midnight(self, sign_in, manager, sent):
        sign_in(manager).post(NEW, {**sent, "starts": "22:00", "ends": "00:00"})
        session = Session.objects.get()
        assert (session.ends_at - session.starts_at).total_seconds() == 7200

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("ends", "08:00"),
            ("ends", "09:00"),
            ("starts", "25:00"),
            ("starts", "nine"),
            ("starts", ""),
            ("day", "999999999999999999999999"),
            ("day", ""),
            ("room", "0"),
            ("type", "-1"),
            ("title", ""),
            ("title", "x" * 201),
            ("title", "\u2066\u2069"),
            ("title", "a\0b"),
            ("description", "a\0b"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, sign_in, manager, sent, field, value):
        response = sign_in(manager).post(NEW, {**sent, field: value})
        assert response.status_code == 422
        assert response.context["form"].errors[field]
        assert sessions() == []

    @pytest.mark.parametrize("uuid", ["", "not-a-uuid", "\0"])
    def test_a_broken_token_is_no_reason_to_fail(self, sign_in, manager, sent, uuid):
        assert sign_in(manager).post(NEW, {**sent, "uuid": uuid}).status_code in (
            302,
            422,
        )

    def test_a_room_of_another_workshop_is_refused(self, sign_in, manager, sent, programme):
        other = Workshop.objects.create(
            slug="other", programme=programme, title="Other", starts_on=date(2026, 2, 1), ends_on=date(2026, 2, 1),
            submission_deadline="2026-01-30T12:00Z",
        )  # fmt: skip
        room = Room.objects.create(workshop=other, name="Elsewhere")
        day = WorkshopDay.objects.create(workshop=other, held_on=date(2026, 2, 1))
        for field, row in (("room", room), ("day", day)):
            response = sign_in(manager).post(NEW, {**sent, field: row.pk})
            assert response.status_code == 422
            assert response.context["form"].errors[field]
        assert sessions() == []

    def test_urdu_emoji_and_script_are_kept_as_text(self, sign_in, manager, sent):
        sign_in(manager).post(NEW, {**sent, "title": "افتتاح 🎉 <script>alert(1)</script>"})
        assert sessions() == [("افتتاح 🎉 <script>alert(1)</script>", 1)]
        page = sign_in(manager).get(BASE + "agenda/").content.decode()
        assert "<script>alert" not in page

    def test_a_stale_save_shows_both_and_loses_neither(self, sign_in, manager, actor_of, sent, make_session, now):
        session = make_session("First", "09:00", "10:00")
        services.change_session(
            actor=actor_of(manager),
            pk=session.pk,
            version=1,
            values={"title": "Theirs"},
            at=now,
        )
        address = f"{BASE}sessions/{session.pk}/edit/"
        client = sign_in(manager)
        stale = client.post(address, {**sent, "title": "Mine", "version": 1})
        page = stale.content.decode()
        assert stale.status_code == 409
        assert "Theirs" in page
        assert 'value="Mine"' in page
        assert sessions() == [("Theirs", 2)]
        again = client.post(
            address,
            {
                **sent,
                "title": "Mine",
                "version": stale.context["form"]["version"].value(),
            },
        )
        assert again.status_code == 302
        assert sessions() == [("Mine", 3)]

    def test_an_empty_session_is_removed_and_one_with_showcases_is_not(
        self, sign_in, manager, make_session, make_showcase, organization, place
    ):
        empty = make_session("Empty", "09:00", "10:00")
        full = make_session("Full", "10:00", "11:00")
        place(make_showcase(organization, state="SUBMITTED"), full)
        client = sign_in(manager)
        client.post(f"{BASE}sessions/{empty.pk}/remove/", {"version": 1})
        refused = client.post(f"{BASE}sessions/{full.pk}/remove/", {"version": 1}, follow=True)
        assert "1 showcase is placed in this session." in refused.content.decode()
        assert sessions() == [("Full", 1)]
        assert client.post(f"{BASE}sessions/{empty.pk}/remove/").status_code == 404

    @pytest.mark.parametrize("pk", ["0", "999999999999999999999999", "-1", "x"])
    def test_a_session_that_is_not_there_is_a_404(self, sign_in, manager, workshop, pk):
        client = sign_in(manager)
        for address in (
            f"sessions/{pk}/edit/",
            f"days/{pk}/edit/",
            f"rooms/{pk}/edit/",
            f"placements/{pk}/edit/",
        ):
            assert client.post(BASE + address).status_code == 404


class TestPlacements:
    @pytest.fixture
    def session(self, make_session):
        return make_session("Showcases", "10:00", "10:30")

    def test_a_showcase_is_placed_once_with_its_presenters_on_stage(
        self, sign_in, manager, session, make_showcase, organization
    ):
        showcase = make_showcase(organization, state="SUBMITTED")
        presenter = Presenter.objects.create(organization=organization, name="Presenter")
        ShowcasePresenter.objects.create(showcase=showcase, presenter=presenter)
        client = sign_in(manager)
        for _click in range(2):
            response = client.post(
                f"{BASE}sessions/{session.pk}/showcases/",
                {"showcase": showcase.uuid, "minutes": 12},
            )
            assert response.status_code == 302
        assert list(Placement.objects.values_list("session", "showcase", "position", "minutes")) == [
            (session.pk, showcase.pk, 1, 12)
        ]
        assert list(PresenterSlot.objects.values_list("session", "presenter")) == [(session.pk, presenter.pk)]

    def test_one_that_has_its_place_elsewhere_says_where(
        self,
        sign_in,
        manager,
        session,
        make_session,
        make_showcase,
        organization,
        place,
    ):
        showcase = make_showcase(organization, state="SUBMITTED")
        place(showcase, make_session("Before", "08:00", "09:00"))
        response = sign_in(manager).post(
            f"{BASE}sessions/{session.pk}/showcases/",
            {"showcase": showcase.uuid, "minutes": 12},
        )
        assert response.status_code == 409
        assert "“Before” on 15 January, 08:00 to 09:00, in Main hall" in response.content.decode()
        assert Placement.objects.get().session.title == "Before"

    @pytest.mark.parametrize("state", ["DRAFT", "WITHDRAWN", "ARCHIVED"])
    def test_what_was_not_sent_in_or_has_left_is_not_placed(
        self, sign_in, manager, session, make_showcase, organization, state
    ):
        showcase = make_showcase(organization, state=state)
        page = sign_in(manager).get(f"{BASE}sessions/{session.pk}/edit/").content.decode()
        assert str(showcase.uuid) not in page
        response = sign_in(manager).post(
            f"{BASE}sessions/{session.pk}/showcases/",
            {"showcase": showcase.uuid, "minutes": 12},
        )
        assert response.status_code == 422
        assert not Placement.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("minutes", "0"),
            ("minutes", "99999999999999"),
            ("minutes", "ten"),
            ("showcase", "x"),
            ("showcase", ""),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(
        self, sign_in, manager, session, make_showcase, organization, field, value
    ):
        showcase = make_showcase(organization, state="SUBMITTED")
        response = sign_in(manager).post(
            f"{BASE}sessions/{session.pk}/showcases/",
            {"showcase": showcase.uuid, "minutes": 12, field: value},
        )
        assert response.status_code == 422
        assert not Placement.objects.exists()

    def test_showcases_change_places_and_stay_counted_from_one(
        self,
        sign_in,
        manager,
        session,
        make_session,
        make_showcase,
        make_organization,
        place,
    ):
        placements = [
            place(
                make_showcase(make_organization(f"Organization {n}"), state="SUBMITTED"),
                session,
                n,
            )
            for n in (1, 2, 3)
        ]
        client = sign_in(manager)
        last = placements[2]
        sent = {f"placement-{last.pk}-{name}": value for name, value in
                (("session", session.pk), ("position", 1), ("minutes", 7))}  # fmt: skip
        assert client.post(f"{BASE}placements/{last.pk}/edit/", sent).status_code == 302
        order = Placement.objects.order_by("position").values_list("pk", "position")
        assert list(order) == [
            (placements[2].pk, 1),
            (placements[0].pk, 2),
            (placements[1].pk, 3),
        ]
        client.post(f"{BASE}placements/{placements[0].pk}/remove/")
        assert list(order.all()) == [(placements[2].pk, 1), (placements[1].pk, 2)]

    def test_too_many_minutes_are_a_warning_and_not_a_refusal(
        self, sign_in, manager, session, make_showcase, organization
    ):
        showcase = make_showcase(organization, state="SUBMITTED")
        page = sign_in(manager).post(
            f"{BASE}sessions/{session.pk}/showcases/",
            {"showcase": showcase.uuid, "minutes": 31},
            follow=True,
        )
        assert "The showcases need 31 minutes, and the session has 30." in page.content.decode()
        board = sign_in(manager).get(BASE + "board/").content.decode()
        assert "The showcases need more time than the session has." in board

    def test_nothing_is_placed_in_a_break(self, sign_in, manager, make_session, make_showcase, organization):
        tea = make_session("Tea", "11:00", "11:30", is_break=True)
        showcase = make_showcase(organization, state="SUBMITTED")
        response = sign_in(manager).post(
            f"{BASE}sessions/{tea.pk}/showcases/",
            {"showcase": showcase.uuid, "minutes": 10},
        )
        assert response.status_code == 422
        assert not Placement.objects.exists()

    def test_nacta_does_not_read_what_is_not_verified_on_the_board(
        self, sign_in, nacta, session, make_showcase, organization, place
    ):
        showcase = make_showcase(organization, state="SUBMITTED")
        showcase.revisions.update(title="⟦draft:title⟧")
        client = sign_in(nacta)
        assert str(showcase.uuid) not in client.get(f"{BASE}sessions/{session.pk}/edit/").content.decode()
        place(showcase, session)
        for address in (BASE + "board/", f"{BASE}sessions/{session.pk}/edit/"):
            page = client.get(address).content.decode()
            assert "Khyber Bridges Foundation" in page
            assert "⟦draft:title⟧" not in page

    def test_accepted_showcases_without_a_place_are_a_task(
        self,
        actor_of,
        manager,
        reviewer,
        session,
        make_showcase,
        make_organization,
        place,
    ):
        accepted = make_showcase(make_organization("Accepted"), state="APPROVED")
        make_showcase(make_organization("Published"), state="PUBLISHED")
        make_showcase(make_organization("Sent"), state="SUBMITTED")
        [task] = selectors.tasks_for(actor_of(manager))
        assert task.detail == "2 accepted showcases have no place in the agenda."
        assert task.url == BASE + "board/"
        assert selectors.tasks_for(actor_of(reviewer)) == []
        place(accepted, session)
        [task] = selectors.tasks_for(actor_of(manager))
        assert task.detail == "1 accepted showcase has no place in the agenda."


class TestSetting:
    @pytest.fixture
    def sent_workshop(self, programme):
        return {
            "title": "Next workshop",
            "slug": "next-workshop",
            "starts_on": "2026-03-01",
            "ends_on": "2026-03-03",
            "submission_deadline": "2026-02-20T18:00",
            "programme": programme.pk,
            "sensitivity": "PUBLIC",
        }

    def test_a_workshop_comes_with_its_days_once(self, sign_in, manager, sent_workshop):
        client = sign_in(manager)
        for _click in range(2):
            assert client.post("/workshops/new/", sent_workshop)["Location"] == "/workshops/next-workshop/board/"
        workshop = Workshop.objects.get()
        assert [day.isoformat() for day in workshop.days.order_by("held_on").values_list("held_on", flat=True)] == [
            "2026-03-01",
            "2026-03-02",
            "2026-03-03",
        ]
        assert not workshop.is_published
        assert client.get("/workshops/next-workshop/board/").status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("ends_on", "2026-02-27"),
            ("ends_on", "2027-03-01"),
            ("starts_on", "0001-01-01"),
            ("starts_on", "9999-12-31"),
            ("submission_deadline", "0001-01-01T00:00"),
            ("submission_deadline", "soon"),
            ("slug", "new"),
            ("slug", "national-workshop"),
            ("slug", "قومی"),
            ("slug", "\0"),
            ("title", " "),
            ("programme", "99999999999999999999"),
            ("sensitivity", "SECRET"),
        ],
    )
    def test_what_cannot_be_is_refused_in_words(self, sign_in, manager, workshop, sent_workshop, field, value):
        response = sign_in(manager).post("/workshops/new/", {**sent_workshop, field: value})
        assert response.status_code == 422
        assert response.context["form"].errors
        assert list(Workshop.objects.values_list("slug", flat=True)) == ["national-workshop"]

    def test_a_workshop_keeps_its_address_and_its_days_within_its_dates(
        self, sign_in, manager, workshop, sent_workshop
    ):
        client = sign_in(manager)
        outside = client.post(BASE + "edit/", {**sent_workshop, "version": 1})
        assert outside.status_code == 422
        assert "would fall outside the workshop" in outside.content.decode()
        fields = {
            **sent_workshop,
            "starts_on": "2026-01-15",
            "ends_on": "2026-01-17",
            "is_published": "on",
        }
        assert client.post(BASE + "edit/", {**fields, "version": 1}).status_code == 302
        workshop.refresh_from_db()
        assert (workshop.slug, workshop.title, workshop.version) == (
            "national-workshop",
            "Next workshop",
            2,
        )
        assert client.post(BASE + "edit/", {**fields, "title": "Again", "version": 1}).status_code == 409

    def test_days_and_rooms_are_added_once_changed_and_removed(self, sign_in, manager, workshop):
        client = sign_in(manager)
        Workshop.objects.update(ends_on=date(2026, 1, 17))
        for _click in range(2):
            client.post(BASE + "days/new/", {"held_on": "2026-01-17"})
            client.post(BASE + "rooms/new/", {"name": "Room B", "capacity": 24})
        day, room = (
            workshop.days.get(held_on=date(2026, 1, 17)),
            workshop.rooms.get(name="Room B"),
        )
        client.post(
            f"{BASE}rooms/{room.pk}/edit/",
            {"name": "Room C", "name_ur": "کمرہ ج", "capacity": ""},
        )
        client.post(
            f"{BASE}days/{day.pk}/edit/",
            {"held_on": "2026-01-17", "title": "Third day"},
        )
        assert list(workshop.rooms.order_by("pk").values_list("name", "capacity")) == [
            ("Main hall", 120),
            ("Room C", None),
        ]
        day.refresh_from_db()
        assert day.title == "Third day"
        page = client.get(BASE + "setting/").content.decode()
        assert "Room C" in page
        client.post(f"{BASE}days/{day.pk}/remove/")
        client.post(f"{BASE}rooms/{room.pk}/remove/")
        assert (workshop.days.count(), workshop.rooms.count()) == (2, 1)

    def test_what_is_used_is_not_removed(self, sign_in, manager, workshop, make_session):
        session = make_session("There", "09:00", "10:00")
        client = sign_in(manager)
        for address in (
            f"days/{session.day_id}/remove/",
            f"rooms/{session.room_id}/remove/",
        ):
            page = client.post(BASE + address, follow=True).content.decode()
            assert "1 session is planned" in page
        assert (workshop.days.count(), workshop.rooms.count()) == (2, 1)

    @pytest.mark.parametrize(
        ("part", "fields"),
        [
            ("days", {"held_on": "2026-02-01"}),
            ("days", {"held_on": "x"}),
            ("days", {"held_on": "0001-01-01"}),
            ("rooms", {"name": ""}),
            ("rooms", {"name": "x" * 81}),
            ("rooms", {"name": "a\0"}),
            ("rooms", {"name": "Hall", "capacity": "-1"}),
            ("rooms", {"name": "Hall", "capacity": "99999999999999999999"}),
        ],
    )
    def test_a_day_or_room_that_cannot_be_is_refused_in_words(self, sign_in, manager, workshop, part, fields):
        response = sign_in(manager).post(f"{BASE}{part}/new/", fields)
        assert response.status_code == 422
        assert (workshop.days.count(), workshop.rooms.count()) == (2, 1)

    def test_a_day_does_not_move_onto_what_is_planned_on_another(
        self, sign_in, manager, workshop, make_session, programme
    ):
        """The rooms of a workshop are its own, so a clash comes from a session that lies outside its day."""
        session = make_session("First", "09:00", "10:00")
        Workshop.objects.update(ends_on=date(2026, 1, 17))
        late = Session.objects.create(
            workshop=workshop, day=workshop.days.get(held_on=date(2026, 1, 16)), room=session.room, type=session.type,
            title="Left behind", starts_at=session.starts_at + timedelta(days=2),
            ends_at=session.ends_at + timedelta(days=2),
        )  # fmt: skip
        response = sign_in(manager).post(f"{BASE}days/{session.day_id}/edit/", {"held_on": "2026-01-17"})
        page = response.content.decode()
        assert response.status_code == 409
        assert f'href="{BASE}sessions/{late.pk}/edit/"' in page
        session.refresh_from_db()
        assert session.version == 1
        assert session.day.held_on == date(2026, 1, 15)

    def test_two_days_are_not_on_one_date_and_two_rooms_not_under_one_name(self, sign_in, manager, workshop):
        second = workshop.days.get(held_on=date(2026, 1, 16))
        room = Room.objects.create(workshop=workshop, name="Room B")
        client = sign_in(manager)
        assert client.post(f"{BASE}days/{second.pk}/edit/", {"held_on": "2026-01-15"}).status_code == 422
        assert client.post(f"{BASE}rooms/{room.pk}/edit/", {"name": "Main hall"}).status_code == 422
        assert list(workshop.rooms.order_by("pk").values_list("name", flat=True)) == [
            "Main hall",
            "Room B",
        ]


def test_staff_pages_cost_the_same_number_of_queries_with_one_and_three_rows(
    sign_in, manager, workshop, make_session, make_showcase, make_organization, place, django_assert_max_num_queries,
    django_assert_num_queries,
):  # fmt: skip
    client = sign_in(manager)

    def fill(number):
        session = make_session(f"Session {number}", f"{9 + number:02}:00", f"{9 + number:02}:45")
        place(
            make_showcase(make_organization(f"Placed {number}"), state="PUBLISHED"),
            session,
        )
        make_showcase(make_organization(f"Waiting {number}"), state="SUBMITTED")
        return session

    first = fill(0)
    pages = {
        BASE + "board/": 10,
        BASE + "setting/": 7,
        f"{BASE}sessions/{first.pk}/edit/": 13,
    }
    client.get(BASE + "board/")
    for round_ in (0, 1):
        for address, count in pages.items():
            with django_assert_num_queries(count):
                assert client.get(address).status_code == 200
        if round_ == 0:
            fill(1)
            fill(2)
