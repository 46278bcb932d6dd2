"""What is erased opens no more, here or in an older copy; all else opens as before."""

import threading
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.factories import DAY
from tests.vault.conftest import ANSWERS, PASSPHRASE, ROUND
from vault.actions import erase as actions
from vault.actions.erase import PageTampered, erase_due, rotate_outer_key
from vault.actions.locks import CLASS, Lock, Taken
from vault.actions.seal import hold_outer_key
from vault.actions.unseal import CannotOpen, Reason, unseal
from vault.core.seal import OuterKey
from vault.keys import KeyProblem, coming_key_file, make_key_file, outer_key
from vault.models import AccessLog, ErasureDue, Event, SealedValue, WrappedKey

pytestmark = pytest.mark.django_db


def due(record_id, at=DAY) -> ErasureDue:
    row = ErasureDue(round_id=ROUND, record_id=record_id, why="withdrawn", due_at=at)
    row.save(force_insert=True)
    return row


@pytest.fixture
def opened(vault, focal_point):
    """What the focal point reads of a record, or why nothing."""

    def read(record_id, key: OuterKey | None = None) -> str:
        try:
            return unseal(
                vault.ask(record_id),
                passphrase=PASSPHRASE,
                by=focal_point.pk,
                outer_key=key or vault.outer_key,
                at=DAY,
            )
        except CannotOpen as error:
            return error.reason

    return read


def test_an_erased_record_is_gone_and_all_others_open(vault, opened):
    one, neighbour = vault.seal(ANSWERS, {"who/name": "Neighbour Example"})
    (elsewhere,) = vault.seal({"who/name": "Elsewhere Example"})
    due(one)

    assert erase_due(vault.key_file, at=DAY) == 1

    assert opened(one) == Reason.NOTHING_SEALED
    assert [opened(neighbour), opened(elsewhere)] == ["Neighbour Example", "Elsewhere Example"]
    line = AccessLog.objects.get(event=Event.ERASED)
    assert (line.record_id, line.round_id, line.actor_id, line.at) == (one, ROUND, None, DAY)
    assert ErasureDue.objects.get().done_at == DAY


def test_the_rights_of_the_vault_are_enough(vault, as_role):
    one, _ = vault.seal(ANSWERS, ANSWERS)
    with as_role("worker"):
        due(one)

    with as_role("vault"):
        assert erase_due(vault.key_file, at=DAY) == 1


def test_the_old_outer_key_is_destroyed(vault):
    (one,) = vault.seal(ANSWERS)
    due(one)
    old, another_name = vault.outer_key, vault.key_file.with_name("copy.key")
    another_name.hardlink_to(vault.key_file)

    erase_due(vault.key_file, at=DAY)

    assert vault.outer_key != old
    assert another_name.read_bytes() == bytes(32)
    assert not coming_key_file(vault.key_file).exists()
    assert vault.key_file.stat().st_mode & 0o777 == 0o400


def test_an_older_copy_of_the_rows_opens_nothing_of_the_erased_and_all_of_the_others(vault, opened):
    one, neighbour = vault.seal(ANSWERS, {"who/name": "Neighbour Example"})
    sealed = list(SealedValue.objects.all())
    due(one)
    erase_due(vault.key_file, at=DAY)

    SealedValue.objects.all().delete()
    SealedValue.objects.bulk_create(sealed)

    assert [opened(one), opened(neighbour)] == [Reason.ERASED, "Neighbour Example"]


def test_an_older_copy_of_the_keys_opens_nothing_with_todays_outer_key(vault, opened):
    (one,) = vault.seal(ANSWERS)
    older = WrappedKey.objects.values("outer", "outer_key_id").get()
    sealed = SealedValue.objects.get()
    due(one)
    erase_due(vault.key_file, at=DAY)

    WrappedKey.objects.update(**older)
    sealed.save(force_insert=True)
    assert opened(one) == Reason.OTHER_KEY

    WrappedKey.objects.update(outer_key_id=vault.outer_key.key_id)
    assert opened(one) == Reason.TAMPERED


def test_nothing_due_changes_no_key(vault):
    (one,) = vault.seal(ANSWERS)
    due(one, at=DAY + timedelta(hours=1))
    key = vault.outer_key

    assert erase_due(vault.key_file, at=DAY) == 0

    assert vault.outer_key == key
    assert SealedValue.objects.exists()


def test_what_was_never_sealed_is_done_without_another_key(vault):
    due(uuid4())
    key = vault.outer_key

    assert erase_due(vault.key_file, at=DAY) == 1
    assert erase_due(vault.key_file, at=DAY) == 0

    assert vault.outer_key == key


def test_what_a_destroyed_key_locked_counts_as_erased_and_its_rows_go(vault):
    (one,) = vault.seal(ANSWERS)
    WrappedKey.objects.update(outer_key_id="0" * 16)
    due(one)

    assert erase_due(vault.key_file, at=DAY) == 1
    assert not SealedValue.objects.exists()


def test_the_key_may_be_exchanged_though_nothing_is_due(vault, opened):
    (one,) = vault.seal(ANSWERS)
    old = vault.outer_key

    assert erase_due(vault.key_file, at=DAY, change_key=True) == 0

    assert vault.outer_key != old
    assert opened(one, old) == Reason.OTHER_KEY
    assert opened(one) == ANSWERS["who/name"]


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.mark.parametrize("moment", range(5), ids=lambda moment: f"step {moment}")
def test_an_interrupted_erasure_is_completed(vault, opened, monkeypatch, moment):
    """Killed before page 0, 1 or 2, before the files are exchanged, or just after."""
    people = [vault.seal(ANSWERS, {"who/name": f"Neighbour {n}"}) for n in range(3)]
    for one, _ in people:
        due(one)
    steps = iter(range(100))

    def dying(function, *, after=False):
        def step(*args, **kwargs):
            now = next(steps) == moment
            if now and not after:
                raise Killed
            function(*args, **kwargs)
            if now:
                raise Killed

        return step

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_rewrap", dying(actions._rewrap))
        exchange = dying(actions.exchange_key_file, after=moment == 4)
        if moment == 4:
            next(steps)
        patch.setattr(actions, "exchange_key_file", exchange)
        with pytest.raises(Killed):
            erase_due(vault.key_file, at=DAY)
    assert not ErasureDue.objects.exclude(done_at=None).exists()

    assert erase_due(vault.key_file, at=DAY) == 3

    assert set(WrappedKey.objects.values_list("outer_key_id", flat=True)) == {
        vault.outer_key.key_id
    }
    assert [opened(one) for one, _ in people] == [Reason.NOTHING_SEALED] * 3
    assert [opened(other) for _, other in people] == [f"Neighbour {n}" for n in range(3)]


def test_what_becomes_due_after_its_page_was_done_is_erased_too(vault, opened, monkeypatch):
    """Its key is still under the coming outer key, so that one must be destroyed as well."""
    one, other = vault.seal(ANSWERS, ANSWERS)
    due(one)
    exchange = actions.exchange_key_file

    def killed(path):
        raise Killed

    monkeypatch.setattr(actions, "exchange_key_file", killed)
    with pytest.raises(Killed):
        erase_due(vault.key_file, at=DAY)
    monkeypatch.setattr(actions, "exchange_key_file", exchange)
    coming = outer_key(coming_key_file(vault.key_file))
    due(other)

    assert erase_due(vault.key_file, at=DAY) == 2

    assert vault.outer_key != coming
    assert opened(other) == Reason.NOTHING_SEALED


def test_what_becomes_due_meanwhile_waits_for_the_next_run(vault, opened, monkeypatch):
    one, other = vault.seal(ANSWERS, ANSWERS)
    due(one)
    exchange = actions.exchange_key_file

    def meanwhile(path):
        due(other)
        exchange(path)

    with monkeypatch.context() as patch:
        patch.setattr(actions, "exchange_key_file", meanwhile)
        assert erase_due(vault.key_file, at=DAY) == 1

    assert opened(other) == ANSWERS["who/name"]
    assert erase_due(vault.key_file, at=DAY) == 1
    assert opened(other) == Reason.NOTHING_SEALED


def test_a_page_that_was_tampered_with_keeps_the_old_key_alive(vault, opened):
    one, _ = vault.seal(ANSWERS, ANSWERS)
    (good,) = vault.seal(ANSWERS)
    page = WrappedKey.objects.get(pk=SealedValue.objects.get(pk=one).wrap_id)
    whole = bytes(page.outer)
    page.outer = whole[:-1] + bytes([whole[-1] ^ 1])
    page.save()
    due(one)
    old = vault.outer_key

    with pytest.raises(PageTampered, match=str(page.pk)):
        erase_due(vault.key_file, at=DAY)
    assert vault.outer_key == old
    assert AccessLog.objects.filter(event=Event.TAMPERED, round_id=ROUND).count() == 1
    with pytest.raises(CommandError, match=f"page {page.pk} are not what was stored"):
        call_command("vault_erase")

    WrappedKey.objects.filter(pk=page.pk).update(outer=whole)
    assert erase_due(vault.key_file, at=DAY) == 1
    assert opened(good) == ANSWERS["who/name"]


def test_a_rotation_leaves_alone_what_is_under_another_key(vault):
    vault.seal(ANSWERS)
    new, newest = OuterKey.of(bytes(range(32))), OuterKey.of(bytes(range(1, 33)))

    assert rotate_outer_key(vault.outer_key, new, at=DAY) == 1
    assert rotate_outer_key(vault.outer_key, new, at=DAY) == 0
    assert rotate_outer_key(new, newest, at=DAY) == 1


def test_two_erasures_do_not_run_at_once(vault, connect_as):
    connect_as("vault").execute("SELECT pg_advisory_lock(%s, %s)", [CLASS, Lock.ERASING])

    with pytest.raises(Taken):
        erase_due(vault.key_file, at=DAY)
    with pytest.raises(CommandError, match="Another process is erasing"):
        call_command("vault_erase")


@pytest.mark.parametrize("role", ["worker", "vault"])
def test_who_seals_keeps_the_outer_key_from_being_exchanged(vault, connect_as, as_role, role):
    elsewhere = connect_as("vault")

    with as_role(role):
        assert hold_outer_key(vault.key_file) == vault.outer_key

    taken = elsewhere.execute(
        "SELECT pg_try_advisory_lock(%s, %s), pg_try_advisory_lock_shared(%s, %s)",
        [CLASS, Lock.OUTER_KEY] * 2,
    ).fetchone()
    assert taken == (False, True)


def test_a_failing_exchange_frees_the_locks(vault, monkeypatch):
    def failing(path):
        raise Killed

    monkeypatch.setattr(actions, "exchange_key_file", failing)
    with pytest.raises(Killed):
        erase_due(vault.key_file, at=DAY, change_key=True)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND mode = 'ExclusiveLock' AND classid::bigint = %s",
            [CLASS],
        )
        assert cursor.fetchone() == (0,)


@pytest.mark.django_db(transaction=True)
def test_the_outer_key_is_held_by_a_transaction_only(vault):
    with pytest.raises(transaction.TransactionManagementError):
        hold_outer_key(vault.key_file)


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_being_stored_gets_the_new_key_before_the_old_one_goes(
    vault, opened, connect_as
):
    (one,) = vault.seal(ANSWERS)
    due(one)
    watcher = connect_as("vault")
    is_stored, stored = threading.Event(), []

    def pull():
        with transaction.atomic():
            stored.extend(vault.seal({"who/name": "Late Example"}))
            is_stored.set()
            wait_for_the_exchange(watcher)
        connection.close()

    pulling = threading.Thread(target=pull, daemon=True)
    pulling.start()
    assert is_stored.wait(timeout=20)
    assert erase_due(vault.key_file, at=DAY) == 1
    pulling.join(timeout=20)

    assert opened(stored[0]) == "Late Example"


def wait_for_the_exchange(watcher: psycopg.Connection) -> None:
    """Until the erasing process waits for the lock that the pull shares."""
    waiting = "SELECT 1 FROM pg_locks WHERE classid::bigint = %s AND objid = %s AND NOT granted"
    deadline = threading.Event()
    for _ in range(1000):
        if watcher.execute(waiting, [CLASS, Lock.OUTER_KEY]).fetchone():
            return
        deadline.wait(0.01)
    raise AssertionError("nobody waits for the lock")


def test_the_command_says_how_many_are_erased(vault, capsys):
    (one,) = vault.seal(ANSWERS)
    due(one)

    call_command("vault_erase")
    key = vault.outer_key
    call_command("vault_erase", "--change-key")

    assert capsys.readouterr().out == "1 records erased.\n0 records erased.\n"
    assert vault.outer_key != key


def test_the_command_says_which_key_is_missing(db, settings, tmp_path):
    settings.MTM_OUTER_KEY = None
    with pytest.raises(CommandError, match="Set MTM_OUTER_KEY"):
        call_command("vault_erase")
    settings.MTM_OUTER_KEY = tmp_path / "none.key"
    with pytest.raises(CommandError, match=r"There is no key file none\.key"):
        call_command("vault_erase")


def test_a_coming_key_that_is_no_key_stops_before_anything_is_touched(vault):
    coming = coming_key_file(vault.key_file)
    coming.write_bytes(b"short")
    coming.chmod(0o400)

    with pytest.raises(KeyProblem, match="is no key"):
        erase_due(vault.key_file, at=DAY)

    coming.unlink()
    make_key_file(coming)
    assert erase_due(vault.key_file, at=DAY) == 0


def test_a_row_of_erasure_names_the_record(db):
    row = due(uuid4())

    assert str(row) == str(row.record_id)
