"""All listeners of this machine in one process, each its own application."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from waitress.server import create_server

from kiosk.app import Settings, Surface, create_app

log = logging.getLogger("kiosk.serve")
THREADS = {"public": 8, "lobby": 4, "staff": 8}


def serve(
    settings: Settings, listeners: Mapping[Surface, str], say: Callable[[str], object]
) -> None:
    """Serve each named surface at its HOST:PORT until the process is stopped.

    Each address is said once it is held; raise OSError, naming it, for one that cannot be had.
    """
    logging.basicConfig(format="%(asctime)sZ %(levelname)s %(name)s %(message)s")
    logging.Formatter.converter = time.gmtime
    # What waitress would log of a broken request is the address, and answers are part of it.
    logging.getLogger("waitress").setLevel(logging.CRITICAL + 1)
    apps = {surface: create_app(settings, surface) for surface in listeners}
    servers = [_held(apps[at], settings.proxy, at, address) for at, address in listeners.items()]
    for surface, address in listeners.items():
        say(f"{surface:7} http://{address}")
    if "staff" in apps:
        _first_run(apps["staff"], say)
    threads = [threading.Thread(target=server.run, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        log.info("stopped")


def _first_run(app: Flask, say: Callable[[str], object]) -> None:
    from kiosk.admin.setup import offer

    code = offer(app.extensions["kiosk.engine"], app.extensions["kiosk.setup"])
    if code:
        say(f"no account yet: open /cai-dat on the staff address; set-up code {code}")


def _held(app: Flask, proxy: str, surface: Surface, address: str) -> Any:
    host, _, port = address.rpartition(":")
    try:
        return create_server(
            app,
            host=host,
            port=int(port),
            threads=THREADS[surface],
            ident=None,
            map={},
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
            **proxied(proxy),
        )
    except (OSError, ValueError) as fault:
        raise OSError(f"{surface} cannot listen at {address}: {fault}") from fault


def proxied(proxy: str) -> dict[str, Any]:
    """Return whose word is taken for a visitor's address and scheme: one machine's or nobody's."""
    if not proxy:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "trusted_proxy": proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }
