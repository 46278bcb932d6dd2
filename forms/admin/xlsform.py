"""Questionnaires by name."""

from django.contrib import admin

from forms.models import XLSForm


@admin.register(XLSForm)
class XLSFormAdmin(admin.ModelAdmin[XLSForm]):
    list_display = ["name"]
    search_fields = ["name"]
    ordering = ["name"]
