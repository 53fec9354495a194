# Who may speak to whom: one line for each way, of which both ends get a rule by reference.

locals {
  security_groups = merge(
    {
      alb       = "Load balancer: CloudFront alone comes in"
      web       = "Web tasks"
      worker    = "Worker, beat and release tasks"
      database  = "PostgreSQL"
      redis     = "Redis: broker and cache"
      endpoints = "Interface endpoints of AWS services"
    },
    var.api_gateway ? {
      api          = "VPC link of the API gateway"
      internal_alb = "Internal load balancer behind the API gateway"
    } : {},
  )
  ways = merge(
    {
      alb-web          = { from = "alb", to = "web", port = 8000 }
      web-database     = { from = "web", to = "database", port = 5432 }
      worker-database  = { from = "worker", to = "database", port = 5432 }
      web-redis        = { from = "web", to = "redis", port = 6379 }
      worker-redis     = { from = "worker", to = "redis", port = 6379 }
      web-endpoints    = { from = "web", to = "endpoints", port = 443 }
      worker-endpoints = { from = "worker", to = "endpoints", port = 443 }
    },
    var.api_gateway ? {
      api-internal_alb = { from = "api", to = "internal_alb", port = 443 }
      internal_alb-web = { from = "internal_alb", to = "web", port = 8000 }
    } : {},
  )
}

resource "aws_security_group" "main" {
  #checkov:skip=CKV2_AWS_5:Each is attached, by its key in this map
  for_each = local.security_groups

  name        = "${local.name}-${each.key}"
  description = each.value
  vpc_id      = aws_vpc.main.id

  tags = { Name = "${local.name}-${each.key}" }
}

resource "aws_vpc_security_group_ingress_rule" "way" {
  for_each = local.ways

  security_group_id            = aws_security_group.main[each.value.to].id
  referenced_security_group_id = aws_security_group.main[each.value.from].id
  description                  = "From ${each.value.from}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

resource "aws_vpc_security_group_egress_rule" "way" {
  for_each = local.ways

  security_group_id            = aws_security_group.main[each.value.from].id
  referenced_security_group_id = aws_security_group.main[each.value.to].id
  description                  = "To ${each.value.to}"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
}

data "aws_ec2_managed_prefix_list" "cloudfront" {
  name = "com.amazonaws.global.cloudfront.origin-facing"
}

# HTTP is only redirected; CloudFront itself comes by HTTPS.
resource "aws_vpc_security_group_ingress_rule" "cloudfront" {
  #checkov:skip=CKV_AWS_260:From the addresses of CloudFront only, to be redirected
  for_each = toset(["80", "443"])

  security_group_id = aws_security_group.main["alb"].id
  prefix_list_id    = data.aws_ec2_managed_prefix_list.cloudfront.id
  description       = "From CloudFront"
  ip_protocol       = "tcp"
  from_port         = each.key
  to_port           = each.key
}

# The model, sources, channels: programs call the outside web, where sources may be on plain HTTP.
resource "aws_vpc_security_group_egress_rule" "internet" {
  for_each = {
    for pair in setproduct(["web", "worker"], [80, 443]) : "${pair[0]}-${pair[1]}" => pair
  }

  security_group_id = aws_security_group.main[each.value[0]].id
  cidr_ipv4         = "0.0.0.0/0"
  description       = "To the outside web"
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
}

# Whoever forgets to name a group gets this one, which lets nothing through.
resource "aws_default_security_group" "closed" {
  vpc_id = aws_vpc.main.id
}
