"""The focal point's pages. None of them needs a script, and none can be read twice.

An opened answer exists in the one response to the POST that opened it: it is in no
message, session, address or log line.
"""

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from vault.actions.unseal import CannotOpen, check, refuse, unseal
from vault.admin.forms import PassphraseForm, VaultLogin
from vault.admin.words import NO_KEY, REFUSALS, Refusal
from vault.keys import KeyProblem, outer_key
from vault.models import AccessLog, UnsealRequest

logger = logging.getLogger(__name__)

REQUESTS_A_PAGE = 25
LINES_A_PAGE = 50


class VaultSite(admin.AdminSite):
    site_title = site_header = _("Vault")
    index_title = _("Requests to unseal")
    site_url = None
    enable_nav_sidebar = False
    login_form = VaultLogin

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Only these: the vault's database role may change no password and no other table."""
        opening = sensitive_post_parameters("passphrase")(self.admin_view(self.one_request))
        return [
            path("", self.admin_view(self.requests), name="index"),
            path("login/", self.login, name="login"),
            path("logout/", self.admin_view(self.logout), name="logout"),
            path("requests/<uuid:request_id>/", opening, name="request"),
            path("log/", self.admin_view(self.access_log), name="log"),
        ]

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and request.user.has_perm("vault.open_sealed")

    def requests(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        waiting = list(UnsealRequest.objects.waiting(now).order_by("expires_at"))
        ended = _page(
            request, UnsealRequest.objects.ended(now).order_by("-asked_at"), REQUESTS_A_PAGE
        )
        names = _user_names(each.asked_by for each in [*waiting, *ended])
        return self._show(
            request,
            "vault/index.html",
            title=self.index_title,
            waiting=[(each, names.get(each.asked_by)) for each in waiting],
            ended=[(each, names.get(each.asked_by)) for each in ended],
            page=ended,
        )

    def access_log(self, request: HttpRequest) -> HttpResponse:
        page = _page(request, AccessLog.objects.order_by("-at", "-pk"), LINES_A_PAGE)
        names = _user_names(line.actor_id for line in page if line.actor_id is not None)
        return self._show(
            request,
            "vault/log.html",
            title=_("Access log"),
            lines=[(line, names.get(line.actor_id)) for line in page],
            page=page,
        )

    def one_request(self, request: HttpRequest, request_id: UUID) -> HttpResponse:
        asked = get_object_or_404(UnsealRequest, pk=request_id)
        if request.method != "POST":
            return self._ask_for_passphrase(request, asked)
        if request.POST.get("answer") == "refuse":
            return self._refuse(request, asked)
        return self._open(request, asked)

    def _ask_for_passphrase(self, request: HttpRequest, asked: UnsealRequest) -> HttpResponse:
        try:
            check(asked, by=_user_id(request), at=timezone.now())
        except CannotOpen as error:
            refusal = REFUSALS[error.reason]
            status = refusal.status if refusal.is_over else HTTPStatus.OK
            return self._show_request(request, asked, refusal=refusal, status=status)
        return self._show_request(request, asked, form=PassphraseForm())

    def _refuse(self, request: HttpRequest, asked: UnsealRequest) -> HttpResponse:
        try:
            refuse(asked, by=_user_id(request), at=timezone.now())
        except CannotOpen as error:
            return self._stay_sealed(request, asked, REFUSALS[error.reason])
        messages.success(request, gettext("The request is refused. Nothing was opened."))
        return redirect(reverse("admin:index", current_app=self.name))

    @sensitive_variables()
    def _open(self, request: HttpRequest, asked: UnsealRequest) -> HttpResponse:
        form = PassphraseForm(request.POST)
        if not form.is_valid():
            return self._show_request(request, asked, form=form)
        now = timezone.now()
        try:
            value = unseal(
                asked,
                passphrase=form.cleaned_data["passphrase"],
                by=_user_id(request),
                outer_key=outer_key(settings.MTM_OUTER_KEY),
                at=now,
            )
        except CannotOpen as error:
            return self._stay_sealed(request, asked, REFUSALS[error.reason])
        except KeyProblem as error:
            logger.warning("The vault's outer key cannot be read: %s", error)
            return self._stay_sealed(request, asked, NO_KEY)
        return self._show(
            request,
            "vault/opened.html",
            title=_("Opened once"),
            asked=asked,
            asker=_user_names([asked.asked_by]).get(asked.asked_by),
            value=value,
            opened_at=now,
        )

    def _stay_sealed(
        self, request: HttpRequest, asked: UnsealRequest, refusal: Refusal
    ) -> HttpResponse:
        logger.warning(
            "Request %s stays sealed for account %d: %d",
            asked.pk,
            _user_id(request),
            refusal.status,
        )
        form = PassphraseForm() if refusal.may_try_again else None
        return self._show_request(request, asked, form=form, refusal=refusal, status=refusal.status)

    def _show_request(
        self,
        request: HttpRequest,
        asked: UnsealRequest,
        *,
        form: PassphraseForm | None = None,
        refusal: Refusal | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        return self._show(
            request,
            "vault/request.html",
            status=status,
            title=_("A request to unseal"),
            asked=asked,
            asker=_user_names([asked.asked_by]).get(asked.asked_by),
            form=form,
            refusal=refusal,
        )

    def _show(
        self,
        request: HttpRequest,
        template: str,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        **context: object,
    ) -> HttpResponse:
        """Render at once, so that nothing of the context outlives the view."""
        request.current_app = self.name
        context = {**self.each_context(request), **context}
        response = render(request, template, context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def _user_id(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _user_names(user_ids: Iterable[int]) -> dict[int | None, str]:
    """Return the names of accounts, as far as they still exist."""
    users = get_user_model().objects.filter(pk__in=set(user_ids))
    return dict(users.values_list("pk", "username"))


def _page(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    return Paginator(rows, size).get_page(request.GET.get("page"))


vault_site = VaultSite(name="vault")
