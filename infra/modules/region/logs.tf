# Where programs and services write; a retention everywhere, for the default is for ever.

locals {
  log_groups = merge(
    { for program in keys(local.programs) : program => "/ecs/${local.name}/${program}" },
    {
      exec     = "/ecs/${local.name}/exec"
      insights = "/aws/ecs/containerinsights/${local.name}/performance"
      flow     = "/vpc/${local.name}"
      database = "/aws/rds/instance/${local.name}/postgresql"
      upgrade  = "/aws/rds/instance/${local.name}/upgrade"
    },
    var.database.read_replica ? {
      replica         = "/aws/rds/instance/${local.name}-replica/postgresql"
      replica_upgrade = "/aws/rds/instance/${local.name}-replica/upgrade"
    } : {},
    var.api_gateway ? { api = "/apigateway/${local.name}" } : {},
  )
}

resource "aws_cloudwatch_log_group" "main" {
  #checkov:skip=CKV_AWS_338:30 days in production: the spending and editorial history is in the database
  for_each = local.log_groups

  name              = each.value
  retention_in_days = var.log_days
  kms_key_id        = aws_kms_key.main.arn
}
