"""The queue shows what is asked for, cheaply, and answers no guess."""

from datetime import timedelta

import pytest

from surveys.actions.pull import pull
from surveys.models import Submission
from tests.factories import DAY, EnumeratorFactory
from tests.fakes import FakeKobo, edited, row
from tests.surveys.admin.desk import LIST, page_of, somebody_decides, village

pytestmark = pytest.mark.django_db


def numbers(client, query: str = "") -> list[str]:
    rows = client.get(LIST + query).context["cl"].result_list
    return [str(row) for row in rows]


def test_the_oldest_of_what_awaits_review_is_on_top(as_reviewer, queue):
    somebody_decides(queue[1])

    assert numbers(as_reviewer) == [str(queue[0]), str(queue[2])]
    assert numbers(as_reviewer, "?status=all") == [str(each) for each in queue[::-1]]


def test_the_counters_follow_the_other_filters(as_reviewer, queue):
    somebody_decides(queue[0])
    day = f"{DAY + timedelta(days=1):%Y-%m-%d}"

    def counted(query):
        counters = as_reviewer.get(LIST + query).context["cl"].counters
        return {each.status: each.n for each in counters}

    assert counted("") == {
        "pending": 2,
        "on_hold": 0,
        "approved": 1,
        "not_approved": 0,
        "all": 3,
    }
    assert counted(f"?status=approved&day={day}")["all"] == 1


def test_each_filter_narrows_the_list(as_reviewer, deployment, arrive):
    place = village()
    enumerator = EnumeratorFactory(code="E77")
    arrive(row(1))
    found = arrive(row(2, place=place.soate, enumerator=enumerator.code), at=DAY)
    rayon = place.parent

    for query in (
        f"oblast={rayon.parent.pk}",
        f"rayon={rayon.pk}",
        f"enumerator={enumerator.pk}",
        "q=e77",
        f"q={str(found.pk)[:8]}",
    ):
        assert numbers(as_reviewer, f"?{query}") == [str(found)], query
    everything = f"?round={deployment.round_id}&form={deployment.form_id}&mode=live"
    assert len(numbers(as_reviewer, everything)) == 2
    for query in ("mode=training", "day=2020-01-01", "q=%20zz", "kobo=not_sent"):
        assert not numbers(as_reviewer, f"?{query}"), query


def test_decisions_that_cannot_be_sent_are_listed(as_reviewer, queue):
    somebody_decides(queue[0])
    Submission.objects.filter(pk=queue[0].pk).update(push_problem="set_at_kobo")

    page = as_reviewer.get(LIST + "?status=all&kobo=not_sent").content.decode()

    assert "not sent: somebody set another status at KoBo" in page
    assert page.count('name="seen"') == 1


@pytest.mark.parametrize(
    "query",
    [
        "round=x",
        "round=-1",
        f"round={10**30}",
        "mode=x",
        "day=x",
        "day=9999-12-31",
        "status=x",
        "kobo=x",
        "oblast=1%00",
    ],
)
def test_a_filter_with_no_possible_value_leads_back_to_the_list(as_reviewer, query):
    assert as_reviewer.get(f"{LIST}?{query}").status_code in {200, 302}


@pytest.mark.parametrize(
    "lookup",
    [
        "answers__reason",
        "answers__icontains",
        "sealed_record",
        "stamp__gt",
        "kobo_state__kobo_id",
        "kobo_state__root_uuid__startswith",
        "tokens__token",
        "fieldwork__point_hash",
        "reviewed_by__password__startswith",
        "id__startswith",
        "enumerator__code",
        "decisions__reason__contains",
        "pk",
        "_to_field=stamp&x",
    ],
)
def test_a_lookup_of_a_hidden_field_is_refused(as_reviewer, queue, lookup):
    assert as_reviewer.get(f"{LIST}?{lookup}=1").status_code == 400


def test_an_empty_queue_says_what_will_appear(as_reviewer):
    assert "Nothing awaits review." in as_reviewer.get(LIST).content.decode()


def test_a_longer_list_costs_no_more_queries(as_reviewer, arrive, django_assert_max_num_queries):
    place = village()
    for number in range(1, 16):
        EnumeratorFactory(code=f"E{number}0")
        arrive(row(number, place=place.soate, enumerator=f"E{number}0"))

    with django_assert_max_num_queries(13):
        assert as_reviewer.get(LIST).status_code == 200


def test_a_page_costs_a_fixed_number_of_queries(as_reviewer, arrive, django_assert_max_num_queries):
    first = row(1)
    submission = arrive(first)
    for revision in range(1, 6):
        arrive(edited(first, revision, reason=f"reason {revision}"))

    with django_assert_max_num_queries(14):
        assert as_reviewer.get(page_of(submission)).status_code == 200


def test_a_page_of_fifty_is_light(as_reviewer, deployment, keys):
    pull(deployment, FakeKobo(*(row(n) for n in range(1, 61))), keys=keys, at=DAY)

    assert len(as_reviewer.get(LIST).content) < 80_000
