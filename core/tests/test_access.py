"""The doors of the tables hold: what a person may not see is absent."""

from core.access import Actor
from organizations.models import Grant, PrivateContact
from workshops.models import Showcase, ShowcaseRevision


def test_visitor_belongs_to_nobody():
    assert Actor.visitor().is_visitor
    assert not Actor.visitor().is_partner


def test_draft_showcase_is_seen_by_its_own_organization_only(
    make_showcase,
    organization,
    focal_point,
    other_focal_point,
    manager,
    nacta,
    funder,
    actor_of,
    visitor,
):
    draft = make_showcase(organization)
    seen_by = {
        name: list(Showcase.objects.visible_to(actor))
        for name, actor in {
            "focal_point": actor_of(focal_point),
            "other": actor_of(other_focal_point),
            "manager": actor_of(manager),
            "nacta": actor_of(nacta),
            "funder": actor_of(funder),
            "visitor": visitor,
        }.items()
    }
    assert seen_by == {
        "focal_point": [draft],
        "other": [],
        "manager": [],
        "nacta": [],
        "funder": [],
        "visitor": [],
    }


def test_published_revision_is_public_and_the_next_draft_is_not(
    make_showcase, organization, visitor, manager, actor_of
):
    showcase = make_showcase(organization, state="PUBLISHED")
    live = showcase.published_revision
    draft = ShowcaseRevision.objects.create(
        showcase=showcase,
        number=2,
        title="⟦draft:title⟧",
        created_by=live.created_by,
        created_at=live.created_at,
        saved_by=live.saved_by,
        saved_at=live.saved_at,
    )
    assert list(ShowcaseRevision.objects.visible_to(visitor)) == [live]
    assert draft not in ShowcaseRevision.objects.visible_to(actor_of(manager))


def test_private_contacts_and_grants_are_hidden_from_nacta(
    organization,
    other_organization,
    project,
    nacta,
    funder,
    manager,
    focal_point,
    actor_of,
):
    contact = PrivateContact.objects.create(organization=organization, name="⟦contact:name⟧")
    grant = Grant.objects.create(project=project, reference="G-1", funder=other_organization, amount_eur=1000)
    assert not PrivateContact.objects.visible_to(actor_of(nacta)).exists()
    assert not Grant.objects.visible_to(actor_of(nacta)).exists()
    assert not PrivateContact.objects.visible_to(actor_of(funder)).exists()
    assert list(Grant.objects.visible_to(actor_of(funder))) == [grant]
    assert list(PrivateContact.objects.visible_to(actor_of(manager))) == [contact]
    assert list(PrivateContact.objects.visible_to(actor_of(focal_point))) == [contact]
