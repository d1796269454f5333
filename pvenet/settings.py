"""Every setting of the portal, read from the environment. `.env.example` and the README list the variables.

A value that cannot be used stops the start with a sentence that names the variable.
"""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import environ
import sentry_sdk
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from core.embedded import is_embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
if not env.bool("PVENET_TESTING", default=False):
    environ.Env.read_env(BASE_DIR / ".env")


def read_bool(name: str, *, default: bool) -> bool:
    """Read a boolean variable; anything but true or false is an error that names the variable."""
    value = env.str(name, default=str(default)).strip().lower()
    if value not in {"true", "false"}:
        raise ImproperlyConfigured(f"{name}={value}: use true or false.")
    return value == "true"


def read_int(name: str, *, default: int, minimum: int = 0) -> int:
    """Read a whole number that is at least `minimum`."""
    value = env.str(name, default=str(default)).strip()
    if not value.isdigit() or int(value) < minimum:
        raise ImproperlyConfigured(f"{name}={value}: use a whole number of at least {minimum}.")
    return int(value)


def read_url(name: str, *, schemes: set[str], default: str | None = None) -> str:
    """Read an address whose scheme is one of `schemes`."""
    value = env.str(name, default=default or "")
    if urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} is missing or has an unknown scheme: use one of {', '.join(sorted(schemes))}."
        )
    return value


DEBUG = read_bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is missing: set it to a long random text.")
# Former keys, newest first: what they signed or closed can still be opened.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# The address that links in e-mails and documents start with.
SITE_URL = read_url("SITE_URL", schemes={"http", "https"}, default="http://localhost:8000").rstrip("/")
IS_HTTPS = SITE_URL.startswith("https://")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "core",
    "accounts",
    "organizations",
    "evidence",
    "partnerships",
    "workshops",
    "reports",
    "pvenet",
]

MIDDLEWARE = [
    "core.web.address.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "core.web.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "organizations.actors.ActorMiddleware",
    "core.web.errors.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "pvenet.urls"
WSGI_APPLICATION = "pvenet.wsgi.application"
ASGI_APPLICATION = "pvenet.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context.portal",
            ],
            "builtins": [
                "core.templatetags.portal",
                "core.templatetags.figures",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------------------------

DATABASE_URL = read_url("DATABASE_URL", schemes={"postgres", "postgresql"})
DATABASES = {
    "default": {
        **env.db_url_config(DATABASE_URL),
        "CONN_MAX_AGE": read_int("CONN_MAX_AGE", default=600),
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
# A directory of Unix sockets stands in the query of an address, or encoded in the place of the host.
DATABASES["default"]["HOST"] = unquote(
    DATABASES["default"].get("OPTIONS", {}).pop("host", "") or DATABASES["default"]["HOST"]
)
REDIS_URL = read_url("REDIS_URL", schemes={"redis", "rediss", "unix"})
# The cache keeps to keys of its own: it may share a database with the queue, and servers with one database exist.
CACHE_URL = REDIS_URL
if env.str("CACHE_URL", default=""):
    CACHE_URL = read_url("CACHE_URL", schemes={"redis", "rediss", "unix"})
CACHES = {
    "default": {
        "BACKEND": "core.cache.OwnKeysCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "pvenet-cache",
    }
}
# Set by make run and make test, and by nobody else.
LAPTOP = read_bool("PVENET_LAPTOP", default=False)
if not (DEBUG or LAPTOP) and any(is_embedded(url) for url in (DATABASE_URL, REDIS_URL, CACHE_URL)):
    raise ImproperlyConfigured("DATABASE_URL or REDIS_URL leads to a laptop's services: use servers with backups.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Uploads are private: they are never under STATIC or MEDIA URLs, and leave only through a view that asks `visible_to`.
S3_BUCKET = env.str("S3_BUCKET", default="")
PRIVATE_ROOT = Path(env.str("PRIVATE_ROOT", default=str(VAR_DIR / "private")))
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": S3_BUCKET,
                "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
                "default_acl": "private",
                "file_overwrite": False,
            },
        }
        if S3_BUCKET
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": PRIVATE_ROOT},
        }
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_LIMIT_BYTES = read_int("UPLOAD_LIMIT_MB", default=10, minimum=1) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.models.display_name"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
# Other sessions end with the old password; the one that changed it goes on.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# A whole workshop signs in from one address. Wrong passwords are counted by django-axes below.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/300s/key"}
PASSWORD_RESET_TIMEOUT = 24 * 3600
# The address stands on the user alone. allauth's own table of addresses stays empty, so it needs no verifying there:
# people come by an invitation to their address.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.tokens.PasswordLinkTokens"  # noqa: S105 - a class
MFA_ALLOW_UNVERIFIED_EMAIL = True
# How many proxies stand in front and add to X-Forwarded-For; without one the header is not believed (core.web.address).
BEHIND_PROXY = read_bool("BEHIND_PROXY", default=False)
TRUSTED_PROXY_COUNT = read_int("TRUSTED_PROXY_COUNT", default=1, minimum=1) if BEHIND_PROXY else 0
# The address is in its place already when allauth looks for it.
ALLAUTH_TRUSTED_PROXY_COUNT = 0
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "reset_password": "accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reauthenticate": "accounts.forms.ConfirmPasswordForm",
}
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.SecondFactorForm",
    "reauthenticate": "accounts.forms.ConfirmCodeForm",
    "activate_totp": "accounts.forms.ActivateAppForm",
    "add_webauthn": "accounts.forms.AddPasskeyForm",
    "authenticate_webauthn": "accounts.forms.PasskeyForm",
    "login_webauthn": "accounts.forms.PasskeySignInForm",
    "reauthenticate_webauthn": "accounts.forms.ConfirmPasskeyForm",
    "edit_webauthn": "accounts.forms.RenamePasskeyForm",
}
MFA_TOTP_TOLERANCE = 1
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_TOTP_ISSUER = "PVENet"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "accounts.lockout.login_of"
AXES_CLIENT_IP_CALLABLE = "accounts.lockout.address_of"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
SESSION_COOKIE_AGE = read_int("SESSION_HOURS", default=12, minimum=1) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS

# --- Language, time -------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ur", _("Urdu"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "reports" / "locale"]
FORMAT_MODULE_PATH = ["core.formats"]
TIME_ZONE = "Asia/Karachi"
USE_TZ = True

# --- Pages ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
# What is compressed already, and what no page asks for: source maps of the API's pages, whole typefaces for documents.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "woff",
    "woff2",
    "zip",
    "gz",
    "br",
]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS += ["map", "ttf", "otf"]
CSRF_FAILURE_VIEW = "core.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = IS_HTTPS
# Load balancers and containers ask from nearby, without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# Whether the other names of the domain are served by TLS is for the operator of the domain to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None

# --- E-mail ---------------------------------------------------------------------------------------------------------

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="filemail:///" + str(VAR_DIR / "mail"))
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
    EMAIL_FILE_PATH = "/" + EMAIL_CONFIG["EMAIL_FILE_PATH"].lstrip("/")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL", default="PVENet <pvenet@localhost>")

# --- Tasks ----------------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="") or (
    REDIS_URL.replace("unix://", "redis+socket://", 1) if REDIS_URL.startswith("unix://") else REDIS_URL
)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# In KiB. Typst keeps what it set for the next ten documents; a child that has grown is replaced after its task.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Above the longest job: an unacknowledged message is handed out again after this many seconds.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "global_keyprefix": "pvenet:",
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
BEAT_EVERY = 30  # seconds; core.beat counts on it
CELERY_BEAT_SCHEDULE = {
    "take back reports that a lost worker left": {
        "task": "reports.tasks.recover_reports",
        "schedule": 60,
    },
    "take back files that a lost worker left": {
        "task": "evidence.intake.tasks.recover_intakes",
        "schedule": 60,
    },
    "look for doubtful data each night": {
        "task": "evidence.quality.tasks.look_at_everything",
        "schedule": crontab(hour=2, minute=40),
    },
    "delete what has passed its date": {
        "task": "evidence.protection.tasks.purge",
        "schedule": crontab(hour=3, minute=10),
    },
    # What no worker takes in time is dropped: the next one says the same.
    "note that beat lives": {
        "task": "core.tasks.note_beat",
        "schedule": BEAT_EVERY,
        "options": {"expires": BEAT_EVERY},
    },
    "forget sessions that ended": {
        "task": "core.tasks.forget_sessions",
        "schedule": 24 * 60 * 60,
    },
    "bring the reporting calendars to the dates of the projects": {
        "task": "evidence.results.tasks.settle_results",
        "schedule": 24 * 60 * 60,
    },
    "remind of results that are due": {
        "task": "evidence.results.tasks.remind_of_results",
        "schedule": crontab(hour=8, minute=0, day_of_week="monday"),
    },
    "decide the figures of participation that are due": {
        "task": "evidence.overview.tasks.renew_reach",
        "schedule": 24 * 60 * 60,
    },
}

# --- API ------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api_keys.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["core.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["core.api.filters.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.StableCursorPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.KeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "key": env.str("API_RATE", default="600/min"),
        "anonymous": env.str("API_RATE_ANONYMOUS", default="60/min"),
    },
    "EXCEPTION_HANDLER": "core.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    # `format` is a parameter like any other, and not known.
    "URL_FORMAT_OVERRIDE": None,
    # As for sign-in: core.web.address has put the client's address in its place.
    "NUM_PROXIES": 0,
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PVENet API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DESCRIPTION": (
        "Published data of the programme for partners, read-only. Send the header `Authorization: Api-Key KEY`. "
        "A list answers `{results, next, previous}`; follow `next` until it is null. An unknown parameter answers 400."
    ),
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.add_problems",
    ],
    "ENUM_NAME_OVERRIDES": {"ProjectStatusEnum": "organizations.models.Project.Status"},
}

# --- Logs, errors ---------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "core.logs.formatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django_structlog": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, max_request_body_size="never")

# --- The demonstration ----------------------------------------------------------------------------------------------

TESTING = read_bool("PVENET_TESTING", default=False)
if TESTING:
    # Every test client reloads the middleware, and WhiteNoise then scans all static files again (55 ms a test).
    MIDDLEWARE.remove("whitenoise.middleware.WhiteNoiseMiddleware")
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
