# The application load balancer. It answers CloudFront only: by its addresses, and by a header
# that only our distributions know (others' distributions come from the same addresses).

resource "aws_lb" "main" {
  #checkov:skip=CKV_AWS_150:Deletion protection is a variable; production has it
  #checkov:skip=CKV2_AWS_28:The WAF stands at CloudFront, before anything reaches this
  name                       = local.name
  security_groups            = [aws_security_group.main["alb"].id]
  subnets                    = local.subnet_ids.public
  enable_deletion_protection = var.protected
  drop_invalid_header_fields = true

  access_logs {
    bucket  = aws_s3_bucket.main["logs"].id
    prefix  = "alb"
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.main]
}

resource "aws_lb_target_group" "web" {
  #checkov:skip=CKV_AWS_378:TLS ends at the load balancer; from there it is the private subnet
  for_each = toset(var.api_gateway ? ["web", "api"] : ["web"])

  name                 = "${local.name}-${each.key}"
  vpc_id               = aws_vpc.main.id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = 8000
  deregistration_delay = 20 # seconds; no request takes as long

  health_check {
    path                = "/health/ready"
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn

  default_action {
    type = "fixed-response"
    fixed_response {
      status_code  = "403"
      content_type = "text/plain"
      message_body = "This is reached through the CDN."
    }
  }
}

resource "aws_lb_listener_rule" "cdn" {
  listener_arn = aws_lb_listener.https.arn
  priority     = 1

  condition {
    http_header {
      http_header_name = "X-Origin-Secret"
      values           = var.origin_secrets
    }
  }

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web["web"].arn
  }
}

# -- Certificate and names ------------------------------------------------------------------------

resource "aws_acm_certificate" "main" {
  domain_name               = local.origin_name
  subject_alternative_names = concat([local.leader_name], var.api_gateway ? [local.api_name] : [])
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
  # An account proves a name by the same record in each region.
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "main" {
  certificate_arn         = aws_acm_certificate.main.arn
  validation_record_fqdns = [for record in aws_route53_record.validation : record.fqdn]
}

resource "aws_route53_record" "origin" {
  zone_id = var.hosted_zone_id
  name    = local.origin_name
  type    = "A"

  alias {
    name                   = aws_lb.main.dns_name
    zone_id                = aws_lb.main.zone_id
    evaluate_target_health = true
  }
}
