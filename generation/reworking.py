"""A post worked on again: what a run begins from, and who or what stands in its way.

A refresh begins from the newest revision, because its result is put on top of that; a translation
from what readers see, or from the newest revision of a post that they don't see yet.
"""

from django.db.models import Q, QuerySet

from blog import languages
from blog.models import Post, Revision
from generation.models import Brief, Run

UNDER_WAY = (
    "Somebody has this post refreshed or translated already; wait for that run or cancel it."
)


def obstacle(brief: Brief) -> str:
    """Return what keeps the post from being worked on as the brief says, in words; or ""."""
    post = brief.post
    if brief.kind == Brief.Kind.ARTICLE:
        return "" if post is None else f"Say what for: “{post}” can be refreshed or translated."
    if post is None:
        return "Choose the post that this brief is about; the one it had may have been deleted."
    if post.status == Post.Status.ARCHIVED:
        return f"“{post}” was withdrawn. Bring it back at the review desk first."
    if brief.kind == Brief.Kind.TRANSLATION:
        return _translated(post, brief.plan.language)
    if post.language != brief.plan.language:
        names = [languages.english_name_of(one) for one in (post.language, brief.plan.language)]
        return f"“{post}” is in {names[0]}, but the plan writes in {names[1]}. Choose another plan."
    return ""


def _translated(post: Post, language: str) -> str:
    there_is = _family(post).filter(language=language).first()
    name = languages.english_name_of(language)
    if there_is == post:
        return f"“{post}” is in {name}. Choose a plan whose language it is to be translated into."
    if there_is:
        return f"“{post}” is there in {name} already: “{there_is}”. Refresh or edit that one."
    return ""


def base_of(brief: Brief) -> Revision | None:
    """Return the revision from which a run of the brief begins; None for a new article."""
    post = brief.post
    if post is None:
        return None
    if brief.kind == Brief.Kind.TRANSLATION and post.is_live:
        return post.approved_revision
    return post.latest_revision


def rival(brief: Brief) -> Run | None:
    """Return the active run that does the same to the same post for another brief.

    Holds the post's row until the transaction ends, so that of two who begin at once one sees
    the other.
    """
    if brief.post is None:
        return None
    root = root_of(brief.post)
    Post.objects.select_for_update().get(pk=root.pk)
    others = Run.objects.active().filter(brief__kind=brief.kind).exclude(brief=brief)
    if brief.kind == Brief.Kind.TRANSLATION:
        same = others.filter(
            brief__post__in=_family(root), brief__plan__language=brief.plan.language
        )
        return same.first()
    return others.filter(brief__post=brief.post).first()


def root_of(post: Post) -> Post:
    """Return the post in its first language."""
    return post.translation_of or post


def _family(post: Post) -> QuerySet[Post]:
    """The post in all its languages."""
    root = root_of(post)
    return Post.objects.filter(Q(pk=root.pk) | Q(translation_of=root))
