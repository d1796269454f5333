"""One of everything, with a marker in every protected value, and who may hold each marker.

The walk in `test_exits.py` asks every exit of the portal as every person of this world. A marker that reaches
somebody who is not listed beside it is a leak.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import ApiClient, ApiKey, RoleGrant, User
from core import audit
from core.access import Actor, Role, Scope, Sensitivity
from core.geography import District
from core.terms import Term, term
from core.workflow import State
from organizations.models import (
    Grant,
    Invitation,
    Membership,
    Organization,
    PrivateContact,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
    Programme,
    Project,
    Registration,
    RegistrationPaper,
)
from partnerships.models import Action, Pillar, Roadmap, RoadmapEndorsement, RoadmapEndorsementRecord
from pvenet.tests.evidence import (
    activities,
    consents,
    intake,
    items,
    learning,
    overview,
    protection,
    quality,
    results,
    selection,
    stories,
)
from reports.models import Report, ReportEndorsement, ReportEndorsementRecord
from reports.tests.ready import finish
from workshops.models import (
    EvidenceFile,
    Placement,
    Presenter,
    PresenterContact,
    Remark,
    ReviewComment,
    Room,
    Session,
    Showcase,
    ShowcasePresenter,
    ShowcaseRevision,
    ShowcaseTransition,
    Workshop,
    WorkshopDay,
)

NOW = datetime(2026, 1, 10, 9, 0, tzinfo=UTC)
PEOPLE = (
    "visitor",
    "focal_point",
    "editor",
    "other_focal_point",
    "reviewer",
    "manager",
    "nacta",
    "funder",
    "coordinator",
    "data_protection_officer",
    "administrator",
    "api_partner",
)
OWN = {"focal_point", "editor"}
REVIEW = OWN | {"reviewer", "manager"}
TRUSTED = OWN | {"manager", "data_protection_officer"}
STAFF = {"reviewer", "manager", "nacta"}
PARTNERS = set(PEOPLE) - {"visitor", "api_partner"}

#: Marker → who may hold it. A marker is written `⟦name⟧` in the data.
HOLDERS: dict[str, set[str]] = {
    "contact": TRUSTED,
    "registration": TRUSTED,
    "paper": TRUSTED,
    "grant": OWN | {"manager", "funder"},
    "presenter": REVIEW | {"data_protection_officer"},
    "presenter-contact": TRUSTED,
    "draft": OWN,
    "submitted": REVIEW,
    "returned": REVIEW,
    "reason": REVIEW,
    "remark": STAFF,
    "comment": REVIEW,
    "verified": REVIEW | {"nacta"},
    "withdrawn": REVIEW,
    "next-draft": OWN,
    "evidence": REVIEW,
    "partner-showcase": PARTNERS,
    "profile-draft": OWN,
    "profile-submitted": {"other_focal_point", "reviewer", "manager"},
    "profile-comment": {"other_focal_point", "reviewer", "manager"},
    "invitation": {"focal_point", "manager", "administrator"},
    "hidden-roadmap": STAFF,
    "endorsement-note": STAFF,
    "hidden-workshop": STAFF,
    "hidden-organization": STAFF | {"administrator", "data_protection_officer"},
    "restricted-project": OWN | STAFF | {"data_protection_officer"},
    "partner-project": PARTNERS,
    "api-client": {"manager", "administrator"},
    "audit": {"data_protection_officer"},
    "user:focal_point": TRUSTED | {"administrator"},
    "user:editor": TRUSTED | {"administrator"},
    "user:other_focal_point": {
        "other_focal_point",
        "manager",
        "data_protection_officer",
        "administrator",
    },
    "user:reviewer": {
        "reviewer",
        "manager",
        "data_protection_officer",
        "administrator",
    },
    "user:manager": {"manager", "data_protection_officer", "administrator"},
    "user:nacta": {"nacta", "manager", "data_protection_officer", "administrator"},
    "user:funder": {"funder", "manager", "data_protection_officer", "administrator"},
    "user:coordinator": {
        "coordinator",
        "manager",
        "data_protection_officer",
        "administrator",
    },
    "user:data_protection_officer": {
        "data_protection_officer",
        "manager",
        "administrator",
    },
    "user:administrator": {"administrator", "manager", "data_protection_officer"},
}
#: The parts of the world that are evidence. Each has HOLDERS, EXITS and plant().
EVIDENCE = (items, activities, results, consents, stories, selection, learning, intake, quality, protection, overview)
for part in EVIDENCE:
    HOLDERS |= part.HOLDERS
GRANTED = {
    "reviewer": Role.REVIEWER,
    "manager": Role.MANAGER,
    "nacta": Role.NACTA,
    "funder": Role.FUNDER,
    "coordinator": Role.NETWORK_COORDINATOR,
    "data_protection_officer": Role.DATA_PROTECTION_OFFICER,
    "administrator": Role.ADMINISTRATOR,
}
TEXTS = (
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


def mark(name: str) -> str:
    """The planted text of a marker."""
    assert name in HOLDERS, f"{name} has no holders in pvenet/tests/world.py"
    return f"⟦{name}⟧"


@dataclass
class World:
    """What the register of exits needs to build its addresses."""

    users: dict[str, User]
    api_key: str
    organizations: list[Organization]
    projects: list[Project]
    workshops: list[Workshop]
    showcases: dict[str, Showcase]
    roadmaps: list[Roadmap]
    reports: list[Report]
    rows: dict[str, list[Any]] = field(default_factory=dict)


def build_world() -> World:
    """Fill an empty database (with vocabularies and geography) and say what is in it."""
    home = _organization("Home CSO", districts=["KP-PESHAWAR"])
    other = _organization("Other CSO", districts=["BA-QUETTA"])
    hidden = _organization(
        mark("hidden-organization"),
        slug="hidden-cso",
        sensitivity=Sensitivity.RESTRICTED,
    )
    users = _users(home, other)
    programme = Programme.objects.create(
        code="CPTP",
        title="The programme",
        lead_name="NACTA",
        executing_name="UNODC",
        funder_name="EU",
    )
    projects = _projects(programme, home, other)
    workshop, showcases, workshops = _workshops(programme, home, other, users, projects[0])
    roadmaps = _roadmaps(programme, home)
    rows = {
        **_private(home, projects[0], users),
        **_profiles(home, other, users),
        **_agenda(workshop, showcases),
    }
    partner = ApiClient.objects.create(name=mark("api-client"), created_at=NOW)
    key, prefix, key_hash = ApiKey.new_key()
    rows["api_keys"] = [
        ApiKey.objects.create(
            client=partner,
            prefix=prefix,
            key_hash=key_hash,
            scopes=[scope.value for scope in Scope],
            created_at=NOW,
        )
    ]
    rows["api_clients"] = [partner]
    audit.record(
        actor=Actor(user_id=users["manager"].pk),
        action="export",
        row=home,
        at=NOW,
        note=mark("audit"),
    )
    report = Report.objects.create(
        kind="impact",
        programme=programme,
        period_start=date(2025, 1, 1),
        period_end=date(2025, 12, 31),
        language="en",
        requested_by=users["manager"],
        requested_at=NOW,
        released_at=NOW,
    )
    finish(report, at=NOW)
    rows["remarks"] = [
        Remark.objects.create(
            subject=showcases[name], revision_number=1, body=mark("remark"), author=users["nacta"], created_at=NOW
        )
        for name in ("verified", "published")
    ]
    _endorsements(roadmaps[0], report, users)
    world = World(
        users=users,
        api_key=key,
        organizations=[home, other, hidden],
        projects=projects,
        workshops=workshops,
        showcases=showcases,
        roadmaps=roadmaps,
        reports=[report],
        rows=rows,
    )
    for part in EVIDENCE:
        part.plant(world)
    return world


def _organization(name: str, *, districts: list[str] | None = None, slug: str = "", **fields: Any) -> Organization:
    row = Organization.objects.create(
        name=name,
        slug=slug or name.lower().replace(" ", "-"),
        type=term("partner_type", "NNGO"),
        mission="We work for peace.",
        **fields,
    )
    row.districts.set(District.objects.filter(code__in=districts or []))
    row.themes.set(Term.objects.filter(vocabulary="pve_theme", code="DIALOGUE"))
    return row


def _users(home: Organization, other: Organization) -> dict[str, User]:
    users = {}
    for name in PEOPLE:
        if name in {"visitor", "api_partner"}:
            continue
        users[name] = User.objects.create_user(f"{name}@example.org", "a long enough word", name=mark(f"user:{name}"))
        if name in GRANTED:
            RoleGrant.objects.create(user=users[name], role=GRANTED[name], granted_at=NOW)
    for name, organization, role in (
        ("focal_point", home, Role.FOCAL_POINT),
        ("editor", home, Role.EDITOR),
        ("other_focal_point", other, Role.FOCAL_POINT),
    ):
        Membership.objects.create(
            user=users[name],
            organization=organization,
            role=role,
            started_on=date(2025, 1, 1),
        )
    return users


def _projects(programme: Programme, home: Organization, other: Organization) -> list[Project]:
    rows = [
        Project.objects.create(
            programme=programme,
            organization=organization,
            code=code,
            title=title,
            summary=title,
            starts_on=date(2025, 1, 1),
            ends_on=date(2025, 12, 31),
            sensitivity=sensitivity,
        )
        for organization, code, title, sensitivity in (
            (home, "open", "Open project", Sensitivity.PUBLIC),
            (home, "restricted", mark("restricted-project"), Sensitivity.RESTRICTED),
            (other, "partners", mark("partner-project"), Sensitivity.PARTNER),
        )
    ]
    rows[0].districts.set(District.objects.filter(code="KP-PESHAWAR"))
    return rows


def _workshops(
    programme: Programme,
    home: Organization,
    other: Organization,
    users: dict[str, User],
    project: Project,
) -> tuple[Workshop, dict[str, Showcase], list[Workshop]]:
    """One workshop for every state of a showcase, because a CSO has one showcase a workshop."""
    showcases: dict[str, Showcase] = {}
    workshops = []
    for name, state in (
        ("draft", State.DRAFT),
        ("submitted", State.SUBMITTED),
        ("returned", State.RETURNED),
        ("verified", State.VERIFIED),
        ("withdrawn", State.WITHDRAWN),
        ("published", State.PUBLISHED),
        ("partner-showcase", State.PUBLISHED),
    ):
        workshop = _workshop(programme, f"workshop-{name}", f"Workshop {name.replace('-', ' ')}")
        workshops.append(workshop)
        text = "Public text." if name == "published" else mark(name)
        showcases[name] = _showcase(workshop, home, users, state=state, text=text, project=project)
    showcases["partner-showcase"].sensitivity = Sensitivity.PARTNER
    showcases["partner-showcase"].save()
    published = showcases["published"]
    showcases["other"] = _showcase(published.workshop, other, users, state=State.PUBLISHED, text="Public text.")
    _revision(published, users, number=2, text=mark("next-draft"))
    published.state = State.DRAFT
    published.save()
    _review(showcases["returned"], users)
    for showcase in (published, showcases["submitted"]):
        _evidence(showcase, users)
    _presenters(published, home)
    workshops.append(_workshop(programme, "hidden-workshop", mark("hidden-workshop"), is_published=False))
    return published.workshop, showcases, workshops


def _workshop(programme: Programme, slug: str, title: str, *, is_published: bool = True) -> Workshop:
    row = Workshop.objects.create(
        slug=slug,
        programme=programme,
        title=title,
        starts_on=date(2026, 1, 15),
        ends_on=date(2026, 1, 16),
        submission_deadline=datetime(2030, 1, 1, tzinfo=UTC),
        is_published=is_published,
        is_open_for_showcases=is_published,
    )
    day = WorkshopDay.objects.create(workshop=row, held_on=date(2026, 1, 15))
    room = Room.objects.create(workshop=row, name="Hall")
    Session.objects.create(
        workshop=row,
        day=day,
        room=room,
        type=term("session_type", "SHOWCASE"),
        title=title,
        starts_at=datetime(2026, 1, 15, 4, tzinfo=UTC),
        ends_at=datetime(2026, 1, 15, 6, tzinfo=UTC),
    )
    return row


def _showcase(
    workshop: Workshop,
    organization: Organization,
    users: dict[str, User],
    *,
    state: str,
    text: str,
    **fields: Any,
) -> Showcase:
    sent = state != State.DRAFT
    showcase = Showcase.objects.create(
        workshop=workshop,
        organization=organization,
        first_submitted_at=NOW if sent else None,
        created_at=NOW,
        saved_at=NOW,
        **fields,
    )
    revision = _revision(
        showcase,
        users,
        number=1,
        text=text,
        submitted_at=NOW if sent else None,
        verified_at=NOW if state in {State.VERIFIED, State.PUBLISHED} else None,
    )
    showcase.state = state
    if state == State.PUBLISHED:
        showcase.published_revision, showcase.published_at = revision, NOW
    showcase.save()
    return showcase


def _revision(showcase: Showcase, users: dict[str, User], *, number: int, text: str, **fields: Any) -> ShowcaseRevision:
    row = ShowcaseRevision.objects.create(
        showcase=showcase,
        number=number,
        title=text,
        created_by=users["editor"],
        created_at=NOW,
        saved_by=users["editor"],
        saved_at=NOW,
        **dict.fromkeys(TEXTS, text),
        **fields,
    )
    row.districts.set(District.objects.filter(code="KP-PESHAWAR"))
    row.themes.set(Term.objects.filter(vocabulary="pve_theme", code="DIALOGUE"))
    row.target_groups.set(Term.objects.filter(vocabulary="target_group", code="YOUTH"))
    return row


def _review(showcase: Showcase, users: dict[str, User]) -> None:
    for verb, before, after, reason, author in (
        ("submit", State.DRAFT, State.SUBMITTED, "", "editor"),
        ("return", State.SUBMITTED, State.RETURNED, mark("reason"), "reviewer"),
    ):
        ShowcaseTransition.objects.create(
            subject=showcase,
            verb=verb,
            from_state=before,
            to_state=after,
            reason=reason,
            version=1,
            actor=users[author],
            at=NOW,
        )
    ReviewComment.objects.create(
        subject=showcase,
        revision_number=1,
        section="background",
        body=mark("comment"),
        author=users["reviewer"],
        created_at=NOW,
    )


def _evidence(showcase: Showcase, users: dict[str, User]) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    for is_released, title in ((False, mark("evidence")), (True, "Released")):
        row = EvidenceFile(
            showcase=showcase,
            type=term("evidence_type", "PHOTO"),
            title=title,
            name=f"{title}.png",
            content_type="application/pdf" if not is_released else "image/png",
            size=10,
            sha256="0" * 64,
            alt_text=title,
            is_released=is_released,
            uploaded_by=users["editor"],
            uploaded_at=NOW,
        )
        row.file = ContentFile(title.encode() if not is_released else picture.getvalue(), name="upload")
        row.save()


def _presenters(showcase: Showcase, home: Organization) -> None:
    for name, since in (
        ("Agreed to be named", date(2026, 1, 1)),
        (mark("presenter"), None),
    ):
        presenter = Presenter.objects.create(organization=home, name=name, position=name, named_publicly_since=since)
        PresenterContact.objects.create(
            presenter=presenter,
            phone=mark("presenter-contact"),
            access_needs=mark("presenter-contact"),
        )
        ShowcasePresenter.objects.create(showcase=showcase, presenter=presenter)


def _roadmaps(programme: Programme, home: Organization) -> list[Roadmap]:
    rows = []
    for slug, title, is_published in (
        ("open-roadmap", "Roadmap", True),
        ("hidden", mark("hidden-roadmap"), False),
    ):
        roadmap = Roadmap.objects.create(
            slug=slug,
            programme=programme,
            title=title,
            vision=title,
            starts_on=date(2026, 2, 1),
            is_published=is_published,
        )
        pillar = Pillar.objects.create(
            roadmap=roadmap,
            term=Term.objects.of("roadmap_pillar")[0],
            objective=title,
            position=0,
        )
        Action.objects.create(
            pillar=pillar,
            code="P1-01",
            title=title,
            status=term("action_status", "AGREED"),
            lead=home,
        )
        rows.append(roadmap)
    return rows


def _endorsements(roadmap: Roadmap, report: Report, users: dict[str, User]) -> None:
    """A roadmap and a report that NACTA was asked to endorse and has endorsed: the office is public, the notes are not."""
    for subject, endorsements, records in (
        (roadmap, RoadmapEndorsement, RoadmapEndorsementRecord),
        (report, ReportEndorsement, ReportEndorsementRecord),
    ):
        endorsements.objects.create(
            subject=subject, edition=1, office="Director General", endorsed_by=users["nacta"], endorsed_at=NOW
        )
        for verb, author in (("ask", "manager"), ("endorse", "nacta")):
            records.objects.create(
                subject=subject, verb=verb, edition=1, note=mark("endorsement-note"), actor=users[author], at=NOW
            )


def _private(home: Organization, project: Project, users: dict[str, User]) -> dict[str, list[Any]]:
    contact = PrivateContact.objects.create(
        organization=home,
        name=mark("contact"),
        email="contact@example.org",
        phone=mark("contact"),
    )
    Registration.objects.create(
        organization=home,
        law=Term.objects.of("registration_law")[0],
        number=mark("registration"),
    )
    paper = RegistrationPaper(
        organization=home,
        title=mark("paper"),
        name=f"{mark('paper')}.pdf",
        content_type="application/pdf",
        size=9,
        sha256="0" * 64,
        uploaded_by=users["focal_point"],
        uploaded_at=NOW,
    )
    paper.file = ContentFile(mark("paper").encode(), name="upload")
    paper.save()
    Grant.objects.create(project=project, reference=mark("grant"), funder=home, amount_eur=1)
    invitation = Invitation.objects.create(
        email="invited@example.org",
        name=mark("invitation"),
        role=Role.EDITOR,
        organization=home,
        token_hash="0" * 64,
        invited_by=users["focal_point"],
        invited_at=NOW,
        expires_at=NOW + timedelta(days=3650),
    )
    return {
        "contacts": [contact],
        "papers": [paper],
        "invitations": [invitation],
        "memberships": list(Membership.objects.order_by("pk")),
    }


def _profiles(home: Organization, other: Organization, users: dict[str, User]) -> dict[str, list[Any]]:
    revisions = []
    for organization, state, name, author in (
        (home, State.DRAFT, "profile-draft", "editor"),
        (other, State.SUBMITTED, "profile-submitted", "other_focal_point"),
    ):
        revisions.append(
            ProfileRevision.objects.create(
                organization=organization,
                state=state,
                mission=mark(name),
                created_by=users[author],
                created_at=NOW,
                saved_at=NOW,
            )
        )
    ProfileTransition.objects.create(
        subject=revisions[1],
        verb="submit",
        from_state=State.DRAFT,
        to_state=State.SUBMITTED,
        version=2,
        actor=users["other_focal_point"],
        at=NOW,
    )
    comment = ProfileComment.objects.create(
        subject=revisions[1],
        field="mission",
        body=mark("profile-comment"),
        author=users["reviewer"],
        created_at=NOW,
    )
    return {"profile_revisions": revisions, "profile_comments": [comment]}


def _agenda(workshop: Workshop, showcases: dict[str, Showcase]) -> dict[str, list[Any]]:
    session = workshop.sessions.get()
    placed = [showcases["published"], showcases["other"]]
    for position, showcase in enumerate(placed):
        Placement.objects.create(session=session, showcase=showcase, position=position)
    return {"sessions": list(Session.objects.order_by("pk"))}
