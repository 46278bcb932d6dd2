"""The project: settings, addresses, processes. It imports the apps; no app imports it."""

from mtm.celery import app as celery_app

__all__ = ["celery_app"]
