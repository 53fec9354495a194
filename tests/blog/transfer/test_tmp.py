import io
from pathlib import Path
import pytest
from PIL import Image as P
from django.core.management import call_command
pytestmark = pytest.mark.django_db
def pic(path, fmt, color):
    path.parent.mkdir(parents=True, exist_ok=True); P.new("RGB",(40,30),color).save(path, fmt)
def test_x(tmp_path, capsys):
    pic(tmp_path/"uploads/2019/05/burr.jpg","JPEG","red"); pic(tmp_path/"uploads/2019/05/cover-shot-scaled.jpg","JPEG","blue")
    from tests.factories import make_user
    make_user(username="owner", is_superuser=True)
    for args in ([], ["--apply"], ["--apply"], ["--apply","--publish","--user","owner"],["--apply","--publish","--user","owner"]):
        print("=====", args)
        try: call_command("import_posts","wordpress","tests/transfer_fixtures/wordpress.xml","--media",str(tmp_path/"uploads"),"--no-fetch",*args)
        except BaseException as e: print("EXC", type(e), e)
    from blog.models import Post, Redirect, Image
    for p in Post.objects.all(): print(p.pk,p.kind,p.slug,p.status,p.is_live,p.publish_at,p.changed_at,p.language,p.author,p.category,list(p.tags.all()),p.cover); print(p.body[:600]); print()
    for r in Redirect.objects.all(): print(r.path, r.post_id, r.category_id, r.tag_id, r.author_id, r.target)
    for i in Image.objects.all(): print(i.file.name, i.alt_text, i.is_decorative, i.caption, i.credit, i.created_at)
    print(capsys.readouterr().out) if False else None
