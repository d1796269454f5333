"""The Celery application: JSON messages only, settings from Django under `CELERY_`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pvenet.settings")

app = Celery("pvenet")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
