"""Versions of a form: upload a workbook, see what becomes of each answer, approve, deploy."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from forms.actions.register import approve, store
from forms.core.problems import FormRefused, Problem
from forms.core.xlsform import read_workbook
from forms.models import Deployment, KoboServer, Mode, Question, Version, XLSForm
from forms.tasks import deploy_version


class UploadForm(forms.ModelForm[Version]):
    """A workbook, read while it is checked: all that is wrong with it is said at once."""

    form = forms.ModelChoiceField(XLSForm.objects.order_by("name"), label=_("Form"))
    upload = forms.FileField(
        label=_("Workbook"),
        help_text=_("An XLSForm as .xlsx. Every question has its class in bind::mtm:privacy."),
    )

    class Meta:
        model = Version
        fields: ClassVar = ["form"]

    def clean_upload(self) -> bytes:
        upload = self.cleaned_data["upload"]
        workbook: bytes = upload.read()
        try:
            self.read = read_workbook(workbook, filename=upload.name or "")
        except FormRefused as error:
            raise forms.ValidationError([_words(each) for each in error.problems]) from error
        return workbook

    def save(self, commit: bool = True) -> Version:  # noqa: FBT001, FBT002 - Django's signature
        cleaned = self.cleaned_data
        return store(cleaned["form"], self.read, workbook=cleaned["upload"], at=timezone.now())

    def save_m2m(self) -> None:
        """Nothing is left to do: the version was stored with its questions."""


def _words(problem: Problem) -> str:
    """Put a problem, with its place in the workbook, into the reader's language."""
    words = gettext(problem.template) % problem.params
    return f"{problem.place}: {words}" if problem.place else words


class DeployForm(forms.Form):
    """Where a version goes, and what for."""

    server = forms.ModelChoiceField(KoboServer.objects.order_by("slug"), label=_("KoBo server"))
    round = forms.ModelChoiceField(
        Deployment.round.field.related_model._default_manager.all(),
        label=_("Round"),
    )
    mode = forms.ChoiceField(label=_("Mode"), choices=Mode.choices, initial=Mode.LIVE)


class QuestionInline(admin.TabularInline[Question, Version]):
    """What becomes of each answer: the page that the focal point approves."""

    model = Question
    extra = 0
    fields = ("path", "label", "type", "privacy", "declared_privacy", "treatment")
    readonly_fields = fields
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return False

    @admin.display(description=_("question"))
    def label(self, question: Question) -> str:
        labels = question.labels
        return str(labels.get(get_language() or "en") or next(iter(labels.values()), ""))


@admin.register(Version)
class VersionAdmin(admin.ModelAdmin[Version]):
    change_form_template = "admin/xlsforms/version/change_form.html"
    form = UploadForm
    inlines = [QuestionInline]
    list_display = ["form", "number", "registered_at", "approved_at", "approved_by"]
    list_filter = [("approved_at", admin.EmptyFieldListFilter)]
    list_select_related = ["form", "approved_by"]
    ordering = ["-registered_at"]
    shown = ["form", "number", "title", "registered_at", "approved_by", "approved_at"]

    def get_fields(self, request: HttpRequest, obj: Version | None = None) -> Any:
        return self.shown if obj else ["form", "upload"]

    def get_readonly_fields(self, request: HttpRequest, obj: Version | None = None) -> list[str]:
        return self.shown if obj else []

    def get_inlines(self, request: HttpRequest, obj: Version | None = None) -> list[Any]:
        return self.inlines if obj else []

    def has_change_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Version | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/approve/", view(self.approve_view), name="xlsforms_version_approve"),
            path("<int:pk>/deploy/", view(self.deploy_view), name="xlsforms_version_deploy"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        may = request.user.has_perm
        offered = {
            "deploy_form": DeployForm() if may("xlsforms.deploy_version") else None,
            "may_approve": may("xlsforms.approve_version"),
            "version": version,
        }
        return super().change_view(request, object_id, form_url, offered | (extra_context or {}))

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Approve the privacy classes of a version."""
        version = _asked_for(request, pk, "xlsforms.approve_version")
        if approve(version, by_id=int(request.user.pk or 0), at=timezone.now()):
            messages.success(request, _("Approved. Answers to this version can now come in."))
        else:
            messages.info(request, _("This version was approved already."))
        return _back_to(version)

    def deploy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask a worker to bring a version to the tablets."""
        version = _asked_for(request, pk, "xlsforms.deploy_version")
        form = DeployForm(request.POST)
        if not version.is_approved:
            messages.error(request, _("The privacy classes of this version await approval."))
        elif form.is_valid():
            deploy_version.delay(
                version_id=version.pk,
                server_id=form.cleaned_data["server"].pk,
                round_id=form.cleaned_data["round"].pk,
                mode=form.cleaned_data["mode"],
            )
            messages.success(request, _("A worker brings this version to the tablets now."))
        else:
            messages.error(request, _("Choose a server, a round and a mode."))
        return _back_to(version)


def _asked_for(request: HttpRequest, pk: int, permission: str) -> Version:
    """Return the version, if this is a POST of somebody who may. Raises PermissionDenied."""
    if request.method != "POST" or not request.user.has_perm(permission):
        raise PermissionDenied
    return get_object_or_404(Version, pk=pk)


def _back_to(version: Version) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:xlsforms_version_change", args=[version.pk]))
