# What must hold of any plan for a region. `./run infra` runs it with the real provider and an empty
# simulated AWS: Terraform cannot mock ephemeral resources, of which the passwords are made.

provider "aws" {
  region = "us-east-1"
}

# Everything small, but for what each run changes.
variables {
  environment    = "test"
  domain         = "blog.example.com"
  hosted_zone_id = "Z123"
  site_name      = "Test"
  protected      = false
  cidr           = "10.0.0.0/16"
  zone_count     = 2
  nat_per_zone   = false
  image          = "registry.example.com/autoblog@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  web            = { cpu = 512, memory = 1024, min = 1, max = 3 }
  worker         = { cpu = 512, memory = 1024, min = 1, max = 3 }
  worker_spot    = true
  origin_secrets = ["secret"]
  cdn_id         = "E123"
  redis          = { node_type = "cache.t4g.micro", nodes = 1, separate_cache = false }
  database = {
    instance_class    = "db.t4g.micro"
    storage           = 20
    max_storage       = 100
    multi_az          = false
    backup_days       = 7
    read_replica      = false
    connections_alarm = 75
  }
  log_days    = 7
  alarm_email = "operators@example.com"
}

run "small" {
  command = plan

  assert {
    condition     = length(aws_nat_gateway.main) == 1
    error_message = "One NAT gateway for all zones."
  }
  assert {
    condition     = aws_ecs_service.beat.deployment_maximum_percent == 100 && aws_ecs_service.beat.deployment_minimum_healthy_percent == 0
    error_message = "Two beats would send everything twice."
  }
  assert {
    condition     = length(aws_apigatewayv2_api.main) == 0 && length(aws_lb.internal) == 0
    error_message = "An API gateway costs only where it is asked for."
  }
  assert {
    condition     = aws_db_instance.main.deletion_protection == false && aws_db_instance.main.skip_final_snapshot
    error_message = "Nothing here is worth keeping."
  }
  assert {
    condition     = one(aws_ecs_service.worker.capacity_provider_strategy).capacity_provider == "FARGATE_SPOT"
    error_message = "Workers on Spot where it is said."
  }
}

run "protected" {
  command = plan

  variables {
    protected    = true
    nat_per_zone = true
    zone_count   = 3
    redis        = { node_type = "cache.t4g.micro", nodes = 3, separate_cache = true }
  }

  assert {
    condition     = aws_db_instance.main.deletion_protection && !aws_db_instance.main.skip_final_snapshot && aws_lb.main.enable_deletion_protection
    error_message = "Data and the load balancer refuse to be deleted."
  }
  assert {
    condition     = alltrue([for bucket in aws_s3_bucket.main : !bucket.force_destroy])
    error_message = "A bucket with files in it stays."
  }
  assert {
    condition     = length(aws_nat_gateway.main) == 3
    error_message = "A NAT gateway for each zone."
  }
  assert {
    condition = {
      for part, group in aws_elasticache_parameter_group.main : part => one(group.parameter).value
    } == { broker = "noeviction", cache = "allkeys-lru" }
    error_message = "The broker forgets nothing, the cache what is old."
  }
}

run "standby" {
  command = plan

  variables {
    read_only            = true
    source_database_arns = ["arn:aws:rds:us-west-2:123456789012:db:autoblog-test"]
    database_password    = "of-the-leader"
  }

  assert {
    condition     = aws_ecs_service.worker.desired_count == 0 && aws_ecs_service.beat.desired_count == 0 && aws_ecs_service.web.desired_count == 1
    error_message = "A standby answers readers, and nothing else."
  }
  assert {
    condition     = aws_db_instance.main.replicate_source_db != null && length(aws_secretsmanager_secret.database_password) == 0
    error_message = "It follows, with the password of the leader."
  }
  assert {
    condition     = !contains(keys(aws_cloudwatch_metric_alarm.main), "beat-silent") && contains(keys(aws_cloudwatch_metric_alarm.main), "standby-lag")
    error_message = "Its clock stands still by intention; its lag is what counts."
  }
}
