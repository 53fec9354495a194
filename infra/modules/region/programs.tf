# The four programs of the one image, as task definitions: they differ by command, role and size.

locals {
  programs = {
    web     = { cpu = var.web.cpu, memory = var.web.memory, security_group = "web", stop_seconds = 30 }
    worker  = { cpu = var.worker.cpu, memory = var.worker.memory, security_group = "worker", stop_seconds = 120 }
    beat    = { cpu = 256, memory = 512, security_group = "worker", stop_seconds = 30 }
    release = { cpu = 512, memory = 1024, security_group = "worker", stop_seconds = 120 }
  }

  environment = merge(
    {
      ALLOWED_HOSTS  = join(",", concat([var.domain], var.api_gateway ? [local.api_name] : []))
      SITE_URL       = "https://${var.domain}"
      SITE_NAME      = var.site_name
      S3_BUCKET_NAME = aws_s3_bucket.main["media"].id
      # A name of its own: what people upload never shares an origin with the admin's cookies.
      S3_PUBLIC_DOMAIN = "media.${var.domain}"
      AWS_REGION       = local.region
      # CloudFront and the load balancer each add an address.
      TRUSTED_PROXY_COUNT = "2"
      FORWARDED_ALLOW_IPS = var.cidr
      # Ten seconds before the platform kills (stopTimeout).
      WORKER_GRACE_SECONDS = "110"
      HEARTBEAT_DIR        = "/tmp/heartbeats"
      METRICS              = "emf"
      METRICS_ENVIRONMENT  = var.environment
    },
    var.read_only ? { READ_ONLY = "1" } : {},
  )

  # Folders that are written to, on a file system that is not: the programs' own, and those of the
  # agent behind `aws ecs execute-command`.
  writable = { tmp = "/tmp", agent = "/var/lib/amazon", agent-log = "/var/log/amazon" }
}

resource "aws_ecs_task_definition" "main" {
  for_each = local.programs

  family                   = "${local.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.cpu
  memory                   = each.value.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task[each.key].arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "X86_64"
  }

  dynamic "volume" {
    for_each = local.writable
    content {
      name = volume.key
    }
  }

  container_definitions = jsonencode([merge(
    {
      name        = each.key
      image       = var.image
      essential   = true
      command     = ["python", "-m", "config.start", each.key]
      user        = "10001"
      stopTimeout = each.value.stop_seconds

      readonlyRootFilesystem = true
      linuxParameters = {
        initProcessEnabled = true # It passes signals on, and buries what a shell of ECS Exec leaves.
        capabilities       = { drop = ["ALL"], add = [] }
      }
      mountPoints = [
        for name, path in local.writable : { sourceVolume = name, containerPath = path, readOnly = false }
      ]

      environment = [for name, value in local.environment : { name = name, value = value }]
      secrets = [
        for name, secret in aws_secretsmanager_secret.main : { name = name, valueFrom = secret.arn }
      ]
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = local.log_groups[each.key]
          awslogs-region        = local.region
          awslogs-stream-prefix = each.key
        }
      }
      portMappings   = each.key == "web" ? [{ containerPort = 8000, hostPort = 8000, protocol = "tcp" }] : []
      volumesFrom    = []
      systemControls = []
    },
    each.key == "release" ? {} : {
      healthCheck = {
        command     = ["CMD", "python", "manage.py", "healthcheck", each.key]
        interval    = 30
        timeout     = 10
        startPeriod = 60
        retries     = 3
      }
    },
  )])
}
