"""What all public pages have in common."""

from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from blog.reading import for_readers


@method_decorator(for_readers, name="dispatch")
class PublicPage(TemplateView):
    """A page that is the same for every reader."""

    template_engine = "jinja2"
