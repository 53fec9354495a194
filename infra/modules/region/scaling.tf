# How many tasks there are: web by its own load, workers by what waits for them. A worker waits for
# the model nearly all of its time, so its processor says little; it is a guard only.

locals {
  scaled = merge(
    { web = merge(var.web, { service = aws_ecs_service.web.name }) },
    var.read_only ? {} : { worker = merge(var.worker, { service = aws_ecs_service.worker.name }) },
  )
  predefined = merge(
    {
      web-cpu      = { part = "web", metric = "ECSServiceAverageCPUUtilization", target = 70, label = null }
      web-memory   = { part = "web", metric = "ECSServiceAverageMemoryUtilization", target = 80, label = null }
      web-requests = { part = "web", metric = "ALBRequestCountPerTarget", target = 1500, label = "${aws_lb.main.arn_suffix}/${aws_lb_target_group.web["web"].arn_suffix}" }
    },
    var.read_only ? {} : {
      worker-cpu    = { part = "worker", metric = "ECSServiceAverageCPUUtilization", target = 75, label = null }
      worker-memory = { part = "worker", metric = "ECSServiceAverageMemoryUtilization", target = 80, label = null }
    },
  )
}

resource "aws_appautoscaling_target" "main" {
  for_each = local.scaled

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.main.name}/${each.value.service}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = each.value.min
  max_capacity       = each.value.max

  lifecycle {
    # Scheduled floors move it.
    ignore_changes = [min_capacity]
  }
}

resource "aws_appautoscaling_policy" "predefined" {
  for_each = local.predefined

  name               = "${local.name}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  resource_id        = aws_appautoscaling_target.main[each.value.part].resource_id
  scalable_dimension = "ecs:service:DesiredCount"

  target_tracking_scaling_policy_configuration {
    target_value       = each.value.target
    scale_out_cooldown = 60
    scale_in_cooldown  = 300
    predefined_metric_specification {
      predefined_metric_type = each.value.metric
      resource_label         = each.value.label
    }
  }
}

resource "aws_appautoscaling_policy" "backlog" {
  count = var.read_only ? 0 : 1

  name               = "${local.name}-worker-backlog"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = "ecs"
  resource_id        = aws_appautoscaling_target.main["worker"].resource_id
  scalable_dimension = "ecs:service:DesiredCount"

  target_tracking_scaling_policy_configuration {
    target_value       = var.steps_per_worker
    scale_out_cooldown = 60
    scale_in_cooldown  = 600 # A worker that ends gives its steps away: not for a short pause.

    customized_metric_specification {
      metrics {
        id          = "backlog"
        return_data = false
        metric_stat {
          stat = "Average"
          metric {
            namespace   = "AutoBlog"
            metric_name = "QueueDepth"
            dimensions {
              name  = "Environment"
              value = var.environment
            }
          }
        }
      }
      metrics {
        id          = "workers"
        return_data = false
        metric_stat {
          stat = "Average"
          metric {
            namespace   = "ECS/ContainerInsights"
            metric_name = "RunningTaskCount"
            dimensions {
              name  = "ClusterName"
              value = aws_ecs_cluster.main.name
            }
            dimensions {
              name  = "ServiceName"
              value = aws_ecs_service.worker.name
            }
          }
        }
      }
      metrics {
        id          = "backlog_per_worker"
        expression  = "backlog / IF(workers > 0, workers, 1)"
        label       = "Steps for each worker"
        return_data = true
      }
    }
  }
}

resource "aws_appautoscaling_scheduled_action" "floor" {
  for_each = merge([
    for part in keys(local.scaled) : {
      for name, floor in var.scheduled_floors :
      "${part}-${name}" => { part = part, schedule = floor.schedule, min = floor[part] }
    }
  ]...)

  name               = "${local.name}-${each.key}"
  service_namespace  = "ecs"
  resource_id        = aws_appautoscaling_target.main[each.value.part].resource_id
  scalable_dimension = "ecs:service:DesiredCount"
  schedule           = each.value.schedule

  scalable_target_action {
    min_capacity = each.value.min
    max_capacity = local.scaled[each.value.part].max
  }
}
