# What wakes somebody: first what readers and editors feel, then what is about to be felt. Each has
# a line of the same name in docs/runbook.md.

locals {
  of_web      = { ClusterName = aws_ecs_cluster.main.name, ServiceName = aws_ecs_service.web.name }
  of_worker   = { ClusterName = aws_ecs_cluster.main.name, ServiceName = aws_ecs_service.worker.name }
  of_alb      = { LoadBalancer = aws_lb.main.arn_suffix }
  of_targets  = merge(local.of_alb, { TargetGroup = aws_lb_target_group.web["web"].arn_suffix })
  of_blog     = { Environment = var.environment }
  of_database = { DBInstanceIdentifier = aws_db_instance.main.identifier }
  of_readers  = { DBInstanceIdentifier = one(aws_db_instance.replica[*].identifier) }
  gibibyte    = 1024 * 1024 * 1024

  alarms_of_each_region = {
    web-cpu              = { namespace = "AWS/ECS", metric = "CPUUtilization", of = local.of_web, over = 85, text = "Web tasks are at their limit" }
    web-memory           = { namespace = "AWS/ECS", metric = "MemoryUtilization", of = local.of_web, over = 90, text = "Web tasks run out of memory" }
    web-errors           = { namespace = "AWS/ApplicationELB", metric = "HTTPCode_Target_5XX_Count", of = local.of_targets, stat = "Sum", over = 20, times = 2, missing = "notBreaching", text = "Readers see errors" }
    web-latency          = { namespace = "AWS/ApplicationELB", metric = "TargetResponseTime", of = local.of_targets, stat = "p95", over = 1, missing = "notBreaching", text = "Pages take longer than a second" }
    web-unhealthy        = { namespace = "AWS/ApplicationELB", metric = "UnHealthyHostCount", of = local.of_targets, stat = "Maximum", over = 0, text = "Web tasks fail their health check" }
    web-down             = { namespace = "AWS/ApplicationELB", metric = "HealthyHostCount", of = local.of_targets, stat = "Minimum", under = 1, times = 2, missing = "breaching", text = "No web task answers; Route 53 leads readers to the other region, if there is one" }
    database-cpu         = { namespace = "AWS/RDS", metric = "CPUUtilization", of = local.of_database, over = 85, text = "The database is at its limit" }
    database-storage     = { namespace = "AWS/RDS", metric = "FreeStorageSpace", of = local.of_database, stat = "Minimum", under = 5 * local.gibibyte, text = "The database runs out of space" }
    database-connections = { namespace = "AWS/RDS", metric = "DatabaseConnections", of = local.of_database, stat = "Maximum", over = var.database.connections_alarm, text = "Connections to the database run out" }
    certificate          = { namespace = "AWS/CertificateManager", metric = "DaysToExpiry", of = { CertificateArn = aws_acm_certificate.main.arn }, stat = "Minimum", under = 21, period = 86400, times = 1, missing = "notBreaching", text = "The load balancer's certificate has not renewed itself" }
  }

  # Where the blog is written: a standby has neither workers nor a clock.
  alarms_of_the_leader = {
    worker-cpu    = { namespace = "AWS/ECS", metric = "CPUUtilization", of = local.of_worker, over = 85, text = "Workers are at their limit" }
    worker-memory = { namespace = "AWS/ECS", metric = "MemoryUtilization", of = local.of_worker, over = 90, text = "Workers run out of memory" }
    backlog-age   = { namespace = "AutoBlog", metric = "QueueAgeSeconds", of = local.of_blog, stat = "Maximum", over = 900, text = "A step has been due for a quarter of an hour" }
    slot-late     = { namespace = "AutoBlog", metric = "SlotLatenessSeconds", of = local.of_blog, stat = "Maximum", over = 300, text = "A post appears late" }
    slot-missed   = { namespace = "AutoBlog", metric = "MissedSlots", of = local.of_blog, stat = "Maximum", over = 0, times = 1, text = "A slot of the schedule passed without its post" }
    budget        = { namespace = "AutoBlog", metric = "BudgetUsedPercent", of = local.of_blog, stat = "Maximum", over = 90, times = 1, text = "A budget is nearly spent" }
    model-errors  = { namespace = "AutoBlog", metric = "ModelErrors", of = local.of_blog, stat = "Sum", over = 20, text = "The model fails" }
    delivery-age  = { namespace = "AutoBlog", metric = "DeliveryAgeSeconds", of = local.of_blog, stat = "Maximum", over = 1800, text = "A published post has not reached its channels" }
    beat-silent   = { namespace = "AutoBlog", metric = "BeatAgeSeconds", of = local.of_blog, stat = "Maximum", over = 180, missing = "breaching", text = "The clock stands still: nothing is commissioned or distributed" }
  }

  alarms_of_replicas = {
    standby-lag = { namespace = "AWS/RDS", metric = "ReplicaLag", of = local.of_database, stat = "Maximum", over = 60, missing = "breaching", text = "The standby region is behind: a promotion would lose what is missing" }
    replica-lag = { namespace = "AWS/RDS", metric = "ReplicaLag", of = local.of_readers, stat = "Maximum", over = 30, missing = "breaching", text = "Readers see old pages" }
  }

  redis_nodes = flatten([
    for part in keys(local.redis_groups) : [
      for number in range(1, var.redis.nodes + 1) : { part = part, id = format("${local.name}-${part}-%03d", number) }
    ]
  ])

  alarms = merge(
    local.alarms_of_each_region,
    { for name, alarm in local.alarms_of_the_leader : name => alarm if !var.read_only },
    { for name, alarm in local.alarms_of_replicas : name => alarm if name == "standby-lag" ? !local.leads : var.database.read_replica },
    {
      for node in local.redis_nodes : "${node.part}-memory-${node.id}" => {
        namespace = "AWS/ElastiCache", metric = "DatabaseMemoryUsagePercentage", of = { CacheClusterId = node.id }, stat = "Maximum", over = 80,
        text      = "The broker runs out of memory, and will refuse messages"
      } if node.part == "broker"
    },
    # A cache forgets as a matter of course; much of it means that it is too small.
    {
      for node in local.redis_nodes : "${node.part}-evictions-${node.id}" => {
        namespace = "AWS/ElastiCache", metric = "Evictions", of = { CacheClusterId = node.id }, stat = "Sum", over = node.part == "broker" ? 0 : 10000,
        text      = "Redis forgets what it was given"
      }
    },
  )
}

resource "aws_cloudwatch_metric_alarm" "main" {
  for_each = local.alarms

  alarm_name        = "${local.name}-${each.key}"
  alarm_description = "${each.value.text}. See ${split("-autoblog", each.key)[0]} in docs/runbook.md."

  namespace          = each.value.namespace
  metric_name        = each.value.metric
  dimensions         = each.value.of
  statistic          = startswith(try(each.value.stat, "Average"), "p") ? null : try(each.value.stat, "Average")
  extended_statistic = startswith(try(each.value.stat, "Average"), "p") ? each.value.stat : null

  comparison_operator = can(each.value.over) ? "GreaterThanThreshold" : "LessThanThreshold"
  threshold           = try(each.value.over, each.value.under)
  period              = try(each.value.period, 60)
  evaluation_periods  = try(each.value.times, 5)
  treat_missing_data  = try(each.value.missing, "missing")

  alarm_actions = [aws_sns_topic.alarms.arn]
  ok_actions    = [aws_sns_topic.alarms.arn]
}

resource "aws_sns_topic" "alarms" {
  name              = "${local.name}-alarms"
  kms_master_key_id = aws_kms_key.main.arn
}

# Confirmed by a click in the mail that comes once.
resource "aws_sns_topic_subscription" "alarms" {
  topic_arn = aws_sns_topic.alarms.arn
  protocol  = "email"
  endpoint  = var.alarm_email
}
