"""Search ranks titles first, and knows the words that the texts use."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

# Empty for words that the dictionary leaves out.
STEM = """
CREATE FUNCTION blog_search_stem(language text, word text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
    coalesce((tsvector_to_array(to_tsvector(blog_search_config(language), word)))[1], '');
"""
# Searches read many of them, each whole: unpacking them takes longer than reading more.
KEEP_UNPACKED = "ALTER TABLE blog_post ALTER COLUMN search_vector SET STORAGE EXTERNAL"
KEEP_PACKED = "ALTER TABLE blog_post ALTER COLUMN search_vector SET STORAGE EXTENDED"


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0007_fill_changed_at'),
    ]

    operations = [
        migrations.RunSQL(STEM, "DROP FUNCTION blog_search_stem(text, text)"),
        migrations.RunSQL(KEEP_UNPACKED, KEEP_PACKED),
        migrations.CreateModel(
            name='SearchTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('word', models.CharField(max_length=40)),
                ('stem', models.CharField(blank=True, max_length=40)),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                ('texts', models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.AddField(
            model_name='post',
            name='title_vector',
            field=models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('title', config=django.contrib.postgres.search.SearchConfig(models.Func(models.F('language'), function='blog_search_config'))), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='post',
            index=django.contrib.postgres.indexes.GinIndex(fields=['title_vector'], name='post_title_idx'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=models.Index(fields=['language', 'stem'], name='search_term_stem_idx'),
        ),
        migrations.AddIndex(
            model_name='searchterm',
            index=django.contrib.postgres.indexes.GinIndex(fields=['keys'], name='search_term_keys_idx'),
        ),
        migrations.AddConstraint(
            model_name='searchterm',
            constraint=models.UniqueConstraint(fields=('language', 'word'), name='search_term_is_kept_once'),
        ),
    ]
