"""The ASGI entry point, for operators who run an asynchronous server."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pvenet.settings")
application = get_asgi_application()
