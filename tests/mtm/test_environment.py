"""A bad value stops the start, in words."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from mtm import environment


def test_a_value_that_is_needed_is_asked_for(monkeypatch):
    monkeypatch.delenv("EXAMPLE", raising=False)

    with pytest.raises(ImproperlyConfigured, match="Set EXAMPLE"):
        environment.text("EXAMPLE")


@pytest.mark.parametrize(("value", "on"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_a_switch(monkeypatch, value, on):
    monkeypatch.setenv("EXAMPLE", value)

    assert environment.flag("EXAMPLE") is on


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (environment.flag, "perhaps", "a switch"),
        (lambda name: environment.number(name, 60), "soon", "whole number"),
        (environment.secret, "/no/such/file", "cannot be read"),
    ],
)
def test_a_bad_value_is_named(monkeypatch, read, value, words):
    monkeypatch.setenv("EXAMPLE", value)

    with pytest.raises(ImproperlyConfigured, match=words):
        read("EXAMPLE")


def test_a_short_secret_is_refused(monkeypatch, tmp_path):
    (tmp_path / "key").write_text("short")
    monkeypatch.setenv("EXAMPLE", str(tmp_path / "key"))

    with pytest.raises(ImproperlyConfigured, match="fewer than 32"):
        environment.secret("EXAMPLE")


def test_an_address_of_libpq_becomes_djangos_settings(monkeypatch):
    monkeypatch.setenv("EXAMPLE", "postgresql://web:p%40ss@/mtm?host=%2Frun%2Fpg&sslmode=require")

    database = environment.database("EXAMPLE")

    assert (database["USER"], database["PASSWORD"]) == ("web", "p@ss")
    assert (database["NAME"], database["HOST"]) == ("mtm", "/run/pg")
    assert database["OPTIONS"]["sslmode"] == "require"


def test_without_an_address_there_is_no_database(monkeypatch):
    monkeypatch.delenv("EXAMPLE", raising=False)

    assert environment.database("EXAMPLE") == {"ENGINE": "django.db.backends.dummy"}
