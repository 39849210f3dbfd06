"""Settings. Defaults suit one machine and development; the environment overrides them, and an unknown value fails.

``XIEZHI_DATA`` is the one folder in which everything lives: database, facts, documents, keys.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

BASE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("XIEZHI_DATA", Path.cwd() / "data")).resolve()
FACTS = Path(os.environ.get("XIEZHI_FACTS", DATA / "facts")).resolve()
DOCUMENTS = DATA / "documents"


def _flag(name: str, default: str) -> bool:
    value = os.environ.get(name, default)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 0 or 1")
    return value == "1"


def _one_of(name: str, default: str, others: tuple[str, ...]) -> str:
    value = os.environ.get(name, default)
    if value not in {default, *others}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write one of {', '.join((default, *others))}")
    return value


def _secret(name: str) -> str:
    """Return a secret from the environment, from the file it names, or from the installation's own file.

    Importing settings writes nothing: without any of these the secret lasts as long as the process. Commands that
    serve write the file first.
    """
    if value := os.environ.get(name):
        return value
    path = Path(os.environ.get(f"{name}_FILE", DATA / "keys" / name.lower()))
    return path.read_text(encoding="ascii").strip() if path.exists() else get_random_secret_key()


DEBUG = _flag("XIEZHI_DEBUG", "0")
SECRET_KEY = _secret("XIEZHI_SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("XIEZHI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
HTTPS = _flag("XIEZHI_HTTPS", "0")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "xiezhi.kernel",
    "xiezhi.web",
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
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "xiezhi.web.account.second_factor.SecondFactorMiddleware",
    "xiezhi.web.once.OnePicture",
]
ROOT_URLCONF = "xiezhi.web.urls"
WSGI_APPLICATION = "xiezhi.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "xiezhi.web.shell.context",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "xiezhi.sqlite3",
        "OPTIONS": {
            # DEFERRED transactions that turn into writers fail under load; IMMEDIATE ones wait their turn.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "kernel.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "xiezhi.kernel.access.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "xiezhi.kernel.access.passwords.NotCommon"},
    {"NAME": "xiezhi.kernel.access.passwords.NotOnlyDigits"},
    {"NAME": "xiezhi.kernel.access.passwords.NotLikeOneself"},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "xiezhi.web.account.adapter.ClosedAdapter"
ACCOUNT_RATE_LIMITS = {
    "login_failed": None,  # django-axes counts failures, and says until when
    "login": "300/m/ip",  # a whole office comes in at nine through one address
}
ACCOUNT_FORMS = {
    "login": "xiezhi.web.account.forms.SignInForm",
    "reauthenticate": "xiezhi.web.account.forms.ReauthenticateForm",
    "change_password": "xiezhi.web.account.forms.PasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False  # a session ends with the browser, and after SESSION_COOKIE_AGE at the latest
MFA_ADAPTER = "xiezhi.web.account.adapter.OneTimeCodes"
MFA_FORMS = {
    "authenticate": "xiezhi.web.account.forms.CodeForm",
    "reauthenticate": "xiezhi.web.account.forms.CodeAgainForm",
    "activate_totp": "xiezhi.web.account.forms.FirstCodeForm",
}
# Whose roles may do nothing before one-time codes are set up: nobody, administrators, supervision, everyone.
SECOND_FACTOR = _one_of("XIEZHI_SECOND_FACTOR", "administrators", ("nobody", "supervision", "everyone"))
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Xiezhi"
MFA_ALLOW_UNVERIFIED_EMAIL = True
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # a lock ends when the page says
AXES_USERNAME_CALLABLE = "xiezhi.web.account.lockout.username_of"
AXES_LOCKOUT_CALLABLE = "xiezhi.web.account.lockout.page"
AXES_SENSITIVE_PARAMETERS = ["login", "code", "csrfmiddlewaretoken"]
AXES_DISABLE_ACCESS_LOG = True  # the ledger tells of sign-ins
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "overview"
USERSESSIONS_TRACK_ACTIVITY = False  # or every page view would write

SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [BASE / "web" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("XIEZHI_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

EVALUATOR_MEMORY_MB = int(os.environ.get("XIEZHI_EVALUATOR_MEMORY_MB", "1024"))
EVALUATOR_THREADS = int(os.environ.get("XIEZHI_EVALUATOR_THREADS", "2"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
# An account is locked whoever knocks: by address alone, a guesser with many addresses would not be stopped.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
