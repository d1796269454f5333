"""The portal's settings with the rivals' addresses added, and no limit on how often a key may ask."""

from pvenet.settings import *  # noqa: F403
from pvenet.settings import REST_FRAMEWORK

ROOT_URLCONF = "bench.rivals"
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": {"key": "1000000/s", "anonymous": "1000000/s"},
}
