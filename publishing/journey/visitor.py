"""A person with a browser but without JavaScript: opens pages, sends forms, keeps cookies."""

from typing import Any, Self
from urllib.parse import urljoin

import httpx2
from lxml import html

# How the admin marks what is wrong with a form.
_ERRORS = (
    "//*[contains(@class, 'errorlist')]//li | //*[contains(@class, 'errornote')]"
    " | //*[contains(@class, 'ab-note-danger')] | //*[@class='ab-error']"
)


class PageRefused(Exception):
    """A page did not answer as a page; the message names it, the person and the answer."""


class FormRefused(Exception):
    """A form came back with errors; the message repeats them."""


class Visitor:
    """Keeps cookies between pages; `url` and `text` are those of the last page visited."""

    def __init__(self, base_url: str, *, name: str = "reader") -> None:
        self.name = name
        self.url = base_url
        self.text = ""
        self._client = httpx2.Client(
            base_url=base_url, follow_redirects=True, timeout=30, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def status_of(self, path: str) -> int:
        """Return what the server answers to a GET of `path`, whatever it is."""
        return self._ask("GET", path).status_code

    def visit(self, path: str) -> str:
        """Open a page and return its text. Raises PageRefused when it does not answer 200."""
        return self._show(self._ask("GET", path))

    def json(self, path: str) -> Any:
        """Return a JSON document. Raises PageRefused."""
        self.visit(path)
        return self._last.json()

    def log_in(self, username: str, password: str) -> Self:
        """Log in at the admin's own form. Raises FormRefused when it is not accepted."""
        self.name = username
        self.visit("/admin/login/")
        self.send("/admin/login/", {"username": username, "password": password, "next": "/admin/"})
        return self

    def send(self, path: str, fields: dict[str, str]) -> str:
        """Send a form and return the page that answers. Raises PageRefused and FormRefused."""
        token = self._client.cookies.get("csrftoken") or ""
        text = self._show(self._ask("POST", path, {"csrfmiddlewaretoken": token, **fields}))
        errors = [one.text_content().strip() for one in html.fromstring(text).xpath(_ERRORS)]
        if errors:
            raise FormRefused(f"{path} refused the form of {self.name}: {' '.join(errors)}")
        return text

    def link(self, words: str) -> str:
        """Return the address of the first link of the page whose text has the words."""
        for anchor in html.fromstring(self.text).iter("a"):
            if anchor.get("href") and words in anchor.text_content():
                return str(urljoin(self.url, anchor.get("href")))
        raise PageRefused(f"{self.url} shows {self.name} no link called “{words}”.")

    def _ask(self, method: str, path: str, data: dict[str, str] | None = None) -> httpx2.Response:
        try:
            return self._client.request(method, path, data=data, headers={"Referer": self.url})
        except httpx2.TransportError as error:
            raise PageRefused(f"{path} gave {self.name} no answer: {error}.") from error

    def _show(self, response: httpx2.Response) -> str:
        self._last = response
        text: str = response.text
        self.url, self.text = str(response.url), text
        if response.status_code != 200:
            raise PageRefused(f"{self.url} answered {response.status_code} to {self.name}.")
        return text
