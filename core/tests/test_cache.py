"""The cache can be emptied at any time: what waits in the same database stays."""

from django.core.cache import cache

from core.cache import OwnKeysCache
from core.tasks import deliver_message

WAITING = {"template": "security_notice", "user_id": 0, "path": "/", "context": {}}


def test_emptying_the_cache_leaves_queued_tasks(broker, settings):
    """The broker of the tests is the server, and the database, of the cache: the worst case."""
    assert settings.CACHES["default"]["LOCATION"] == settings.CELERY_BROKER_URL.replace("redis+socket", "unix")
    deliver_message.apply_async(kwargs=WAITING)
    cache.set_many({f"number-{number}": number for number in range(1200)})

    cache.clear()

    assert cache.get_many([f"number-{number}" for number in range(1200)]) == {}
    with broker.connection_for_read() as link:
        assert link.default_channel.client.llen("celery") == 1
        message = link.SimpleQueue("celery").get(block=False)
    assert message.headers["task"] == "core.tasks.deliver_message"


def test_a_cache_whose_name_holds_a_pattern_empties_itself_alone(settings):
    place = settings.CACHES["default"]["LOCATION"]
    starred = OwnKeysCache(place, {"KEY_PREFIX": "test-[a]*"})
    other = OwnKeysCache(place, {"KEY_PREFIX": "test-a-other"})
    starred.set("word", 1, 60)
    other.set("word", 2, 60)

    starred.clear()

    assert (starred.get("word"), other.get("word")) == (None, 2)
    other.clear()
