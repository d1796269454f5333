"""The wiring of the portal. Nothing imports it but the servers; the Celery app must exist before tasks are found."""

from pvenet.celery import app as celery_app

__all__ = ["celery_app"]
