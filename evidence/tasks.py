"""The tasks of every feature folder, where Celery looks for them."""

from evidence.intake.tasks import check_intake, recover_intakes, take_intake
from evidence.overview.tasks import renew_reach

__all__ = ["check_intake", "recover_intakes", "renew_reach", "take_intake"]
