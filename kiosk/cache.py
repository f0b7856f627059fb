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
LONGEST = 1024  # letters of an address worth keeping
OVERHEAD = 4096


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
        if len(host) + len(path) + len(query) > LONGEST:
            return self.app(environ, start)
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
        kept = _kept(headers, body, until_midnight=not key[1].startswith("/static/"))
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
    return len(kept.body) + len(kept.packed or b"") + OVERHEAD


def _kept(headers: Headers, body: bytes, *, until_midnight: bool) -> Kept:
    named = {name.lower(): value for name, value in headers}
    text = named.get("content-type", "").startswith(COMPRESSED)
    dropped = {"content-length", "date", "etag"} | ({"cache-control"} if until_midnight else set())
    etag = named.get("etag", "").removeprefix("W/")
    return Kept(
        headers=[pair for pair in headers if pair[0].lower() not in dropped]
        # Weak: plain and packed are the same page in other bytes.
        + ([("ETag", f"W/{etag}")] if etag else [])
        + ([("Vary", "Accept-Encoding")] if text else []),
        etag=etag,
        body=body,
        packed=gzip.compress(body, 9, mtime=0) if text else None,
        until_midnight=until_midnight,
    )


def _answer(kept: Kept, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
    headers = [*kept.headers]
    if kept.until_midnight:
        headers.append(("Cache-Control", f"public, max-age={seconds_left()}"))
    known = environ.get("HTTP_IF_NONE_MATCH", "")
    if kept.etag and (kept.etag in known or known.strip() == "*"):
        start("304 Not Modified", headers)
        return []
    body = kept.body
    if kept.packed is not None and _reads_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")):
        headers.append(("Content-Encoding", "gzip"))
        body = kept.packed
    start("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def _reads_gzip(accepted: str) -> bool:
    named = (part.strip().replace(" ", "") for part in accepted.split(","))
    return any(part == "gzip" or part.startswith("gzip;q=") for part in named) and not any(
        part in {"gzip;q=0", "gzip;q=0.0"} for part in accepted.replace(" ", "").split(",")
    )


def seconds_left() -> int:
    """Return how long today's law is still today's, in whole seconds."""
    now = clock.local(clock.now())
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), clock.VIETNAM)
    return int((midnight - now).total_seconds())
