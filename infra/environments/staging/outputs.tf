output "regions" {
  description = "What a pipeline needs to run a release."
  value       = { primary = module.region.deployment }
}
