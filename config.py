"""Settings, read once from the environment; a bad value stops the start and is named."""

import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class ConfigError(Exception):
    """A setting cannot be used; the message names it."""


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one machine."""

    content: Path
    translations: Path
    static: Path
    site: Path
    database_url: str
    secret_key: str
    public: str
    lobby: str
    staff: str
    hosts: tuple[str, ...]
    weekly_cutoff: int
    https: bool
    proxy: str
    device_key: str | None

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Config":
        """Return the settings that the environment spells; raise ConfigError for a bad one."""
        var = ROOT / "var"
        https = _yes(env, "KIOSK_HTTPS")
        return cls(
            content=_folder(env, "KIOSK_CONTENT", ROOT / "content", "fields.yaml"),
            translations=_folder(env, "KIOSK_TRANSLATIONS", ROOT / "translations", "en"),
            static=_folder(env, "KIOSK_STATIC", ROOT / "static", "css/kiosk.css"),
            site=_site(env, var / "site"),
            database_url=_database(env, f"sqlite:///{var / 'kiosk.db'}"),
            secret_key=_secret(env, var / "secret.key"),
            public=_address(env, "KIOSK_PUBLIC", "127.0.0.1:8000"),
            lobby=_address(env, "KIOSK_LOBBY", "127.0.0.1:8001"),
            staff=staff_address("KIOSK_STAFF", env.get("KIOSK_STAFF") or "127.0.0.1:8002", https),
            hosts=_hosts(env),
            weekly_cutoff=_weekday(env, "KIOSK_WEEKLY_CUTOFF", "wed"),
            https=https,
            proxy=_proxy(env, https),
            device_key=_device_key(env, var / "device.key"),
        )


def _folder(env: Mapping[str, str], name: str, default: Path, holds: str) -> Path:
    path = Path(env.get(name) or default)
    if not (path / holds).exists():
        raise ConfigError(f"{name}: {path} is not a folder with {holds}")
    return path


def _site(env: Mapping[str, str], default: Path) -> Path:
    path = Path(env.get("KIOSK_SITE") or default)
    if path.exists() and not path.is_dir():
        raise ConfigError(f"KIOSK_SITE: {path} is not a folder")
    return path


def _database(env: Mapping[str, str], default: str) -> str:
    url = env.get("KIOSK_DATABASE_URL") or default
    if not url.startswith("sqlite:///") or url in {"sqlite:///", "sqlite:///:memory:"}:
        raise ConfigError("KIOSK_DATABASE_URL: sqlite:/// and the path of a file are needed")
    return url


def _secret(env: Mapping[str, str], path: Path) -> str:
    given = env.get("KIOSK_SECRET_KEY")
    if given is None and path.exists():
        given = path.read_text(encoding="ascii").strip()
    if given is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        given = secrets.token_hex(32)
        path.touch(mode=0o600)
        path.write_text(given, encoding="ascii")
    if len(given) < 32:  # noqa: PLR2004 - 128 bits in hexadecimal
        raise ConfigError("KIOSK_SECRET_KEY: 32 characters or more are needed")
    return given


def _address(env: Mapping[str, str], name: str, default: str) -> str:
    return address(name, env.get(name) or default)


def address(name: str, value: str) -> str:
    """Return a HOST:PORT to listen at; raise ConfigError, naming it, for anything else."""
    host, _, port = value.rpartition(":")
    right = port.isascii() and port.isdecimal() and 0 < int(port) < 65536  # noqa: PLR2004
    if not re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9a-f:]+\]", host) or not right:
        raise ConfigError(f"{name}: “{value}” is not HOST:PORT")
    return value


def staff_address(name: str, value: str, https: bool) -> str:
    """Return a HOST:PORT for the officers; raise ConfigError if passwords would go in the open."""
    host = address(name, value).rpartition(":")[0].strip("[]")
    if not https and not _on_this_machine(host):
        raise ConfigError(
            f"{name}: {value} is seen by the network; put TLS before it and set KIOSK_HTTPS=yes"
        )
    return value


def _on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _proxy(env: Mapping[str, str], https: bool) -> str:
    value = env.get("KIOSK_PROXY", "")
    if https and not value:  # every visitor would seem to come from the proxy, and share its locks
        raise ConfigError("KIOSK_PROXY: with KIOSK_HTTPS=yes the address of the proxy is needed")
    try:
        return str(ipaddress.ip_address(value)) if value else ""
    except ValueError:
        raise ConfigError(f"KIOSK_PROXY: “{value}” is not the address of one machine") from None


def _device_key(env: Mapping[str, str], path: Path) -> str | None:
    given = env.get("KIOSK_DEVICE_KEY")
    if given is None and path.exists():
        given = path.read_text(encoding="ascii").strip()
    return given or None


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    given = env.get("KIOSK_HOSTS", "127.0.0.1,localhost")
    hosts = tuple(host.strip().lower() for host in given.split(",") if host.strip())
    if not hosts or not all(re.fullmatch(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*", host) for host in hosts):
        raise ConfigError("KIOSK_HOSTS: names without scheme or port, with commas between them")
    return hosts


def _weekday(env: Mapping[str, str], name: str, default: str) -> int:
    value = env.get(name) or default
    if value not in WEEKDAYS:
        raise ConfigError(f"{name}: “{value}” is not one of {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(value)


def _yes(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "no")
    if value not in {"yes", "no"}:
        raise ConfigError(f"{name}: “{value}” is neither yes nor no")
    return value == "yes"
