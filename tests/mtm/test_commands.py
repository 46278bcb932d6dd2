"""The commands that people type: what they make, and what they refuse."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from mtm.accounts import ROLES, UnknownPermission, make_groups

pytestmark = pytest.mark.django_db


def bootstrap(*accounts: str) -> str:
    out = io.StringIO()
    call_command("bootstrap", *accounts, stdout=out)
    return out.getvalue()


def test_the_first_accounts_get_their_roles_and_a_password_that_is_shown_once(client):
    said = bootstrap("aida:data_manager", "bakyt:focal_point", "bakyt:it_officer")

    words = dict(line.split() for line in said.splitlines())
    assert sorted(words) == ["aida", "bakyt"]
    assert client.login(username="aida", password=words["aida"])
    bakyt = get_user_model().objects.get(username="bakyt")
    assert set(bakyt.groups.values_list("name", flat=True)) == {"focal_point", "it_officer"}
    assert not get_user_model().objects.filter(is_superuser=True).exists()


def test_the_first_accounts_are_made_once():
    bootstrap("aida:data_manager")

    with pytest.raises(CommandError, match="made once"):
        bootstrap("bakyt:data_manager")


@pytest.mark.parametrize("account", ["aida", "aida:king", ":data_manager"])
def test_an_account_without_name_or_role_is_refused_and_none_is_made(account):
    with pytest.raises(CommandError, match="write name:role"):
        bootstrap("bakyt:it_officer", account)

    assert not get_user_model().objects.exists()


def test_a_group_has_exactly_the_permissions_of_the_list():
    make_groups()
    group = Group.objects.get(name="data_manager")
    group.permissions.clear()

    make_groups()

    assert group.permissions.count() == len(set(ROLES["data_manager"]))
    assert Group.objects.count() == len(ROLES)


def test_nobody_may_both_ask_for_and_open_a_sealed_answer_by_one_role():
    for permissions in ROLES.values():
        assert not {"vault.request_unsealing", "vault.open_sealed"} <= set(permissions)


def test_a_permission_that_no_model_has_is_an_error(monkeypatch):
    monkeypatch.setattr("mtm.accounts.ROLES", {"guest": ("surveys.fly",)})

    with pytest.raises(UnknownPermission, match=r"surveys\.fly"):
        make_groups()


def test_roles_are_made_with_the_passwords_of_their_files(tmp_path):
    with pytest.raises(CommandError, match=r"migrate\.password"):
        call_command("make_roles", passwords=tmp_path)

    (tmp_path / "migrate.password").write_text("short")
    with pytest.raises(CommandError, match="fewer than sixteen"):
        call_command("make_roles", passwords=tmp_path)
