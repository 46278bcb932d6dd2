"""KoBo's bell starts a pull, keeps nothing, and cannot be used to overwhelm anyone."""

import base64
import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from surveys.hooks import HEADER, LONGEST_BODY
from surveys.tasks import pull_one

SECRET = "an-example-secret-of-thirty-two-signs"
URL = "/hooks/kobo/7/"


@pytest.fixture
def asked(monkeypatch, settings):
    settings.MTM_HOOK_SECRET = SECRET
    cache.clear()
    calls = []
    monkeypatch.setattr(pull_one, "delay", lambda **what: calls.append(what))
    yield calls
    cache.clear()


def ring(client, *, secret=SECRET, **more):
    return client.post(
        URL, b"{}", content_type="application/json", headers={HEADER: secret}, **more
    )


def test_a_ring_starts_a_pull_of_its_deployment(client, asked):
    assert reverse("kobo_hook", args=[7]) == URL

    assert ring(client).status_code == 204

    assert asked == [{"deployment_id": 7}]


@pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1], SECRET + "x"])
def test_without_the_secret_nothing_happens(client, asked, secret):
    assert ring(client, secret=secret).status_code == 403

    assert asked == []


def test_where_no_secret_is_set_nobody_has_it(client, asked, settings):
    settings.MTM_HOOK_SECRET = ""

    assert ring(client, secret="").status_code == 403


def test_a_long_body_is_refused_unread(client, asked):
    assert ring(client, CONTENT_LENGTH=str(LONGEST_BODY + 1)).status_code == 413

    assert asked == []


def test_only_a_post_rings(client, asked):
    assert client.get(URL, headers={HEADER: SECRET}).status_code == 405


def test_it_asks_the_database_nothing(client, asked):
    """Without the mark `django_db` any query is an error."""
    assert [ring(client).status_code for _ in range(5)] == [204] * 5

    assert len(asked) == 1


def test_kobo_is_told_to_try_again_where_the_broker_is_down(client, asked, monkeypatch):
    def down(*args, **kwargs):
        raise redis.exceptions.ConnectionError

    monkeypatch.setattr(cache, "add", down)

    assert ring(client).status_code == 503


@pytest.fixture
def web(tmp_path):
    """The web process itself, under gunicorn, with a hook secret."""
    secret = tmp_path / "hook.key"
    secret.write_text(SECRET)
    log = (tmp_path / "log").open("wb")
    command = [sys.executable, "-m", "gunicorn", "mtm.wsgi", "--bind", "127.0.0.1:0"]
    command += ["--worker-class", "gthread", "--threads", "8", "--log-level", "info"]
    queue = f"bell-{secrets.token_hex(4)}"
    told = {"MTM_HOOK_SECRET_FILE": str(secret), "MTM_DEFAULT_QUEUE": queue}
    process = subprocess.Popen(  # noqa: S603 - gunicorn, with arguments of our own
        command, env=os.environ | told, stdout=log, stderr=log
    )
    try:
        yield _address(tmp_path / "log"), queue
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def _address(log) -> str:
    for _ in range(200):
        for line in log.read_text().splitlines():
            if "Listening at: " in line:
                return line.split("Listening at: ")[1].split()[0]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


@pytest.mark.slow
def test_a_thousand_rings_over_twenty_connections_queue_at_most_two_pulls(web):
    address, queue = web
    cache.clear()

    def twenty_at_once(number: int) -> list[int]:
        with httpx.Client(base_url=address, headers={HEADER: SECRET}) as line:
            return [
                line.post(URL, json={"sent": f"an invented answer {n}"}).status_code
                for n in range(50)
            ]

    with ThreadPoolExecutor(20) as lines:
        answers = [code for codes in lines.map(twenty_at_once, range(20)) for code in codes]

    assert answers == [204] * 1000
    with contextlib.closing(redis.Redis.from_url(settings.CELERY_BROKER_URL)) as broker:
        queued = [json.loads(message) for message in broker.lrange(queue, 0, -1)]
        broker.delete(queue)
    assert 1 <= len(queued) <= 2
    for message in queued:
        assert b"invented" not in base64.b64decode(message["body"])
