"""Languages, pages, updates with a time of their own, old addresses, preview links, imports."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# PostgreSQL's own dictionaries; every other language is searched word by word, as written.
DICTIONARIES = {
    "ar": "arabic",
    "hy": "armenian",
    "eu": "basque",
    "ca": "catalan",
    "da": "danish",
    "nl": "dutch",
    "en": "english",
    "fi": "finnish",
    "fr": "french",
    "de": "german",
    "el": "greek",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "ga": "irish",
    "it": "italian",
    "lt": "lithuanian",
    "ne": "nepali",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sr": "serbian",
    "es": "spanish",
    "sv": "swedish",
    "ta": "tamil",
    "tr": "turkish",
    "yi": "yiddish",
    "nb": "norwegian",
    "nn": "norwegian",
}
_CASES = "\n        ".join(
    f"WHEN '{code}' THEN 'pg_catalog.{name}'::regconfig" for code, name in DICTIONARIES.items()
)
SEARCH_CONFIG = f"""
CREATE FUNCTION blog_search_config(language text) RETURNS regconfig
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    CASE split_part(lower(language), '-', 1)
        {_CASES}
        ELSE 'pg_catalog.simple'::regconfig
    END;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0004_limit_body'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(help_text='The other blog: its address or a name.', max_length=300)),
                ('kind', models.CharField(choices=[('author', 'Author'), ('category', 'Category'), ('tag', 'Tag'), ('image', 'Image'), ('post', 'Post')], max_length=10)),
                ('source_id', models.CharField(help_text='What the other blog calls it.', max_length=500)),
                ('object_id', models.BigIntegerField(help_text='Its row here.')),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('imported_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='PreviewLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, help_text='For whom it is.', max_length=120)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('path', models.CharField(help_text='From the slash on, such as /2019/05/old-post/.', max_length=500, unique=True, verbose_name='old path')),
                ('target', models.CharField(blank=True, help_text='A path of this site or a whole address, for what is none of the above.', max_length=500, verbose_name='leads to')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'ordering': ['path'],
            },
        ),
        migrations.AddField(
            model_name='image',
            name='focal_x',
            field=models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)]),
        ),
        migrations.AddField(
            model_name='image',
            name='focal_y',
            field=models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)]),
        ),
        migrations.AddField(
            model_name='image',
            name='renditions',
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='canonical_url',
            field=models.URLField(blank=True, help_text='Where the text appeared first, if that was elsewhere: search engines go there.', max_length=500, verbose_name='original address'),
        ),
        migrations.AddField(
            model_name='post',
            name='changed_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='kind',
            field=models.CharField(choices=[('post', 'Post'), ('page', 'Page')], default='post', editable=False, max_length=8),
        ),
        migrations.AddField(
            model_name='post',
            name='menu_position',
            field=models.PositiveSmallIntegerField(blank=True, help_text='For pages: their order among the links at the foot of the blog. Empty: no link.', null=True, verbose_name='place in the menu'),
        ),
        migrations.AddField(
            model_name='post',
            name='seo_description',
            field=models.CharField(blank=True, help_text='Shown in search results instead of the summary.', max_length=320, verbose_name='description for search engines'),
        ),
        migrations.AddField(
            model_name='post',
            name='seo_title',
            field=models.CharField(blank=True, help_text='Shown in search results and browser tabs instead of the title.', max_length=160, verbose_name='title for search engines'),
        ),
        migrations.AddField(
            model_name='post',
            name='translation_of',
            field=models.ForeignKey(blank=True, help_text='The post in its first language, if this one is a translation.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='translations', to='blog.post'),
        ),
        migrations.AddField(
            model_name='post',
            name='update_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='post',
            name='update_revision',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='+', to='blog.revision'),
        ),
        migrations.AddField(
            model_name='post',
            name='withdrawn_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='revision',
            name='canonical_url',
            field=models.URLField(blank=True, help_text='Where the text appeared first, if that was elsewhere: search engines go there.', max_length=500, verbose_name='original address'),
        ),
        migrations.AddField(
            model_name='revision',
            name='image_ids',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None),
        ),
        migrations.AddField(
            model_name='revision',
            name='is_autosave',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='revision',
            name='seo_description',
            field=models.CharField(blank=True, help_text='Shown in search results instead of the summary.', max_length=320, verbose_name='description for search engines'),
        ),
        migrations.AddField(
            model_name='revision',
            name='seo_title',
            field=models.CharField(blank=True, help_text='Shown in search results and browser tabs instead of the title.', max_length=160, verbose_name='title for search engines'),
        ),
        migrations.AlterField(
            model_name='image',
            name='file',
            field=models.ImageField(db_index=True, height_field='height', upload_to='images/%Y/%m/', width_field='width'),
        ),
        # A generated column is not altered but made anew: with the dictionary of each text's language.
        migrations.RunSQL(SEARCH_CONFIG, "DROP FUNCTION blog_search_config(text)"),
        migrations.RemoveIndex("post", "post_search_idx"),
        migrations.RemoveField("post", "search_vector"),
        migrations.AddField(
            model_name='post',
            name='search_vector',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('title', config=django.contrib.postgres.search.SearchConfig(models.Func(models.F('language'), function='blog_search_config')), weight='A'), '||', django.contrib.postgres.search.SearchVector('summary', config=django.contrib.postgres.search.SearchConfig(models.Func(models.F('language'), function='blog_search_config')), weight='B'), django.contrib.postgres.search.SearchConfig(models.Func(models.F('language'), function='blog_search_config'))), '||', django.contrib.postgres.search.SearchVector('body', config=django.contrib.postgres.search.SearchConfig(models.Func(models.F('language'), function='blog_search_config')), weight='C'), django.contrib.postgres.search.SearchConfig(models.Func(models.F('language'), function='blog_search_config'))), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            "post",
            django.contrib.postgres.indexes.GinIndex(
                fields=["search_vector"], name="post_search_idx"
            ),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.F('language'), models.OrderBy(models.F('publish_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('approved_revision__isnull', False)), name='post_language_idx'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('update_at__isnull', False)), fields=['update_at'], name='post_update_idx'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(models.OrderBy(models.F('updated_at'), descending=True), models.OrderBy(models.F('id'), descending=True), name='post_updated_idx'),
        ),
        migrations.AddIndex(
            model_name='revision',
            index=django.contrib.postgres.indexes.GinIndex(fields=['image_ids'], name='revision_images_idx'),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('focal_x__lte', 100), ('focal_y__lte', 100)), name='image_focal_point_is_inside', violation_error_message='Give the focal point in percent, from 0 to 100.'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('update_at__isnull', True), ('update_revision__isnull', True)), models.Q(('approved_revision__isnull', False), ('update_at__isnull', False), ('update_revision__isnull', False)), _connector='OR'), name='post_update_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(('translation_of__isnull', True), models.Q(('translation_of', models.F('pk')), _negated=True), _connector='OR'), name='post_is_no_translation_of_itself'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('translation_of', 'language'), name='post_has_one_translation_a_language'),
        ),
        migrations.AddConstraint(
            model_name='importeditem',
            constraint=models.UniqueConstraint(fields=('source', 'kind', 'source_id'), name='imported_item_is_brought_once'),
        ),
        migrations.AddField(
            model_name='previewlink',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='previewlink',
            name='post',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preview_links', to='blog.post'),
        ),
        migrations.AddField(
            model_name='redirect',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.author'),
        ),
        migrations.AddField(
            model_name='redirect',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.category'),
        ),
        migrations.AddField(
            model_name='redirect',
            name='post',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='redirects', to='blog.post'),
        ),
        migrations.AddField(
            model_name='redirect',
            name='tag',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='blog.tag'),
        ),
        migrations.AddConstraint(
            model_name='previewlink',
            constraint=models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='preview_link_expires_later'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(models.Func(models.F('post'), models.F('category'), models.F('tag'), models.F('author'), models.Func(models.F('target'), models.Value(''), function='NULLIF'), function='num_nonnulls', output_field=models.IntegerField()), 1)), name='redirect_leads_to_one_thing', violation_error_message='Name exactly one thing that the old address leads to.'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(('path__startswith', '/')), name='redirect_starts_at_a_path'),
        ),
    ]
