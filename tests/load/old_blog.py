"""Writes a WordPress export of any size, to see what an import needs of it.

`python -m tests.load.old_blog big.xml --posts 10000 --kilobytes 50` writes half a gigabyte.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from tests.wxr import wxr

_WORDS = ["edge", "stone", "burr", "leather", "steel", "wood", "glue", "clamp", "chair", "oil"]


def items(posts: int, *, kilobytes: int, seed: int = 1) -> Iterator[str]:
    """Yield posts of about so many kilobytes, each with a picture that is described after all."""
    dice = random.Random(seed)
    for number in range(1, posts + 1):
        yield _post(number, kilobytes=kilobytes, dice=dice, posts=posts)
    for number in range(1, posts + 1):
        yield (
            f"<item><title>p{number}</title><wp:post_id>{1_000_000 + number}</wp:post_id>"
            "<wp:status>inherit</wp:status><wp:post_type>attachment</wp:post_type>"
            f"<wp:attachment_url>https://old.example/wp-content/uploads/{number}.jpg"
            "</wp:attachment_url></item>\n"
        )


def write(path: Path, *, posts: int, kilobytes: int) -> None:
    """Write the export."""
    head, tail = wxr("@").split("@")
    with path.open("w") as out:
        out.write(head)
        out.writelines(items(posts, kilobytes=kilobytes))
        out.write(tail)


def _post(number: int, *, kilobytes: int, dice: random.Random, posts: int) -> str:
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
        "</item>\n"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=50, help="of each post")
    wanted = parser.parse_args()
    write(wanted.out, posts=wanted.posts, kilobytes=wanted.kilobytes)
