"""A small whole programme to report on, with protected values in it, and reports in the states tests start from."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from core.terms import term
from organizations.models import Grant
from partnerships.models import Action, ActionPartner, Pillar, Roadmap
from reports.models import Report

PERIOD = {"period_start": date(2025, 1, 1), "period_end": date(2026, 1, 31)}


@pytest.fixture
def world(
    programme,
    organization,
    other_organization,
    make_organization,
    make_project,
    make_showcase,
    workshop,
) -> dict[str, Any]:
    """Two CSOs that everybody may read about, and beside them what a report must not hold."""
    project = make_project(organization, "kbf-dialogue", title="Dialogue across the Khyber")
    project.districts.set(organization.districts.all())
    project.themes.set(organization.themes.all())
    project.target_groups.set(organization.target_groups.all())
    project.npve_pillars.set([term("npve_pillar", "R2_REACHOUT")])
    Grant.objects.create(
        project=project,
        reference="⟦grant:reference⟧",
        funder=other_organization,
        amount_eur=123456,
    )
    make_project(organization, "secret", title="⟦project:restricted⟧", sensitivity="RESTRICTED")
    hidden = make_organization("⟦organization:restricted⟧", slug="hidden", sensitivity="RESTRICTED")
    make_project(hidden, "hidden", title="⟦project:of hidden⟧")
    live = make_showcase(organization, state="PUBLISHED")
    waiting = make_showcase(other_organization, state="SUBMITTED")
    waiting.revisions.update(innovations="⟦showcase:unpublished⟧")
    roadmap = Roadmap.objects.create(
        slug="roadmap",
        programme=programme,
        title="From projects to a network",
        vision="Prevention rests on local organizations.",
        starts_on=date(2026, 2, 1),
        is_published=True,
    )
    pillar = Pillar.objects.create(roadmap=roadmap, term=term("roadmap_pillar", "P2_NETWORK"), position=1)
    complete = Action.objects.create(
        pillar=pillar,
        code="P2.1",
        title="Set up a coordination desk",
        horizon=term("roadmap_horizon", "H0"),
        status=term("action_status", "INPROGRESS"),
        lead=organization,
        indicator="Desks at work",
        target="7",
    )
    ActionPartner.objects.create(action=complete, organization=hidden)
    Action.objects.create(
        pillar=pillar,
        code="P2.2",
        title="Share a calendar",
        status=term("action_status", "PROPOSED"),
    )
    return {
        "programme": programme,
        "project": project,
        "live": live,
        "roadmap": roadmap,
    }


@pytest.fixture
def make_report(programme, manager, now):
    """Make a report of the manager as a row, without sending anything to a worker."""

    def make(kind: str = "impact", **fields: Any) -> Report:
        return Report.objects.create(
            kind=kind,
            programme=programme,
            language=fields.pop("language", "en"),
            requested_by=fields.pop("requested_by", manager),
            requested_at=now,
            queued_at=fields.pop("queued_at", now),
            **{**PERIOD, **fields},
        )

    return make
