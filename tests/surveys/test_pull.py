"""A pull stores each interview once, in its current state, and nothing that names anyone."""

from datetime import timedelta

import msgspec
import pytest
from django.db import connection

from forms.kobo import CursorStuck, RawPage
from surveys.actions.lines import in_chunks
from surveys.actions.plans import NoConsentQuestion, plan_of, plans_of
from surveys.actions.prepare import PageReader
from surveys.actions.pull import AlreadyRunning, pull, pull_lock, start_after
from surveys.actions.review import Verdict, decide
from surveys.models import (
    Fieldwork,
    KoboState,
    Quarantined,
    Reason,
    Revision,
    Submission,
    SyncCursor,
    SyncRun,
    Token,
    Tombstone,
    ValidationStatus,
    Why,
)
from tests.factories import (
    DAY,
    DeployedVersionFactory,
    EnumeratorFactory,
    SettlementFactory,
    UserFactory,
)
from tests.fakes import FakeKobo, edited, row
from vault.models import ErasureDue, SealedValue, WrappedKey

pytestmark = pytest.mark.django_db

PERSON = {
    "who/name": "Aisuluu Example",
    "who/phone": "+996 555 000 000",
    "who/age": "42",
    "who/coupon": "ab-12",
}


def test_an_interview_is_parted_into_what_is_kept_and_what_is_sealed(deployment, keys):
    kobo = FakeKobo(row(1, **PERSON, secret="x", reason="family"))

    run = pull(deployment, kobo, keys=keys, at=DAY)

    stored = Submission.objects.get()
    assert stored.answers == {"consent": "yes", "who/age": "42", "reason": "family"}
    sealed = SealedValue.objects.get(pk=stored.sealed_record)
    assert sorted(sealed.ciphertexts) == ["who/name", "who/phone"]
    assert WrappedKey.objects.get(pk=sealed.wrap_id).round_id == deployment.round_id
    assert (run.received, run.new, run.problem) == (1, 1, "")
    assert run.finished_at is not None


def test_the_rights_of_a_worker_are_enough_for_a_pull(deployment, keys, as_role):
    first = row(1, **PERSON)
    kobo = FakeKobo(first, row(2, consent="no"))

    with as_role("worker"):
        pull(deployment, kobo, keys=keys, at=DAY)
        kobo.hold(edited(first, 1, reason="ban"))
        kobo.hold(row(3, unheard="of"))
        run = pull(deployment, kobo, keys=keys, at=DAY)

    assert (run.edited, run.unchanged, run.quarantined) == (1, 1, 1)


def test_codes_and_phones_leave_a_token_by_which_equal_ones_are_found(deployment, keys):
    one = row(1, **PERSON)
    other = row(2, **{**PERSON, "who/phone": "0555000000", "who/coupon": "AB 12"})

    pull(deployment, FakeKobo(one, other), keys=keys, at=DAY)

    tokens = Token.objects.values_list("path", "token")
    assert len(tokens) == 4
    assert len(set(tokens)) == 2


def test_entries_of_a_repeat_are_kept_and_sealed_one_by_one(deployment, keys):
    house = [
        {"house/m_name": "Example One", "house/m_age": "7"},
        {"house/m_name": "Example Two", "house/m_age": "65"},
    ]

    pull(deployment, FakeKobo(row(1, house=house)), keys=keys, at=DAY)

    stored = Submission.objects.get()
    assert stored.answers["house"] == [{"house/m_age": "7"}, {"house/m_age": "65"}]
    sealed = SealedValue.objects.get(pk=stored.sealed_record)
    assert sorted(sealed.ciphertexts) == ["house/m_name[1]", "house/m_name[2]"]


def test_place_enumerator_and_fieldwork_are_found(deployment, keys):
    place = SettlementFactory(soate="41706255805010", latitude=40.0, longitude=73.0)
    enumerator = EnumeratorFactory(code="E07")
    sent = row(
        1,
        place="41706255805010",
        enumerator="E07",
        gps="40.001 73.0 800 12.5",
        deviceid="example-device",
        start="2026-09-01T11:00:00.000+06:00",
        end="2026-09-01T11:30:00.000+06:00",
    )

    pull(deployment, FakeKobo(sent), keys=keys, at=DAY)

    stored = Submission.objects.get()
    assert (stored.place, stored.enumerator) == (place, enumerator)
    work = Fieldwork.objects.get()
    assert work.ended_at - work.started_at == timedelta(minutes=30)
    assert work.distance_m == pytest.approx(111.2, abs=0.1)
    assert work.accuracy_m == 12.5
    assert work.arrived_at == DAY
    assert len(work.device_token) == len(work.account_token) == len(work.point_hash) == 20


def test_the_same_pull_again_changes_nothing(deployment, keys):
    kobo = FakeKobo(row(1, **PERSON), row(2), row(3, consent="no"))
    pull(deployment, kobo, keys=keys, at=DAY)

    again = pull(deployment, kobo, keys=keys, at=DAY)

    assert (again.new, again.edited, again.refused, again.unchanged) == (0, 0, 0, 3)
    assert Submission.objects.count() == KoboState.objects.count() == 2
    assert SealedValue.objects.count() == 1


def test_an_edited_submission_goes_back_to_the_reviewers(deployment, keys):
    first = row(1, **PERSON, reason="family")
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)
    submission = Submission.objects.get()
    approve(submission)

    run = pull(deployment, FakeKobo(edited(first, 1, reason="ban")), keys=keys, at=DAY)

    stored = Submission.objects.get()
    assert run.edited == 1
    assert stored.answers["reason"] == "ban"
    assert stored.validation_status == ValidationStatus.PENDING
    assert stored.push_due_at == DAY  # KoBo still says approved, which must be cleared
    old = Revision.objects.get()
    assert old.answers["reason"] == "family"
    assert old.was_status == ValidationStatus.APPROVED
    assert SealedValue.objects.count() == 2


def test_an_edit_that_changes_no_kept_answer_leaves_the_decision(deployment, keys):
    first = row(1, **PERSON)
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)
    approve(Submission.objects.get())

    other_name = edited(first, 1, **{"who/name": "Another Example"})
    pull(deployment, FakeKobo(other_name), keys=keys, at=DAY)

    assert Submission.objects.get().validation_status == ValidationStatus.APPROVED
    assert Revision.objects.count() == 1


def test_an_edit_of_what_nobody_decided_on_has_nothing_to_clear_at_kobo(deployment, keys):
    first = row(1, reason="family")
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)

    pull(deployment, FakeKobo(edited(first, 1, reason="ban")), keys=keys, at=DAY)

    assert Submission.objects.get().push_due_at is None


def test_of_a_refusal_only_rayon_and_day_are_kept(deployment, keys):
    place = SettlementFactory(soate="41706255805010")
    refused = row(1, consent="no", place="41706255805010", **PERSON)

    run = pull(deployment, FakeKobo(refused), keys=keys, at=DAY)

    stone = Tombstone.objects.get()
    assert (stone.rayon, stone.day, stone.why) == (place.parent, DAY.date(), Why.REFUSED)
    assert run.refused == 1
    assert not Submission.objects.exists()
    assert not KoboState.objects.exists()
    assert not SealedValue.objects.exists()


def test_consent_taken_back_removes_the_interview(deployment, keys):
    first = row(1, **PERSON)
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)
    record = Submission.objects.get().sealed_record

    pull(deployment, FakeKobo(edited(first, 1, consent="no")), keys=keys, at=DAY)

    assert not Submission.objects.exists()
    assert Tombstone.objects.get().why == Why.WITHDRAWN
    assert ErasureDue.objects.get().record_id == record


def test_consent_given_after_all_brings_the_interview_in(deployment, keys):
    first = row(1, consent="no")
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)

    run = pull(deployment, FakeKobo(edited(first, 1, consent="yes")), keys=keys, at=DAY)

    assert run.new == 1
    assert not Tombstone.objects.exists()


@pytest.mark.parametrize(
    ("sent", "reason", "path"),
    [
        pytest.param(row(1, shoe="44"), Reason.UNKNOWN_QUESTION, "shoe", id="unknown question"),
        pytest.param(row(1, reason=7), Reason.MALFORMED_ANSWER, "reason", id="a number"),
        pytest.param(row(1, reason=["x"]), Reason.MALFORMED_ANSWER, "reason", id="a list"),
        pytest.param(row(1, house="x"), Reason.MALFORMED_ANSWER, "house", id="no list"),
        pytest.param(row(1, house=["x"]), Reason.MALFORMED_ANSWER, "house", id="no entries"),
        pytest.param(
            row(1, house=[{"house/x": "1"}]), Reason.UNKNOWN_QUESTION, "house/x", id="in a repeat"
        ),
        pytest.param(
            row(1, **{"who/name": 7}), Reason.MALFORMED_ANSWER, "who/name", id="sealed number"
        ),
        pytest.param(row(1, reason="a\0b"), Reason.MALFORMED_ANSWER, "reason", id="NUL"),
        pytest.param(
            row(1, house=[{"house/m_age": "\0"}]), Reason.MALFORMED_ANSWER, "house", id="NUL inside"
        ),
        pytest.param(row(1, consent=""), Reason.NO_CONSENT_ANSWER, "consent", id="no consent"),
        pytest.param(row(1, __version__="v9"), Reason.UNKNOWN_VERSION, "", id="unknown version"),
        pytest.param(row(1, base64EncryptedKey="x"), Reason.ENCRYPTED, "", id="encrypted"),
    ],
)
def test_what_cannot_be_read_is_set_aside_and_the_page_goes_on(
    deployment, keys, sent, reason, path
):
    run = pull(deployment, FakeKobo(sent, row(2)), keys=keys, at=DAY)

    case = Quarantined.objects.get()
    assert (case.kobo_id, case.reason, case.path) == (1, reason, path)
    assert (run.new, run.quarantined) == (1, 1)
    assert SyncCursor.objects.get().kobo_id == 2


@pytest.mark.parametrize(
    ("raw", "number", "reason"),
    [
        pytest.param(b'{"_id": 1, "_uuid": 7}', 1, Reason.MALFORMED, id="uuid is a number"),
        pytest.param(b'{"_id": "x"}', 0, Reason.MALFORMED, id="number is text"),
        pytest.param(b'{"_id": -4, "_uuid": "a"}', 0, Reason.NO_IDENTITY, id="negative number"),
        pytest.param(b'{"_uuid": "a"}', 0, Reason.MALFORMED, id="no number"),
        pytest.param(b'{"_id": 1}', 1, Reason.NO_IDENTITY, id="no root"),
        pytest.param(b'{"_id": 1, "_uuid": "%s"}' % (b"a" * 300), 1, Reason.NO_IDENTITY, id="long"),
        pytest.param(b'{"_id": -1, "_uuid": 7}', 0, Reason.MALFORMED, id="nothing right"),
        pytest.param(
            b'{"_id": 1, "_uuid": "a", "__version__": "v1", "b": "\xff"}',
            1,
            Reason.MALFORMED,
            id="not UTF-8",
        ),
    ],
)
def test_a_row_without_a_readable_identity_is_set_aside(deployment, keys, raw, number, reason):
    kobo = FakeKobo(row(2))
    kobo.hold(raw, number=1)

    pull(deployment, kobo, keys=keys, at=DAY)

    case = Quarantined.objects.get()
    assert (case.kobo_id, case.reason) == (number, reason)
    assert Submission.objects.count() == 1


def test_of_two_rows_of_one_interview_in_a_page_the_later_counts(deployment, keys):
    first = row(1, reason="family")
    second = edited(first, 1, reason="ban") | {"_id": 2}

    pull(deployment, FakeKobo(first, second), keys=keys, at=DAY)

    assert Submission.objects.get().answers["reason"] == "ban"
    case = Quarantined.objects.get()
    assert (case.kobo_id, case.reason) == (1, Reason.SAME_ROOT)


def test_a_version_that_awaits_approval_holds_back_its_own_submissions_only(deployment, keys):
    waiting = DeployedVersionFactory(deployment=deployment, version_uid="v2").version
    kobo = FakeKobo(row(1), row(2, __version__="v2"))
    run = pull(deployment, kobo, keys=keys, at=DAY)
    assert (run.new, run.held, run.quarantined) == (1, 1, 0)

    old = deployment.deployed_versions.get(version_uid="v1").version
    for question in old.questions.all():
        question.pk, question.version = None, waiting
        question.save()
    type(waiting).objects.filter(pk=waiting.pk).approve(by_id=UserFactory().pk, at=DAY)
    again = pull(deployment, kobo, keys=keys, at=DAY)

    assert again.new == 1
    assert Quarantined.objects.get().resolved_at == DAY


def test_try_again_fetches_anew_and_closes_the_case_of_what_is_gone(deployment, keys):
    kobo = FakeKobo(row(1, shoe="44"), row(2, shoe="45"))
    pull(deployment, kobo, keys=keys, at=DAY)
    kobo = FakeKobo(row(1))
    Quarantined.objects.try_again(at=DAY)

    pull(deployment, kobo, keys=keys, at=DAY)

    assert Submission.objects.count() == 1
    assert not Quarantined.objects.open().exists()


def test_a_row_that_is_no_json_when_fetched_again_stays_aside(deployment, keys):
    pull(deployment, FakeKobo(row(1, shoe="44")), keys=keys, at=DAY)
    Quarantined.objects.try_again(at=DAY)
    kobo = FakeKobo()
    kobo.hold(b'{"_id": 1, "x": ', number=1)

    pull(deployment, kobo, keys=keys, at=DAY)

    assert Quarantined.objects.filter(kobo_id=0, reason=Reason.MALFORMED).exists()


def test_a_version_without_a_question_of_consent_is_no_plan(version):
    version.questions.filter(is_informed_consent=True).delete()

    with pytest.raises(NoConsentQuestion):
        plan_of(version.questions.all())


def test_two_versions_uids_may_stand_for_one_version(deployment, version):
    DeployedVersionFactory(deployment=deployment, version=version, version_uid="v1b")

    plans = plans_of(deployment)

    assert plans["v1"] is plans["v1b"]


def test_of_two_rows_of_one_interview_the_higher_number_counts_in_any_order(deployment, keys):
    first = row(1, reason="family")
    second = edited(first, 1, reason="ban") | {"_id": 2}
    reader = PageReader(deployment, keys=keys, at=DAY)
    raw = [msgspec.json.encode(each) for each in (second, first)]

    page = reader.read_page(raw, known_to=0)

    assert [head.kobo_id for head, _ in page.rows.values()] == [2]
    assert [each.kobo_id for each in page.aside] == [1]


def test_texts_with_tabs_and_quotes_reach_the_tables_as_they_are(deployment, keys):
    odd = 'a\tb\\c"d\n'
    photo = {"uid": 'at"t\\', "is_deleted": False}

    pull(deployment, FakeKobo(row(1, reason=odd, _attachments=[photo])), keys=keys, at=DAY)

    assert Submission.objects.get().answers["reason"] == odd
    assert KoboState.objects.get().attachment_uids == ['at"t\\']


def test_chunks_hold_every_line_once():
    lines = [b"x" * 60_000] * 5

    assert b"".join(in_chunks(lines)) == b"".join(lines)
    assert [len(chunk) for chunk in in_chunks(lines)] == [120_000, 120_000, 60_000]


def test_a_case_seen_again_counts_and_opens_again(deployment, keys):
    kobo = FakeKobo(row(1, shoe="44"))
    pull(deployment, kobo, keys=keys, at=DAY)
    Quarantined.objects.update(resolved_at=DAY)

    pull(deployment, kobo, keys=keys, at=DAY)

    case = Quarantined.objects.get()
    assert (case.times_seen, case.resolved_at) == (2, None)


def test_a_status_set_at_kobo_is_noted_and_not_adopted(deployment, keys):
    first = row(1)
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)
    status = {"uid": "validation_status_approved"}

    pull(deployment, FakeKobo(first | {"_validation_status": status}), keys=keys, at=DAY)

    assert KoboState.objects.get().status_uid == "validation_status_approved"
    assert Submission.objects.get().validation_status == ValidationStatus.PENDING


def test_late_attachments_and_a_new_number_after_a_resend_are_noted(deployment, keys):
    first = row(1)
    pull(deployment, FakeKobo(first), keys=keys, at=DAY)
    photo = {"uid": "attExample", "is_deleted": False}
    deleted = {"uid": "attGone", "is_deleted": True}

    resent = first | {"_id": 9, "_attachments": [photo, deleted, "odd"]}
    pull(deployment, FakeKobo(resent), keys=keys, at=DAY)

    state = KoboState.objects.get()
    assert (state.kobo_id, state.attachment_uids) == (9, ["attExample"])


def test_pages_follow_each_other_and_the_cursor_goes_along(deployment, keys):
    kobo = FakeKobo(*(row(number) for number in range(1, 8)), page_size=3)

    run = pull(deployment, kobo, keys=keys, at=DAY)

    assert (run.expected, run.received, run.new) == (7, 7, 7)
    assert SyncCursor.objects.get().kobo_id == 7


def test_a_row_that_is_too_large_is_set_aside_alone(deployment, keys):
    large = row(4, reason="x" * 50_000)
    others = [row(number) for number in (1, 2, 3, 5, 6)]

    run = pull(deployment, FakeKobo(large, *others, max_bytes=20_000), keys=keys, at=DAY)

    case = Quarantined.objects.get()
    assert (case.kobo_id, case.reason) == (4, Reason.TOO_LARGE)
    assert (run.received, run.new, run.quarantined) == (6, 5, 1)
    assert SyncCursor.objects.get().kobo_id == 6


def test_a_page_that_leads_nowhere_is_an_error_and_not_an_end(deployment, keys):
    class Stuck(FakeKobo):
        def page(self, asset_uid, *, after, limit=1000):
            found = super().page(asset_uid, after=after, limit=limit)
            return RawPage(found.rows, found.count, more=True, last_id=None)

    with pytest.raises(CursorStuck):
        pull(deployment, Stuck(row(1)), keys=keys, at=DAY)

    assert Submission.objects.count() == 1


def test_an_empty_project_is_pulled_without_a_word(deployment, keys):
    run = pull(deployment, FakeKobo(), keys=keys, at=DAY)

    assert (run.received, run.expected, run.problem) == (0, None, "")


def test_a_pull_begins_a_little_before_the_cursor(deployment, keys):
    assert start_after(deployment) == 0
    SyncCursor.objects.create(deployment=deployment, kobo_id=2000)
    assert start_after(deployment) == 1500

    old = row(900, _submission_time="2026-09-01T05:50:00")
    pull(deployment, FakeKobo(old, row(1900)), keys=keys, at=DAY)
    assert start_after(deployment) == 1500  # a cursor never goes back

    KoboState.objects.update(kobo_id=700)
    assert start_after(deployment) == 699


def test_only_one_worker_pulls_a_deployment(deployment, keys, connect_as):
    elsewhere = connect_as("worker")
    elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [0x4D544D, deployment.pk])

    with pytest.raises(AlreadyRunning):
        pull(deployment, FakeKobo(), keys=keys, at=DAY)

    assert not SyncRun.objects.exists()


def test_the_lock_is_free_again_after_a_failure(deployment):
    with pytest.raises(ZeroDivisionError), pull_lock(deployment):
        raise ZeroDivisionError

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone() == (0,)


def test_what_was_stored_before_a_failure_stays(deployment, keys):
    class Failing(FakeKobo):
        def page(self, asset_uid, *, after, limit=1000):
            if after:
                raise ConnectionError
            return super().page(asset_uid, after=after, limit=limit)

    kobo = Failing(row(1), row(2), page_size=1)

    with pytest.raises(ConnectionError):
        pull(deployment, kobo, keys=keys, at=DAY)

    assert Submission.objects.count() == 1
    assert SyncCursor.objects.get().kobo_id == 1


def approve(submission: Submission) -> None:
    decided = decide(
        {submission.pk: submission.stamp},
        Verdict(ValidationStatus.APPROVED),
        by_id=UserFactory().pk,
        at=DAY,
        push_after=timedelta(hours=1),
    )
    assert decided == 1
