"""The KoBo servers, and what is deployed on them."""

from typing import TYPE_CHECKING

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from forms.models.xlsform import Version, XLSForm

if TYPE_CHECKING:
    from surveys.models import Round


class KoboServer(models.Model):
    """One KoBo server. Its token is a file that only workers can read, named by the slug."""

    slug = models.SlugField(
        _("short name"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9-]*$")],
        help_text=_("Names the file that holds the token: small letters, digits and hyphens."),
    )
    url = models.CharField(
        _("address"), max_length=200, validators=[URLValidator(schemes=["https", "http"])]
    )
    openrosa_url = models.CharField(
        _("address for tablets"),
        max_length=200,
        blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
        help_text=_("Only where tablets use another host, as on the public clouds (kc. and kf.)."),
    )

    class Meta:
        verbose_name = _("KoBo server")
        verbose_name_plural = _("KoBo servers")

    def __str__(self) -> str:
        return self.slug


class Mode(models.TextChoices):
    """What a deployment is for; only live ones count."""

    TRAINING = "training", _("training")
    PILOT = "pilot", _("pilot")
    LIVE = "live", _("live")


class Deployment(models.Model):
    """One asset on one KoBo server, bound to one round: the unit of a pull."""

    server = models.ForeignKey(KoboServer, models.PROTECT, related_name="deployments")
    form = models.ForeignKey(XLSForm, models.PROTECT, related_name="deployments")
    # By name: rounds belong to `surveys`, which stands above this app.
    round: "models.ForeignKey[Round, Round]" = models.ForeignKey(
        "surveys.Round", models.PROTECT, related_name="deployments"
    )
    asset_uid = models.CharField(_("asset"), max_length=40)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode)
    is_active = models.BooleanField(_("pulled"), default=True)

    class Meta:
        verbose_name = _("deployment")
        verbose_name_plural = _("deployments")
        constraints = [
            models.UniqueConstraint(
                name="xlsforms_an_asset_is_one_deployment", fields=["server", "asset_uid"]
            ),
            models.CheckConstraint(
                name="xlsforms_a_deployment_is_training_pilot_or_live",
                condition=models.Q(mode__in=Mode.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form} ({self.get_mode_display()})"


class DeployedVersion(models.Model):
    """Which of our versions a KoBo version uid (`__version__` in a row) stands for."""

    deployment = models.ForeignKey(Deployment, models.CASCADE, related_name="deployed_versions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="deployed_as")
    version_uid = models.CharField(_("KoBo's version"), max_length=100)
    deployed_at = models.DateTimeField(_("deployed at"))

    class Meta:
        verbose_name = _("deployed version")
        verbose_name_plural = _("deployed versions")
        constraints = [
            models.UniqueConstraint(
                name="xlsforms_a_version_uid_is_one_version_of_a_deployment",
                fields=["deployment", "version_uid"],
            )
        ]

    def __str__(self) -> str:
        return self.version_uid
