"""How far a pull has come, and how each one went."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from forms.models import Deployment


class SyncCursor(models.Model):
    """The highest `_id` applied; written in the same transaction as the page it stands for."""

    deployment = models.OneToOneField(
        Deployment, models.CASCADE, primary_key=True, related_name="cursor"
    )
    kobo_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.deployment_id}: {self.kobo_id}"


class Kind(models.TextChoices):
    PULL = "pull", _("pull")
    PUSH = "push", _("push")
    SWEEP = "sweep", _("comparison with KoBo")


class SyncRun(models.Model):
    """One run of a pull or a push; its numbers move while it runs."""

    deployment = models.ForeignKey(Deployment, models.CASCADE, related_name="runs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    started_at = models.DateTimeField(_("started at"))
    heard_at = models.DateTimeField(_("last sign of life"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    expected = models.PositiveIntegerField(_("expected"), null=True)
    received = models.PositiveIntegerField(_("received"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    edited = models.PositiveIntegerField(_("edited"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    quarantined = models.PositiveIntegerField(_("set aside"), default=0)
    held = models.PositiveIntegerField(_("awaiting form approval"), default=0)
    pushed = models.PositiveIntegerField(_("sent to KoBo"), default=0)
    problem = models.CharField(_("problem"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        default_permissions = ["view"]
        indexes = [models.Index(fields=["deployment", "-started_at"], name="surveys_runs")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.started_at:%Y-%m-%d %H:%M}"

    def count(self, **numbers: int) -> None:
        """Add to the run's numbers, and say that it is alive: one UPDATE."""
        changes = {name: F(name) + n for name, n in numbers.items() if n}
        SyncRun.objects.filter(pk=self.pk).update(heard_at=Now(), **changes)
