# CloudFront's and Route 53's numbers are in us-east-1, so their alarms are too.

locals {
  alarms = {
    site-down = {
      namespace = "AWS/Route53", metric = "HealthCheckStatus", statistic = "Minimum", comparison = "LessThanThreshold", threshold = 1, times = 2
      of        = { HealthCheckId = aws_route53_health_check.site.id }
      text      = "The blog does not answer the world"
    }
    cdn-errors = {
      namespace = "AWS/CloudFront", metric = "5xxErrorRate", statistic = "Average", comparison = "GreaterThanThreshold", threshold = 5, times = 5
      of        = { DistributionId = aws_cloudfront_distribution.site.id, Region = "Global" }
      text      = "One answer in twenty is an error"
    }
    cdn-certificate = {
      namespace = "AWS/CertificateManager", metric = "DaysToExpiry", statistic = "Minimum", comparison = "LessThanThreshold", threshold = 21, times = 1
      of        = { CertificateArn = aws_acm_certificate.main.arn }
      text      = "The blog's certificate has not renewed itself"
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "main" {
  for_each = local.alarms
  provider = aws.us_east_1

  alarm_name          = "${local.name}-${each.key}"
  alarm_description   = "${each.value.text}. See ${each.key} in docs/runbook.md."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.of
  statistic           = each.value.statistic
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  period              = each.key == "cdn-certificate" ? 86400 : 60
  evaluation_periods  = each.value.times
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  #checkov:skip=CKV_AWS_26:Names of alarms, which go out by mail; CloudWatch could not use AWS's own key
  provider = aws.us_east_1

  name = "${local.name}-edge-alarms"
}

resource "aws_sns_topic_subscription" "alarms" {
  provider = aws.us_east_1

  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
