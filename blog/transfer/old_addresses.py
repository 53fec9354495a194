"""What addresses of the old blog mean: the same page is written in many ways.

With http and https, with and without www, from the root or protocol-relative, with and without the
last slash, with letters as they are or percent-encoded: all of them are one path.
"""

import posixpath
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from django.utils.text import slugify

# WordPress names posts by these when it has no better address.
_NAMING = ("p", "page_id", "attachment_id", "cat")
_LONGEST = 500
_INDEXES = ("index.html", "index.htm", "index.php")


@dataclass(frozen=True)
class OldSite:
    """The hosts of the old blog, and the address that its own paths hang on."""

    url: str = ""
    hosts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, url: str, *more_hosts: str) -> "OldSite":
        """Return the site at `url`, which also answers as `more_hosts`."""
        hosts = {_host(url), *(_host(host) or _bare(host) for host in more_hosts)} - {""}
        return cls(url=url.rstrip("/"), hosts=frozenset(hosts))

    def path_of(self, address: str) -> str | None:
        """Return the path that an address of the old blog means, None for an address elsewhere."""
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            return None
        if parts.scheme not in ("", "http", "https") or (
            parts.netloc and not self._is_own(parts.netloc)
        ):
            return None
        if not parts.netloc and not parts.path.startswith("/") and not parts.query:
            return None
        return _path(parts.path, parts.query)

    def absolute(self, address: str) -> str:
        """Return the address as a browser on the old blog would have asked for it."""
        address = address.strip()
        if address.startswith("//"):
            return f"https:{address}"
        try:
            return urljoin(f"{self.url}/", address) if self.url else address
        except ValueError:
            return address

    def _is_own(self, host: str) -> bool:
        return _bare(host) in self.hosts


def as_path(address: str) -> str:
    """Return the path of an address as readers know it, its last slash included; "" for none."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = "/" + unquote(parts.path).lstrip("/")
    naming = _naming(parts.query)
    return path + naming if path.isprintable() and len(path + naming) <= _LONGEST else ""


def slug_of(text: str, *, fallback: str, limit: int = 80) -> str:
    """Return `text` as part of an address; what has hardly a Latin letter becomes `fallback`."""
    text = unquote(text)
    slug = slugify(text.replace("_", "-"))[:limit].strip("-")
    letters = sum(letter.isalnum() for letter in text)
    is_readable = slug and sum(map(str.isalnum, slug)) * 2 > letters
    return slug if is_readable else slugify(fallback)[:limit].strip("-") or "untitled"


def _path(path: str, query: str) -> str:
    clean = posixpath.normpath("/" + unquote(path).lstrip("/"))
    folder, name = posixpath.split(clean)
    if name in _INDEXES:
        clean = folder
    return clean + _naming(query)


def _naming(query: str) -> str:
    """Return the part of a query that names a post, with its question mark."""
    naming = [(key, value) for key, value in parse_qsl(query) if key in _NAMING and value]
    return f"?{naming[0][0]}={naming[0][1]}" if naming else ""


def _host(url: str) -> str:
    try:
        return _bare(urlsplit(url).netloc)
    except ValueError:
        return ""


def _bare(host: str) -> str:
    return host.lower().strip().removeprefix("www.")
