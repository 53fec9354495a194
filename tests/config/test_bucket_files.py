"""Static files go to the bucket at a release, and those of the releases before stay there."""

from pathlib import Path

import boto3
import pytest
from django.core.management import call_command
from moto import mock_aws

from config import bucket_files


@pytest.fixture
def bucket(settings, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    settings.S3_BUCKET_NAME = "blog"
    s3 = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": "blog", "region_name": "us-east-1"},
    }
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="blog")
        settings.STORAGES = {
            "default": s3,
            "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
        }
        yield boto3.resource("s3", region_name="us-east-1").Bucket("blog")


@pytest.fixture
def source(settings, tmp_path: Path) -> Path:
    """The only static files there are."""
    folder = tmp_path / "source"
    folder.mkdir()
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [folder]
    settings.STATIC_ROOT = tmp_path / "collected"
    return folder


def release(source: Path, style: str) -> int:
    (source / "blog.css").write_text(style)
    call_command("collectstatic", interactive=False, verbosity=0)
    return bucket_files.upload()


def test_each_release_adds_its_files_and_takes_none_away(bucket, source):
    release(source, "a { color: red }" * 100)
    before = {found.key for found in bucket.objects.all()}

    release(source, "a { color: blue }" * 100)

    after = {found.key for found in bucket.objects.all()}
    assert len(after - before) == 1
    assert before < after
    (named,) = after - before
    assert named.startswith("static/blog.")
    assert named.endswith(".css")


def test_a_file_with_a_name_of_its_own_is_sent_once_and_kept_for_ever(bucket, source):
    release(source, "a { color: red }" * 100)
    hashed = next(each for each in bucket.objects.all() if each.key.count(".") == 2)
    got = hashed.get()
    assert got["CacheControl"] == "public, max-age=31536000, immutable"
    assert got["ContentType"] == "text/css"
    assert bucket.Object("static/blog.css").get()["CacheControl"] == "public, max-age=300"
    sent_at = hashed.last_modified

    release(source, "a { color: red }" * 100)

    assert bucket.Object(hashed.key).last_modified == sent_at
    assert not [each.key for each in bucket.objects.all() if each.key.endswith(".gz")]
