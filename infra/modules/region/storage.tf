# Two buckets: what the blog shows or reads (media, static files, sources), and access logs.

locals {
  buckets = toset(["media", "logs"])
  # Sources that editors add lie in the same bucket, and are nobody's to see.
  public_folders  = ["images", "share", "static"]
  replicate_media = length(var.replicate_media_to) > 0
}

resource "aws_s3_bucket" "main" {
  #checkov:skip=CKV_AWS_145:SSE-S3. The CDN and the load balancer's log delivery cannot use a key of ours
  #checkov:skip=CKV_AWS_18:The CDN logs each read of media; a log of the log bucket would log itself
  #checkov:skip=CKV_AWS_144:Media are copied to the standby region where there is one; logs are not worth it
  #checkov:skip=CKV2_AWS_62:Nothing waits for events of these buckets
  for_each = local.buckets

  bucket        = "${local.global_name}-${each.key}-${local.account}"
  force_destroy = !var.protected
}

resource "aws_s3_bucket_versioning" "main" {
  for_each = local.buckets

  bucket = aws_s3_bucket.main[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "main" {
  for_each = local.buckets

  bucket = aws_s3_bucket.main[each.key].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "main" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.main[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "main" {
  for_each = local.buckets

  bucket = aws_s3_bucket.main[each.key].id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "main" {
  for_each = local.buckets

  bucket = aws_s3_bucket.main[each.key].id

  rule {
    id     = "forget"
    status = "Enabled"
    filter {}

    # What was deleted or written over can be had back for a month.
    noncurrent_version_expiration {
      noncurrent_days = 30
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
    dynamic "expiration" {
      for_each = each.key == "logs" ? [var.log_days * 3] : []
      content {
        days = expiration.value
      }
    }
  }

  depends_on = [aws_s3_bucket_versioning.main]
}

data "aws_iam_policy_document" "bucket" {
  for_each = local.buckets

  statement {
    sid       = "OnlyTls"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.main[each.key].arn, "${aws_s3_bucket.main[each.key].arn}/*"]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }

  # Any distribution of this account: which one it is, is known only after this bucket.
  dynamic "statement" {
    for_each = each.key == "media" ? [1] : []
    content {
      sid       = "CloudFrontReadsPublicFolders"
      actions   = ["s3:GetObject"]
      resources = [for folder in local.public_folders : "${aws_s3_bucket.main["media"].arn}/${folder}/*"]
      principals {
        type        = "Service"
        identifiers = ["cloudfront.amazonaws.com"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:SourceArn"
        values   = ["${local.arn}:cloudfront::${local.account}:distribution/*"]
      }
    }
  }

  dynamic "statement" {
    for_each = each.key == "logs" ? ["logdelivery.elasticloadbalancing", "delivery.logs"] : []
    content {
      sid       = "Write${replace(title(replace(statement.value, ".", " ")), " ", "")}"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.main["logs"].arn}/*"]
      principals {
        type        = "Service"
        identifiers = ["${statement.value}.amazonaws.com"]
      }
      condition {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [local.account]
      }
    }
  }
}

resource "aws_s3_bucket_policy" "main" {
  for_each = local.buckets

  bucket = aws_s3_bucket.main[each.key].id
  policy = data.aws_iam_policy_document.bucket[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.main]
}

# -- Copy in the other region ---------------------------------------------------------------------

resource "aws_s3_bucket_replication_configuration" "media" {
  count = local.replicate_media ? 1 : 0

  bucket = aws_s3_bucket.main["media"].id
  role   = aws_iam_role.replication[0].arn

  rule {
    id       = "media"
    priority = 1
    status   = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Enabled"
    }
    destination {
      bucket = var.replicate_media_to[0]
    }
  }

  depends_on = [aws_s3_bucket_versioning.main]
}
