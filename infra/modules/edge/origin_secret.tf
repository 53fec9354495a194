# How a load balancer knows our CDN from anybody else's. CloudFront and the listener show it to
# whoever may read their configuration, so the state may have it as well.

locals {
  name = "autoblog-${var.environment}"
}

ephemeral "aws_secretsmanager_random_password" "origin" {
  for_each = toset(var.origin_secret_numbers)

  password_length     = 40
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret" "origin" {
  #checkov:skip=CKV_AWS_149:CloudFront's configuration shows the same value
  #checkov:skip=CKV2_AWS_57:Changed by hand, in two steps (see variables.tf), so that no reader is refused
  for_each = toset(var.origin_secret_numbers)

  name                    = "${local.name}/origin-secret-${each.key}"
  description             = "Header by which the load balancer knows CloudFront"
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "origin" {
  for_each = toset(var.origin_secret_numbers)

  secret_id                = aws_secretsmanager_secret.origin[each.key].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.origin[each.key].random_password
  secret_string_wo_version = 1
}

data "aws_secretsmanager_secret_version" "origin" {
  for_each = toset(var.origin_secret_numbers)

  secret_id  = aws_secretsmanager_secret.origin[each.key].id
  version_id = aws_secretsmanager_secret_version.origin[each.key].version_id
}

locals {
  origin_secrets = [
    for number in var.origin_secret_numbers : data.aws_secretsmanager_secret_version.origin[number].secret_string
  ]
}
