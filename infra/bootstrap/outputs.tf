output "state_bucket" {
  description = "For `terraform init -backend-config=bucket=...` of the environments."
  value       = aws_s3_bucket.state.id
}

output "repository_url" {
  description = "Where images are pushed to."
  value       = aws_ecr_repository.main.repository_url
}

output "deploy_roles" {
  description = "For the pipeline, by environment."
  value       = { for environment, role in aws_iam_role.deploy : environment => role.arn }
}

output "plan_role" {
  description = "For plans on pull requests."
  value       = aws_iam_role.plan.arn
}

output "name_servers" {
  description = "What whoever sold the domain has to be told."
  value       = aws_route53_zone.main.name_servers
}
