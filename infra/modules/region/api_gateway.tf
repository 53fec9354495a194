# An HTTP API for integrators, where it is asked for: throttled, and with a log of its use. It
# reaches the same web tasks over a VPC link and a load balancer that has no public address.

locals {
  api = var.api_gateway ? 1 : 0
}

resource "aws_lb" "internal" {
  #checkov:skip=CKV_AWS_150:It holds nothing, and is made anew in a minute
  #checkov:skip=CKV2_AWS_28:Reached through the API gateway only
  count = local.api

  name                       = "${local.name}-internal"
  internal                   = true
  security_groups            = [aws_security_group.main["internal_alb"].id]
  subnets                    = local.subnet_ids.private
  drop_invalid_header_fields = true

  access_logs {
    bucket  = aws_s3_bucket.main["logs"].id
    prefix  = "alb-internal"
    enabled = true
  }

  depends_on = [aws_s3_bucket_policy.main]
}

resource "aws_lb_listener" "internal" {
  count = local.api

  load_balancer_arn = aws_lb.internal[0].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.main.certificate_arn

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web["api"].arn
  }
}

resource "aws_apigatewayv2_api" "main" {
  count = local.api

  name                         = local.name
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = true # ALLOWED_HOSTS knows our own name.
}

resource "aws_apigatewayv2_vpc_link" "main" {
  count = local.api

  name               = local.name
  security_group_ids = [aws_security_group.main["api"].id]
  subnet_ids         = local.subnet_ids.private
}

resource "aws_apigatewayv2_integration" "main" {
  count = local.api

  api_id             = aws_apigatewayv2_api.main[0].id
  integration_type   = "HTTP_PROXY"
  integration_method = "ANY"
  integration_uri    = aws_lb_listener.internal[0].arn
  connection_type    = "VPC_LINK"
  connection_id      = aws_apigatewayv2_vpc_link.main[0].id

  tls_config {
    server_name_to_verify = local.api_name
  }
}

resource "aws_apigatewayv2_route" "main" {
  #checkov:skip=CKV_AWS_309:The application checks the tokens of its API, and answers readers without one
  count = local.api

  api_id    = aws_apigatewayv2_api.main[0].id
  route_key = "ANY /api/{path+}"
  target    = "integrations/${aws_apigatewayv2_integration.main[0].id}"
}

resource "aws_apigatewayv2_stage" "main" {
  count = local.api

  api_id      = aws_apigatewayv2_api.main[0].id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = 20
    throttling_burst_limit = 40
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.main["api"].arn
    format = jsonencode({
      time         = "$context.requestTimeEpoch", address = "$context.identity.sourceIp", method = "$context.httpMethod",
      path         = "$context.path", status = "$context.status", bytes = "$context.responseLength",
      milliseconds = "$context.responseLatency", error = "$context.integrationErrorMessage",
    })
  }
}

resource "aws_apigatewayv2_domain_name" "main" {
  count = local.api

  domain_name = local.api_name

  domain_name_configuration {
    certificate_arn = aws_acm_certificate_validation.main.certificate_arn
    endpoint_type   = "REGIONAL"
    security_policy = "TLS_1_2"
  }
}

resource "aws_apigatewayv2_api_mapping" "main" {
  count = local.api

  api_id      = aws_apigatewayv2_api.main[0].id
  domain_name = aws_apigatewayv2_domain_name.main[0].id
  stage       = aws_apigatewayv2_stage.main[0].id
}

resource "aws_route53_record" "api" {
  count = local.api

  zone_id = var.hosted_zone_id
  name    = local.api_name
  type    = "A"

  alias {
    name                   = aws_apigatewayv2_domain_name.main[0].domain_name_configuration[0].target_domain_name
    zone_id                = aws_apigatewayv2_domain_name.main[0].domain_name_configuration[0].hosted_zone_id
    evaluate_target_health = false
  }
}
