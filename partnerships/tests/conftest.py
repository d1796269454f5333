"""A roadmap with one pillar, and a way to add actions to it."""

from __future__ import annotations

from datetime import date

import pytest

from core.terms import term
from partnerships.models import Action, ActionPartner, Pillar, Roadmap


@pytest.fixture
def roadmap(programme) -> Roadmap:
    """A published roadmap that everyone reads."""
    return Roadmap.objects.create(
        slug="roadmap",
        programme=programme,
        title="Roadmap of the partners",
        title_ur="شراکت داروں کا روڈ میپ",
        vision="Local work that lasts.",
        starts_on=date(2026, 1, 15),
        is_published=True,
    )


@pytest.fixture
def pillar(roadmap) -> Pillar:
    return Pillar.objects.create(
        roadmap=roadmap,
        term=term("roadmap_pillar", "P2_NETWORK"),
        objective="Partners act together.",
        position=1,
    )


@pytest.fixture
def make_action(pillar):
    """Make an action, bypassing the services: `make_action("P2.1", lead=organization)`."""

    def make(
        code: str,
        *,
        status: str = "AGREED",
        horizon: str | None = "H1",
        partners=(),
        **fields,
    ) -> Action:
        action = Action.objects.create(
            pillar=fields.pop("pillar", pillar),
            code=code,
            status=term("action_status", status),
            horizon=horizon and term("roadmap_horizon", horizon),
            **{"title": f"Action {code}", **fields},
        )
        for organization in partners:
            ActionPartner.objects.create(action=action, organization=organization)
        return action

    return make
