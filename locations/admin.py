"""The registry in the admin."""

from django.contrib import admin
from import_export.admin import ImportExportModelAdmin

from locations.models import Location
from locations.resources import LocationResource


@admin.register(Location)
class LocationAdmin(ImportExportModelAdmin):
    resource_classes = [LocationResource]
    list_display = ["name", "level", "unit_type", "soate", "pcode", "parent"]
    list_filter = ["level"]
    list_select_related = ["parent"]
    list_per_page = 50
    search_fields = ["name_en", "name_ru", "name_ky", "soate", "pcode"]
    ordering = ["soate", "pk"]
    raw_id_fields = ["parent"]
