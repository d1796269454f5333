"""Who reads what of a showcase and of an agenda, row by row and person by person: the doors themselves."""

import pytest

from conftest import CAST, NOW
from core.terms import term
from organizations.models import Organization
from workshops.models import (
    EvidenceFile,
    Presenter,
    PresenterContact,
    ReviewComment,
    Showcase,
    ShowcasePresenter,
    ShowcaseRevision,
    Workshop,
)

pytestmark = pytest.mark.django_db

OWN = {"focal_point", "editor"}
REVIEW = OWN | {"reviewer", "manager"}
EVERYONE = set(CAST)
PARTNERS = EVERYONE - {"visitor", "api_partner"}


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("DRAFT", OWN),
        ("SUBMITTED", REVIEW),
        ("RETURNED", REVIEW),
        ("VERIFIED", REVIEW | {"nacta"}),
        ("APPROVED", REVIEW | {"nacta"}),
        ("PUBLISHED", EVERYONE),
        ("WITHDRAWN", REVIEW),
        ("ARCHIVED", REVIEW),
    ],
)
def test_a_showcase_is_read_by_more_people_the_further_it_comes(
    make_showcase, organization, readers_of, state, readers
):
    assert readers_of(make_showcase(organization, state=state)) == readers


@pytest.mark.parametrize(
    ("sensitivity", "readers"),
    [
        ("PARTNER", PARTNERS),
        ("RESTRICTED", REVIEW | {"nacta", "data_protection_officer"}),
        ("CONFIDENTIAL", REVIEW | {"data_protection_officer"}),
    ],
)
def test_a_live_showcase_travels_as_far_as_its_sensitivity_says(
    make_showcase, organization, readers_of, sensitivity, readers
):
    showcase = make_showcase(organization, state="PUBLISHED", sensitivity=sensitivity)
    assert readers_of(showcase) == readers
    assert readers_of(showcase.published_revision) == readers


def test_a_live_showcase_travels_no_further_than_its_organization_and_its_workshop(
    make_showcase, organization, workshop, readers_of
):
    showcase = make_showcase(organization, state="PUBLISHED")
    Organization.objects.filter(pk=organization.pk).update(sensitivity="RESTRICTED")
    staff = REVIEW | {"nacta", "data_protection_officer", "administrator"}
    assert readers_of(showcase) == staff
    Organization.objects.filter(pk=organization.pk).update(sensitivity="PUBLIC")
    Workshop.objects.filter(pk=workshop.pk).update(sensitivity="RESTRICTED", is_open_for_showcases=False)
    assert readers_of(showcase) == REVIEW | {"nacta", "data_protection_officer"}


def test_a_change_to_a_live_text_is_read_by_its_reviewers_and_by_nacta_once_verified(
    make_showcase, organization, readers_of
):
    showcase = make_showcase(organization, state="PUBLISHED")
    author = showcase.published_revision.created_by
    change = ShowcaseRevision.objects.create(
        showcase=showcase, number=2, created_by=author, created_at=NOW, saved_by=author, saved_at=NOW
    )
    assert readers_of(change) == OWN
    change.submitted_at = NOW
    change.save()
    assert readers_of(change) == REVIEW
    change.verified_at = NOW
    change.save()
    assert readers_of(change) == REVIEW | {"nacta"}
    assert readers_of(showcase.published_revision) == EVERYONE


def test_a_comment_is_between_the_organization_and_its_reviewers(make_showcase, organization, readers_of, reviewer):
    showcase = make_showcase(organization, state="PUBLISHED")
    comment = ReviewComment.objects.create(
        subject=showcase, revision_number=1, section="background", body="Since when?", author=reviewer, created_at=NOW
    )
    assert readers_of(comment) == REVIEW


@pytest.mark.parametrize(
    ("is_released", "is_live", "state", "readers"),
    [
        (True, True, "PUBLISHED", EVERYONE),
        (True, False, "PUBLISHED", REVIEW),
        (False, True, "PUBLISHED", REVIEW),
        (True, True, "WITHDRAWN", REVIEW),
        (True, False, "VERIFIED", REVIEW),
        # Withdrawn, and verified anew: it was public once, and is not now.
        (True, True, "VERIFIED", REVIEW),
        (False, False, "DRAFT", OWN),
    ],
)
def test_a_file_is_public_when_it_was_released_reviewed_and_its_showcase_is_live(
    make_showcase, organization, readers_of, is_released, is_live, state, readers
):
    showcase = make_showcase(organization, state=state)
    file = EvidenceFile.objects.create(
        showcase=showcase,
        type=term("evidence_type", "REPORT"),
        title="Report",
        is_released=is_released,
        live_since=NOW if is_live else None,
        uploaded_by=showcase.revisions.get().created_by,
        uploaded_at=NOW,
        name="report.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
    )
    assert readers_of(file) == readers


def test_a_presenter_is_named_to_the_public_only_with_consent_and_the_contact_never(
    make_showcase, organization, readers_of
):
    presenter = Presenter.objects.create(organization=organization, name="⟦presenter⟧")
    contact = PresenterContact.objects.create(presenter=presenter, email="private@example.org")
    link = ShowcasePresenter.objects.create(
        showcase=make_showcase(organization, state="PUBLISHED"), presenter=presenter
    )
    assert readers_of(presenter) == readers_of(link) == REVIEW | {"data_protection_officer"}
    presenter.named_publicly_since = NOW.date()
    presenter.save()
    assert readers_of(presenter) == readers_of(link) == EVERYONE
    assert readers_of(contact) == OWN | {"manager", "data_protection_officer"}
    Organization.objects.filter(pk=organization.pk).update(is_active=False)
    assert "visitor" not in readers_of(presenter)


def test_an_agenda_in_preparation_is_for_those_who_run_the_workshop(
    make_showcase, organization, workshop, make_session, place, readers_of
):
    session = make_session("Showcases", "10:00", "11:30")
    placement = place(make_showcase(organization, state="PUBLISHED"), session)
    rows = [session, session.day, session.room, placement]
    assert [readers_of(row) for row in rows] == [EVERYONE] * 4
    Workshop.objects.filter(pk=workshop.pk).update(is_published=False)
    staff = {"reviewer", "manager", "nacta"}
    assert [readers_of(row) for row in rows] == [staff] * 4
    assert readers_of(workshop) == PARTNERS
    Workshop.objects.filter(pk=workshop.pk).update(is_open_for_showcases=False)
    assert readers_of(workshop) == staff


def test_who_was_never_of_the_programme_starts_with_nothing(make_showcase, organization, make_user, actor_of):
    make_showcase(organization, state="SUBMITTED")
    nobody = actor_of(make_user("nobody@example.org"))
    assert not Showcase.objects.visible_to(nobody).exists()
