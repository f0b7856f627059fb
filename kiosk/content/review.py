"""Who signed for the content of a procedure; a later change of a word voids the signature."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import yaml

from kiosk.content.library import Library
from kiosk.content.reader import ContentError, Mapping, Mistakes, root
from kiosk.content.writer import write_whole

FILE = "reviews.yaml"


@dataclass(frozen=True, slots=True)
class Review:
    """One signature: the content's hash, the signing document, two different posts, the day."""

    procedure: str
    hash: str
    document: str
    author_post: str
    reviewer_post: str
    on: date


def load_reviews(site: Path) -> tuple[Review, ...]:
    """Return the signatures kept in a site folder, oldest first; raise ContentError."""
    path = site / FILE
    if not path.exists():
        return ()
    mistakes = Mistakes()
    given = root(path, site, mistakes)
    found = given.each("reviews", _review) if given else ()
    if given:
        given.close()
    if mistakes:
        raise ContentError(sorted(mistakes))
    return found


def _review(given: Mapping) -> Review:
    return Review(
        procedure=given.slug("procedure"),
        hash=given.text("hash"),
        document=given.text("document"),
        author_post=given.text("author_post"),
        reviewer_post=given.text("reviewer_post"),
        on=given.day("on") or date.min,
    )


def reviewed(library: Library, site: Path) -> frozenset[str]:
    """Return the procedures whose newest signature is for the words they have now."""
    newest = {review.procedure: review.hash for review in load_reviews(site)}
    return frozenset(
        name for name, procedure in library.procedures.items() if newest.get(name) == procedure.hash
    )


def sign(library: Library, site: Path, review: Review) -> None:
    """Add a signature; raise ContentError when it signs nothing or one post signs twice."""
    if review.procedure not in library.procedures:
        raise ContentError([f"{review.procedure}: there is no such procedure"])
    if review.author_post.strip().lower() == review.reviewer_post.strip().lower():
        raise ContentError(["reviewer-post: the reviewer must hold another post than the author"])
    kept = [asdict(old) for old in (*load_reviews(site), review)]
    text = yaml.safe_dump({"reviews": kept}, allow_unicode=True, sort_keys=False)
    write_whole(site / FILE, text)
