"""What a reader sees of one post: whole when it is live, nothing when it is not, never a script."""

import html
import http.client
from contextlib import closing

from tests.model_server import HOSTILE

_SCRIPT = HOSTILE.split("</script>")[0]


def problem(port: int, slug: str, title: str, *, is_live: bool) -> str:
    """Return what is wrong with the page of a post; nothing where it is as it should be."""
    path = f"/posts/{slug}/"
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=3)) as connection:
            connection.request("GET", path)
            answer = connection.getresponse()
            page = answer.read().decode()
    except OSError as error:
        return f"readers: {path} did not answer ({error})"
    if not is_live:
        return "" if answer.status == 404 else f"readers: {path} is no live post: {answer.status}"
    if answer.status != 200:
        return f"readers: {path} is live, and answered {answer.status}"
    if html.escape(title) not in page or "</article>" not in page:
        return f"readers: {path} came without its title or its end"
    return f"readers: {path} carries a script of the model" if _SCRIPT in page else ""
