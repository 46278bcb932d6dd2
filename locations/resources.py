"""The registry in and out of spreadsheets."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from import_export import fields, resources, widgets

from locations.core.codes import BadCode, paired, read_pcode, read_soate
from locations.models import Level, Location

LEVELS = {
    "oblast": Level.OBLAST,
    "rayon": Level.RAYON,
    "city": Level.RAYON,
    "district": Level.RAYON,
    "ayil_aimak": Level.AYIL_AIMAK,
    "settlement": Level.SETTLEMENT,
}


class LocationResource(resources.ModelResource):
    """One row a unit, parents before children, found again by its SOATE code."""

    parent = fields.Field(
        attribute="parent",
        column_name="parent_code",
        widget=widgets.ForeignKeyWidget(Location, field="soate"),
    )
    latitude = fields.Field(attribute="latitude", column_name="lat", widget=widgets.FloatWidget())
    longitude = fields.Field(attribute="longitude", column_name="lon", widget=widgets.FloatWidget())

    class Meta:
        model = Location
        import_id_fields = ["soate"]
        fields = [
            "soate",
            "pcode",
            "level",
            "unit_type",
            "parent",
            "name_en",
            "name_ru",
            "name_ky",
            "latitude",
            "longitude",
        ]
        skip_unchanged = True
        use_transactions = True
        clean_model_instances = True

    def before_import_row(self, row: dict[str, Any], **kwargs: Mapping[str, Any]) -> None:
        level = str(row.get("level", "")).strip()
        if level not in LEVELS:
            raise ValidationError(f"{level!r} is no level: write one of {', '.join(LEVELS)}.")
        row["unit_type"] = row.get("unit_type") or level
        row["level"] = LEVELS[level]
        try:
            row["soate"] = read_soate(str(row.get("soate", "")))
            row["pcode"] = read_pcode(str(row.get("pcode") or ""))
        except BadCode as error:
            raise ValidationError(str(error)) from error
        if not paired(row["soate"], row["pcode"]):
            raise ValidationError("The P-code is not that of this SOATE code.")
