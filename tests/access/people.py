"""What the tests of sign-in share: an instant, a password, a browser."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk import clock

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.VIETNAM)
CHOSEN = "ao dài xe đạp ổi"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Browser:
    """One person's browser: it keeps cookies, and sends the token of the page it has seen."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str) -> TestResponse:
        return self._seen(self.client.get(path))

    def post(self, path: str, address: str = "10.0.0.1", **data: str) -> TestResponse:
        return self._seen(
            self.client.post(
                path,
                data={"csrf_token": self.token, **data},
                environ_base={"REMOTE_ADDR": address},
            )
        )

    def sign_in(self, login: str = "lan.tran", password: str = CHOSEN, **more: str) -> TestResponse:
        self.get("/dang-nhap")
        return self.post("/dang-nhap" + more.pop("query", ""), login=login, password=password)

    def _seen(self, answer: TestResponse) -> TestResponse:
        found = TOKEN.search(answer.text)
        if found:
            self.token = found[1]
        return answer
