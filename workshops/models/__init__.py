"""Where they meet: workshops and their agenda, showcases and the people who present them."""

from workshops.models.agenda import (
    Placement,
    PresenterSlot,
    Room,
    Session,
    Workshop,
    WorkshopDay,
)
from workshops.models.presenters import Presenter, PresenterContact, ShowcasePresenter
from workshops.models.remarks import Remark
from workshops.models.showcase import (
    EvidenceFile,
    ReviewComment,
    Showcase,
    ShowcaseRevision,
    ShowcaseTransition,
)

__all__ = [
    "EvidenceFile",
    "Placement",
    "Presenter",
    "PresenterContact",
    "PresenterSlot",
    "Remark",
    "ReviewComment",
    "Room",
    "Session",
    "Showcase",
    "ShowcasePresenter",
    "ShowcaseRevision",
    "ShowcaseTransition",
    "Workshop",
    "WorkshopDay",
]
