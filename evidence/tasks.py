"""The tasks of every feature folder, where Celery looks for them."""

from evidence.intake.tasks import check_intake, recover_intakes, take_intake
from evidence.overview.tasks import renew_reach
from evidence.protection.tasks import purge
from evidence.quality.tasks import look_at_everything, look_at_records

__all__ = [
    "check_intake",
    "look_at_everything",
    "look_at_records",
    "purge",
    "recover_intakes",
    "renew_reach",
    "take_intake",
]
