"""Every page opens for whoever may open it, for nobody else, and in three languages."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from mtm.accounts import ROLES, make_groups
from surveys.actions.pull import pull
from surveys.models import Decision, Quarantined, Submission, SyncRun
from tests.factories import (
    DAY,
    DeployedVersionFactory,
    EnumeratorFactory,
    RoundFactory,
    UserFactory,
)
from tests.fakes import FakeKobo, row
from tests.surveys.admin.desk import person, somebody_decides, village

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
OURS = [model for model in MODELS if model._meta.app_label == "surveys"]


def address(model, page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


@pytest.fixture
def played(deployment, keys):
    """A pull that brought something of everything."""
    DeployedVersionFactory(deployment=deployment, version_uid="v2")
    place = village()
    EnumeratorFactory()
    kobo = FakeKobo(
        row(1),
        row(2, place=place.soate),
        row(3, consent="no", place=place.soate),
        row(4, shoe="44"),
        row(5, __version__="v2"),
    )
    pull(deployment, kobo, keys=keys, at=DAY)
    somebody_decides(Submission.objects.first())
    return deployment


def holder_of(role: str):
    make_groups()
    user = UserFactory()
    user.groups.set(Group.objects.filter(name=role))
    return user


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_each_role_opens_the_lists_that_it_may_and_no_others(client, played, model, role):
    user = holder_of(role)
    client.force_login(user)
    app, name = model._meta.app_label, model._meta.model_name

    may_look = user.has_perm(f"{app}.view_{name}") or user.has_perm(f"{app}.change_{name}")
    assert client.get(address(model, "changelist")).status_code == (200 if may_look else 403)
    added = client.get(address(model, "add")).status_code
    assert added == 403 or (added == 200 and user.has_perm(f"{app}.add_{name}"))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_superuser_opens_every_list_and_removes_nothing(admin_client, played, model):
    assert admin_client.get(address(model, "changelist")).status_code == 200
    page = admin_client.get(address(model, "changelist")).content.decode()
    assert "delete_selected" not in page


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("lookup", ["id__gt", "pk", "deployment__server__url__startswith"])
def test_no_list_answers_a_lookup_that_it_does_not_offer(admin_client, played, model, lookup):
    allowed = model._meta.model_name == "tombstone"  # a tally, which reads no lookup at all

    status = admin_client.get(f"{address(model, 'changelist')}?{lookup}=1").status_code

    assert status == (200 if allowed else 400)


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_page_is_of_a_row_by_another_field(admin_client, played, model):
    url = f"{address(model, 'changelist')}?_to_field=deployment"

    assert admin_client.get(url).status_code == (
        200 if model._meta.model_name == "tombstone" else 400
    )


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("language", ["en", "ru", "ky"])
def test_today_opens_for_each_role_in_each_language(client, played, role, language):
    client.force_login(holder_of(role))
    client.cookies["django_language"] = language

    assert client.get(reverse("admin:index")).status_code == 200


def test_today_counts_what_waits(client, played):
    client.force_login(holder_of("data_manager"))
    Submission.objects.exclude(push_due_at=None).update(push_problem="gone")

    context = client.get(reverse("admin:index")).context

    counted = {item.label: item.n for item in context["waiting"]}
    assert counted == {
        "submission to review": 1,
        "submissions on hold": 0,
        "decision not sent to KoBo": 1,
        "submission is set aside": 1,
        "form version awaiting approval": 1,
    }
    assert "1 more comes by itself" in context["waiting"][3].note
    assert context["pulls"][0].sentence == (
        "5 received: 2 new, 1 refused, 1 set aside, 1 awaiting form approval"
    )


def test_today_says_why_a_pull_failed(client, played):
    SyncRun.objects.update(problem="token_refused")
    client.force_login(holder_of("data_manager"))

    page = client.get(reverse("admin:index")).content.decode()

    assert "KoBo refused the token; ask the IT officer for a new one" in page


def test_today_is_cheap(client, played, django_assert_max_num_queries):
    client.force_login(holder_of("data_manager"))

    with django_assert_max_num_queries(11):
        client.get(reverse("admin:index"))


def test_what_is_set_aside_is_fetched_again_when_a_data_manager_says_so(client, played):
    client.force_login(holder_of("data_manager"))
    case = Quarantined.objects.get(path="shoe")
    url = address(Quarantined, "changelist")

    chosen = {"action": "try_again", "index": "0", "_selected_action": [case.pk]}
    answer = client.post(url, chosen, follow=True)

    assert "1 submission is fetched again with the next pull." in answer.content.decode()
    assert list(Quarantined.objects.to_retry()) == [case]


def test_a_stranger_cannot_have_it_fetched_again(client, played):
    client.force_login(person("erkin", "surveys.view_quarantined"))
    url = address(Quarantined, "changelist")

    client.post(url, {"action": "try_again", "index": "0", "_selected_action": ["1"]})

    assert not Quarantined.objects.exclude(retry_at=None).exists()
    assert "Try again" not in client.get(url).content.decode()


def test_kobos_number_of_what_is_set_aside_is_on_no_page(admin_client, deployment, keys):
    pull(deployment, FakeKobo(row(987654321, shoe="44")), keys=keys, at=DAY)
    case = Quarantined.objects.get()

    page = admin_client.get(address(Quarantined, "changelist")).content.decode()

    assert "shoe" in page
    assert "987654321" not in page
    url = reverse("admin:surveys_quarantined_change", args=[case.pk])
    assert admin_client.get(url).status_code == 403


def test_what_is_not_kept_is_counted_by_day_and_rayon(client, played):
    client.force_login(holder_of("field_coordinator"))

    page = client.get(reverse("admin:surveys_tombstone_changelist")).content.decode()

    assert "Example rayon" in page
    assert '<td class="number">1</td>' in page


def test_a_decision_is_read_and_never_changed(admin_client, played):
    decision = Decision.objects.get()
    url = reverse("admin:surveys_decision_change", args=[decision.pk])

    assert admin_client.get(url).status_code == 200
    assert admin_client.post(url, {"reason": "x"}).status_code == 403
    assert admin_client.get(address(Decision, "add")).status_code == 403


def test_a_decision_outlives_its_submission_on_the_page_too(admin_client, played):
    decision = Decision.objects.get()
    Submission.objects.filter(pk=decision.submission_id).delete()

    page = admin_client.get(address(Decision, "changelist")).content.decode()

    assert str(decision.submission_id)[:8] in page


def test_the_keys_of_a_round_are_no_field_of_its_page(client):
    client.force_login(holder_of("it_officer"))
    round_ = RoundFactory(vault_public_keys={"ab": "cd" * 32})
    url = reverse("admin:surveys_round_change", args=[round_.pk])
    assert "cdcd" not in client.get(url).content.decode()

    fields = {"activity": "survey", "number": "7", "state": "closed", "registry_date": "2026-01-01"}
    client.post(url, fields | {"vault_public_keys": "{}"})

    round_.refresh_from_db()
    assert (round_.number, round_.vault_public_keys) == (7, {"ab": "cd" * 32})


def test_nothing_on_a_page_is_styled_or_scripted_inline(admin_client, played):
    pages = [reverse("admin:index"), *(address(model, "changelist") for model in OURS)]
    pages += [reverse("admin:surveys_submission_change", args=[Submission.objects.first().pk])]

    for url in pages:
        answer = admin_client.get(url)
        page = answer.content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert "<script>" not in page
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_language_can_be_changed_without_a_script(client):
    answer = client.post(reverse("set_language"), {"language": "ky", "next": "/admin/login/"})

    assert answer.url == "/admin/login/"
    assert "Сырсөз" in client.get("/admin/login/").content.decode()


def test_a_run_that_fell_silent_says_so(admin_client, deployment):
    SyncRun.objects.create(deployment=deployment, kind="pull", started_at=DAY - timedelta(days=1))

    page = admin_client.get(address(SyncRun, "changelist")).content.decode()

    assert "no sign of life; the next one starts by itself" in page


def test_every_permission_of_ours_is_some_roles():
    given = {label for labels in ROLES.values() for label in labels}

    ours = Permission.objects.filter(content_type__app_label="surveys")
    special = {"review_submission", "retry_quarantined"}
    assert {f"surveys.{each.codename}" for each in ours if each.codename in special} <= given


def test_the_rights_of_the_web_process_are_enough_for_every_page(client, played, as_role):
    client.force_login(holder_of("data_manager"))
    submission = Submission.objects.filter(validation_status="pending").get()
    page = reverse("admin:surveys_submission_change", args=[submission.pk])
    lists = [address(model, "changelist") for model in OURS]

    with as_role("web"):
        for url in [reverse("admin:index"), *lists, page]:
            assert client.get(url).status_code == 200, url
        seen = {"seen": f"{submission.pk}:{submission.stamp}", "status": "approved"}
        assert client.post(page, seen).status_code == 302
        assert client.post(reverse("admin:surveys_submission_send", args=[submission.pk]))
        case = Quarantined.objects.get(path="shoe")
        again = {"action": "try_again", "index": "0", "_selected_action": [case.pk]}
        assert client.post(address(Quarantined, "changelist"), again).status_code == 302

    assert Decision.objects.filter(submission_id=submission.pk).count() == 1
