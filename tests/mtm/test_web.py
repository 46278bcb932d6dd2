"""What every answer of the web process carries."""

import pytest
from django.db import OperationalError
from django.urls import reverse

import mtm.health

pytestmark = pytest.mark.django_db


def test_healthz_is_ready_when_the_database_is(client):
    assert client.get("/healthz").content == b"ready"


def test_healthz_says_when_the_database_does_not_answer(client, monkeypatch):
    class Down:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(mtm.health, "connection", Down())

    answer = client.get("/healthz")

    assert answer.status_code == 503
    assert answer.content == b"the database does not answer"


def test_pages_stay_out_of_caches_and_allow_nothing_foreign(client):
    answer = client.get(reverse("admin:login"))

    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert "camera=()" in answer["Permissions-Policy"]
