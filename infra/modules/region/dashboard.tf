# One page that answers "is the blog well?": readers first, then the work, then what both stand on.

locals {
  of_cdn = { DistributionId = var.cdn_id, Region = "Global" }

  # Title, and lines of namespace, metric, statistic and dimensions.
  charts = [
    ["CDN: requests and errors (%)", [
      ["AWS/CloudFront", "Requests", "Sum", local.of_cdn],
      ["AWS/CloudFront", "5xxErrorRate", "Average", local.of_cdn],
    ]],
    ["Web: requests and errors", [
      ["AWS/ApplicationELB", "RequestCount", "Sum", local.of_alb],
      ["AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", "Sum", local.of_alb],
    ]],
    ["Web: seconds to answer", [
      ["AWS/ApplicationELB", "TargetResponseTime", "p50", local.of_alb],
      ["AWS/ApplicationELB", "TargetResponseTime", "p95", local.of_alb],
    ]],
    ["Web: load (%)", [
      ["AWS/ECS", "CPUUtilization", "Average", local.of_web],
      ["AWS/ECS", "MemoryUtilization", "Average", local.of_web],
    ]],
    ["Worker: load (%)", [
      ["AWS/ECS", "CPUUtilization", "Average", local.of_worker],
      ["AWS/ECS", "MemoryUtilization", "Average", local.of_worker],
    ]],
    ["Tasks", [
      ["ECS/ContainerInsights", "RunningTaskCount", "Average", local.of_web],
      ["ECS/ContainerInsights", "RunningTaskCount", "Average", local.of_worker],
    ]],
    ["Queue: age (s) and depth", [
      ["AutoBlog", "QueueAgeSeconds", "Maximum", local.of_blog],
      ["AutoBlog", "QueueDepth", "Maximum", local.of_blog],
    ]],
    ["Schedule: lateness, deliveries, clock (s)", [
      ["AutoBlog", "SlotLatenessSeconds", "Maximum", local.of_blog],
      ["AutoBlog", "MissedSlots", "Maximum", local.of_blog],
      ["AutoBlog", "DeliveryAgeSeconds", "Maximum", local.of_blog],
      ["AutoBlog", "BeatAgeSeconds", "Maximum", local.of_blog],
    ]],
    ["Spending (USD) and fullest budget (%)", [
      ["AutoBlog", "SpendUsd", "Sum", local.of_blog],
      ["AutoBlog", "BudgetUsedPercent", "Maximum", local.of_blog],
    ]],
    ["Model errors", [
      ["AutoBlog", "ModelErrors", "Sum", local.of_blog],
    ]],
    ["Database", [
      ["AWS/RDS", "CPUUtilization", "Average", local.of_database],
      ["AWS/RDS", "DatabaseConnections", "Maximum", local.of_database],
      ["AWS/RDS", "FreeStorageSpace", "Minimum", local.of_database],
      ["AWS/RDS", "ReplicaLag", "Maximum", var.database.read_replica ? local.of_readers : local.of_database],
    ]],
    ["Redis: memory (%)", [
      for node in local.redis_nodes : ["AWS/ElastiCache", "DatabaseMemoryUsagePercentage", "Maximum", { CacheClusterId = node.id }]
    ]],
    ["Redis: evictions", [
      for node in local.redis_nodes : ["AWS/ElastiCache", "Evictions", "Sum", { CacheClusterId = node.id }]
    ]],
  ]
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = local.global_name

  dashboard_body = jsonencode({
    widgets = [
      for number, chart in local.charts : {
        type   = "metric"
        x      = 8 * (number % 3)
        y      = 6 * floor(number / 3)
        width  = 8
        height = 6
        properties = {
          title  = chart[0]
          period = 300
          # CloudFront's numbers are in one region only.
          region = chart[1][0][0] == "AWS/CloudFront" ? "us-east-1" : local.region
          metrics = [
            for line in chart[1] : concat(
              [line[0], line[1]],
              flatten([for name, value in line[3] : [name, value]]),
              [{ stat = line[2] }],
            )
          ]
        }
      }
    ]
  })
}
