"""Writes a WordPress export of any size, to see what an import needs of it.

`python -m tests.load.old_blog big.xml --posts 10000 --kilobytes 50` writes half a gigabyte.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tests.wxr import wxr

_WORDS = ["edge", "stone", "burr", "leather", "steel", "wood", "glue", "clamp", "chair", "oil"]


def items(posts: int, *, kilobytes: int, comments: int = 0, seed: int = 1) -> Iterator[str]:
    """Yield posts of about so many kilobytes and comments of half a kilobyte each.

    Each has a picture that is described after all of them.
    """
    dice = random.Random(seed)
    for number in range(1, posts + 1):
        yield _post(number, kilobytes=kilobytes, comments=comments, dice=dice, posts=posts)
    for number in range(1, posts + 1):
        yield (
            f"<item><title>p{number}</title><wp:post_id>{1_000_000 + number}</wp:post_id>"
            "<wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type>"
            f"<wp:attachment_url>https://old.example/wp-content/uploads/{number}.jpg"
            "</wp:attachment_url></item>\n"
        )


def write(path: Path, *, posts: int, kilobytes: int, comments: int = 0) -> None:
    """Write the export."""
    head, tail = wxr("@").split("@")
    with path.open("w") as out:
        out.write(head)
        out.writelines(items(posts, kilobytes=kilobytes, comments=comments))
        out.write(tail)


def _comment(number: int, dice: random.Random) -> str:
    text = " ".join(dice.choices(_WORDS, k=60))
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Reader"
        f"</wp:comment_author><wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
        "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
    )


def _post(number: int, *, kilobytes: int, comments: int, dice: random.Random, posts: int) -> str:
    paragraphs = []
    size = 0
    while size < kilobytes * 1000:
        text = " ".join(dice.choices(_WORDS, k=60))
        other = dice.randint(1, posts)
        paragraphs.append(
            f'<!-- wp:paragraph --><p>{text} <a href="https://old.example/p/{other}/">more</a></p>'
            "<!-- /wp:paragraph -->"
        )
        size += len(paragraphs[-1])
    image = (
        f'<figure><img class="wp-image-{1_000_000 + number}"'
        f' src="https://old.example/wp-content/uploads/{number}-300x200.jpg" alt="A"></figure>'
    )
    content = image + "\n\n".join(paragraphs)
    return (
        f"<item><title>Post {number}</title><link>https://old.example/p/{number}/</link>"
        f"<dc:creator>jane</dc:creator><content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_name>post-{number}</wp:post_name>"
        "<wp:post_date_gmt>2019-05-10 08:30:00</wp:post_date_gmt><wp:status>publish</wp:status>"
        f"<wp:post_type>post</wp:post_type>"
        f'<category domain="post_tag" nicename="tag-{number % 500}">Tag {number % 500}</category>'
        f"{''.join(_comment(place, dice) for place in range(comments))}</item>\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=50, help="of each post")
    parser.add_argument("--comments", type=int, default=0, help="of each post")
    wanted = parser.parse_args()
    size = {"kilobytes": wanted.kilobytes, "comments": wanted.comments}
    write(wanted.out, posts=wanted.posts, **size)
