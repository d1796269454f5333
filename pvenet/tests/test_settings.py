"""A server does not start on settings that cannot be meant, and says which one it is."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings

GOOD = {
    "SECRET_KEY": "a-long-random-text",
    "DATABASE_URL": "postgres://pvenet@db.example/pvenet",
    "REDIS_URL": "redis://redis.example:6379/0",
    "DEBUG": "false",
    "PVENET_LAPTOP": "false",
    "PVENET_TESTING": "true",  # so that a developer's .env is not read
}


def start(**changes: str) -> str:
    """The last line that a server says which reads its settings from these variables; nothing if it starts."""
    done = subprocess.run(
        [sys.executable, "-c", "import pvenet.settings"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **GOOD, **changes},
        capture_output=True,
        text=True,
    )
    return (done.stderr.strip().splitlines() or [""])[-1].removeprefix("django.core.exceptions.ImproperlyConfigured: ")


def ask(expression: str, **changes: str) -> str:
    """What an expression over the settings says on a server with these variables."""
    done = subprocess.run(
        [sys.executable, "-c", f"import pvenet.settings as settings; print({expression})"],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **GOOD, **changes},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_a_server_starts_on_sound_settings() -> None:
    assert start() == ""


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", "yes", "DEBUG=yes: use true or false."),
        ("SECRET_KEY", "", "SECRET_KEY is missing: set it to a long random text."),
        (
            "UPLOAD_LIMIT_MB",
            "0",
            "UPLOAD_LIMIT_MB=0: use a whole number of at least 1.",
        ),
        (
            "DATABASE_URL",
            "mysql://db.example/pvenet",
            "DATABASE_URL is missing or has an unknown scheme: use one of postgres, postgresql.",
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str, expected: str) -> None:
    assert start(**{name: value}) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "0"),
        ({"TRUSTED_PROXY_COUNT": "2"}, "0"),
        ({"BEHIND_PROXY": "true"}, "1"),
        ({"BEHIND_PROXY": "true", "TRUSTED_PROXY_COUNT": "2"}, "2"),
    ],
)
def test_proxies_are_trusted_only_when_the_server_stands_behind_them(changes: dict[str, str], expected: str) -> None:
    assert ask("settings.TRUSTED_PROXY_COUNT", **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "redis://redis.example:6379/0"),
        ({"CACHE_URL": ""}, "redis://redis.example:6379/0"),
        ({"CACHE_URL": "redis://redis.example:6379/1"}, "redis://redis.example:6379/1"),
    ],
)
def test_the_cache_stands_where_the_queue_does_unless_told_otherwise(changes: dict[str, str], expected: str) -> None:
    assert ask("settings.CACHES['default']['LOCATION']", **changes) == expected
    assert ask("settings.CELERY_BROKER_URL", **changes) == "redis://redis.example:6379/0"


def test_an_address_of_the_cache_that_cannot_be_used_is_named() -> None:
    sentence = "CACHE_URL is missing or has an unknown scheme: use one of redis, rediss, unix."
    assert start(CACHE_URL="memcached://cache.example") == sentence


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (
            "DATABASE_URL",
            "postgres://pvenet@/pvenet?host=/srv/var/services/postgresql/place/pvenet-embedded",
        ),
        (
            "REDIS_URL",
            "unix:///srv/var/services/valkey/place/pvenet-embedded/valkey.sock",
        ),
    ],
)
def test_a_server_refuses_the_services_of_a_laptop(name: str, url: str) -> None:
    assert start(**{name: url}) == "DATABASE_URL or REDIS_URL leads to a laptop's services: use servers with backups."
    assert start(**{name: url}, PVENET_LAPTOP="true") == ""


def test_the_directory_of_a_socket_is_the_host() -> None:
    for url in (
        "postgres://pvenet@/pvenet?host=/run/postgresql",
        "postgres://pvenet@%2Frun%2Fpostgresql/pvenet",
    ):
        assert ask("settings.DATABASES['default']['HOST']", DATABASE_URL=url) == "/run/postgresql"


#: Set by the launcher and the tests, and by nobody else; and pip's own.
NOT_FOR_OPERATORS = {"PVENET_LAPTOP", "PVENET_TESTING", "PIP_INDEX_URL"}
READS = re.compile(r"""(?:env\.\w+|read_\w+|environ\.get)\(\s*"([A-Z][A-Z0-9_]+)\"""")


def test_every_variable_stands_in_the_readme_in_the_example_and_in_the_operators_page() -> None:
    def words(path: str, pattern: str) -> set[str]:
        text = (settings.BASE_DIR / path).read_text()
        return set(re.findall(r"[A-Z][A-Z0-9_]{3,}", " ".join(re.findall(pattern, text, re.MULTILINE))))

    read = {
        name
        for path in ("pvenet/settings.py", "core/preflight.py")
        for name in READS.findall((settings.BASE_DIR / path).read_text())
    } - NOT_FOR_OPERATORS
    assert {"SECRET_KEY", "API_RATE", "PORT"} <= read
    assert words("README.md", r"^\| (`[A-Z].*?`) \|") == read
    assert words(".env.example", r"^(?:# )?([A-Z_0-9]+)=") == read
    assert words("docs/operations.md", r"^\| (`[A-Z].*?`) \|") >= read
