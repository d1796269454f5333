"""The cast: the people and records that tests share. Every protected value carries a marker such as `⟦contact:name⟧`."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from core.tests import services  # noqa: F401  the first of our imports: it starts what the models need

# isort: split
from django.core.cache import cache
from django.utils import timezone

from accounts.api_keys import actor_for_key
from accounts.models import ApiClient, ApiKey, RoleGrant, User
from core.access import Actor, Role, Scope
from core.geography import District
from core.management.commands.load_reference import (
    REFERENCE,
    load_geography,
    load_terms,
)
from core.terms import Term, term
from organizations.actors import actor_for_user_id
from organizations.models import Membership, Organization, Programme, Project
from workshops.models import Room, Showcase, ShowcaseRevision, Workshop, WorkshopDay

if TYPE_CHECKING:
    from django.db.models import Model
    from django.test import Client

pytest_plugins = ["core.tests.guards", "core.tests.browser", "core.tests.worker", "evidence.tests.telling"]

PASSWORD = "correct horse battery staple"
NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)


def load_reference_data() -> None:
    for name, load in (("vocabularies", load_terms), ("geography", load_geography)):
        load(json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database holds the vocabularies and the geography, as every database of the portal does."""
    with django_db_blocker.unblock():
        if not Term.objects.exists():
            load_reference_data()


@pytest.fixture(autouse=True)
def empty_cache():
    """A test starts with nothing cached, so that what it counts does not depend on the test before it."""
    cache.clear()


@pytest.fixture(autouse=True)
def reference_data(request):
    """A test that commits is followed by the emptying of all tables; the next of its kind loads them again."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        if not Term.objects.exists():
            load_reference_data()


@pytest.fixture
def now() -> datetime:
    """Five days before the workshop, before the deadline for showcases."""
    return NOW


@pytest.fixture
def make_user(db):
    """Make a user who can sign in with PASSWORD: `make_user("a@example.org", Role.REVIEWER)`."""

    def make(email: str, *roles: str, name: str = "", language: str = "en") -> User:
        user = User.objects.create_user(email, PASSWORD, name=name or f"⟦user:{email}⟧", language=language)
        for role in roles:
            RoleGrant.objects.create(user=user, role=role, granted_at=NOW)
        return user

    return make


@pytest.fixture
def make_member(make_user):
    """Make a user who acts for an organization."""

    def make(email: str, organization: Organization, role: str) -> User:
        user = make_user(email)
        Membership.objects.create(user=user, organization=organization, role=role, started_on=date(2025, 1, 1))
        return user

    return make


@pytest.fixture
def programme(db) -> Programme:
    return Programme.objects.create(
        code="CPTP",
        title="Countering and Preventing Terrorism in Pakistan",
        lead_name="NACTA",
        executing_name="UNODC",
        funder_name="European Union",
    )


@pytest.fixture
def make_organization(db):
    """Make an organization: `make_organization("Khyber Bridges", type="NNGO")`."""

    def make(name: str, *, type: str = "NNGO", **fields) -> Organization:
        slug = fields.pop("slug", name.lower().replace(" ", "-")[:80])
        return Organization.objects.create(name=name, slug=slug, type=term("partner_type", type), **fields)

    return make


@pytest.fixture
def organization(make_organization) -> Organization:
    """The CSO of `focal_point` and `editor`."""
    row = make_organization("Khyber Bridges Foundation", acronym="KBF", name_ur="خیبر برجز فاؤنڈیشن")
    row.districts.set(District.objects.filter(code__in=["KP-PESHAWAR", "KP-KHYBER"]))
    row.themes.set(Term.objects.filter(vocabulary="pve_theme", code__in=["COMMUNITY", "DIALOGUE"]))
    row.target_groups.set(Term.objects.filter(vocabulary="target_group", code__in=["ELDERS", "YOUTH"]))
    return row


@pytest.fixture
def other_organization(make_organization) -> Organization:
    """Another CSO, of `other_focal_point`."""
    return make_organization("Makran Coastal Youth Union", type="YOUTH", name_ur="مکران کوسٹل یوتھ یونین")


@pytest.fixture
def make_project(programme):
    """Make a project of an organization."""

    def make(organization: Organization, code: str, **fields) -> Project:
        fields = {
            "title": f"Project {code}",
            "starts_on": date(2025, 1, 1),
            "ends_on": date(2025, 12, 31),
            **fields,
        }
        return Project.objects.create(programme=programme, organization=organization, code=code, **fields)

    return make


@pytest.fixture
def project(make_project, organization) -> Project:
    return make_project(organization, "kbf-dialogue", title="Dialogue across the Khyber")


@pytest.fixture
def workshop(programme) -> Workshop:
    """A published two-day workshop that still takes showcases, with one room."""
    row = Workshop.objects.create(
        slug="national-workshop",
        programme=programme,
        title="National Workshop",
        title_ur="قومی ورکشاپ",
        starts_on=date(2026, 1, 15),
        ends_on=date(2026, 1, 16),
        submission_deadline=datetime(2026, 1, 12, 18, 0, tzinfo=UTC),
        is_published=True,
    )
    for day in (15, 16):
        WorkshopDay.objects.create(workshop=row, held_on=date(2026, 1, day))
    Room.objects.create(workshop=row, name="Main hall", name_ur="مرکزی ہال", capacity=120)
    return row


SECTIONS = (
    "background",
    "reach_note",
    "focus_note",
    "activities",
    "innovations",
    "challenges",
    "lessons_worked",
    "lessons_adapted",
    "lessons_constraints",
)


@pytest.fixture
def make_showcase(workshop, make_user):
    """Make a showcase with a complete first revision, in the state asked for, bypassing the services."""

    def make(
        organization: Organization,
        *,
        state: str = "DRAFT",
        author: User | None = None,
        **fields,
    ) -> Showcase:
        author = author or make_user(f"author-{organization.pk}@example.org")
        was_sent = state != "DRAFT"
        showcase = Showcase.objects.create(
            workshop=fields.pop("workshop", workshop),
            organization=organization,
            state="DRAFT",
            first_submitted_at=NOW if was_sent else None,
            created_at=NOW,
            saved_at=NOW,
            **fields,
        )
        revision = ShowcaseRevision.objects.create(
            showcase=showcase,
            number=1,
            title=f"Showcase of {organization.name}",
            created_by=author,
            created_at=NOW,
            saved_by=author,
            saved_at=NOW,
            submitted_at=NOW if was_sent else None,
            verified_at=NOW if state in {"VERIFIED", "APPROVED", "PUBLISHED"} else None,
            **{name: f"Text of {name} by organization {organization.pk}. " + "word " * 60 for name in SECTIONS},
        )
        revision.districts.set(District.objects.filter(code="KP-PESHAWAR"))
        revision.themes.set(Term.objects.filter(vocabulary="pve_theme", code="DIALOGUE"))
        revision.target_groups.set(Term.objects.filter(vocabulary="target_group", code="YOUTH"))
        showcase.state = state
        if state == "PUBLISHED":
            showcase.published_revision, showcase.published_at = revision, NOW
        showcase.save()
        return showcase

    return make


@pytest.fixture
def focal_point(make_member, organization) -> User:
    return make_member("focal@example.org", organization, Role.FOCAL_POINT)


@pytest.fixture
def editor(make_member, organization) -> User:
    return make_member("editor@example.org", organization, Role.EDITOR)


@pytest.fixture
def other_focal_point(make_member, other_organization) -> User:
    return make_member("other@example.org", other_organization, Role.FOCAL_POINT)


@pytest.fixture
def manager(make_user) -> User:
    return make_user("manager@example.org", Role.MANAGER)


@pytest.fixture
def reviewer(make_user) -> User:
    return make_user("reviewer@example.org", Role.REVIEWER)


@pytest.fixture
def nacta(make_user) -> User:
    return make_user("nacta@example.org", Role.NACTA)


@pytest.fixture
def funder(make_user) -> User:
    return make_user("funder@example.org", Role.FUNDER)


@pytest.fixture
def data_protection_officer(make_user) -> User:
    return make_user("dpo@example.org", Role.DATA_PROTECTION_OFFICER)


@pytest.fixture
def administrator(make_user) -> User:
    return make_user("admin@example.org", Role.ADMINISTRATOR)


@pytest.fixture
def api_key(db) -> str:
    """A key with every scope; the header is `Authorization: Api-Key <key>`."""
    key, prefix, key_hash = ApiKey.new_key()
    partner = ApiClient.objects.create(name="Partner", created_at=NOW)
    ApiKey.objects.create(
        client=partner,
        prefix=prefix,
        key_hash=key_hash,
        scopes=[scope.value for scope in Scope],
        created_at=NOW,
    )
    return key


@pytest.fixture
def api_partner(api_key) -> Actor:
    return actor_for_key(ApiKey.objects.select_related("client").get(prefix="_".join(api_key.split("_")[:2])))


@pytest.fixture
def visitor() -> Actor:
    return Actor.visitor()


@pytest.fixture
def actor_of():
    """The actor of a user as of now: `actor_of(reviewer)`."""
    return lambda user: actor_for_user_id(user.pk)


@pytest.fixture
def sign_in(client):
    """A test client that is signed in as the user: `sign_in(manager).get("/")`."""

    def enter(user: User) -> Client:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        user.last_login = timezone.now()
        return client

    return enter


#: Everybody of the cast, by the names of their fixtures.
CAST = (
    "visitor",
    "api_partner",
    "focal_point",
    "editor",
    "other_focal_point",
    "reviewer",
    "manager",
    "nacta",
    "funder",
    "data_protection_officer",
    "administrator",
)


@pytest.fixture
def readers_of(request, actor_of):
    """Who of the cast may read a row: `readers_of(showcase) == {"focal_point", "editor"}`."""
    people = {name: request.getfixturevalue(name) for name in CAST}

    def ask(row: Model) -> set[str]:
        rows = type(row)._default_manager
        actors = {name: who if isinstance(who, Actor) else actor_of(who) for name, who in people.items()}
        return {name for name, actor in actors.items() if rows.visible_to(actor).filter(pk=row.pk).exists()}

    return ask
