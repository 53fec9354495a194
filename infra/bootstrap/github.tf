# How a pipeline acts without a key that could be stolen: GitHub vouches for repository and branch,
# and AWS lends the role of that environment for an hour.

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "assumed_by" {
  for_each = merge(
    { for environment, branch in var.branches : environment => "repo:${var.repository}:ref:refs/heads/${branch}" },
    # Pull requests may plan, and nothing else.
    { plan = "repo:${var.repository}:pull_request" },
  )

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:aud"
      values   = ["sts.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = [each.value]
    }
  }
}

# -- Deploy ---------------------------------------------------------------------------------------

resource "aws_iam_role" "deploy" {
  for_each = var.branches

  name                 = "autoblog-${each.key}-deploy"
  assume_role_policy   = data.aws_iam_policy_document.assumed_by[each.key].json
  max_session_duration = 3600
}

data "aws_iam_policy_document" "deploy" {
  for_each = var.branches

  statement {
    sid       = "RegistryLogin"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"] # It knows no narrower one.
  }

  statement {
    sid = "Images"
    actions = [
      "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:CompleteLayerUpload", "ecr:DescribeImages",
      "ecr:DescribeImageScanFindings", "ecr:GetDownloadUrlForLayer", "ecr:InitiateLayerUpload", "ecr:PutImage",
      "ecr:UploadLayerPart",
    ]
    resources = [aws_ecr_repository.main.arn]
  }

  statement {
    sid       = "TaskDefinitions"
    actions   = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition", "ecs:TagResource"]
    resources = ["*"] # A task definition that is not there yet has no name to allow.
  }

  statement {
    sid     = "Release"
    actions = ["ecs:RunTask", "ecs:DescribeTasks", "ecs:StopTask", "ecs:DescribeServices", "ecs:UpdateService"]
    resources = [
      "${local.arn}:ecs:*:${local.account}:service/autoblog-${each.key}/*",
      "${local.arn}:ecs:*:${local.account}:task/autoblog-${each.key}/*",
      "${local.arn}:ecs:*:${local.account}:task-definition/autoblog-${each.key}-*:*",
    ]
  }

  statement {
    sid       = "ReleaseLog"
    actions   = ["logs:GetLogEvents", "logs:FilterLogEvents"]
    resources = ["${local.arn}:logs:*:${local.account}:log-group:/ecs/autoblog-${each.key}/*"]
  }

  # The programs get their own roles, and no others.
  statement {
    sid     = "PassProgramRoles"
    actions = ["iam:PassRole"]
    resources = [
      for role in ["execution", "web", "worker", "beat", "release"] :
      "${local.arn}:iam::${local.account}:role/autoblog-${each.key}-*-${role}"
    ]
    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy" "deploy" {
  for_each = var.branches

  name   = "deploy"
  role   = aws_iam_role.deploy[each.key].id
  policy = data.aws_iam_policy_document.deploy[each.key].json
}

# -- Plan -----------------------------------------------------------------------------------------

resource "aws_iam_role" "plan" {
  name                 = "autoblog-plan"
  assume_role_policy   = data.aws_iam_policy_document.assumed_by["plan"].json
  max_session_duration = 3600
}

# It sees how things are made; of what is in them only what a plan opens: the state, and the few
# secrets that others are made from. Who may push to the repository may have this role.
resource "aws_iam_role_policy_attachment" "plan" {
  role       = aws_iam_role.plan.name
  policy_arn = "${local.arn}:iam::aws:policy/ReadOnlyAccess"
}

data "aws_iam_policy_document" "plan" {
  statement {
    actions = ["secretsmanager:GetSecretValue"]
    resources = [
      for secret in ["redis-token", "origin-secret-*", "database-password"] :
      "${local.arn}:secretsmanager:*:${local.account}:secret:autoblog-*/${secret}-*"
    ]
  }

  statement {
    actions   = ["secretsmanager:GetRandomPassword"]
    resources = ["*"] # It belongs to nothing.
  }

  statement {
    actions   = ["kms:Decrypt"]
    resources = ["${local.arn}:kms:*:${local.account}:key/*"]
    condition {
      test     = "StringLike"
      variable = "kms:ViaService"
      values   = ["s3.*.amazonaws.com", "secretsmanager.*.amazonaws.com"]
    }
  }

  statement {
    effect        = "Deny"
    actions       = ["s3:GetObject*"]
    not_resources = ["${aws_s3_bucket.state.arn}/*"]
  }
}

resource "aws_iam_role_policy" "plan" {
  name   = "plan"
  role   = aws_iam_role.plan.id
  policy = data.aws_iam_policy_document.plan.json
}
