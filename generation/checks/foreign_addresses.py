"""Addresses that neither a source nor this blog vouches for were taken out; people should know."""

from generation.checks.material import Material
from generation.schemas import Finding


def check(material: Material) -> list[Finding]:
    """Name the addresses that were removed."""
    return [
        Finding(
            check="foreign addresses",
            level="warn",
            message=f"The model wrote an address that no source has; it was removed: {url[:200]}",
        )
        for url in material.article.removed_urls
    ]
