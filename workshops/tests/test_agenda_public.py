"""What everyone reads: the cover, the agenda, the calendar and schedule.json, and what none of them says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from workshops.agenda import services
from workshops.models import (
    Presenter,
    Session,
    ShowcasePresenter,
    Workshop,
    WorkshopDay,
)

AGENDA = "/workshops/national-workshop/agenda/"
ICS = "/workshops/national-workshop/agenda.ics"
JSON = "/workshops/national-workshop/schedule.json"
EXITS = (AGENDA, ICS, JSON, "/workshops/national-workshop/")


@pytest.fixture
def full_agenda(workshop, make_session, make_showcase, make_organization, place):
    """A session with one showcase that is live and one that is not, and a break."""
    session = make_session("Showcases 1 and 2", "10:00", "11:30", title_ur="پیشکشیں")
    make_session("Tea", "11:30", "12:00", is_break=True)
    live = make_showcase(make_organization("Live Organization"), state="PUBLISHED")
    draft = make_showcase(make_organization("Draft Organization"), state="SUBMITTED")
    for showcase, text in ((live, "Live title"), (draft, "⟦draft:title⟧")):
        showcase.revisions.update(title=text)
    place(live, session, 1)
    place(draft, session, 2)
    for showcase in (live, draft):
        named = Presenter.objects.create(
            organization=showcase.organization,
            name=f"Named of {showcase.organization.name}",
            named_publicly_since=date(2026, 1, 1),
        )
        silent = Presenter.objects.create(organization=showcase.organization, name="⟦consent:name⟧")
        for position, presenter in enumerate((named, silent)):
            ShowcasePresenter.objects.create(showcase=showcase, presenter=presenter, position=position)
    return session


def test_the_agenda_shows_days_times_rooms_types_and_showcases(client, full_agenda):
    page = client.get(AGENDA).content.decode()
    for text in (
        "10:00",
        "11:30",
        "Main hall",
        "Organizational showcase",
        "Live title",
        "Live Organization",
        "Tea",
    ):
        assert text in page


def test_a_showcase_that_is_not_live_shows_only_its_organization(client, full_agenda):
    for address in EXITS[:3]:
        body = client.get(address).content.decode()
        assert "Draft Organization" in body
        assert "⟦draft:title⟧" not in body
        assert "Named of Draft Organization" not in body


def test_presenters_are_named_only_with_their_consent_whoever_reads(client, sign_in, full_agenda, manager, visitor):
    for reader in (client, sign_in(manager)):
        for address in EXITS[:3]:
            body = reader.get(address).content.decode()
            assert "Named of Live Organization" in body.replace("\r\n ", "")
            assert "⟦consent:name⟧" not in body


def test_an_organization_that_is_not_public_is_not_named(client, full_agenda, make_showcase):
    from organizations.models import Organization

    Organization.objects.filter(name__startswith="Live").update(sensitivity="RESTRICTED")
    for address in EXITS[:3]:
        body = client.get(address).content.decode()
        assert "Live Organization" not in body
        assert "Live title" not in body


@pytest.mark.parametrize("address", EXITS)
def test_a_hidden_workshop_and_an_absent_one_are_the_same_404(client, workshop, address):
    Workshop.objects.update(is_published=False)
    assert client.get(address).status_code == 404
    assert client.get(address.replace("national-workshop", "no-workshop")).status_code == 404


def test_staff_read_an_agenda_in_preparation(sign_in, nacta, full_agenda):
    Workshop.objects.update(is_published=False)
    page = sign_in(nacta).get(AGENDA)
    assert page.status_code == 200
    assert "This agenda is not public yet." in page.content.decode()


def test_the_urdu_agenda_is_in_urdu(client, full_agenda):
    page = client.get(AGENDA, headers={"accept-language": "ur"}).content.decode()
    assert 'dir="rtl"' in page
    assert "پیشکشیں" in page
    assert "قومی ورکشاپ" in page
    assert "مرکزی ہال" in page


def test_every_page_costs_the_same_number_of_queries_with_one_and_three_rows(
    client,
    workshop,
    make_session,
    make_showcase,
    make_organization,
    place,
    django_assert_num_queries,
):
    def fill(number):
        session = make_session(f"Session {number}", f"{9 + number:02}:00", f"{9 + number:02}:45")
        place(
            make_showcase(make_organization(f"Organization {number}"), state="PUBLISHED"),
            session,
        )

    fill(0)
    queries = {
        AGENDA: 6,
        ICS: 5,
        JSON: 5,
        "/workshops/national-workshop/": 7,
        "/workshops/": 2,
    }
    client.get(AGENDA)
    for round_ in (0, 1):
        for address, count in queries.items():
            with django_assert_num_queries(count):
                assert client.get(address).status_code == 200
        if round_ == 0:
            fill(1)
            fill(2)


def test_the_page_of_thirty_two_showcases_stays_small(
    client, workshop, make_session, make_showcase, make_organization, place
):
    for number in range(4):
        session = make_session(f"Showcases {number}", f"{9 + 2 * number:02}:00", f"{10 + 2 * number:02}:30")
        for position in range(1, 9):
            place(
                make_showcase(
                    make_organization(f"Organization {number} {position}"),
                    state="PUBLISHED",
                ),
                session,
                position,
            )
    response = client.get(AGENDA, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(response.content) <= 20_000


class TestCalendar:
    def test_it_has_the_zone_stable_names_and_the_version_as_sequence(self, client, full_agenda):
        response = client.get(ICS)
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        calendar = Calendar.from_ical(response.content)
        assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Karachi"]
        event = calendar.walk("VEVENT")[0]
        assert event["UID"] == f"{full_agenda.uuid}@pvenet"
        assert event["SEQUENCE"] == full_agenda.version
        assert event["DTSTART"].dt == datetime(2026, 1, 15, 5, 0, tzinfo=UTC)
        assert event["DTSTART"].params["TZID"] == "Asia/Karachi"
        assert event["LOCATION"] == "Main hall"
        assert "10:00 Live Organization: Live title" in event["DESCRIPTION"]

    def test_its_stamp_moves_when_a_name_must_go_though_no_session_changed(self, client, full_agenda, time_machine):
        def stamp_and_text():
            event = Calendar.from_ical(client.get(ICS).content).walk("VEVENT")[0]
            return event["DTSTAMP"].dt, "Named of Live Organization" in event["DESCRIPTION"]

        time_machine.move_to("2026-01-12T09:00:00Z", tick=False)
        before = stamp_and_text()
        Presenter.objects.update(named_publicly_since=None)
        time_machine.move_to("2026-01-12T09:01:00Z", tick=False)
        after = stamp_and_text()
        assert (before[1], after[1]) == (True, False)
        assert after[0] > before[0]

    def test_a_break_is_in_it_and_keeps_the_time_free(self, client, full_agenda):
        events = Calendar.from_ical(client.get(ICS).content).walk("VEVENT")
        assert [(str(event["SUMMARY"]), str(event["TRANSP"])) for event in events] == [
            ("Showcases 1 and 2", "OPAQUE"),
            ("Tea", "TRANSPARENT"),
        ]

    def test_the_language_is_chosen_in_the_address_because_calendars_send_no_cookie(self, client, full_agenda):
        calendar = Calendar.from_ical(client.get(ICS + "?language=ur").content)
        assert calendar.walk("VEVENT")[0]["SUMMARY"] == "پیشکشیں"
        assert calendar["X-WR-CALNAME"] == "قومی ورکشاپ"

    @pytest.mark.parametrize("language", ["fr", "", "\0", "en" * 200])
    def test_an_unknown_language_is_refused_in_words(self, client, workshop, language):
        for address in (ICS, JSON):
            response = client.get(address, {"language": language})
            assert response.status_code == 422
            assert "language=ur" in response.content.decode()

    def test_control_and_line_characters_cannot_forge_an_entry(self, client, workshop, make_session):
        make_session("Tea\r\nBEGIN:VEVENT\r\nSUMMARY:Forged; ,\\", "10:00", "11:00")
        events = Calendar.from_ical(client.get(ICS).content).walk("VEVENT")
        assert len(events) == 1

    def test_demo_data_says_so_in_every_exit(self, client, workshop):
        assert "demonstration" not in client.get(ICS).content.decode()
        Workshop.objects.update(is_demo=True)
        assert "This is a demonstration." in client.get(ICS).content.decode()
        assert client.get(JSON).json()["schedule"]["conference"]["is_demo"] is True


class TestSchedule:
    def test_it_has_the_shape_of_frab_with_breaks(self, client, full_agenda):
        response = client.get(JSON)
        assert response["Content-Type"] == "application/json"
        conference = response.json()["schedule"]["conference"]
        assert conference["daysCount"] == 2
        assert conference["time_zone_name"] == "Asia/Karachi"
        first, second = conference["days"]
        assert (first["index"], first["date"], second["date"]) == (
            1,
            "2026-01-15",
            "2026-01-16",
        )
        assert first["day_start"] == "2026-01-15T10:00:00+05:00"
        events = first["rooms"]["Main hall"]
        assert [(event["start"], event["duration"], event["type"]) for event in events] == [
            ("10:00", "01:30", "Organizational showcase"),
            ("11:30", "00:30", "break"),
        ]
        assert [showcase["title"] for showcase in events[0]["showcases"]] == [
            "Live title",
            None,
        ]
        assert [person["public_name"] for person in events[0]["persons"]] == ["Named of Live Organization"]

    def test_its_version_changes_with_the_agenda(self, client, full_agenda, actor_of, manager):
        def version():
            return client.get(JSON).json()["schedule"]["version"]

        before = version()
        tea = Session.objects.get(title="Tea")
        services.remove_session(actor=actor_of(manager), pk=tea.pk, version=1, at=tea.updated_at)
        assert version() > before

    def test_an_empty_agenda_is_a_valid_one(self, client, workshop):
        workshop.days.all().delete()
        conference = client.get(JSON).json()["schedule"]["conference"]
        assert (conference["days"], conference["rooms"]) == ([], [])


class TestConditionalGet:
    @pytest.mark.parametrize("address", [ICS, JSON])
    def test_what_the_reader_has_is_not_sent_again(self, client, full_agenda, address):
        tag = client.get(address)["ETag"]
        again = client.get(address, headers={"if-none-match": tag})
        assert again.status_code == 304
        assert again.content == b""

    def test_a_consent_that_is_withdrawn_changes_the_tag_at_once(self, client, full_agenda):
        tag = client.get(JSON)["ETag"]
        Presenter.objects.update(named_publicly_since=None)
        again = client.get(JSON, headers={"if-none-match": tag})
        assert again.status_code == 200
        assert "Named of Live Organization" not in again.content.decode()


def test_days_without_sessions_and_a_workshop_without_days_say_so(client, workshop):
    assert "Nothing is planned for this day yet." in client.get(AGENDA).content.decode()
    WorkshopDay.objects.all().delete()
    assert "The agenda is being prepared" in client.get(AGENDA).content.decode()


def test_the_list_shows_published_workshops_to_everyone_and_the_others_to_staff(client, sign_in, workshop, manager):
    hidden = Workshop.objects.get()
    hidden.pk, hidden.slug, hidden.title, hidden.is_published = (
        None,
        "next",
        "Next workshop",
        False,
    )
    hidden.is_open_for_showcases = False
    hidden.starts_on, hidden.ends_on = (
        hidden.starts_on + timedelta(days=90),
        hidden.ends_on + timedelta(days=90),
    )
    hidden.save()
    page = client.get("/workshops/").content.decode()
    assert "National Workshop" in page
    assert "Next workshop" not in page
    assert "Next workshop" in sign_in(manager).get("/workshops/").content.decode()


def test_writing_to_a_page_that_is_read_is_refused(client, workshop):
    for address in EXITS:
        assert client.post(address).status_code == 405


def test_an_address_in_any_case_never_fails(client, db):
    for slug in ("%00", "a" * 300, "قومی", "..%2f"):
        assert client.get(f"/workshops/{slug}/agenda/").status_code == 404
    assert reverse("workshops:agenda", args=["x"]) == "/workshops/x/agenda/"
