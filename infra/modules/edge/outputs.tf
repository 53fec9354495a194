output "origin_secrets" {
  description = "Header values by which load balancers know our CDN."
  value       = local.origin_secrets
  sensitive   = true
}

output "site_id" {
  description = "The distribution of the site."
  value       = aws_cloudfront_distribution.site.id
}

output "health_check_id" {
  description = "The health check that decides which region leads."
  value       = aws_route53_health_check.primary.id
}
