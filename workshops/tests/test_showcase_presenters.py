"""Presenters: personal data, consent with a date, and who may read what."""

import pytest
from django.urls import reverse

from core.audit import AuditEntry
from workshops.models import Presenter, PresenterContact
from workshops.showcases.sections import PRESENTER_LIMIT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_deadline")]

PERSON = {
    "name": "⟦presenter:new⟧",
    "position": "Trainer",
    "email": "new@example.org",
    "phone": "0300-7654321",
    "access_needs": "⟦access⟧",
}


def section(showcase) -> str:
    return reverse("workshops:showcase_section", args=[showcase.uuid, "presenters"])


def person(showcase, pk: int, *more: str) -> str:
    name = "showcase_remove_presenter" if more else "showcase_presenter"
    return reverse(f"workshops:{name}", args=[showcase.uuid, pk])


@pytest.fixture
def added(enter, editor, showcase):
    assert enter(editor).post(section(showcase), PERSON).status_code == 302
    return Presenter.objects.get(name=PERSON["name"])


def test_a_presenter_has_a_contact_in_a_table_of_its_own(added, showcase):
    assert showcase.showcase_presenters.filter(presenter=added).exists()
    assert PresenterContact.objects.get(presenter=added).phone == "0300-7654321"
    assert added.named_publicly_since is None


def test_consent_is_dated_on_the_day_it_is_given_and_ends_at_once(enter, editor, published, visitor, before_deadline):
    row = Presenter.objects.get()
    client = enter(editor)
    public = reverse("workshops:showcase", args=[published.uuid])
    assert row.name not in enter().get(public).content.decode()
    client.post(person(published, row.pk), {"name": row.name, "may_be_named": "on"})
    row.refresh_from_db()
    assert row.named_publicly_since.isoformat() == "2026-01-10"
    assert row.name in enter().get(public).content.decode()
    before_deadline.move_to("2026-01-10T20:00:00Z", tick=False)  # the next day
    client.post(person(published, row.pk), {"name": row.name, "may_be_named": "on"})
    row.refresh_from_db()
    assert row.named_publicly_since.isoformat() == "2026-01-10"
    client.post(person(published, row.pk), {"name": row.name})
    assert row.name not in enter().get(public).content.decode()
    assert list(
        AuditEntry.objects.filter(action__startswith="presenter.").order_by("pk").values_list("action", flat=True)
    ) == ["presenter.consent_given", "presenter.consent_withdrawn"]


def test_contacts_are_not_shown_to_reviewers(enter, added, showcase, step, editor, reviewer):
    step("submit", showcase, editor)
    page = enter(reviewer).get(reverse("workshops:showcase_review", args=[showcase.uuid])).content.decode()
    assert added.name in page
    for secret in ("0300-7654321", "new@example.org", "⟦access⟧", "⟦contact"):
        assert secret not in page


def test_a_presenter_is_changed_on_the_eve_of_the_workshop(enter, showcase, step, editor):
    step("submit", showcase, editor)
    row = Presenter.objects.get()
    answer = enter(editor).post(person(showcase, row.pk), {"name": "Another"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert row.name == "Another"


def test_a_presenter_who_is_removed_is_forgotten(enter, added, showcase, editor):
    enter(editor).post(person(showcase, added.pk, "remove"))
    assert not Presenter.objects.filter(pk=added.pk).exists()
    assert not PresenterContact.objects.filter(presenter_id=added.pk).exists()


@pytest.mark.parametrize("more", [(), ("remove",)])
def test_another_organization_cannot_touch_a_presenter(enter, published, other_focal_point, other_organization, more):
    row = Presenter.objects.get()
    before = Presenter.objects.values().get()
    client = enter(other_focal_point)
    answer = client.post(person(published, row.pk, *more), {"name": "Another"})
    assert answer.status_code in {403, 404}
    Presenter.objects.filter(pk=row.pk).update(named_publicly_since="2026-01-01")
    answer = client.post(person(published, row.pk, *more), {"name": "Another"})
    assert answer.status_code == 403
    assert Presenter.objects.get().name == before["name"]


def test_a_presenter_of_another_showcase_is_not_found(enter, showcase, editor, complete, other_organization):
    foreign = complete(other_organization).showcase_presenters.get().presenter
    assert enter(editor).get(person(showcase, foreign.pk)).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "\u202e"}, "required"),
        ({"name": "x" * 121}, "120"),
        ({"name": "Gul 0300-1234567"}, "mobile number"),
        ({"position": "me@example.org"}, "e-mail address"),
        ({"email": "not an address"}, "valid email"),
        ({"phone": "9" * 25}, "24"),
    ],
)
def test_a_presenter_that_cannot_be_kept_comes_back_with_a_sentence(enter, showcase, editor, fields, words):
    answer = enter(editor).post(section(showcase), {**PERSON, **fields})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Presenter.objects.count() == 1


def test_a_seventh_presenter_is_refused(enter, showcase, editor):
    client = enter(editor)
    for number in range(5):
        client.post(section(showcase), {"name": f"Person {number}"})
    answer = client.post(section(showcase), {"name": "One more"})
    assert answer.status_code == 422
    assert showcase.showcase_presenters.count() == 6
    assert not Presenter.objects.filter(name="One more").exists()


def test_a_double_click_adds_one_person(enter, showcase, editor):
    client = enter(editor)
    for _click in (1, 2):
        client.post(section(showcase), {"name": "Gul Bano"})
    assert Presenter.objects.filter(name="Gul Bano").count() == 1


class TestKnownPeople:
    """Somebody whom the organization named before is picked from a list."""

    @pytest.fixture
    def known(self, organization):
        row = Presenter.objects.create(organization=organization, name="⟦presenter:known⟧", position="Trainer")
        PresenterContact.objects.create(presenter=row, email="known@example.org")
        return row

    @pytest.fixture
    def pick(self, enter, showcase):
        address = reverse("workshops:showcase_known_presenter", args=[showcase.uuid])
        return lambda user, pk: enter(user).post(address, {"presenter": pk})

    def test_a_person_is_added_once_with_what_is_known_of_them(self, enter, editor, showcase, known, pick):
        page = enter(editor).get(section(showcase)).content.decode()
        assert f'<option value="{known.pk}">⟦presenter:known⟧, Trainer</option>' in page
        before = showcase.showcase_presenters.count()
        assert pick(editor, known.pk)["Location"] == section(showcase)
        assert pick(editor, known.pk).status_code == 422
        assert showcase.showcase_presenters.count() == before + 1
        assert Presenter.objects.filter(name=known.name).count() == 1
        assert PresenterContact.objects.get(presenter=known).email == "known@example.org"
        assert AuditEntry.objects.order_by("-pk").first().action == "presenter.add"
        assert "Add somebody you named before" not in enter(editor).get(section(showcase)).content.decode()

    @pytest.mark.parametrize("what", ["", "x", "0", "9" * 30, "\x00"])
    def test_what_is_no_person_of_the_list_is_refused(self, editor, showcase, pick, what):
        before = showcase.showcase_presenters.count()
        assert pick(editor, what).status_code == 422
        assert showcase.showcase_presenters.count() == before

    def test_a_person_of_another_organization_is_not_in_the_list(self, editor, showcase, other_organization, pick):
        other = Presenter.objects.create(
            organization=other_organization, name="Theirs", named_publicly_since="2026-01-01"
        )
        assert pick(editor, other.pk).status_code == 422
        assert not showcase.showcase_presenters.filter(presenter=other).exists()

    @pytest.mark.parametrize(
        ("role", "status"), [("other_focal_point", 404), ("reviewer", 403), ("manager", 403), ("nacta", 404)]
    )
    def test_nobody_else_adds_a_person(self, request, showcase, step, editor, known, pick, role, status):
        step("submit", showcase, editor)
        assert pick(request.getfixturevalue(role), known.pk).status_code == status
        assert not showcase.showcase_presenters.filter(presenter=known).exists()

    def test_a_full_showcase_says_so(self, editor, organization, showcase, known, pick):
        for number in range(10):
            if showcase.showcase_presenters.count() == PRESENTER_LIMIT:
                break
            row = Presenter.objects.create(organization=organization, name=f"Person {number}")
            showcase.showcase_presenters.create(presenter=row, position=number + 1)
        answer = pick(editor, known.pk)
        assert answer.status_code == 422
        assert "presenters." in answer.content.decode()
        assert not showcase.showcase_presenters.filter(presenter=known).exists()
