"""How is it wired? Reads the environment once; every other module receives values from here.

Each variable is documented in ``.env.example``.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse_lazy

from config.environment import Environment
from config.logging import configure as configure_logging

env = Environment()
BASE_DIR = Path(__file__).resolve().parent.parent

ENVIRONMENT = env.choice("ENVIRONMENT", ("development", "test", "production"), "development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG must be off in production.")
SECRET_KEY = env.secret("SECRET_KEY", required=PRODUCTION, default="development-only-key-" + "0" * 43)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "" if PRODUCTION else "*")
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set. Name the host names that clients use, separated by commas.")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "config.errors.forgery_suspected"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "rest_framework_simplejwt.token_blacklist",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_dramatiq",
    "csp",
    "common",
    "audit",
    "accounts",
    "documents",
    "extraction",
    "exports",
    "review",
]

MIDDLEWARE = [
    "common.middleware.RequestContextMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.middleware.ResponsePolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.AdminActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.errors.AdminProblemMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True  # for the admin; the API's paths have no trailing slash and match before it acts
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

# --- Data ------------------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL")}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True  # a restarted server costs nobody an error
DATABASES["default"]["OPTIONS"]["pool"] = {
    "min_size": 1,
    "max_size": env.integer("DATABASE_POOL_SIZE", 20, minimum=2),
    "timeout": 5,
    "reconnect_timeout": 3,  # the pauses between attempts double: after a long outage it would wait for minutes
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL")
if not REDIS_URL.startswith(("redis://", "rediss://", "unix://")):
    raise ImproperlyConfigured("REDIS_URL must be a redis:// or unix:// URL; `make run` sets it for you.")
REDIS_NAMESPACE = env.text("REDIS_NAMESPACE", "docproc")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_NAMESPACE,
        "OPTIONS": {"socket_read_size": 262_144},  # pictures of pages have megabytes, and come in a third of the time
    }
}

DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
STORAGES = {
    "default": {
        "BACKEND": env.text("STORAGE_BACKEND", "django.core.files.storage.FileSystemStorage"),
        "OPTIONS": env.mapping("STORAGE_OPTIONS"),
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
INCOMING_DIR = Path(env.text("UPLOAD_TEMP_DIR", str(DATA_DIR / "incoming")))  # on the storage's disk a file is moved
FILE_UPLOAD_PERMISSIONS = 0o600
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
WHITENOISE_USE_FINDERS = not PRODUCTION  # no collectstatic step on one's own machine

# --- Background work -------------------------------------------------------------------------------------------------
PROCESSING_MODE = env.choice("PROCESSING_MODE", ("queue", "inline"), "queue")
DRAMATIQ_BROKER = {
    "BROKER": "dramatiq.brokers.redis.RedisBroker",
    "OPTIONS": {
        "url": REDIS_URL,
        "namespace": f"{REDIS_NAMESPACE}.dramatiq",
        # With the defaults a killed worker's messages came back after 19 minutes; so after 16 seconds.
        "heartbeat_timeout": 15_000,
        "maintenance_chance": 1_000_000,
    },
    "MIDDLEWARE": [
        "dramatiq.middleware.AgeLimit",
        "dramatiq.middleware.ShutdownNotifications",
        "dramatiq.middleware.CurrentMessage",
        "django_dramatiq.middleware.DbConnectionsMiddleware",
        "common.jobs.WorkerLife",
    ],
}
DRAMATIQ_AUTODISCOVER_MODULES = ["tasks"]
JOB_MAX_ATTEMPTS = env.integer("JOB_MAX_ATTEMPTS", 5, minimum=1)
JOB_LEASE_SECONDS = env.integer("JOB_LEASE_SECONDS", 15, minimum=2)
JOB_TIMEOUT_SECONDS = env.integer("JOB_TIMEOUT_SECONDS", 60, minimum=1)
SWEEP_INTERVAL_SECONDS = env.integer("SWEEP_INTERVAL_SECONDS", 5, minimum=1)
ORPHAN_GRACE_SECONDS = env.integer("ORPHAN_GRACE_SECONDS", 3600, minimum=1)
OCR_ENGINE = env.choice("OCR_ENGINE", ("rapidocr", "tesseract"), "rapidocr")
OCR_THREADS = env.integer("OCR_THREADS", 1, minimum=1)

# --- The second reader: a language model, off unless a provider is named ----------------------------------------------
LLM_TOKENS_PER_DAY = env.integer("LLM_TOKENS_PER_DAY", 1_000_000)
LLM_PROVIDER = env.choice("LLM_PROVIDER", ("", "openai", "anthropic"), "")
if LLM_PROVIDER and not env.text("LLM_MODEL"):
    raise ImproperlyConfigured("LLM_MODEL is not set. With LLM_PROVIDER, name the model that is to be asked.")
LLM: dict[str, Any] = {
    "provider": LLM_PROVIDER,
    "model": env.text("LLM_MODEL"),
    "base_url": env.text("LLM_BASE_URL") or None,
    "api_key": env.text("LLM_API_KEY", "none"),  # local servers want none, the client libraries want something
    "threshold": float(env.decimal("LLM_THRESHOLD", "0.6")),
    "timeout_seconds": float(env.decimal("LLM_TIMEOUT_SECONDS", "30")),
    "max_tokens_per_document": env.integer("LLM_TOKENS_PER_DOCUMENT", 12_000, minimum=4_000),
    "input_price": env.decimal("LLM_INPUT_PRICE", "0"),
    "output_price": env.decimal("LLM_OUTPUT_PRICE", "0"),
}
if 0 < LLM_TOKENS_PER_DAY < LLM["max_tokens_per_document"]:
    raise ImproperlyConfigured("LLM_TOKENS_PER_DAY is less than LLM_TOKENS_PER_DOCUMENT, so nothing could be asked.")

# --- Intake ----------------------------------------------------------------------------------------------------------
MAX_UPLOAD_SIZE_MB = env.integer("MAX_UPLOAD_SIZE_MB", 10, minimum=1)
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # larger parts go to disk, so that memory stays flat
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # of bodies that are not files

# --- Who may ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.E003"]  # the e-mail address is unique by an index on lower(email) instead
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.integer("ACCESS_TOKEN_MINUTES", 60, minimum=1)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.integer("REFRESH_TOKEN_DAYS", 14, minimum=1)),
    "AUTH_HEADER_TYPES": ("Bearer",),
    "USER_ID_FIELD": "id",
    "USER_ID_CLAIM": "sub",
}

# --- The API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["config.throttling.SignedIn"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "config.api.OneRepresentation",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "config.api.LimitOffset",
    "EXCEPTION_HANDLER": "config.errors.handle_exception",
    "DEFAULT_THROTTLE_CLASSES": [
        "config.throttling.AnonymousThrottle",
        "config.throttling.UserThrottle",
        "config.throttling.ScopeThrottle",
    ],
    # On one's own machine everybody shares an address, and scripts register and upload by the hundred.
    "DEFAULT_THROTTLE_RATES": {
        "register": env.rate("THROTTLE_REGISTER", "30/min" if PRODUCTION else "1200/min"),
        "login": env.rate("THROTTLE_LOGIN", "30/min" if PRODUCTION else "1200/min"),
        "upload": env.rate("THROTTLE_UPLOAD", "600/min" if PRODUCTION else "12000/min"),
        "anon": env.rate("THROTTLE_ANON", "300/min" if PRODUCTION else "12000/min"),
        "user": env.rate("THROTTLE_USER", "3000/min" if PRODUCTION else "60000/min"),
    },
    "NUM_PROXIES": env.integer("TRUSTED_PROXIES", 0),
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Document processing service",
    "DESCRIPTION": "Upload invoices, receipts, contracts and tables; get their fields as clean JSON or CSV.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "PREPROCESSING_HOOKS": ["config.schema.only_the_api"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.schema.overlapping_alternatives",
        "config.schema.add_errors",
    ],
    "ENUM_NAME_OVERRIDES": {
        "DocumentStatus": "documents.states.Status",
        "DocumentKind": "documents.kinds.Kind",
        "JobStatus": "extraction.models.JobStatus",
        "ReviewStatus": "documents.states.ReviewStatus",
        "ReviewState": "review.models.State",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "DISABLE_DOCSTRING_DESCRIPTIONS": True,
    "SORT_OPERATIONS": False,
    "TAGS": [
        {"name": "authentication", "description": "Accounts and tokens."},
        {"name": "documents", "description": "Files and where they stand."},
        {"name": "results", "description": "What was read, and what the rules say about it."},
        {"name": "review", "description": "Documents that need a person."},
        {"name": "rules", "description": "What documents are checked for, and how severe it is."},
        {"name": "exports", "description": "Results for other programs."},
        {"name": "jobs", "description": "The work on documents."},
        {"name": "service", "description": "Is it alive, is it ready?"},
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "persistAuthorization": True, "validatorUrl": None},
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "COMPONENT_SPLIT_PATCH": False,  # what a change must say, it must say
}

# --- The admin's look ------------------------------------------------------------------------------------------------
UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Documents",
    "SITE_HEADER": "Documents",
    "SITE_SYMBOL": "document_scanner",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: f"{STATIC_URL}console/favicon.svg"}
    ],
    "SITE_DROPDOWN": [
        {"icon": "dashboard", "title": "Overview", "link": reverse_lazy("admin:index")},
        {"icon": "api", "title": "API documentation", "link": "/docs"},
    ],
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "STYLES": [lambda request: f"{STATIC_URL}console/console.css"],
    "SCRIPTS": [lambda request: f"{STATIC_URL}console/landmarks.js"],
    "DASHBOARD_CALLBACK": "review.dashboard.fill",
    "LOGIN": {"form": "config.signin.SignInForm"},
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {  # one hue, from pale to dark
            "50": "oklch(97% .014 240)",
            "100": "oklch(94% .03 240)",
            "200": "oklch(89% .06 240)",
            "300": "oklch(82% .1 240)",
            "400": "oklch(73% .14 242)",
            "500": "oklch(65% .16 245)",
            "600": "oklch(54% .16 250)",
            "700": "oklch(47% .14 252)",
            "800": "oklch(41% .12 253)",
            "900": "oklch(36% .1 254)",
            "950": "oklch(27% .07 255)",
        },
    },
    "SIDEBAR": {
        "navigation": [
            {"items": [{"title": "Overview", "icon": "dashboard", "link": reverse_lazy("admin:index")}]},
            {
                "title": "Work",
                "separator": True,
                "items": [
                    {
                        "title": "Review",
                        "icon": "fact_check",
                        "link": reverse_lazy("admin:review_reviewtask_changelist"),
                        "badge": "review.admin.open_tasks",
                        "badge_variant": "primary",
                    },
                    {
                        "title": "Documents",
                        "icon": "description",
                        "link": reverse_lazy("admin:documents_document_changelist"),
                    },
                    {
                        "title": "Jobs",
                        "icon": "manufacturing",
                        "link": reverse_lazy("admin:extraction_processingjob_changelist"),
                    },
                ],
            },
            {
                "title": "Reading",
                "separator": True,
                "items": [
                    {
                        "title": "Vendors",
                        "icon": "storefront",
                        "link": reverse_lazy("admin:extraction_vendor_changelist"),
                    },
                    {
                        "title": "Rules",
                        "icon": "rule",
                        "link": reverse_lazy("admin:extraction_rulesetting_changelist"),
                    },
                    {
                        "title": "Review policies",
                        "icon": "tune",
                        "link": reverse_lazy("admin:review_reviewpolicy_changelist"),
                    },
                ],
            },
            {
                "title": "People",
                "separator": True,
                "items": [
                    {"title": "Users", "icon": "person", "link": reverse_lazy("admin:accounts_user_changelist")},
                    {
                        "title": "Workspaces",
                        "icon": "workspaces",
                        "link": reverse_lazy("admin:accounts_workspace_changelist"),
                    },
                ],
            },
            {
                "title": "History",
                "separator": True,
                "items": [
                    {
                        "title": "Audit trail",
                        "icon": "history",
                        "link": reverse_lazy("admin:audit_event_changelist"),
                    },
                ],
            },
        ],
    },
}

# --- Safety ----------------------------------------------------------------------------------------------------------
# The admin's scripts (Alpine) need 'unsafe-eval'; nothing outside /admin gets it (see config/urls.py).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
ADMIN_SCRIPT_SOURCES = [SELF, UNSAFE_EVAL]
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
HTTPS_ONLY = env.flag("HTTPS_ONLY")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
SECURE_REDIRECT_EXEMPT = [r"^health"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_TLS_PROXY") else None

# --- Language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING_CONFIG = None
configure_logging(json=env.flag("LOG_JSON", PRODUCTION), level=env.text("LOG_LEVEL", "INFO").upper())
