"""Makes the bucket for media where there is none: for a store beside the application."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError

# What readers see; everything else (files that editors add as sources) stays private.
PUBLIC_FOLDER = "images"


class Command(BaseCommand):
    """`manage.py create_bucket`."""

    help = (
        "Make the bucket that S3_BUCKET_NAME names, its images readable for all. May be repeated."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        """Ask the store; raise CommandError in words when it refuses."""
        name = settings.S3_BUCKET_NAME
        if not name:
            raise CommandError("Set S3_BUCKET_NAME to the name of the bucket.")
        client = default_storage.connection.meta.client  # type: ignore[attr-defined]
        try:
            if not _exists(client, name):
                client.create_bucket(Bucket=name)
            client.put_bucket_policy(Bucket=name, Policy=json.dumps(_policy(name)))
        except (BotoCoreError, ClientError) as error:
            raise CommandError(f"The store refused: {error}") from error
        self.stdout.write(f"The bucket {name} is there.")


def _exists(client: Any, name: str) -> bool:
    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return False
        raise
    return True


def _policy(name: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadersSeeImages",
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{name}/{PUBLIC_FOLDER}/*",
            }
        ],
    }
