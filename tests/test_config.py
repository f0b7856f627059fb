"""Settings: defaults that run, and a start that stops at a bad value and names it."""

from pathlib import Path

import pytest

from config import Config, ConfigError

KEY = {"KIOSK_SECRET_KEY": "k" * 32}


def test_the_defaults_run_on_this_machine_alone() -> None:
    settings = Config.from_env(KEY)
    assert settings.public.startswith("127.0.0.1:")
    assert settings.hosts == ("127.0.0.1", "localhost")
    assert settings.database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KIOSK_CONTENT", "/nowhere"),
        ("KIOSK_DATABASE_URL", "mysql://x"),
        ("KIOSK_DATABASE_URL", "sqlite:///"),
        ("KIOSK_STATIC", "/"),
        ("KIOSK_TRANSLATIONS", "/"),
        ("KIOSK_SITE", "/etc/hostname"),
        ("KIOSK_PUBLIC", "127.0.0.1:²"),
        ("KIOSK_PUBLIC", "http://x:80"),
        ("KIOSK_HOSTS", "*"),
        ("KIOSK_HOSTS", "a b"),
        ("KIOSK_SECRET_KEY", "short"),
        ("KIOSK_PUBLIC", "8000"),
        ("KIOSK_LOBBY", "127.0.0.1:99999"),
        ("KIOSK_STAFF", "127.0.0.1:port"),
        ("KIOSK_HOSTS", "https://example.gov.vn"),
        ("KIOSK_HOSTS", " , "),
        ("KIOSK_WEEKLY_CUTOFF", "someday"),
        ("KIOSK_HTTPS", "maybe"),
        ("KIOSK_STAFF", "192.168.1.10:8002"),
        ("KIOSK_STAFF", "0.0.0.0:8002"),
        ("KIOSK_STAFF", "quay.local:8002"),
        ("KIOSK_PROXY", "10.0.0.0/8"),
        ("KIOSK_HTTPS", "yes"),
        ("KIOSK_PROXY", "*"),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match="KIOSK_PROXY" if value == "yes" else name):
        Config.from_env({**KEY, name: value})


def test_a_key_is_made_once_and_only_for_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.ROOT", tmp_path)
    (tmp_path / "en").mkdir()
    (tmp_path / "css").mkdir()
    for name in ("fields.yaml", "css/kiosk.css"):
        (tmp_path / name).touch()
    folders = {f"KIOSK_{name}": str(tmp_path) for name in ("CONTENT", "TRANSLATIONS", "STATIC")}
    first = Config.from_env(folders).secret_key
    assert Config.from_env(folders).secret_key == first
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0


def test_officers_are_served_to_the_network_only_behind_tls() -> None:
    tls = {"KIOSK_HTTPS": "yes", "KIOSK_PROXY": "127.0.0.1"}
    behind = {**KEY, "KIOSK_STAFF": "192.168.1.10:8002", **tls}
    assert Config.from_env(behind).staff == "192.168.1.10:8002"
    for own in ("127.0.0.1:8002", "localhost:8002", "[::1]:8002"):
        assert Config.from_env({**KEY, "KIOSK_STAFF": own}).staff == own


def test_a_machine_knows_itself_by_its_key() -> None:
    assert Config.from_env({**KEY, "KIOSK_DEVICE_KEY": "abc"}).device_key == "abc"
    assert Config.from_env({**KEY, "KIOSK_DEVICE_KEY": ""}).device_key is None
