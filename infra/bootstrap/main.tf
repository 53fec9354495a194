# What has to be there before a pipeline can do anything, once for each AWS account. Its own state
# begins as a file beside it and moves into the bucket that it makes (see README.md).

provider "aws" {
  region = var.region

  default_tags {
    tags = { Project = "autoblog", ManagedBy = "terraform", Environment = "shared" }
  }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  arn       = "arn:${local.partition}"
}

# The zone of the blog's names. Whoever sold the domain has to be told its name servers.
resource "aws_route53_zone" "main" {
  #checkov:skip=CKV2_AWS_38:DNSSEC needs the seller of the domain; to be switched on with them
  #checkov:skip=CKV2_AWS_39:A log of each name that is asked for costs more than it tells
  name = var.zone
}
