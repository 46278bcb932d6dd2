"""The door for gunicorn, of the web and of the vault process alike."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mtm.settings")
application = get_wsgi_application()
