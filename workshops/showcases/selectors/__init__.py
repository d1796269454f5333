"""Reads that are more than one queryset: the desk of a writer, the review, the queue, what waits, the public pages."""

from workshops.showcases.selectors.answers import (
    answers_of,
    compare_revisions,
)
from workshops.showcases.selectors.conversation import (
    HistoryLine,
    conversation_of,
    remarks_of,
    threads_of,
)
from workshops.showcases.selectors.desk import (
    Desk,
    desk_of,
    evidence_of,
    known_presenters,
    presenters_of,
    revisions_of,
)
from workshops.showcases.selectors.own import own_showcases
from workshops.showcases.selectors.public import live_showcases, page_of
from workshops.showcases.selectors.queue import next_in_queue, review_queue
from workshops.showcases.selectors.tasks import tasks_for

__all__ = [
    "Desk",
    "HistoryLine",
    "answers_of",
    "compare_revisions",
    "conversation_of",
    "desk_of",
    "evidence_of",
    "known_presenters",
    "live_showcases",
    "next_in_queue",
    "own_showcases",
    "page_of",
    "presenters_of",
    "remarks_of",
    "review_queue",
    "revisions_of",
    "tasks_for",
    "threads_of",
]
