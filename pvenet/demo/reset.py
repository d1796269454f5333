"""Takes the demo rows away, so that they can be loaded again from the start."""

from __future__ import annotations

from functools import partial

from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model, ProtectedError

from accounts.models import RoleGrant, User
from core.uploads import StoredFile
from core.workflow import State
from evidence.models import (
    Activity,
    ActivityCost,
    ActivityRevision,
    ActivitySite,
    ActivityTransition,
    Baseline,
    Candidate,
    Challenge,
    ChallengeRevision,
    ChallengeTransition,
    Consent,
    ConsentPerson,
    ConsentProof,
    Doubt,
    EvidenceDocument,
    EvidenceItem,
    FormMapping,
    Hold,
    HoldReason,
    Indicator,
    Innovation,
    InnovationRevision,
    InnovationTransition,
    Intake,
    IntakeRow,
    Lesson,
    LessonRevision,
    LessonTransition,
    Panel,
    PanelFeedback,
    Participation,
    Period,
    ProjectIndicator,
    Result,
    ResultCell,
    ResultNode,
    ResultRevision,
    ResultTransition,
    ResultValue,
    SelectionRound,
    Story,
    StoryConsent,
    StoryOriginal,
    StoryPhoto,
    StoryRevision,
    StoryTransition,
    Target,
    Turnout,
    Uptake,
    Workbook,
)
from organizations.models import (
    Grant,
    Invitation,
    Membership,
    Organization,
    PrivateContact,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
    Project,
    Registration,
    RegistrationPaper,
)
from partnerships.models import (
    Action,
    ActionPartner,
    Pillar,
    Roadmap,
    RoadmapEndorsement,
    RoadmapEndorsementRecord,
)
from workshops.models import (
    EvidenceFile,
    Placement,
    Presenter,
    PresenterContact,
    PresenterSlot,
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

#: Tables whose rows are deleted. Their numbers continue after the last row that stays, so that a reload of a
#: database with nothing but demo data gives the same numbers, and links keep working.
TABLES: list[type[Model]] = [
    Activity,
    ActivityCost,
    ActivityRevision,
    ActivitySite,
    ActivityTransition,
    Baseline,
    Candidate,
    Challenge,
    ChallengeRevision,
    ChallengeTransition,
    Consent,
    ConsentPerson,
    ConsentProof,
    Doubt,
    EvidenceDocument,
    EvidenceItem,
    FormMapping,
    Hold,
    HoldReason,
    Indicator,
    Innovation,
    InnovationRevision,
    InnovationTransition,
    Intake,
    IntakeRow,
    Lesson,
    LessonRevision,
    LessonTransition,
    Panel,
    PanelFeedback,
    Participation,
    Period,
    ProjectIndicator,
    Result,
    ResultCell,
    ResultNode,
    ResultRevision,
    ResultTransition,
    ResultValue,
    SelectionRound,
    Story,
    StoryConsent,
    StoryOriginal,
    StoryPhoto,
    StoryRevision,
    StoryTransition,
    Target,
    Turnout,
    Uptake,
    Workbook,
    Action,
    ActionPartner,
    EvidenceFile,
    Grant,
    Invitation,
    Membership,
    Organization,
    Pillar,
    Placement,
    Presenter,
    PresenterContact,
    PresenterSlot,
    PrivateContact,
    ProfileComment,
    ProfileRevision,
    ProfileTransition,
    Project,
    Registration,
    RegistrationPaper,
    Remark,
    ReviewComment,
    Roadmap,
    RoadmapEndorsement,
    RoadmapEndorsementRecord,
    RoleGrant,
    Room,
    Session,
    Showcase,
    ShowcasePresenter,
    ShowcaseRevision,
    ShowcaseTransition,
    User,
    Workshop,
    WorkshopDay,
]

#: The tables behind their many-to-many fields.
LINKS: list[type[Model]] = [
    through
    for table in TABLES
    for field in table._meta.local_many_to_many
    if (through := field.remote_field.through) and through._meta.auto_created
]


def remove_demo_rows() -> None:
    """Delete every demo row except users. Refuses when a row that is not demo data depends on one."""
    try:
        _delete()
    except ProtectedError as error:
        kinds = sorted({str(row._meta.verbose_name) for row in error.protected_objects})
        raise CommandError(
            f"Records that are not demo data depend on the demo data: {', '.join(kinds)}. Move or delete them first."
        ) from error
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [*TABLES, *LINKS]):
            cursor.execute(statement)


def _delete() -> None:
    _delete_evidence()
    showcases = Showcase.objects.filter(workshop__is_demo=True)
    # A published showcase holds on to its revision: let go first.
    showcases.update(state=State.DRAFT, published_revision=None)
    evidence = EvidenceFile.objects.filter(showcase__in=showcases)
    papers = RegistrationPaper.objects.filter(organization__is_demo=True)
    for model, rows in ((EvidenceFile, evidence), (RegistrationPaper, papers)):
        names = list(rows.values_list("file", flat=True))
        transaction.on_commit(partial(_forget_files, model, names))
        rows.delete()
    showcases.delete()
    Session.objects.filter(workshop__is_demo=True).delete()
    Workshop.objects.filter(is_demo=True).delete()
    Action.objects.filter(pillar__roadmap__is_demo=True).delete()
    Roadmap.objects.filter(is_demo=True).delete()
    Project.objects.filter(is_demo=True).delete()
    Organization.objects.filter(is_demo=True).delete()
    RoleGrant.objects.filter(user__is_demo=True).delete()
    Membership.objects.filter(user__is_demo=True).delete()


def _delete_evidence() -> None:
    """Whatever hangs on demo organizations, from what depends on other rows to what they depend on."""
    organizations = Organization.objects.filter(is_demo=True)
    for documents in (
        ConsentProof.objects.filter(consent__organization__in=organizations),
        EvidenceDocument.objects.filter(item__organization__in=organizations),
        Intake.objects.filter(organization__in=organizations),
        StoryPhoto.objects.filter(story__organization__in=organizations),
    ):
        transaction.on_commit(partial(_forget_files, documents.model, list(documents.values_list("file", flat=True))))
        documents.delete()
    SelectionRound.objects.filter(is_demo=True).delete()
    Uptake.objects.filter(organization__in=organizations).delete()
    for record in (Story, Lesson, Challenge, Innovation, Result, Activity):
        rows = record._default_manager.filter(organization__in=organizations)
        # A published record holds on to its revision: let go first.
        rows.update(state=State.DRAFT, published_revision=None)
        rows.delete()
    for table in (Consent, EvidenceItem, Doubt, Hold, Workbook, FormMapping):
        table._default_manager.filter(organization__in=organizations).delete()
    ProjectIndicator.objects.filter(project__organization__in=organizations).delete()
    Indicator.objects.filter(project__organization__in=organizations).delete()


def _forget_files(model: type[StoredFile], names: list[str]) -> None:
    """Delete the files that the new rows do not use, once the load holds."""
    used = set(model._default_manager.filter(file__in=names).values_list("file", flat=True))
    for name in set(names) - used:
        default_storage.delete(name)
