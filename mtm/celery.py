"""The Celery app and the beat schedule.

Beat holds no key and no database: it names tasks, and a worker does them. A lost
or doubled message changes nothing, since every task looks for what is not yet done.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtm.settings")

app = Celery("mtm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "pull": {"task": "surveys.tasks.pull_all", "schedule": 60.0, "options": {"expires": 55}},
    "push": {"task": "surveys.tasks.push_due", "schedule": 30.0, "options": {"expires": 25}},
}
