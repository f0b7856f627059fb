"""Commands about who may come in: accounts of officers, keys of machines."""

import os
from typing import TYPE_CHECKING, Any

import click

from config import ROOT
from kiosk import clock
from kiosk.cli.words import Mistake, as_json, say, store

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Engine

    from kiosk.access.accounts import Listed

KEY_FILE = ROOT / "var" / "device.key"
ROLES = ("officer", "head", "viewer", "admin")  # said again: the database need not be loaded


def known_unit(connection: "Connection", code: str) -> str:
    """Return the code of a unit that stands today; raise Mistake when there is none."""
    from kiosk.units import find

    if find(connection, code, clock.today()) is None:
        raise Mistake(f"there is no unit “{code}”; `kiosk unit import FILE` brings units")
    return code


@click.group()
def user() -> None:
    """Accounts of officers: add, disable, reset, list."""


@user.command("add")
@click.argument("login")
@click.option("--unit", required=True, help="code of the unit")
@click.option("--role", type=click.Choice(ROLES), default="officer")
def user_add(login: str, unit: str, role: str) -> None:
    """Open an account; its one-time password is printed once and must be changed."""
    from kiosk.access.accounts import AccountError, create
    from kiosk.db import reading

    with store() as engine:
        with reading(engine) as connection:
            known_unit(connection, unit)
        try:
            issued = create(engine, unit, login, role)
        except AccountError as fault:
            raise Mistake(str(fault)) from None
    click.echo(f"{login}: one-time password {issued}")


@user.command("disable")
@click.argument("login")
def user_disable(login: str) -> None:
    """Close an account and end its sessions; what it recorded stays."""
    from kiosk.access.accounts import KeptOpen, close

    with store() as engine:
        try:
            close(engine, _named(engine, login))
        except KeptOpen:
            raise Mistake(f"{login} is the last open account that can manage accounts") from None
    click.echo(f"{login}: disabled")


@user.command("reset")
@click.argument("login")
def user_reset(login: str) -> None:
    """Issue a new one-time password; a closed account is open again, its second factor gone."""
    from kiosk.access.accounts import reset

    with store() as engine:
        issued = reset(engine, _named(engine, login))
    click.echo(f"{login}: one-time password {issued}")


@user.command("list")
@as_json
def user_list(*, as_json: bool) -> None:
    """Print every account with its role, its unit and whether it is open."""
    from kiosk.access.accounts import listed
    from kiosk.db import reading

    with store(begun=True) as engine, reading(engine) as connection:
        found = listed(connection, None)
    _rows(
        (
            {
                "login": one.login,
                "role": one.role,
                "unit": one.unit,
                "created": one.created_at.isoformat(),
                "second_factor": one.second_factor,
                "closed": one.closed,
            }
            for one in found
        ),
        as_json=as_json,
    )


def _named(engine: "Engine", login: str) -> "Listed":
    from kiosk.access.accounts import named, normalise
    from kiosk.db import reading

    with reading(engine) as connection:
        found = named(connection, normalise(login))
    if found is None:
        raise Mistake(f"“{login}” is not the sign-in name of anybody")
    return found


@click.group()
def device() -> None:
    """Machines that may write: enrol, revoke, list."""


@device.command("enrol")
@click.argument("name")
@click.option("--unit", required=True, help="code of the unit")
@click.option("--here", is_flag=True, help="keep the key on this machine instead of printing it")
def device_enrol(name: str, unit: str, *, here: bool) -> None:
    """Give a machine its key; it is printed once, or kept in var/device.key with --here."""
    from kiosk.access.devices import DeviceError, checked_name, enrol
    from kiosk.db import reading

    try:
        checked_name(name)
    except DeviceError as fault:
        raise Mistake(str(fault)) from None
    if here:
        _no_key_yet()
    with store() as engine:
        with reading(engine) as connection:
            known_unit(connection, unit)
        made, key = enrol(engine, unit, name)
    if here:
        _keep(key)
        click.echo(f"{made.id}: its key is in {KEY_FILE}; start `kiosk serve` again")
    else:
        click.echo(f"{made.id}: key {key}")


@device.command("revoke")
@click.argument("device_id", metavar="ID")
def device_revoke(device_id: str) -> None:
    """Make the key of a machine worthless at once."""
    from kiosk.access.devices import find, revoke
    from kiosk.db import reading

    with store() as engine:
        with reading(engine) as connection:
            found = find(connection, device_id)
        if found is None:
            raise Mistake(f"there is no machine “{device_id}”; `kiosk device list` has them")
        revoke(engine, found.unit, found.id)
    click.echo(f"{device_id}: revoked")


@device.command("list")
@as_json
def device_list(*, as_json: bool) -> None:
    """Print every machine that was given a key."""
    from kiosk.access.devices import listed
    from kiosk.db import reading

    with store(begun=True) as engine, reading(engine) as connection:
        found = listed(connection, None)
    _rows(
        (
            {
                "id": one.id,
                "name": one.name,
                "unit": one.unit,
                "created": one.created_at.isoformat(),
                "revoked": one.revoked_at.isoformat() if one.revoked_at else None,
            }
            for one in found
        ),
        as_json=as_json,
    )


def _rows(found: "Iterable[dict[str, Any]]", *, as_json: bool) -> None:
    if as_json:
        say(list(found))
        return
    for row in found:
        click.echo(" | ".join("-" if cell is None else str(cell) for cell in row.values()))


def _no_key_yet() -> None:
    if os.environ.get("KIOSK_DEVICE_KEY"):
        raise Mistake("KIOSK_DEVICE_KEY is set on this machine and would hide the file")
    if KEY_FILE.exists():
        raise Mistake(f"this machine has a key already, in {KEY_FILE}")


def _keep(key: str) -> None:
    KEY_FILE.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(key)
