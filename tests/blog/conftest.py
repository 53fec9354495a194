"""What the tests of the public site share."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import boto3
import pytest
import time_machine
from moto import mock_aws

from tests import factories


@pytest.fixture
def time_machine_at() -> Callable[[datetime], AbstractContextManager[object]]:
    """Travel to an instant for the length of a `with` block."""
    return lambda instant: time_machine.travel(instant, tick=False)


@pytest.fixture
def photo() -> Callable[..., Any]:
    """Make an upload: a picture of two colours."""
    return factories.make_photo


@pytest.fixture
def bucket(settings, monkeypatch) -> Iterator[Any]:
    """Uploads go to a bucket in memory that speaks S3, behind a CDN; yield the bucket."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    options = {
        "bucket_name": "pictures",
        "region_name": "us-east-1",
        "custom_domain": "cdn.example",
        "file_overwrite": False,
        "default_acl": None,
    }
    s3 = {"BACKEND": "blog.storage.Bucket", "OPTIONS": options}
    with mock_aws():
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="pictures")
        settings.STORAGES = {**settings.STORAGES, "default": s3}
        yield boto3.resource("s3", region_name="us-east-1").Bucket("pictures")
