output "regions" {
  description = "What a pipeline needs to run a release, and infra/promote.py to change the leader."
  value       = { primary = module.primary.deployment, standby = module.standby.deployment }
}

output "health_check_id" {
  description = "The health check that decides which region leads."
  value       = module.edge.health_check_id
}
