"""Two people plan one agenda: the second save of a day, a room or a place shows both texts and loses neither."""

from __future__ import annotations

import pytest

from workshops.models import Placement, Room, WorkshopDay

BASE = "/workshops/national-workshop/"


@pytest.fixture
def room(workshop) -> Room:
    return workshop.rooms.get()


@pytest.fixture
def day(workshop) -> WorkshopDay:
    return workshop.days.order_by("held_on").first()


@pytest.fixture
def places(make_session, make_showcase, make_organization, place) -> list[Placement]:
    """Three showcases in one session."""
    session = make_session("Showcases", "10:00", "11:00")
    return [
        place(make_showcase(make_organization(f"Organization {number}"), state="SUBMITTED"), session, number)
        for number in (1, 2, 3)
    ]


def sent(placement: Placement, **values: int) -> dict[str, int]:
    """What a browser sends for a place that it read at version 1."""
    values = {
        "session": placement.session_id,
        "position": placement.position,
        "minutes": placement.minutes,
        "version": 1,
        **values,
    }
    return {f"placement-{placement.pk}-{name}": value for name, value in values.items()}


def test_a_stale_room_shows_both_names_and_loses_neither(sign_in, manager, nacta, room):
    address = f"{BASE}rooms/{room.pk}/edit/"
    assert sign_in(nacta).post(address, {"name": "Theirs", "capacity": 80, "version": 1}).status_code == 302

    stale = sign_in(manager).post(address, {"name": "Mine", "capacity": 80, "version": 1})

    page = stale.content.decode()
    assert stale.status_code == 409
    assert [(str(one.label), one.saved, one.sent) for one in stale.context["form"].differences] == [
        ("Name", "Theirs", "Mine")
    ]
    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert list(Room.objects.values_list("name", "version")) == [("Theirs", 2)]

    again = {"name": "Mine", "capacity": 80, "version": stale.context["form"]["version"].value()}
    assert sign_in(manager).post(address, again).status_code == 302
    assert list(Room.objects.values_list("name", "version")) == [("Mine", 3)]


def test_a_stale_day_shows_both_titles_and_loses_neither(sign_in, manager, day):
    address = f"{BASE}days/{day.pk}/edit/"
    client = sign_in(manager)
    fields = {"held_on": "2026-01-15", "title_ur": "", "version": 1}
    assert client.post(address, {**fields, "title": "Theirs"}).status_code == 302

    stale = client.post(address, {**fields, "title": "Mine"})

    assert stale.status_code == 409
    assert "Theirs" in stale.content.decode()
    assert 'value="Mine"' in stale.content.decode()
    day.refresh_from_db()
    assert (day.title, day.version) == ("Theirs", 2)


def test_a_stale_place_shows_both_and_loses_neither(sign_in, manager, places):
    client = sign_in(manager)
    address = f"{BASE}placements/{places[0].pk}/edit/"
    assert client.post(address, sent(places[0], minutes=12)).status_code == 302

    stale = client.post(address, sent(places[0], minutes=15))

    form = next(form for _showcase, form in stale.context["placed"] if form.placement.pk == places[0].pk)
    assert stale.status_code == 409
    assert [(one.saved, one.sent) for one in form.differences] == [("12", "15")]
    assert "Saved meanwhile" in stale.content.decode()
    assert Placement.objects.get(pk=places[0].pk).minutes == 12

    again = client.post(address, sent(places[0], minutes=15, version=form["version"].value()))
    assert again.status_code == 302
    assert Placement.objects.get(pk=places[0].pk).minutes == 15


def test_a_place_that_another_showcase_pushed_along_is_stale(sign_in, manager, places):
    client = sign_in(manager)
    first, _second, last = places
    assert client.post(f"{BASE}placements/{last.pk}/edit/", sent(last, position=1)).status_code == 302

    stale = client.post(f"{BASE}placements/{first.pk}/edit/", sent(first, minutes=20))

    assert stale.status_code == 409
    assert list(Placement.objects.order_by("position").values_list("pk", "minutes")) == [
        (last.pk, last.minutes),
        (first.pk, first.minutes),
        (places[1].pk, places[1].minutes),
    ]


def test_what_changed_since_it_was_read_is_not_removed(sign_in, manager, workshop, places):
    client = sign_in(manager)
    second_day = workshop.days.order_by("held_on").last()
    spare = Room.objects.create(workshop=workshop, name="Spare room")
    WorkshopDay.objects.filter(pk=second_day.pk).update(version=2)
    Room.objects.filter(pk=spare.pk).update(version=2)
    Placement.objects.filter(pk=places[0].pk).update(version=2)
    for address in (
        f"{BASE}days/{second_day.pk}/remove/",
        f"{BASE}rooms/{spare.pk}/remove/",
        f"{BASE}placements/{places[0].pk}/remove/",
    ):
        page = client.post(address, {"version": 1}, follow=True).content.decode()
        assert "Somebody else saved this after you opened it." in page
    assert (workshop.days.count(), workshop.rooms.count(), Placement.objects.count()) == (2, 2, 3)

    for address in (
        f"{BASE}days/{second_day.pk}/remove/",
        f"{BASE}rooms/{spare.pk}/remove/",
        f"{BASE}placements/{places[0].pk}/remove/",
    ):
        client.post(address, {"version": 2})
    assert (workshop.days.count(), workshop.rooms.count(), Placement.objects.count()) == (1, 1, 2)
