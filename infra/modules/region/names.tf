# What everything here is called, and where it is.

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:zone_count takes the first ones only; a new zone is the last
  state = "available"
}

locals {
  name = "autoblog-${var.environment}"
  # IAM and S3 know no regions, so a name must say which one it belongs to.
  region      = data.aws_region.current.name
  global_name = "${local.name}-${local.region}"
  account     = data.aws_caller_identity.current.account_id
  partition   = data.aws_partition.current.partition
  arn         = "arn:${local.partition}"

  zones = slice(data.aws_availability_zones.available.names, 0, var.zone_count)

  # Names under which CloudFront and Route 53 find this region's load balancer.
  origin_name = "${local.region}.origin.${var.domain}"
  # Whichever region leads; both regions' certificates have it.
  leader_name = "origin.${var.domain}"
  api_name    = "api.${var.domain}"
}
