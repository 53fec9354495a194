# Who read what: CloudFront's access logs in the logs bucket, the firewall's in a log group.

resource "aws_cloudwatch_log_group" "waf" {
  #checkov:skip=CKV_AWS_158:Addresses and paths of requests, with cookies and tokens taken out
  #checkov:skip=CKV_AWS_338:As long as the other logs of the environment
  provider = aws.us_east_1

  name              = "aws-waf-logs-${local.name}" # WAF insists on the beginning.
  retention_in_days = var.log_days
}

resource "aws_cloudwatch_log_delivery_source" "cdn" {
  for_each = { site = aws_cloudfront_distribution.site.arn, media = aws_cloudfront_distribution.media.arn }
  provider = aws.us_east_1

  name         = "${local.name}-${each.key}"
  log_type     = "ACCESS_LOGS"
  resource_arn = each.value
}

resource "aws_cloudwatch_log_delivery_destination" "cdn" {
  provider = aws.us_east_1

  name          = "${local.name}-cdn"
  output_format = "json"

  delivery_destination_configuration {
    destination_resource_arn = "${var.logs_bucket_arn}/cdn"
  }
}

resource "aws_cloudwatch_log_delivery" "cdn" {
  for_each = aws_cloudwatch_log_delivery_source.cdn
  provider = aws.us_east_1

  delivery_source_name     = each.value.name
  delivery_destination_arn = aws_cloudwatch_log_delivery_destination.cdn.arn
}
