"""Typed settings from the environment (and a `.env` file beside this one).

Secrets are required and never defaulted: a missing one stops the program at start, by name.
"""

import base64
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import load_dotenv

ROOT = Path(__file__).resolve().parent
REQUIRED = ("SECRET_KEY", "PASSWORD_SALT", "FIELD_KEY")


class ConfigError(RuntimeError):
    """A setting is missing or malformed; the message names it and how to mend it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program reads from its environment."""

    secret_key: str
    password_salt: str
    field_keys: dict[int, bytes]  # key id -> 32 bytes; the highest id encrypts, all decrypt
    database_url: str
    data_dir: Path
    public_url: str
    trusted_proxies: int
    log_level: str
    log_json: bool
    builds: str = "here"  # who builds rosters: a process started "here", or the "workers" of any machine
    smtp_url: str = ""  # the mail server of the installation; an office may set up its own

    @property
    def secure_cookies(self) -> bool:
        """Cookies are restricted to HTTPS as soon as the public address uses it."""
        return self.public_url.startswith("https://")


def parse_field_keys(text: str) -> dict[int, bytes]:
    """Read `1:BASE64,2:BASE64` (AES-256 keys by id). Raises ConfigError on anything else."""
    keys: dict[int, bytes] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        number, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
            key_id = int(number)
        except ValueError as error:
            raise ConfigError(
                'FIELD_KEY: write it as "1:<32 bytes in base64>", more keys after commas.'
            ) from error
        if len(key) != 32 or not 1 <= key_id <= 255:
            raise ConfigError("FIELD_KEY: each key has 32 bytes and an id from 1 to 255.")
        keys[key_id] = key
    return keys


def load_settings(environ: dict[str, str] | None = None) -> Settings:
    """Read the settings. Raises ConfigError naming every required one that is missing."""
    if environ is None:
        load_dotenv(ROOT / ".env")
        environ = dict(os.environ)
    missing = [name for name in REQUIRED if not environ.get(name)]
    if missing:
        raise ConfigError(
            f"Missing required settings: {', '.join(missing)}. "
            "Run `make setup`, which writes them to .env, or set them in the environment."
        )
    data_dir = Path(environ.get("DATA_DIR") or ROOT / "var").resolve()
    return Settings(
        secret_key=environ["SECRET_KEY"],
        password_salt=environ["PASSWORD_SALT"],
        field_keys=parse_field_keys(environ["FIELD_KEY"]),
        database_url=environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'rota.sqlite3'}",
        data_dir=data_dir,
        public_url=(environ.get("PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
        trusted_proxies=_whole_number(environ, "TRUSTED_PROXIES", 0),
        log_level=(environ.get("LOG_LEVEL") or "INFO").upper(),
        log_json=environ.get("LOG_FORMAT", "text") == "json",
        builds=_one_of(environ, "BUILDS", ("here", "workers")),
        smtp_url=_smtp_url(environ.get("SMTP_URL", "")),
    )


def _one_of(environ: dict[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = environ.get(name) or choices[0]
    if text not in choices:
        raise ConfigError(f"{name}: {text!r} is none of {', '.join(choices)}.")
    return text


def _smtp_url(text: str) -> str:
    """Refuse an address that cannot work at start, not at the first notice."""
    parts = urlsplit(text)
    if text and (parts.scheme not in {"smtps", "smtp", "smtp+plain"} or "from=" not in parts.query):
        raise ConfigError(
            "SMTP_URL: write it as smtps://user:password@host:465?from=sender@example.org "
            "(smtp:// for STARTTLS, smtp+plain:// for a server inside the building)."
        )
    return text


def _whole_number(environ: dict[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not text.isdigit():
        raise ConfigError(f"{name}: {text!r} is not a whole number.")
    return int(text)
