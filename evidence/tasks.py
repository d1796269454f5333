"""The tasks of every feature folder, where Celery looks for them."""

from evidence.intake.tasks import check_intake, recover_intakes, take_intake
from evidence.overview.tasks import renew_reach
from evidence.protection.tasks import purge
from evidence.quality.tasks import look_at_everything, look_at_records
from evidence.results.tasks import remind_of_results, settle_results

__all__ = [
    "check_intake",
    "look_at_everything",
    "look_at_records",
    "purge",
    "recover_intakes",
    "remind_of_results",
    "renew_reach",
    "settle_results",
    "take_intake",
]
