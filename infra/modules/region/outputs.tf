output "origin" {
  description = "What the CDN has to know of this region: names, load balancer, alarm, media."
  value = {
    origin_name   = aws_route53_record.origin.name
    leader_name   = local.leader_name
    load_balancer = { dns_name = aws_lb.main.dns_name, zone_id = aws_lb.main.zone_id }
    down_alarm    = { name = aws_cloudwatch_metric_alarm.main["web-down"].alarm_name, region = local.region }
    media_domain  = aws_s3_bucket.main["media"].bucket_regional_domain_name
  }
}

output "media_bucket_arn" {
  description = "The bucket of media and static files."
  value       = aws_s3_bucket.main["media"].arn
}

output "logs_bucket_arn" {
  description = "Where access logs go."
  value       = aws_s3_bucket.main["logs"].arn
}

output "database_arn" {
  description = "The database, for a replica in another region."
  value       = aws_db_instance.main.arn
}

output "database_password" {
  description = "Where the password is, for a replica in another region, which has the same. Null in a standby."
  value       = one([for written in aws_secretsmanager_secret_version.database_password : { secret_id = written.secret_id, version_id = written.version_id }])
}

output "deployment" {
  description = "What a pipeline needs to run a release here."
  value = {
    region          = local.region
    cluster         = aws_ecs_cluster.main.name
    services        = [aws_ecs_service.web.name, aws_ecs_service.worker.name, aws_ecs_service.beat.name]
    families        = { for program, definition in aws_ecs_task_definition.main : program => definition.family }
    subnets         = local.subnet_ids.private
    security_groups = [aws_security_group.main["worker"].id]
    database        = aws_db_instance.main.identifier
  }
}
