"""What is on its way in or out, for the desk that asked and the worker that carries it."""

import blog.models.transfers
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0014_add_page_proxy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('import', 'Move in'), ('export', 'Take out')], max_length=8)),
                ('format', models.CharField(max_length=20)),
                ('state', models.CharField(choices=[('waiting', 'Waiting for a worker'), ('working', 'Under way'), ('asking', 'To be confirmed'), ('done', 'Done'), ('failed', 'Failed'), ('stopped', 'Stopped')], default='waiting', max_length=8)),
                ('is_trial', models.BooleanField(default=False)),
                ('wishes', models.JSONField(default=dict)),
                ('file', models.FileField(blank=True, upload_to=blog.models.transfers.file_name)),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='file')),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('report', models.JSONField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='asked for')),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
            ],
            options={
                'verbose_name': 'transfer',
                'verbose_name_plural': 'moving in and out',
                'ordering': ['-pk'],
                'permissions': [('import_posts', 'Can move another blog in, as drafts'), ('export_posts', 'Can take the whole blog out')],
                'default_permissions': ['view'],
                'indexes': [models.Index(models.F('seen_at'), condition=models.Q(('state__in', ['waiting', 'working'])), name='transfer_to_do_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state', 'asking'), _negated=True), models.Q(('is_trial', True), ('kind', 'import'), ('report__isnull', False)), _connector='OR'), name='transfer_asks_with_a_report'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'working']), ('finished_at__isnull', False), _connector='OR'), name='transfer_that_ended_has_its_time')],
            },
        ),
    ]
