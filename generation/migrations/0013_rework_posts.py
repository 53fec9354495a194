"""A brief may be about a post there is: to refresh it, or to translate it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0015_record_transfers'),
        ('generation', '0012_give_covers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='brief',
            name='kind',
            field=models.CharField(choices=[('article', 'New article'), ('refresh', 'Refresh of a post'), ('translation', 'Translation of a post')], db_default='article', default='article', max_length=12, verbose_name='what for'),
        ),
        migrations.AddField(
            model_name='brief',
            name='post',
            field=models.ForeignKey(blank=True, help_text='For a refresh or a translation: the post it is about.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='briefs', to='blog.post'),
        ),
        migrations.AddField(
            model_name='run',
            name='based_on',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='blog.revision'),
        ),
        migrations.AddConstraint(
            model_name='brief',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'article'), _negated=True), ('post__isnull', True), _connector='OR'), name='brief_of_a_new_article_is_about_no_post', violation_error_message='A new article is about no post there is; choose “Refresh” or “Translation”, or take the post out.'),
        ),
    ]
