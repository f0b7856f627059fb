"""Pages kept in front of the application: a repeat is answered before Flask runs.

For a listener without cookies only. The key holds everything a page depends on: host, address,
query and day; the language and all answers are in the address, the skin is the listener's.
"""

import gzip
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from kiosk import clock
from kiosk.i18n import LANGUAGES

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Headers = list[tuple[str, str]]
Key = tuple[str, str, str, date]
PREFIXES = (*(f"/{lang}/" for lang in LANGUAGES), "/static/")
COMPRESSED = ("text/", "image/svg", "application/json")
ROOM = 32 * 1024 * 1024
LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer: its headers without length and age, its body plain and, where text, packed."""

    headers: Headers
    etag: str
    body: bytes
    packed: bytes | None
    until_midnight: bool


class PageCache:
    """A WSGI application that answers what it answered before, and asks another for the rest."""

    def __init__(self, app: "WSGIApplication", room: int = ROOM) -> None:
        self.app = app
        self.room = room
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] != "GET" or not path.startswith(PREFIXES):
            return self.app(environ, start)
        host, query = environ.get("HTTP_HOST", ""), environ.get("QUERY_STRING", "")
        key = (host, path, query, clock.today())
        with self._lock:
            kept = self._kept.get(key)
            if kept:
                self._kept.move_to_end(key)
        if kept is None:
            return self._first(key, environ, start)
        return _answer(kept, environ, start)

    def _first(
        self, key: Key, environ: "WSGIEnvironment", start: "StartResponse"
    ) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def listen(status: str, headers: Headers, _fault: object = None) -> object:
            said.append((status, headers))
            return lambda _data: None

        plain = {name: environ[name] for name in environ if not name.startswith("HTTP_IF_")}
        answer = self.app(plain, listen)  # type: ignore[arg-type]
        body = b"".join(answer)
        close = getattr(answer, "close", None)
        if close:
            close()
        status, headers = said[-1]
        if not status.startswith("200") or len(body) > LARGEST:
            start(status, headers)
            return [body]
        kept = _kept(headers, body)
        self._keep(key, kept)
        return _answer(kept, environ, start)

    def _keep(self, key: Key, kept: Kept) -> None:
        with self._lock:
            self._forget(self._kept.pop(key, None))
            self._kept[key] = kept
            self._bytes += _size(kept)
            while self._bytes > self.room:
                self._forget(self._kept.popitem(last=False)[1])

    def _forget(self, kept: Kept | None) -> None:
        self._bytes -= _size(kept) if kept else 0


def _size(kept: Kept) -> int:
    return len(kept.body) + len(kept.packed or b"") + 1024


def _kept(headers: Headers, body: bytes) -> Kept:
    named = {name.lower(): value for name, value in headers}
    text = named.get("content-type", "").startswith(COMPRESSED)
    until_midnight = "max-age" in named.get("cache-control", "") and "etag" in named
    dropped = {"content-length", "date"} | ({"cache-control"} if until_midnight else set())
    return Kept(
        headers=[pair for pair in headers if pair[0].lower() not in dropped]
        + ([("Vary", "Accept-Encoding")] if text else []),
        etag=named.get("etag", ""),
        body=body,
        packed=gzip.compress(body, 9, mtime=0) if text else None,
        until_midnight=until_midnight and "immutable" not in named.get("cache-control", ""),
    )


def _answer(kept: Kept, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
    headers = [*kept.headers]
    if kept.until_midnight:
        headers.append(("Cache-Control", f"public, max-age={seconds_left()}"))
    if kept.etag and kept.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start("304 Not Modified", headers)
        return []
    body = kept.body
    if kept.packed is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        headers.append(("Content-Encoding", "gzip"))
        body = kept.packed
    start("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def seconds_left() -> int:
    """Return how long today's law is still today's, in whole seconds."""
    now = clock.local(clock.now())
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), clock.VIETNAM)
    return int((midnight - now).total_seconds())
