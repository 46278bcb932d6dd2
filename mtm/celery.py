"""The Celery app; its beat schedule is CELERY_BEAT_SCHEDULE in the settings.

Beat holds no key and no database: it names tasks, and a worker does them. A lost
or doubled message changes nothing, since every task looks for what is not yet done.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtm.settings")

app = Celery("mtm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
