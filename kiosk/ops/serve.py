"""All listeners of this machine in one process, each its own application."""

import logging
import threading
from collections.abc import Mapping

from waitress.server import create_server

from kiosk.app import Settings, Surface, create_app

log = logging.getLogger("kiosk.serve")
THREADS = {"public": 8, "lobby": 4, "staff": 8}


def serve(settings: Settings, listeners: Mapping[Surface, str]) -> None:
    """Serve each named surface at its HOST:PORT until the process is stopped."""
    servers = []
    for surface, address in listeners.items():
        host, _, port = address.rpartition(":")
        app = create_app(settings, surface)
        servers.append(
            create_server(
                app, host=host, port=int(port), threads=THREADS[surface], ident=None, map={}
            )
        )
    threads = [threading.Thread(target=server.run, daemon=True) for server in servers]
    for thread in threads:
        thread.start()
    try:
        for thread in threads:
            thread.join()
    except KeyboardInterrupt:
        log.info("stopped")
