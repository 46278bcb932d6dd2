"""Settings of every process; what differs between machines comes from the environment.

Which process this is (`MTM_PROCESS`) decides its addresses and cookies, never its
rights: those are its database role's and its key files'.
"""

from pathlib import Path

import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from mtm import environment as env

django_stubs_ext.monkeypatch()  # generics of Django's classes, such as ModelAdmin[Submission]

BASE_DIR = Path(__file__).resolve().parent.parent
PROCESS = env.text("MTM_PROCESS", "web")  # web, worker, beat, vault, migrate

DEBUG = env.flag("MTM_DEBUG")
SECRET_KEY = env.secret("MTM_SECRET_KEY_FILE")
ALLOWED_HOSTS = env.words("MTM_ALLOWED_HOSTS", "127.0.0.1")
PLAIN_HTTP = env.flag("MTM_PLAIN_HTTP")  # a laptop without TLS: cookies may travel in the clear

INSTALLED_APPS = [
    "mtm",
    "locations",
    "forms",
    "vault",
    "surveys",
    "mtm.admin.MtmAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "import_export",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mtm.middleware.NoStore",
]

ROOT_URLCONF = "mtm.vault_urls" if PROCESS == "vault" else "mtm.urls"
WSGI_APPLICATION = "mtm.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- Data ---------------------------------------------------------------------

DATABASES = {"default": env.database("DATABASE_URL")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env.text("REDIS_URL", "redis://127.0.0.1:6379/0"),
        "KEY_PREFIX": "mtm",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# -- Who signs in -------------------------------------------------------------

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

# The vault's sessions are signed with another key and live in another cookie, so that
# neither process can make or read the other's.
SESSION_COOKIE_NAME = "mtm_vault" if PROCESS == "vault" else "mtm"
CSRF_COOKIE_NAME = f"{SESSION_COOKIE_NAME}_csrf"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/vault/" if PROCESS == "vault" else "/"
SESSION_COOKIE_AGE = 15 * 60 if PROCESS == "vault" else 8 * 60 * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"

SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# -- Languages and times ------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ru", _("Russian")), ("ky", _("Kyrgyz"))]
LOCALE_PATHS = [BASE_DIR / "mtm" / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Bishkek"  # shown; stored in UTC

STATIC_URL = "/vault/static/" if PROCESS == "vault" else "/static/"
STATIC_ROOT = env.folder("MTM_STATIC") or BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if (STATIC_ROOT / "staticfiles.json").is_file()  # collectstatic has run
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").is_file()
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20  # workbooks stay in memory
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# -- Celery -------------------------------------------------------------------

CELERY_BROKER_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CELERY_TASK_DEFAULT_QUEUE = env.text("MTM_DEFAULT_QUEUE", "mtm")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True  # safe, since every task may run twice
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 2 * 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3 * 60 * 60}
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": every_s, "options": {"expires": every_s}}
    for name, task, every_s in [
        ("pull", "surveys.tasks.pull_all", env.number("MTM_PULL_EVERY_S", 60)),
        ("push", "surveys.tasks.push_due", env.number("MTM_PUSH_EVERY_S", 30)),
        ("sweep", "surveys.tasks.sweep_all", env.number("MTM_SWEEP_EVERY_S", 6 * 60 * 60)),
    ]
}


# -- Keys: the paths of files and folders, each readable by one process -------

MTM_KOBO_TOKENS = env.folder("MTM_KOBO_TOKENS")  # <server slug>.token
MTM_PSEUDONYM_KEYS = env.folder("MTM_PSEUDONYM_KEYS")  # round-<id>.key
MTM_ROUND_FINGERPRINTS = env.folder("MTM_ROUND_FINGERPRINTS")  # round-<id>.fingerprints
MTM_OUTER_KEY = env.folder("MTM_OUTER_KEY")  # one file
MTM_HOOK_SECRET = env.secret("MTM_HOOK_SECRET_FILE") if env.is_set("MTM_HOOK_SECRET_FILE") else ""
MTM_KOBO_ALLOW_PRIVATE = env.flag("MTM_KOBO_ALLOW_PRIVATE")  # a KoBo on this machine or network
MTM_PUSH_AFTER_S = env.number("MTM_PUSH_AFTER_S", 60 * 60)  # how long a decision can be undone

# -- Logs: to standard error, ids and numbers only ----------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},  # its INFO lines are addresses with their queries
        "httpcore": {"level": "WARNING"},
    },
}
