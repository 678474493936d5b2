"""Settings, read from the environment. ``.env.example`` explains each of them.

``make run`` writes the addresses of the servers it started to ``var/run.env``, so that
``manage.py shell`` and the like speak to the same ones. What stands in the environment wins.
Each secret may also be given as ``NAME_FILE``: a path to a file that holds it.
"""

import logging
import os
from pathlib import Path

import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import FileAwareEnv
from marshmallow.validate import Range

from trm.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR", BASE_DIR / "var"))

POSITIVE = Range(min=0, min_inclusive=False)
FROM_ZERO = Range(min=0)

env = FileAwareEnv(eager=False)
env.read_env(str(VAR_DIR / "run.env"), recurse=False)

SECRET_KEY = env.str("SECRET_KEY")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
# The address under which people reach us: links in mails start with it.
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
IS_HTTPS = BASE_URL.startswith("https://")
DATABASES = {"default": env.dj_db_url("DATABASE_URL", conn_max_age=60)}
REDIS_URL = env.str("REDIS_URL")
_email = env.dj_email_url("EMAIL_URL", default="smtp://localhost:2525")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="TRM <trm@localhost>")
MEDIA_ROOT = env.path("MEDIA_ROOT", default=VAR_DIR / "media")
# The largest file of people that may be uploaded, in megabytes, and how many rows it may have.
IMPORT_MAX_MEGABYTES = env.int("IMPORT_MAX_MEGABYTES", default=50)
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=250_000)
# How long what files said of people is kept to be looked at and to be undone, in days.
IMPORT_KEEP_DAYS = env.int("IMPORT_KEEP_DAYS", default=30)
DOCUMENT_MAX_MEGABYTES = env.int("DOCUMENT_MAX_MEGABYTES", default=15)
# Mail to file on people: the domain of the private addresses (empty: none are given out), where our
# SMTP server listens for it, the largest mail, and how long mail waits for somebody to be known.
CAPTURE_DOMAIN = env.str("CAPTURE_DOMAIN", default="").strip().lower()
CAPTURE_BIND = env.str("CAPTURE_BIND", default="127.0.0.1")
CAPTURE_PORT = env.int("CAPTURE_PORT", default=2526)
CAPTURE_MAX_MEGABYTES = env.int("CAPTURE_MAX_MEGABYTES", default=25, validate=POSITIVE)
CAPTURE_KEEP_DAYS = env.int("CAPTURE_KEEP_DAYS", default=30, validate=POSITIVE)
# No file of any kind is taken in beyond this: it is stopped while it comes in.
UPLOAD_MAX_MEGABYTES = max(IMPORT_MAX_MEGABYTES, DOCUMENT_MAX_MEGABYTES, CAPTURE_MAX_MEGABYTES)
FILE_UPLOAD_HANDLERS = [
    "core.uploads.SizeLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DOCUMENT_MAX_MEGAPIXELS = env.int("DOCUMENT_MAX_MEGAPIXELS", default=60)
DOCUMENT_LINK_SECONDS = env.int("DOCUMENT_LINK_SECONDS", default=120)
DOCUMENT_REMIND_DAYS = env.int("DOCUMENT_REMIND_DAYS", default=30)
# Who outranks whom: a sync or an import does not write over what one further ahead said.
FIELD_PRECEDENCE: list[str] = env.list(
    "FIELD_PRECEDENCE", default=["self", "manual", "api", "import"]
)
# After how many days a field of a person is old, and asked about again.
FRESH_DAYS = env.int("FRESH_DAYS", default=365)
# Where the mail catcher of `make run` keeps what it caught; empty: no catcher, no Outbox page.
OUTBOX_DIR = env.str("OUTBOX_DIR", default="")
LOG_LEVEL = env.log_level("LOG_LEVEL", default=logging.INFO)
# How long a worker may hold a message before it is taken for dead.
DELIVERY_LEASE_SECONDS = env.float("DELIVERY_LEASE_SECONDS", default=300)
# How many requests one API token may make: at once, and in the long run.
API_REQUESTS_AT_ONCE = env.int("API_REQUESTS_AT_ONCE", default=300)
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", default=600)
# What is between us, and how it is reckoned: docs/measures.md gives the formulas.
GOODWILL_HALF_LIFE_DAYS = env.float("GOODWILL_HALF_LIFE_DAYS", default=365, validate=POSITIVE)
GOODWILL_VOLUME_SCALE = env.float("GOODWILL_VOLUME_SCALE", default=10, validate=POSITIVE)
GOODWILL_BREACH_SCALE = env.float("GOODWILL_BREACH_SCALE", default=5, validate=POSITIVE)
GOODWILL_OWED_BELOW = env.float("GOODWILL_OWED_BELOW", default=0.5, validate=POSITIVE)
GOODWILL_OWED_FROM = env.float("GOODWILL_OWED_FROM", default=1, validate=POSITIVE)
TWO_SIDES_FELT_FROM = env.float("TWO_SIDES_FELT_FROM", default=60, validate=FROM_ZERO)
PROMISE_DAYS = env.int("PROMISE_DAYS", default=7, validate=POSITIVE)
FACT_KEPT_DAYS = env.int("FACT_KEPT_DAYS", default=365, validate=POSITIVE)
FACT_LEAD_DAYS = env.int("FACT_LEAD_DAYS", default=7, validate=FROM_ZERO)
TIE_WINDOW_DAYS = env.int("TIE_WINDOW_DAYS", default=730, validate=POSITIVE)
TIE_MANY = env.int("TIE_MANY", default=4, validate=POSITIVE)
HEALTH_WINDOW_DAYS = env.int("HEALTH_WINDOW_DAYS", default=365, validate=POSITIVE)
HEALTH_CADENCE_DAYS = env.int("HEALTH_CADENCE_DAYS", default=90, validate=POSITIVE)
HEALTH_BREADTH_FULL = env.int("HEALTH_BREADTH_FULL", default=3, validate=POSITIVE)
HEALTH_WEIGHT_RECENCY = env.float("HEALTH_WEIGHT_RECENCY", default=40, validate=POSITIVE)
HEALTH_WEIGHT_RECIPROCITY = env.float("HEALTH_WEIGHT_RECIPROCITY", default=20, validate=FROM_ZERO)
HEALTH_WEIGHT_BREADTH = env.float("HEALTH_WEIGHT_BREADTH", default=15, validate=FROM_ZERO)
HEALTH_WEIGHT_PROMISES = env.float("HEALTH_WEIGHT_PROMISES", default=15, validate=FROM_ZERO)
HEALTH_WEIGHT_EXPERIENCE = env.float("HEALTH_WEIGHT_EXPERIENCE", default=10, validate=FROM_ZERO)
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
# How a client's address is found behind a proxy: the number of proxies that add to
# X-Forwarded-For, or the header in which one trusted proxy writes it. Unless set, none is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = env.str("CLIENT_ADDRESS_HEADER", default="") or None
env.seal()

DATABASES["default"]["OPTIONS"] = DATABASES["default"].get("OPTIONS", {})
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
EMAIL_HOST = _email["EMAIL_HOST"]
EMAIL_PORT = _email["EMAIL_PORT"]
EMAIL_HOST_USER = _email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = _email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = _email["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 20

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.forms",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_celery_beat",
    "django_countries",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "phonenumber_field",
    "rest_framework",
    "rules",
    # Both rewrite the loaders unless taken by their simple configs; TEMPLATES does it by hand.
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "core",
    "contacts",
    "relationships",
    "campaigns",
    "programmes",
    "insights",
    "community",
    "integrations",
    "trm",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "core.once.OnceMiddleware",
    "core.api.middleware.ApiProblemMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.UserPreferencesMiddleware",
    "contacts.moved.MovedPeopleMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.ToastMiddleware",
    "core.middleware.VaryOnHtmxMiddleware",
]
ROOT_URLCONF = "trm.urls"
WSGI_APPLICATION = "trm.wsgi.application"
_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.shell",
            ],
        },
    }
]

# Forms are drawn by our own templates (templates/django/forms).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# A component sees what it is given and the context processors, never the page's own variables.
COTTON_ISOLATE_BY_DEFAULT = True

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "contacts.backends.RuleBackend",
    "contacts.backends.RoleBackend",
    "core.signing_in.backends.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "core.signing_in.passwords.SimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": "core.signing_in.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "core.signing_in.passwords.CommonValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
# Signing in. Accounts are made by invitation alone (core/signing_in/adapters.py closes sign-up).
ACCOUNT_ADAPTER = "core.signing_in.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "core.signing_in.forms.SignInForm",
    "reset_password": "core.signing_in.forms.AskResetForm",
    "reset_password_from_key": "core.signing_in.forms.ResetForm",
    "change_password": "core.signing_in.forms.ChangeForm",
    "add_email": "core.signing_in.forms.ChangeAddressForm",
    "reauthenticate": "core.signing_in.forms.ConfirmPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_RATE_LIMITS = {
    # Wrong passwords and wrong codes: ten by one account, ten a minute and a hundred an hour
    # from one address (an office shares one). IPv6 addresses count by their /64.
    "login_failed": "10/m/ip,100/h/ip,10/15m/key",
}
PASSWORD_RESET_TIMEOUT = 60 * 60 * 4
MFA_ADAPTER = "core.signing_in.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "core.signing_in.forms.CodeForm",
    "reauthenticate": "core.signing_in.forms.ConfirmCodeForm",
    "activate_totp": "core.signing_in.forms.ActivateAppForm",
    "add_webauthn": "core.signing_in.forms.AddKeyForm",
    "edit_webauthn": "core.signing_in.forms.RenameKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "TRM"
MFA_TOTP_TOLERANCE = 1

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["trm.formats"]
PHONENUMBER_DEFAULT_REGION = "NL"

CACHES = {
    "default": {
        "BACKEND": "core.cache.SteadyRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "trm",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "staticfiles"
MEDIA_URL = ""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
SECURE_HSTS_PRELOAD = IS_HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_NAME = "trm_session"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# The Outbox shows mails in frames of our own: not DENY, which the check would have.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "publickey-credentials-get": ["self"],
    "publickey-credentials-create": ["self"],
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["core.api.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "core.api.schema.ApiAutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.MultiPartRenderer",
    ],
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "core.api.handler.ProblemHandler",
    "EXCEPTION_FORMATTER_CLASS": "core.api.handler.ProblemFormatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TRM",
    "VERSION": "1.0.0",
    "DESCRIPTION": "The people an organisation knows, and what they are to it. Inside v1 there are "
    "only additions: fields, values of enumerations, parameters and addresses may come.",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["core.api.schema.complete"],
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
