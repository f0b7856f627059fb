"""Toy pages: a desk that records, something grave, something that a page asks by itself."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from kiosk.access import permits
from kiosk.web import needs, quiet

RECORDED: list[dict[str, list[str]]] = []
toy = Blueprint("toy", __name__)


@toy.get("/thu")
@needs("filings.record")
def page() -> str:
    return "a toy desk"


@toy.post("/thu/ghi")
@needs("filings.record")
def record() -> ResponseReturnValue:
    RECORDED.append(request.form.to_dict(flat=False))
    return redirect("/thu")


@toy.route("/thu/nang", methods=["GET", "POST"])
@needs("filings.record")
def grave() -> ResponseReturnValue:
    if request.method == "POST":
        permits.prove()
        RECORDED.append(request.form.to_dict(flat=False))
        return redirect("/thu")
    return "something grave"


@toy.get("/thu/xem-ky")
@needs("filings.record")
def grave_page() -> ResponseReturnValue:
    permits.prove()
    return "a grave page"


@toy.get("/thu/hoi")
@quiet
@needs("calls.answer")
def poll() -> ResponseReturnValue:
    return {"waiting": 0}
