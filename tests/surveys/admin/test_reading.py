"""The page of a submission shows what may be read of it, and nothing else."""

import pytest
from django.urls import reverse

from tests.fakes import edited, row
from tests.surveys.admin.desk import LIST, PERSON, page_of, person
from vault.models import UnsealRequest

pytestmark = pytest.mark.django_db


def test_what_is_sealed_and_what_identifies_at_kobo_is_on_no_page(as_reviewer, arrive, deployment):
    submission = arrive(row(123456789, **PERSON))
    state, token = submission.kobo_state, submission.tokens.first()
    pages = [as_reviewer.get(url).content.decode() for url in (LIST, page_of(submission))]

    hidden = [*PERSON.values(), "123456789", state.root_uuid, token.token]
    hidden += [deployment.asset_uid, str(submission.sealed_record), "enum1"]
    assert not [each for each in hidden for page in pages if each in page]
    assert "sealed" in pages[1]


def test_an_answer_is_text_and_never_markup(as_reviewer, arrive, version):
    evil = "<img src=x onerror=alert(1)>"
    version.questions.filter(path="who/age").update(labels={"en": f"Age {evil}"})
    submission = arrive(row(1, reason=evil, house=[{"house/m_age": evil}]))
    arrive(edited(row(1), 1, reason=evil + "2"))

    page = as_reviewer.get(page_of(submission)).content.decode()

    assert "<img" not in page
    assert page.count("&lt;img src=x onerror=alert(1)&gt;") >= 4


def test_answers_stand_under_labels_in_the_readers_language(as_reviewer, arrive, version):
    names = {"en": "Why return?", "ky": "Эмне үчүн кайттыңыз?"}
    choices = [{"name": "family", "labels": {"en": "Family", "ky": "Үй-бүлө"}}]
    version.questions.filter(path="reason").update(labels=names, choices=choices)
    submission = arrive(row(1, reason="family"))

    as_reviewer.cookies["django_language"] = "ky"
    kyrgyz = as_reviewer.get(page_of(submission)).content.decode()
    as_reviewer.cookies["django_language"] = "ru"
    russian = as_reviewer.get(page_of(submission)).content.decode()

    assert "Эмне үчүн кайттыңыз?" in kyrgyz
    assert "Үй-бүлө" in kyrgyz
    assert "Why return?" in russian  # the form has no Russian


def test_no_answer_does_not_look_like_one(as_reviewer, arrive):
    page = as_reviewer.get(page_of(arrive(row(1)))).content.decode()

    assert '<span class="absent">not asked or not answered</span>' in page


def test_an_edit_shows_each_changed_answer_old_and_new(as_reviewer, arrive):
    before = row(1, reason="family", house=[{"house/m_age": "4"}, {"house/m_age": "9"}])
    submission = arrive(before)
    arrive(edited(before, 1, reason="ban", house=[{"house/m_age": "4"}, {"house/m_age": "8"}]))

    page = as_reviewer.get(page_of(submission)).content.decode()

    assert "<del>family</del> → <ins>ban</ins>" in page
    assert "M age (2)" in page
    assert "<del>9</del> → <ins>8</ins>" in page
    assert page.count('<span class="edited">') == 2


def test_entries_of_a_repeat_are_rows_of_a_table(as_reviewer, arrive):
    household = [{"house/m_name": "Bakyt Example", "house/m_age": "44"}, {"house/m_age": "12"}]

    page = as_reviewer.get(page_of(arrive(row(1, house=household)))).content.decode()

    assert page.count('<th scope="row">') == 2
    assert "<td>44" in page
    assert "Bakyt" not in page


def test_fieldwork_and_kobo_are_told_in_words(as_reviewer, arrive):
    times = {"start": "2026-09-01T10:00:00+06:00", "end": "2026-09-01T10:25:00+06:00"}
    status = {"uid": "validation_status_on_hold"}

    page = as_reviewer.get(
        page_of(arrive(row(1, _validation_status=status, **times)))
    ).content.decode()

    assert "25 minutes" in page
    assert "validation_status_on_hold" not in page


@pytest.fixture
def asker(client):
    client.force_login(person("aida", "surveys.view_submission", "vault.request_unsealing"))
    return client


def url_of(submission, path="who/name") -> str:
    return reverse("admin:surveys_submission_ask", args=[submission.pk]) + f"?path={path}"


def test_a_request_to_open_says_what_for(asker, arrive):
    submission = arrive(row(1, **PERSON))

    asker.post(url_of(submission), {"purpose": "Ring back about the age"})

    request = UnsealRequest.objects.get()
    assert (request.path, request.purpose) == ("who/name", "Ring back about the age")


def test_one_entry_of_a_repeat_can_be_asked_for(asker, arrive):
    submission = arrive(row(1, **PERSON))
    page = asker.get(page_of(submission)).content.decode()
    assert "?path=who%2Fname" in page

    asker.post(url_of(submission, "house/m_name[2]"), {"purpose": "The same person twice?"})

    assert UnsealRequest.objects.get().path == "house/m_name[2]"


def test_without_a_purpose_nothing_is_asked(asker, arrive):
    answer = asker.post(url_of(arrive(row(1, **PERSON))), {"purpose": " "})

    assert answer.status_code == 422
    assert not UnsealRequest.objects.exists()


@pytest.mark.parametrize("path", ["who/age", "nothing", "", "who/coupon", "house/m_name]["])
def test_only_what_is_sealed_can_be_asked_for(asker, arrive, path):
    assert asker.get(url_of(arrive(row(1, **PERSON)), path)).status_code == 404


def test_a_stranger_cannot_ask(as_reviewer, arrive):
    submission = arrive(row(1, **PERSON))

    assert as_reviewer.post(url_of(submission), {"purpose": "x"}).status_code == 403
    assert "Ask to open" not in as_reviewer.get(page_of(submission)).content.decode()
