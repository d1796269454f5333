"""The web server of the benchmark: the portal with the rivals beside it."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
