"""Settings, all of them. What differs between machines comes from the environment (docs/running.md).

GUISHU_ENV is `development` (default; plain http on loopback) or `production` (https only).
"""

import os
from pathlib import Path
from urllib.parse import urlparse

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.logs import LOGGING  # noqa: F401 — a setting
from trail.vault import known_as

BASE_DIR = Path(__file__).resolve().parent.parent
PRODUCTION = os.environ.get("GUISHU_ENV", "development") == "production"
DEBUG = os.environ.get("GUISHU_DEBUG") == "1" and not PRODUCTION


def secret(name: str) -> str:
    """A key from the environment, else from what ./guishu keeps. No default: a key in the repository would be no key."""
    kept = BASE_DIR / ".local" / "keys.env"
    lines = kept.read_text().splitlines() if kept.exists() else []
    values = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    value = os.environ.get(name) or values.get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Start through ./guishu, which makes and keeps the keys.")
    return value


SECRET_KEY = secret("GUISHU_SECRET_KEY")
# Each may be several keys, the newest first, with colons between (docs/running.md, "New keys").
PHONE_KEYS = tuple(secret("GUISHU_PHONE_KEY").split(":"))  # encrypt telephone numbers at rest
INDEX_KEYS = tuple(secret("GUISHU_INDEX_KEY").split(":"))  # key the blind indexes by which a number is found
ALLOWED_HOSTS = os.environ.get("GUISHU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("GUISHU_ORIGINS", "").split(",") if o]
GUISHU_URL = os.environ.get("GUISHU_URL", "http://127.0.0.1:8000").rstrip("/")  # where a link in a mail leads

INSTALLED_APPS = [
    "trail",
    "people",
    "leads",
    "visits",
    "arbitration",
    "penalties",
    "finance",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "simple_history",
]

MIDDLEWARE = [
    "config.health.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "people.middleware.NulMiddleware",
    "people.middleware.WorkplaceMiddleware",
    "people.unsent.UnsentMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
APPEND_SLASH = False  # no address ends with one: there is nothing to look up a second time on each request
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.navigation.navigation",
            ],
            "builtins": ["leads.templatetags.guishu"],
        },
    },
]

# Two roles: the owner migrates, the application's role owns no table (docs/decisions/0002).
APP_URL = os.environ.get("DATABASE_URL", "postgresql:///guishu")
OWNER_URL = os.environ.get("OWNER_DATABASE_URL", APP_URL)
APP_ROLE = urlparse(APP_URL).username or ""
DATABASES = {
    "default": dj_database_url.parse(
        OWNER_URL if os.environ.get("GUISHU_AS") == "owner" else APP_URL, conn_max_age=600, conn_health_checks=True
    )
}
# A server that does not even refuse is given up on: whoever asks is told that it is away, and no process hangs.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Behind a pooler that gives out a connection for a transaction only: no cursor may outlive one (docs/deploy.md).
POOLED = os.environ.get("GUISHU_POOLED") == "1"
# Each connection is named by the keys that its program knows: before anything is sealed anew, all must know the newest
# (config/keys/resealing.py).
DATABASES["default"]["OPTIONS"].setdefault("application_name", known_as(PHONE_KEYS))
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = POOLED
if not POOLED:  # what is kept ready (trail/prepared.py) is planned once, not for each value
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c plan_cache_mode=force_generic_plan")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "people.password_rules.KnownHere"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "landing"
LOGOUT_REDIRECT_URL = "login"
AXES_HANDLER = "people.lockout.Lockout"  # how often stands there
AXES_LOCKOUT_TEMPLATE = "people/locked_out.html"
AXES_VERBOSE = False

# A policy's days are local days; the database keeps UTC (arbitration/casefile/ converts).
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "guishu_language"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / ".local" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_FAILURE_VIEW = "people.views.session.csrf_failure"
BEHIND_PROXY = os.environ.get("GUISHU_BEHIND_PROXY") == "1"  # then the last X-Forwarded-For is the caller (limits)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# `host:port` of the house's own servers that webhooks and robots may reach, though they lie inside (people/outgoing.py).
GUISHU_HOOKS_INSIDE = frozenset(one for one in os.environ.get("GUISHU_HOOKS_INSIDE", "").split(",") if one)

# Who knows this may read /metrics (config/metrics.py); empty: nobody.
GUISHU_METRICS_TOKEN = os.environ.get("GUISHU_METRICS_TOKEN", "")

# A file on another machine or disk, to which each night's seal of the history is added; empty: only the log of the program has it.
GUISHU_SEALS_FILE = os.environ.get("GUISHU_SEALS_FILE", "")

# Who was erased, by id: kept beside the database, and erased again after a backup is restored (leads/privacy/listing.py).
GUISHU_ERASURES = os.environ.get("GUISHU_ERASURES", str(BASE_DIR / ".local" / "erasures.jsonl"))

SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
SIMPLE_HISTORY_REVERT_DISABLED = True
SIMPLE_HISTORY_DATE_INDEX = False  # a story is read by whose it is, and an index of moments costs every write

# What an endpoint is made of stands in people/api/resource.py; here is what a view of somebody else's falls back on.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "people.api.schema.Schema",
    "EXCEPTION_HANDLER": "people.api.problems.handle",
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Guishu API",
    "VERSION": "1",
    "DESCRIPTION": "Registers sales leads, logs visitors, and reads collisions. How to begin stands in docs/api.md.",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "OAS_VERSION": "3.1.0",  # of which on webhooks have a place in the document
    "WEBHOOKS": "people.api.hooks.DESCRIBED",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ReportAnswerEnum": "config.api_names.REPORT_ANSWER",
        "AgencyKindEnum": "config.api_names.AGENCY_KIND",
        "OfferAnswerEnum": "config.api_names.OFFER_ANSWER",
        "QuestionAnswerEnum": "config.api_names.QUESTION_ANSWER",
        "ContactAnswerEnum": "config.api_names.CONTACT_ANSWER",
        "LevelEnum": "config.api_names.LEVEL",
        "PersonRequestKindEnum": "config.api_names.PERSON_REQUEST_KIND",
        "PersonRequestStateEnum": "config.api_names.PERSON_REQUEST_STATE",
        "NumberLeaveStateEnum": "config.api_names.LEAVE_STATE",
        "LegalGroundEnum": "config.api_names.LEGAL_GROUND",
        "ProvisionGroundEnum": "config.api_names.PROVISION_GROUND",
        "TransferStateEnum": "config.api_names.TRANSFER_STATE",
        "ImportStateEnum": "config.api_names.IMPORT_STATE",
        "InboundStateEnum": "config.api_names.INBOUND_STATE",
        "CollisionStateEnum": "config.api_names.COLLISION_STATE",
        "OwnershipReasonEnum": "config.api_names.OWNERSHIP_REASON",
        "QuestionReasonEnum": "config.api_names.QUESTION_REASON",
        "CustomerKindEnum": "config.api_names.CUSTOMER_KIND",
        "RelationKindEnum": "config.api_names.RELATION_KIND",
        "ImportKindEnum": "config.api_names.IMPORT_KIND",
        "PermissionKindEnum": "config.api_names.PERMISSION_KIND",
        "ConductKindEnum": "config.api_names.CONDUCT_KIND",
        "ConductStateEnum": "config.api_names.CONDUCT_STATE",
        "PaperStateEnum": "config.api_names.PAPER_STATE",
        "SourceKindEnum": "config.api_names.SOURCE_KIND",
        "IncidentKindEnum": "config.api_names.INCIDENT_KIND",
        "FileKindEnum": "config.api_names.FILE_KIND",
        "RulingKindEnum": "config.api_names.RULING_KIND",
        "DecisionKindEnum": "config.api_names.DECISION_KIND",
        "SimulationStateEnum": "config.api_names.SIMULATION_STATE",
        "IncidentCauseEnum": "config.api_names.INCIDENT_CAUSE",
        "WarningCauseEnum": "config.api_names.WARNING_CAUSE",
        "PolicyDraftStateEnum": "config.api_names.DRAFT_STATE",
        "PeriodEventKindEnum": "config.api_names.PERIOD_EVENT_KIND",
        "EntryKindEnum": "config.api_names.ENTRY_KIND",
        "StatementStateEnum": "config.api_names.STATEMENT_STATE",
        "StatementSaidEnum": "config.api_names.SAID_KIND",
        "StatementAnswerEnum": "config.api_names.ANSWER_KIND",
        "AccountKindEnum": "config.api_names.ACCOUNT_KIND",
        "ProviderKindEnum": "config.api_names.PROVIDER_KIND",
        "RobotKindEnum": "config.api_names.ROBOT_KIND",
        "RobotEventEnum": "config.api_names.ROBOT_EVENT",
        "HookEventEnum": "config.api_names.HOOK_EVENT",
        "SignInWayEnum": "config.api_names.SIGN_IN_WAY",
        "SplitSourceEnum": "config.api_names.SPLIT_SOURCE",
        "ExportKindEnum": "config.api_names.EXPORT_KIND",
        "DealChangeKindEnum": "config.api_names.DEAL_CHANGE_KIND",
        "ExportFormEnum": "config.api_names.EXPORT_FORM",
        "SanctionKindEnum": "config.api_names.SANCTION_KIND",
        "SanctionStepEnum": "config.api_names.SANCTION_STEP",
        "RewardKindEnum": "config.api_names.REWARD_KIND",
        "RewardStepEnum": "config.api_names.REWARD_STEP",
        "AccusationKindEnum": "config.api_names.ACCUSATION_KIND",
        "AccusationStepEnum": "config.api_names.ACCUSATION_STEP",
        "AccusationFoundEnum": "config.api_names.ACCUSATION_FOUND",
    },
    "SWAGGER_UI_DIST": "SIDECAR",  # no other server is asked for anything
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None, "defaultModelsExpandDepth": -1},
}

# One worker does what need not be done at once (trail/jobs.py); its queue is a table like any other.
TASKS = {"default": {"BACKEND": "trail.jobs.Backend", "QUEUES": ["default"]}}
WORKER_SIGNS_EVERY = 5  # seconds
WORKER_SILENT_AFTER = 30  # seconds; what it had in hand is then begun anew by another

# fields.W161 warns of a fixed time of day while the clock shows just that time: 09:07 is meant.
SILENCED_SYSTEM_CHECKS = ["axes.W003", "fields.W161"]
