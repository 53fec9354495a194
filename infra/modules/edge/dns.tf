# Names: the blog and its pictures at CloudFront, and "origin", which leads to the leading region.

resource "aws_acm_certificate" "main" {
  provider = aws.us_east_1

  domain_name               = var.domain
  subject_alternative_names = [local.media_name]
  validation_method         = "DNS"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "validation" {
  for_each = {
    for option in aws_acm_certificate.main.domain_validation_options : option.domain_name => option
  }

  zone_id = var.hosted_zone_id
  name    = each.value.resource_record_name
  type    = each.value.resource_record_type
  records = [each.value.resource_record_value]
  ttl     = 300
}

resource "aws_acm_certificate_validation" "main" {
  provider = aws.us_east_1

  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "cdn" {
  #checkov:skip=CKV2_AWS_23:Aliases of the distributions
  for_each = {
    for pair in setproduct(["site", "media"], ["A", "AAAA"]) : join("-", pair) => { part = pair[0], type = pair[1] }
  }

  zone_id = var.hosted_zone_id
  name    = each.value.part == "site" ? var.domain : local.media_name
  type    = each.value.type

  alias {
    name                   = { site = aws_cloudfront_distribution.site, media = aws_cloudfront_distribution.media }[each.value.part].domain_name
    zone_id                = aws_cloudfront_distribution.site.hosted_zone_id
    evaluate_target_health = false
  }
}

# -- Which region leads ---------------------------------------------------------------------------

# Route 53's own checkers cannot reach the load balancer, which lets in CloudFront alone; so it looks
# at the region's alarm. Inverted by a promotion: then the primary counts as gone, well or not.
resource "aws_route53_health_check" "primary" {
  type                            = "CLOUDWATCH_METRIC"
  cloudwatch_alarm_name           = local.primary.down_alarm.name
  cloudwatch_alarm_region         = local.primary.down_alarm.region
  insufficient_data_health_status = "LastKnownStatus"
  invert_healthcheck              = var.promoted

  tags = { Name = "${local.name}-primary" }
}

resource "aws_route53_record" "leader" {
  #checkov:skip=CKV2_AWS_23:Aliases of load balancers
  for_each = { for number, region in var.regions : (number == 0 ? "PRIMARY" : "SECONDARY") => region }

  zone_id         = var.hosted_zone_id
  name            = each.value.leader_name
  type            = "A"
  set_identifier  = lower(each.key)
  health_check_id = each.key == "PRIMARY" && local.standby != null ? aws_route53_health_check.primary.id : null

  failover_routing_policy {
    type = each.key
  }

  alias {
    name                   = each.value.load_balancer.dns_name
    zone_id                = each.value.load_balancer.zone_id
    evaluate_target_health = true
  }
}

# What readers feel: the blog by its name, through CloudFront, from around the world.
resource "aws_route53_health_check" "site" {
  type              = "HTTPS"
  fqdn              = var.domain
  port              = 443
  resource_path     = "/health/ready"
  request_interval  = 30
  failure_threshold = 3

  tags = { Name = "${local.name}-site" }
}
