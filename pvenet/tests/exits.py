"""The register of exits: for every route, the arguments with which the walk asks for it.

`"?"` in the arguments is a query string. Add a line here with every new route; the walk is red until you do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from core.geography import District
from core.terms import Term
from pvenet.tests.world import EVIDENCE, World
from workshops.models import EvidenceFile, Presenter, ReviewComment

Arguments = Callable[[World], list[dict[str, Any]]]


def once(world: World) -> list[dict[str, Any]]:
    """A route without arguments."""
    return [{}]


def with_queries(*queries: str) -> Arguments:
    """A list, plain and filtered: a filter must not open what the plain list hides."""
    return lambda world: [{}, *({"?": query} for query in queries)]


def organizations(world: World) -> list[dict[str, Any]]:
    return [{"slug": row.slug} for row in world.organizations]


def projects(world: World) -> list[dict[str, Any]]:
    return [{"code": row.code} for row in world.projects]


def workshops(world: World) -> list[dict[str, Any]]:
    return [{"slug": row.slug} for row in world.workshops]


def showcases(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.showcases.values()]


def roadmaps(world: World) -> list[dict[str, Any]]:
    return [{"slug": row.slug} for row in world.roadmaps]


def pillars(world: World) -> list[dict[str, Any]]:
    return [{"slug": row.slug, "code": pillar.term.code} for row in world.roadmaps for pillar in row.pillars.all()]


def actions(world: World) -> list[dict[str, Any]]:
    return [
        {"slug": row.slug, "code": action.code}
        for row in world.roadmaps
        for pillar in row.pillars.all()
        for action in pillar.actions.all()
    ]


def reports(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.reports]


def users(world: World) -> list[dict[str, Any]]:
    return [{"pk": world.users[name].pk} for name in ("focal_point", "manager")]


def rows(kind: str) -> Arguments:
    """Rows that the address names by their number."""
    return lambda world: [{"pk": row.pk} for row in world.rows[kind]]


def papers(world: World) -> list[dict[str, Any]]:
    return [{"uuid": row.uuid} for row in world.rows["papers"]]


def contacts(world: World) -> list[dict[str, Any]]:
    """Each through its own organization, and through every other."""
    return [
        {"slug": organization.slug, "pk": row.pk}
        for row in world.rows["contacts"]
        for organization in world.organizations
    ]


def each(base: Arguments, **values: list[Any]) -> Arguments:
    """Every base with the first value of one more argument, and the first base with every value."""
    ((name, options),) = values.items()

    def arguments(world: World) -> list[dict[str, Any]]:
        first, *others = base(world)
        return [{**first, name: option} for option in options] + [{**one, name: options[0]} for one in others]

    return arguments


def comments(world: World) -> list[dict[str, Any]]:
    return [
        {"uuid": row.subject.uuid, "pk": row.pk, "verb": verb}
        for row in ReviewComment.objects.select_related("subject")
        for verb in ("resolve", "reopen")
    ]


def presenters(world: World) -> list[dict[str, Any]]:
    showcase = world.showcases["published"]
    return [{"uuid": showcase.uuid, "pk": row.pk} for row in Presenter.objects.order_by("pk")]


def evidence(world: World) -> list[dict[str, Any]]:
    return [
        {"uuid": row.showcase.uuid, "file_uuid": row.uuid} for row in EvidenceFile.objects.select_related("showcase")
    ]


def parts(world: World) -> list[dict[str, Any]]:
    """Days and rooms of every workshop."""
    return [
        {"slug": workshop.slug, "part": part, "pk": row.pk}
        for workshop in world.workshops
        for part, found in (
            ("days", workshop.days.all()),
            ("rooms", workshop.rooms.all()),
        )
        for row in found
    ]


def sessions(world: World) -> list[dict[str, Any]]:
    return [{"slug": row.workshop.slug, "pk": row.pk} for row in world.rows["sessions"]]


def placements(world: World) -> list[dict[str, Any]]:
    return [
        {"slug": session.workshop.slug, "pk": placement.pk}
        for session in world.rows["sessions"]
        for placement in session.placements.all()
    ]


SECTION_KEYS = [
    "background",
    "reach",
    "focus",
    "activities",
    "innovations",
    "challenges",
    "lessons",
    "evidence",
    "presenters",
    "no-such-section",
]
VERBS = [
    "submit",
    "return",
    "verify",
    "approve",
    "publish",
    "withdraw",
    "archive",
    "change",
    "no-such-verb",
]
ENDORSEMENT_VERBS = ["ask", "endorse", "withdraw", "no-such-verb"]

API = {
    f"api:{name}-{kind}": arguments
    for name, detail in {
        "organizations": organizations,
        "projects": projects,
        "workshops": workshops,
        "sessions": lambda world: [{"id": row.pk} for row in world.rows["sessions"]],
        "showcases": showcases,
        "roadmaps": roadmaps,
        "actions": lambda world: [
            {"id": action.pk}
            for row in world.roadmaps
            for pillar in row.pillars.all()
            for action in pillar.actions.all()
        ],
        "districts": lambda world: [{"code": District.objects.order_by("pk")[0].code}],
        "vocabularies": lambda world: [{"vocabulary": Term.objects.order_by("pk")[0].vocabulary}],
    }.items()
    for kind, arguments in (("list", with_queries("?page_size=1")), ("detail", detail))
}

EXITS: dict[str, Arguments] = {
    **API,
    "api:schema": once,
    "api:docs": with_queries("?script="),
    "api:redoc": once,
    "api:not_found": lambda world: [{"rest": "v1/nothing/"}],
    "home": once,
    "privacy": once,
    "accessibility": once,
    "robots": once,
    "healthz": once,
    "set_theme": once,
    "set_language": once,
    "organizations:registry": with_queries("?q=CSO", "?q=hidden", "?province=KP", "?q=%00", "?page=99"),
    "organizations:organization_new": once,
    "organizations:own_organization": once,
    "organizations:organization": organizations,
    "organizations:organization_entry": organizations,
    "organizations:project_list": with_queries("?q=project", "?q=restricted"),
    "organizations:project_new": once,
    "organizations:project": projects,
    "organizations:project_edit": projects,
    "organizations:project_partners": projects,
    "organizations:project_partner_remove": each(projects, pk=[1]),
    "organizations:project_grants": projects,
    "organizations:project_grant_remove": lambda world: [
        {"code": row.code, "pk": grant.pk} for row in world.projects for grant in row.grants.all()
    ],
    "organizations:profile": organizations,
    "organizations:profile_start": organizations,
    "organizations:profile_edit": organizations,
    "organizations:profile_submit": organizations,
    "organizations:profile_take_back": organizations,
    "organizations:profile_discard": organizations,
    "organizations:profile_queue": with_queries("?state=SUBMITTED", "?state=DRAFT"),
    "organizations:profile_review": rows("profile_revisions"),
    "organizations:profile_return": rows("profile_revisions"),
    "organizations:profile_comment": rows("profile_revisions"),
    "organizations:profile_verify": rows("profile_revisions"),
    "organizations:profile_approve": rows("profile_revisions"),
    "organizations:profile_publish": rows("profile_revisions"),
    "organizations:profile_comment_resolve": rows("profile_comments"),
    "organizations:private": organizations,
    "organizations:registration": organizations,
    "organizations:papers": organizations,
    "organizations:paper": papers,
    "organizations:paper_remove": papers,
    "organizations:contact_new": organizations,
    "organizations:contact": contacts,
    "organizations:contact_remove": contacts,
    "organizations:members": organizations,
    "organizations:member_invite": organizations,
    "organizations:member_role": rows("memberships"),
    "organizations:member_end": rows("memberships"),
    "organizations:staff_invitations": once,
    "organizations:invitation_resend": rows("invitations"),
    "organizations:invitation_cancel": rows("invitations"),
    # Whoever holds a link may read the invitation behind it; the walk holds none that works.
    "organizations:invitation": lambda world: [{"token": "not-a-token"}],
    "partnerships:roadmap_list": once,
    "partnerships:roadmap_new": once,
    "partnerships:roadmap": roadmaps,
    "partnerships:roadmap_edit": roadmaps,
    "partnerships:roadmap_endorsement": each(roadmaps, verb=ENDORSEMENT_VERBS),
    "partnerships:pillar_new": roadmaps,
    "partnerships:pillar_edit": pillars,
    "partnerships:action_new": roadmaps,
    "partnerships:action": actions,
    "partnerships:action_edit": actions,
    "workshops:workshop_list": once,
    "workshops:workshop_new": once,
    "workshops:workshop": workshops,
    "workshops:agenda": workshops,
    "workshops:agenda_ics": workshops,
    "workshops:agenda_ics_under": workshops,
    "workshops:schedule_json": workshops,
    "workshops:schedule_json_under": workshops,
    "workshops:agenda_board": workshops,
    "workshops:workshop_edit": workshops,
    "workshops:agenda_setting": workshops,
    "workshops:part_new": each(workshops, part=["days", "rooms"]),
    "workshops:part_edit": parts,
    "workshops:part_remove": parts,
    "workshops:session_new": workshops,
    "workshops:session_edit": sessions,
    "workshops:session_remove": sessions,
    "workshops:placement_add": sessions,
    "workshops:placement_edit": placements,
    "workshops:placement_remove": placements,
    "core:vocabulary_list": once,
    "core:vocabulary": lambda world: [{"name": "target_group"}],
    "core:term": lambda world: [{"name": "target_group", "code": "YOUTH"}],
    "core:term_retire": lambda world: [{"name": "target_group", "code": "YOUTH"}],
    "core:audit_log": with_queries("?action=export"),
    "workshops:showcase_list": workshops,
    "workshops:showcase_start": workshops,
    "workshops:my_showcases": once,
    "workshops:showcase": showcases,
    "workshops:showcase_edit": showcases,
    "workshops:showcase_section": each(showcases, key=SECTION_KEYS),
    "workshops:showcase_check": showcases,
    "workshops:showcase_submit": showcases,
    "workshops:showcase_step": each(showcases, verb=VERBS),
    "workshops:showcase_comment": showcases,
    "workshops:showcase_settle_comment": comments,
    "workshops:showcase_remark": showcases,
    "workshops:showcase_sensitivity": showcases,
    "workshops:showcase_settle_remark": lambda world: [
        {"uuid": row.subject.uuid, "pk": row.pk, "verb": verb}
        for row in world.rows["remarks"]
        for verb in ("settle", "reopen", "no-such-verb")
    ],
    "workshops:showcase_presenter": presenters,
    "workshops:showcase_remove_presenter": presenters,
    "workshops:showcase_known_presenter": showcases,
    "workshops:showcase_evidence": evidence,
    "workshops:showcase_change_evidence": lambda world: [
        {**one, "verb": verb} for one in evidence(world) for verb in ("release", "hide", "delete")
    ],
    "workshops:review_queue": with_queries("?state=DRAFT", "?state=SUBMITTED"),
    "workshops:showcase_review": showcases,
    "reports:list": once,
    "reports:new": once,
    "reports:verify": reports,
    "reports:detail": reports,
    "reports:progress": reports,
    "reports:cancel": reports,
    "reports:retry": reports,
    "reports:rebuild": reports,
    "reports:release": reports,
    "reports:read": reports,
    "reports:endorsement": each(reports, verb=ENDORSEMENT_VERBS),
    "reports:file": each(reports, format=["pdf", "html"]),
    "accounts:profile": once,
    "accounts:sign_out_elsewhere": once,
    "accounts:user_list": with_queries("?q=example"),
    "accounts:user": users,
    "accounts:grant_role": users,
    "accounts:revoke_role": users,
    "accounts:close_account": users,
    "accounts:open_account": users,
    "accounts:change_email": users,
    "accounts:client_list": once,
    "accounts:client_new": once,
    "accounts:client": rows("api_clients"),
    "accounts:key_new": rows("api_clients"),
    "accounts:revoke_key": rows("api_keys"),
    "account_login": with_queries("?next=/review/"),
    "account_logout": once,
    "account_inactive": once,
    "account_reauthenticate": once,
    "account_change_password": once,
    "account_reset_password": once,
    "account_reset_password_done": once,
    "account_reset_password_from_key": lambda world: [{"uidb36": "1", "key": "set-password"}],
    "account_reset_password_from_key_done": once,
    "mfa_index": once,
    "mfa_authenticate": once,
    "mfa_reauthenticate": once,
    "mfa_activate_totp": once,
    "mfa_deactivate_totp": once,
    "mfa_view_recovery_codes": once,
    "mfa_generate_recovery_codes": once,
    "mfa_download_recovery_codes": once,
    "mfa_list_webauthn": once,
    "mfa_add_webauthn": once,
    "mfa_reauthenticate_webauthn": once,
    "mfa_remove_webauthn": lambda world: [{"pk": 1}],
    "mfa_edit_webauthn": lambda world: [{"pk": 1}],
    "mfa_login_webauthn": once,
}
for part in EVIDENCE:
    EXITS |= part.EXITS
