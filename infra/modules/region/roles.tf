# Who may do what: the platform (execution), each program by itself (task), and AWS's own services.

locals {
  media = aws_s3_bucket.main["media"].arn
  # Beat needs nothing of AWS.
  task_permissions = {
    web = [
      { actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources = ["${local.media}/images/*", "${local.media}/share/*", "${local.media}/sources/*", "${local.media}/transfers/*"] },
      # Without it S3 says "forbidden" of a file that is not there.
      { actions = ["s3:ListBucket"], resources = [local.media] },
    ]
    worker = [
      { actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], resources = ["${local.media}/images/*", "${local.media}/share/*", "${local.media}/sources/*", "${local.media}/transfers/*"] },
      { actions = ["s3:ListBucket"], resources = [local.media] },
    ]
    beat = []
    release = [
      { actions = ["s3:GetObject", "s3:PutObject"], resources = ["${local.media}/static/*"] },
      { actions = ["s3:ListBucket"], resources = [local.media] },
    ]
  }
}

data "aws_iam_policy_document" "assumed_by" {
  for_each = toset(["ecs-tasks", "monitoring.rds", "vpc-flow-logs", "s3"])

  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
    # AWS serves others as well: it may act for this account only.
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

# -- The platform: fetches the image, injects secrets, writes logs --------------------------------

resource "aws_iam_role" "execution" {
  name               = "${local.global_name}-execution"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["ecs-tasks"].json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "${local.arn}:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

data "aws_iam_policy_document" "execution" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [for secret in aws_secretsmanager_secret.main : secret.arn]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.main.arn]
  }
}

resource "aws_iam_role_policy" "execution" {
  name   = "secrets"
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}

# -- The programs ---------------------------------------------------------------------------------

resource "aws_iam_role" "task" {
  for_each = local.programs

  name               = "${local.global_name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["ecs-tasks"].json
}

data "aws_iam_policy_document" "task" {
  for_each = local.programs

  dynamic "statement" {
    for_each = local.task_permissions[each.key]
    content {
      actions   = statement.value.actions
      resources = statement.value.resources
    }
  }

  # ECS Exec, for operators. These four know no narrower resource.
  statement {
    actions = [
      "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
    ]
    resources = ["*"]
  }
  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.main["exec"].arn}:*"]
  }
  statement {
    actions   = ["logs:DescribeLogGroups"]
    resources = ["${local.arn}:logs:${local.region}:${local.account}:log-group:*"]
  }
  statement {
    actions   = ["kms:Decrypt"]
    resources = [aws_kms_key.main.arn]
  }
}

resource "aws_iam_role_policy" "task" {
  for_each = local.programs

  name   = "program"
  role   = aws_iam_role.task[each.key].id
  policy = data.aws_iam_policy_document.task[each.key].json
}

# -- Services of AWS ------------------------------------------------------------------------------

resource "aws_iam_role" "database_monitoring" {
  name               = "${local.global_name}-database-monitoring"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["monitoring.rds"].json
}

resource "aws_iam_role_policy_attachment" "database_monitoring" {
  role       = aws_iam_role.database_monitoring.name
  policy_arn = "${local.arn}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

resource "aws_iam_role" "flow_log" {
  name               = "${local.global_name}-flow-log"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["vpc-flow-logs"].json
}

data "aws_iam_policy_document" "flow_log" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    resources = ["${aws_cloudwatch_log_group.main["flow"].arn}:*"]
  }
}

resource "aws_iam_role_policy" "flow_log" {
  name   = "write"
  role   = aws_iam_role.flow_log.id
  policy = data.aws_iam_policy_document.flow_log.json
}

resource "aws_iam_role" "replication" {
  count = local.replicate_media ? 1 : 0

  name               = "${local.global_name}-replication"
  assume_role_policy = data.aws_iam_policy_document.assumed_by["s3"].json
}

data "aws_iam_policy_document" "replication" {
  count = local.replicate_media ? 1 : 0

  statement {
    actions   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    resources = [local.media]
  }
  statement {
    actions   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"]
    resources = ["${local.media}/*"]
  }
  statement {
    actions   = ["s3:ReplicateObject", "s3:ReplicateDelete", "s3:ReplicateTags"]
    resources = ["${var.replicate_media_to[0]}/*"]
  }
}

resource "aws_iam_role_policy" "replication" {
  count = local.replicate_media ? 1 : 0

  name   = "replicate"
  role   = aws_iam_role.replication[0].id
  policy = data.aws_iam_policy_document.replication[0].json
}
