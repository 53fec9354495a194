"""`manage.py create_bucket`, against a store in memory that speaks S3."""

import json

import boto3
import pytest
from django.core.management import CommandError, call_command
from moto import mock_aws


@pytest.fixture
def store(settings, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    settings.S3_BUCKET_NAME = "pictures"
    options = {"bucket_name": "pictures", "region_name": "us-east-1"}
    s3 = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": s3}
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1")


def test_makes_the_bucket_once_with_images_for_all(store) -> None:
    call_command("create_bucket")
    call_command("create_bucket")

    assert [bucket["Name"] for bucket in store.list_buckets()["Buckets"]] == ["pictures"]
    policy = json.loads(store.get_bucket_policy(Bucket="pictures")["Policy"])
    [statement] = policy["Statement"]
    assert (statement["Action"], statement["Resource"]) == (
        "s3:GetObject",
        "arn:aws:s3:::pictures/images/*",
    )


def test_needs_to_know_the_name(store, settings) -> None:
    settings.S3_BUCKET_NAME = ""

    with pytest.raises(CommandError, match="Set S3_BUCKET_NAME"):
        call_command("create_bucket")
