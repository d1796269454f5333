"""NACTA endorses an edition of the roadmap, in the name of an office, and everyone sees when it has changed since."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import RoleGrant
from core.access import Role
from core.audit import AuditEntry
from core.errors import NotAllowed
from core.terms import term
from partnerships import selectors, services
from partnerships.models import RoadmapEndorsement, RoadmapEndorsementRecord

PAGE = "/roadmaps/roadmap/"
OFFICE = "Director General, PVE Wing"
NOTE = "⟦endorsement-note⟧"


def records() -> list[tuple[str, int, str]]:
    return list(RoadmapEndorsementRecord.objects.order_by("pk").values_list("verb", "edition", "note"))


def standing() -> list[tuple[str, int]]:
    return list(RoadmapEndorsement.objects.filter(withdrawn_at=None).order_by("pk").values_list("office", "edition"))


@pytest.fixture
def endorsed(roadmap, nacta, actor_of, now):
    services.endorse_roadmap(
        actor=actor_of(nacta), slug=roadmap.slug, edition=1, office=OFFICE, note=NOTE, at=now - timedelta(days=1)
    )
    return roadmap


class TestAsking:
    def test_a_manager_asks_once_and_nacta_is_told(
        self, sign_in, manager, nacta, roadmap, actor_of, mailoutbox, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            for _click in range(2):
                answer = sign_in(manager).post(PAGE + "endorsement/ask/", {"note": NOTE})
                assert answer["Location"] == PAGE
        assert records() == [("ask", 1, NOTE)]
        assert [(task.title, task.url) for task in selectors.tasks_for(actor_of(nacta))] == [
            ("Endorse: Roadmap of the partners", "/roadmaps/roadmap/#endorsement")
        ]
        assert "Asked for, not given yet." in sign_in(nacta).get(PAGE).content.decode()
        assert AuditEntry.objects.get().action == "endorsement.ask"

    @pytest.mark.parametrize("role", ["nacta", "reviewer", "funder", "focal_point", "administrator"])
    def test_nobody_else_asks(self, request, sign_in, role, roadmap):
        client = sign_in(request.getfixturevalue(role))
        assert client.get(PAGE + "endorsement/ask/").status_code == 403
        assert client.post(PAGE + "endorsement/ask/", {"note": ""}).status_code == 403
        assert records() == []


class TestEndorsing:
    def test_nacta_endorses_what_it_read_and_the_public_sees_the_office(self, sign_in, client, nacta, roadmap):
        page = sign_in(nacta).get(PAGE + "endorsement/endorse/")
        assert 'name="edition" value="1"' in page.content.decode()
        for _click in range(2):
            sent = {"office": OFFICE, "note": NOTE, "edition": 1}
            assert sign_in(nacta).post(PAGE + "endorsement/endorse/", sent).status_code == 302
        assert standing() == [(OFFICE, 1)]
        assert records() == [("endorse", 1, NOTE)]
        client.logout()
        public = client.get(PAGE).content.decode()
        assert OFFICE in public
        assert "Changed since endorsement" not in public
        assert NOTE not in public
        assert nacta.name not in public

    @pytest.mark.parametrize("role", ["manager", "reviewer", "funder", "focal_point", "data_protection_officer"])
    @pytest.mark.parametrize("verb", ["endorse", "withdraw"])
    def test_nobody_else_endorses_or_withdraws(self, request, sign_in, role, verb, endorsed):
        client = sign_in(request.getfixturevalue(role))
        address = f"{PAGE}endorsement/{verb}/"
        assert client.get(address).status_code == 403
        assert client.post(address, {"office": "Mine", "note": "Mine", "edition": 1}).status_code == 403
        assert standing() == [(OFFICE, 1)]

    def test_who_may_write_the_roadmap_does_not_endorse_it(self, nacta, actor_of, roadmap, now):
        RoleGrant.objects.create(user=nacta, role=Role.MANAGER, granted_at=now)
        with pytest.raises(NotAllowed):
            services.endorse_roadmap(
                actor=actor_of(nacta), slug=roadmap.slug, edition=1, office=OFFICE, note="", at=now
            )
        assert standing() == []

    def test_a_roadmap_that_changed_while_it_was_read_is_not_endorsed(
        self, sign_in, nacta, manager, actor_of, roadmap, pillar, now
    ):
        services.change_pillar(
            actor=actor_of(manager), pk=pillar.pk, version=1, values={"objective": "Another one."}, at=now
        )
        refused = sign_in(nacta).post(PAGE + "endorsement/endorse/", {"office": OFFICE, "note": "Kept", "edition": 1})
        assert refused.status_code == 409
        page = refused.content.decode()
        assert "The text has changed since you read it." in page
        assert OFFICE in page
        assert "Kept" in page
        assert standing() == []

    @pytest.mark.parametrize(
        "sent",
        [
            {"office": "", "edition": 1},
            {"office": "\u202e", "edition": 1},
            {"office": "x" * 121, "edition": 1},
            {"office": OFFICE, "note": "x" * 2001, "edition": 1},
            {"office": OFFICE, "edition": "many"},
            {"office": OFFICE, "edition": "9" * 30},
        ],
    )
    def test_what_cannot_be_kept_comes_back(self, sign_in, nacta, roadmap, sent):
        assert sign_in(nacta).post(PAGE + "endorsement/endorse/", sent).status_code == 422
        assert standing() == []

    def test_a_step_that_does_not_exist_and_a_hidden_roadmap_are_not_found(self, sign_in, nacta, funder, roadmap):
        assert sign_in(nacta).get(PAGE + "endorsement/burn/").status_code == 404
        roadmap.is_published = False
        roadmap.save()
        assert sign_in(funder).get(PAGE + "endorsement/endorse/").status_code == 404


class TestChanges:
    def test_what_the_roadmap_says_shows_as_changed(
        self, client, manager, actor_of, endorsed, pillar, make_action, organization, now
    ):
        action = make_action("P2.1")
        actor = actor_of(manager)
        services.change_action(actor=actor, pk=action.pk, version=1, values={"partners": [organization]}, at=now)
        page = client.get(PAGE).content.decode()
        assert "Changed since endorsement" in page
        assert "What you read is edition 2." in page
        values = {"term": term("roadmap_pillar", "P1_LOCAL")}
        services.add_pillar(actor=actor, slug="roadmap", values=values, at=now)
        services.change_roadmap(actor=actor, slug="roadmap", version=1, values={"vision": "Another."}, at=now)
        endorsed.refresh_from_db()
        assert endorsed.edition == 4

    def test_progress_and_who_may_read_do_not_change_what_was_endorsed(
        self, manager, actor_of, endorsed, make_action, now
    ):
        action = make_action("P2.1")
        actor = actor_of(manager)
        done, dropped = term("action_status", "DONE"), term("action_status", "DROPPED")
        services.change_action(actor=actor, pk=action.pk, version=1, values={"status": done}, at=now)
        services.change_roadmap(actor=actor, slug="roadmap", version=1, values={"is_published": False}, at=now)
        endorsed.refresh_from_db()
        assert endorsed.edition == 1
        services.change_action(actor=actor, pk=action.pk, version=2, values={"status": dropped}, at=now)
        endorsed.refresh_from_db()
        assert endorsed.edition == 2

    def test_a_changed_roadmap_is_endorsed_again_and_withdrawing_takes_all_back(
        self, sign_in, client, nacta, manager, actor_of, endorsed, pillar, now
    ):
        services.change_pillar(actor=actor_of(manager), pk=pillar.pk, version=1, values={"objective": "New."}, at=now)
        again = {"office": OFFICE, "note": "", "edition": 2}
        assert sign_in(nacta).post(PAGE + "endorsement/endorse/", again).status_code == 302
        assert standing() == [(OFFICE, 1), (OFFICE, 2)]

        assert sign_in(nacta).post(PAGE + "endorsement/withdraw/", {"note": " "}).status_code == 422
        assert len(standing()) == 2
        assert sign_in(nacta).post(PAGE + "endorsement/withdraw/", {"note": NOTE}).status_code == 302
        assert standing() == []
        assert records()[-1] == ("withdraw", 2, NOTE)
        assert NOTE in sign_in(manager).get(PAGE).content.decode()
        assert sign_in(nacta).post(PAGE + "endorsement/withdraw/", {"note": "Again"}).status_code == 409
        client.logout()
        assert OFFICE not in client.get(PAGE).content.decode()


class TestApi:
    def test_partners_read_the_endorsement_that_holds_and_no_note(
        self, client, api_key, endorsed, nacta, actor_of, now
    ):
        headers = {"Authorization": f"Api-Key {api_key}"}
        address = "/api/v1/roadmaps/roadmap/"
        answer = client.get(address, headers=headers)
        assert {key: answer.json()["endorsement"][key] for key in ("office", "edition")} == {
            "office": OFFICE,
            "edition": 1,
        }
        assert answer.json()["edition"] == 1
        assert NOTE not in answer.content.decode()
        services.withdraw_endorsement(actor=actor_of(nacta), slug="roadmap", note=NOTE, at=now)
        assert client.get(address, headers=headers).json()["endorsement"] is None
