"""Everything that changes a showcase: writing it, the files and people beside it, comments, and the steps of its life."""

from workshops.showcases.services.comments import (
    add_comment,
    reopen_comment,
    resolve_comment,
)
from workshops.showcases.services.evidence import (
    add_evidence,
    delete_evidence,
    release_evidence,
)
from workshops.showcases.services.presenters import add_known_presenter, remove_presenter, save_presenter
from workshops.showcases.services.remarks import add_remark, settle_remark
from workshops.showcases.services.steps import (
    approve_showcase,
    archive_showcase,
    publish_showcase,
    return_showcase,
    set_sensitivity,
    start_change,
    submit_showcase,
    verify_showcase,
    withdraw_showcase,
)
from workshops.showcases.services.writing import save_section, start_showcase

__all__ = [
    "add_comment",
    "add_evidence",
    "add_known_presenter",
    "add_remark",
    "approve_showcase",
    "archive_showcase",
    "delete_evidence",
    "publish_showcase",
    "release_evidence",
    "remove_presenter",
    "reopen_comment",
    "resolve_comment",
    "return_showcase",
    "save_presenter",
    "save_section",
    "set_sensitivity",
    "settle_remark",
    "start_change",
    "start_showcase",
    "submit_showcase",
    "verify_showcase",
    "withdraw_showcase",
]
