"""Two people, one question, one view, and a line for each step."""

import base64
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories import DAY
from tests.vault.conftest import ANSWERS, DEPUTYS, PASSPHRASE, ROUND
from vault.actions import unseal as actions
from vault.actions.unseal import CannotOpen, Reason, refuse, unseal
from vault.core.seal import OuterKey
from vault.models import AccessLog, Event, Holder, SealedValue, UnsealRequest, WrappedKey

pytestmark = pytest.mark.django_db


def open_it(vault, request, user, passphrase=PASSPHRASE, at=DAY, **changes) -> str:
    given = {"passphrase": passphrase, "by": user.pk, "outer_key": vault.outer_key, "at": at}
    return unseal(request, **given | changes)


def refusal(vault, request, user, *args, **changes) -> Reason:
    with pytest.raises(CannotOpen) as caught:
        open_it(vault, request, user, *args, **changes)
    return caught.value.reason


def events() -> list[str]:
    return list(AccessLog.objects.order_by("pk").values_list("event", flat=True))


def test_the_focal_point_opens_what_a_data_manager_asked_for(vault, record_id, focal_point):
    value = open_it(vault, vault.ask(record_id), focal_point)

    assert value == ANSWERS["who/name"]
    line = AccessLog.objects.get(event=Event.OPENED)
    assert (line.actor_id, line.at, line.path) == (focal_point.pk, DAY, "who/name")
    assert events() == [Event.ASKED, Event.OPENED]


def test_the_deputy_opens_with_a_passphrase_of_their_own(vault, record_id, deputy):
    assert open_it(vault, vault.ask(record_id), deputy, DEPUTYS) == ANSWERS["who/name"]


def test_the_rights_of_each_process_are_enough(vault, focal_point, as_role):
    with as_role("worker"):
        (record_id,) = vault.seal(ANSWERS)
    with as_role("web"):
        request = vault.ask(record_id, "who/phone")

    with as_role("vault"):
        assert open_it(vault, request, focal_point) == ANSWERS["who/phone"]


def test_any_path_and_answer_survive_the_way_into_the_database(vault, focal_point):
    path, answer = 'a"\\b\n\t\u2028/ү[1]', 'C:\\new "quoted"\n\t\u2028 Өмүр 🏔 \\N'
    (record_id,) = vault.seal({path: answer, "empty": ""})

    assert open_it(vault, vault.ask(record_id, path), focal_point) == answer
    assert open_it(vault, vault.ask(record_id, "empty"), focal_point) == ""


def test_whoever_asked_does_not_open(vault, record_id, focal_point):
    request = vault.ask(record_id, by=focal_point.pk)

    assert refusal(vault, request, focal_point) == Reason.OWN_REQUEST
    assert events() == [Event.ASKED]


def test_who_holds_no_key_of_the_round_does_not_open(vault, record_id, data_manager, focal_point):
    Holder.objects.filter(user_id=focal_point.pk).update(round_id=ROUND + 1)

    assert refusal(vault, vault.ask(record_id), focal_point) == Reason.NOT_A_HOLDER
    assert refusal(vault, vault.ask(record_id, by=0), data_manager) == Reason.NOT_A_HOLDER


def test_a_page_that_was_locked_to_others_stays_shut(vault, record_id, focal_point):
    page = WrappedKey.objects.get()
    page.page_keys = {"0" * 32: "AAAA"}
    page.save()

    assert refusal(vault, vault.ask(record_id), focal_point) == Reason.NOT_A_HOLDER


def test_an_answer_is_opened_once(vault, record_id, focal_point, deputy):
    request = vault.ask(record_id)
    open_it(vault, request, focal_point)

    assert refusal(vault, request, focal_point) == Reason.ANSWERED
    assert refusal(vault, request, deputy, DEPUTYS) == Reason.ANSWERED
    assert events().count(Event.OPENED) == 1


def test_a_refused_request_is_not_opened_and_not_refused_again(vault, record_id, focal_point):
    request = vault.ask(record_id)
    refuse(request, by=focal_point.pk, at=DAY)

    assert refusal(vault, request, focal_point) == Reason.ANSWERED
    with pytest.raises(CannotOpen, match="answered"):
        refuse(request, by=focal_point.pk, at=DAY)


def test_a_request_ends_after_a_day(vault, record_id, focal_point):
    request = vault.ask(record_id)

    assert refusal(vault, request, focal_point, at=DAY + timedelta(hours=24)) == Reason.EXPIRED
    assert open_it(vault, request, focal_point, at=DAY + timedelta(hours=23, minutes=59))


def test_a_wrong_passphrase_is_logged_and_leaves_the_request_open(vault, record_id, focal_point):
    request = vault.ask(record_id)

    assert refusal(vault, request, focal_point, DEPUTYS) == Reason.WRONG_PASSPHRASE

    assert events() == [Event.ASKED, Event.WRONG_PASSPHRASE]
    assert open_it(vault, request, focal_point)


def test_after_five_wrong_passphrases_in_an_hour_no_more_are_tried(
    vault, record_id, focal_point, deputy
):
    request = vault.ask(record_id)
    for minute in range(5):
        AccessLog.objects.create(
            at=DAY + timedelta(minutes=minute),
            actor_id=focal_point.pk,
            event=Event.WRONG_PASSPHRASE,
            round_id=ROUND,
        )

    later = DAY + timedelta(minutes=59)
    assert refusal(vault, request, focal_point, at=later) == Reason.TOO_MANY_TRIES
    assert open_it(vault, request, deputy, DEPUTYS, at=later)
    other = vault.ask(record_id)
    assert open_it(vault, other, focal_point, at=DAY + timedelta(minutes=60))


@pytest.mark.parametrize("change", ["record", "path", "round"])
def test_where_nothing_is_sealed_nothing_opens(vault, record_id, focal_point, change):
    request = vault.ask(
        uuid4() if change == "record" else record_id, "who/x" if change == "path" else "who/name"
    )
    if change == "round":
        SealedValue.objects.update(round_id=ROUND + 1)

    assert refusal(vault, request, focal_point) == Reason.NOTHING_SEALED


def flip(text: str) -> str:
    blob = bytearray(base64.b64decode(text))
    blob[-1] ^= 1
    return base64.b64encode(blob).decode()


def flip_a_value(record_id, other_id):
    row = SealedValue.objects.get(pk=record_id)
    row.ciphertexts["who/name"] = flip(row.ciphertexts["who/name"])
    row.save()


def flip_the_outer_lock(record_id, other_id):
    page = WrappedKey.objects.get()
    page.outer = bytes([page.outer[0] ^ 1]) + page.outer[1:]
    page.save()


def flip_the_page_keys(record_id, other_id):
    page = WrappedKey.objects.get()
    page.page_keys = {name: flip(key) for name, key in page.page_keys.items()}
    page.save()


def swap_the_rows(record_id, other_id):
    other = SealedValue.objects.get(pk=other_id)
    SealedValue.objects.filter(pk=record_id).update(ciphertexts=other.ciphertexts)


def swap_the_questions(record_id, other_id):
    row = SealedValue.objects.get(pk=record_id)
    name, phone = row.ciphertexts["who/name"], row.ciphertexts["who/phone"]
    row.ciphertexts = {"who/name": phone, "who/phone": name}
    row.save()


@pytest.mark.parametrize(
    "tamper",
    [flip_a_value, flip_the_outer_lock, flip_the_page_keys, swap_the_rows, swap_the_questions],
)
def test_what_was_tampered_with_stays_shut_and_leaves_a_line(vault, focal_point, tamper):
    record_id, other_id = vault.seal(ANSWERS, ANSWERS)
    tamper(record_id, other_id)

    assert refusal(vault, vault.ask(record_id), focal_point) == Reason.TAMPERED

    line = AccessLog.objects.get(event=Event.TAMPERED)
    assert (line.record_id, line.path, line.actor_id) == (record_id, "who/name", focal_point.pk)


def test_a_row_of_another_round_is_tampered_with(vault, record_id, focal_point):
    request = vault.ask(record_id, round_id=ROUND + 1)
    SealedValue.objects.update(round_id=ROUND + 1)
    WrappedKey.objects.update(round_id=ROUND + 1)
    Holder.objects.update(round_id=ROUND + 1)

    assert refusal(vault, request, focal_point) == Reason.WRONG_PASSPHRASE


def test_a_record_whose_key_is_gone_is_erased(vault, record_id, focal_point):
    WrappedKey.objects.all().delete()

    assert refusal(vault, vault.ask(record_id), focal_point) == Reason.ERASED


def test_what_another_outer_key_locks_is_not_tried(vault, record_id, focal_point):
    other = OuterKey.of(bytes(range(32)))

    assert refusal(vault, vault.ask(record_id), focal_point, outer_key=other) == Reason.OTHER_KEY


@pytest.mark.parametrize(
    "change",
    [{"purpose": ""}, {"expires_at": DAY + timedelta(days=2)}, {"expires_at": DAY}],
    ids=["no purpose", "two days", "no time"],
)
def test_the_table_refuses_a_request_that_is_none(vault, record_id, change):
    request = vault.ask(record_id)

    with pytest.raises(IntegrityError), transaction.atomic():
        UnsealRequest.objects.filter(pk=request.pk).update(**change)


def test_rows_say_which_they_are_and_nothing_else(vault, record_id):
    request = vault.ask(record_id)
    page, holder = WrappedKey.objects.get(), Holder.objects.first()

    assert str(SealedValue.objects.get()) == str(record_id)
    assert (str(request), str(page), str(holder)) == (
        str(request.pk),
        str(page.pk),
        holder.fingerprint,
    )
    assert str(AccessLog.objects.get()) == f"asked {request.pk}"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_open_at_once_one_sees_the_answer(
    vault, record_id, focal_point, deputy, monkeypatch
):
    request = vault.ask(record_id)
    both_are_past_the_checks = threading.Barrier(2, timeout=20)
    seen: list[str] = []
    open_value = actions.open_value

    def meanwhile(*args, **kwargs):
        both_are_past_the_checks.wait()
        return open_value(*args, **kwargs)

    def press(user, passphrase):
        try:
            seen.append(open_it(vault, request, user, passphrase))
        except CannotOpen as error:
            seen.append(error.reason)
        finally:
            connection.close()

    monkeypatch.setattr(actions, "open_value", meanwhile)
    pressing = [
        threading.Thread(target=press, args=pair, daemon=True)
        for pair in [(focal_point, PASSPHRASE), (deputy, DEPUTYS)]
    ]
    for each in pressing:
        each.start()
    for each in pressing:
        each.join(timeout=20)

    assert sorted(seen) == sorted([ANSWERS["who/name"], Reason.ANSWERED])
    assert events() == [Event.ASKED, Event.OPENED]
