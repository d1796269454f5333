"""The cast of the workshop tests: a showcase that can be sent, and one call for each step of its life."""

from __future__ import annotations

import io
from datetime import datetime, time, timedelta

import pytest
from django.test import Client
from PIL import Image

from core.access import Role
from core.terms import term
from workshops.agenda.exports import ZONE
from workshops.models import (
    EvidenceFile,
    Placement,
    Presenter,
    PresenterContact,
    Session,
    Showcase,
    ShowcasePresenter,
)
from workshops.showcases import services


@pytest.fixture
def private_files(settings, tmp_path):
    """Uploads of one test, in a directory of its own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
    return tmp_path


@pytest.fixture
def picture() -> bytes:
    """A small JPEG."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def complete(make_showcase, private_files, now):
    """Make a showcase that has everything it needs to be sent: text, a file as evidence, and a presenter."""

    def make(organization, *, state: str = "DRAFT", **fields) -> Showcase:
        showcase = make_showcase(organization, state=state, **fields)
        revision = showcase.revisions.get()
        revision.writers.add(revision.created_by)
        evidence = EvidenceFile(
            showcase=showcase,
            type=term("evidence_type", "REPORT"),
            title="⟦evidence:title⟧",
            uploaded_by=revision.created_by,
            uploaded_at=now,
            name="report.pdf",
            content_type="application/pdf",
            size=9,
            sha256="0" * 64,
        )
        evidence.file.save("x", io.BytesIO(b"%PDF-1.7\n"))
        presenter = Presenter.objects.create(organization=organization, name=f"⟦presenter:{organization.pk}⟧")
        PresenterContact.objects.create(presenter=presenter, email="private@example.org", phone="⟦contact:phone⟧")
        ShowcasePresenter.objects.create(showcase=showcase, presenter=presenter)
        return showcase

    return make


@pytest.fixture
def showcase(complete, organization) -> Showcase:
    """The draft of `focal_point` and `editor`, complete."""
    return complete(organization)


@pytest.fixture
def step(actor_of, now):
    """Take a step as a person, from the row as it stands: `step("verify", showcase, reviewer)`."""
    calls = {
        "submit": services.submit_showcase,
        "return": services.return_showcase,
        "verify": services.verify_showcase,
        "approve": services.approve_showcase,
        "publish": services.publish_showcase,
        "withdraw": services.withdraw_showcase,
        "archive": services.archive_showcase,
        "change": services.start_change,
    }
    clock = {"at": now}

    def take(verb: str, showcase: Showcase, user, *, at=None, **arguments) -> Showcase:
        clock["at"] += timedelta(minutes=1)
        if verb != "withdraw" and "version" not in arguments:
            arguments["version"] = Showcase.objects.get(pk=showcase.pk).version
        if verb in {"return", "withdraw"}:
            arguments.setdefault("reason", "The second activity has no date.")
        calls[verb](
            actor=actor_of(user),
            uuid=showcase.uuid,
            at=at or clock["at"],
            **arguments,
        )
        showcase.refresh_from_db()
        return showcase

    return take


@pytest.fixture
def save(actor_of, now):
    """Save one section as a person: `save(showcase, editor, "background", background="…")`."""

    def write(showcase: Showcase, user, section: str, *, base=None, at=None, **values):
        return services.save_section(
            actor=actor_of(user),
            uuid=showcase.uuid,
            section=section,
            values=values,
            base=base,
            at=at or now,
        )

    return write


@pytest.fixture
def published(showcase, step, editor, reviewer, manager) -> Showcase:
    """The showcase of `editor`, live, by the way that leads there."""
    step("submit", showcase, editor)
    step("verify", showcase, reviewer)
    step("approve", showcase, manager)
    return step("publish", showcase, manager)


@pytest.fixture
def second_manager(make_user):
    return make_user("manager-two@example.org", Role.MANAGER)


@pytest.fixture
def enter():
    """A client of its own, signed in, so that two people can be on the site at once: `enter(editor).get("/")`."""

    def sign_in(user=None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def before_deadline(time_machine):
    """The clock stands at the cast's `now`."""
    time_machine.move_to("2026-01-10T09:00:00Z", tick=False)
    return time_machine


@pytest.fixture
def make_session(workshop):
    """Make a session on the first day: `make_session("Showcases", "10:00", "11:30")`."""

    def make(title: str, starts: str, ends: str, **fields) -> Session:
        day = fields.pop("day", None) or workshop.days.order_by("held_on").first()
        fields.setdefault("type", None if fields.get("is_break") else term("session_type", "SHOWCASE"))
        fields.setdefault("room", workshop.rooms.get(name="Main hall"))
        moments = [datetime.combine(day.held_on, time.fromisoformat(clock), tzinfo=ZONE) for clock in (starts, ends)]
        return Session.objects.create(
            workshop=workshop,
            day=day,
            title=title,
            starts_at=moments[0],
            ends_at=moments[1],
            **fields,
        )

    return make


@pytest.fixture
def place():
    """Place a showcase in a session, bypassing the services."""

    def put(showcase, session, position=1, minutes=10) -> Placement:
        return Placement.objects.create(showcase=showcase, session=session, position=position, minutes=minutes)

    return put
