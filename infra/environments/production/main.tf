# Two regions from the same module: one leads, the other follows and answers readers meanwhile.

data "aws_route53_zone" "main" {
  name = var.zone
}

module "primary" {
  source = "../../modules/region"

  environment    = "production"
  domain         = var.domain
  hosted_zone_id = data.aws_route53_zone.main.zone_id
  site_name      = var.site_name
  protected      = var.protected

  cidr                = "10.30.0.0/16"
  zone_count          = 3
  nat_per_zone        = true
  interface_endpoints = ["ecr.api", "ecr.dkr", "logs", "secretsmanager"]

  image            = var.image
  web              = { cpu = 1024, memory = 2048, min = 3, max = 12 }
  worker           = { cpu = 1024, memory = 2048, min = 2, max = 10 }
  worker_spot      = false
  scheduled_floors = var.scheduled_floors
  api_gateway      = var.api_gateway
  origin_secrets   = module.edge.origin_secrets
  cdn_id           = module.edge.site_id

  database = {
    instance_class    = "db.m7g.large"
    storage           = 100
    max_storage       = 1000
    multi_az          = true
    backup_days       = 30
    read_replica      = true
    connections_alarm = 700
  }
  redis              = { node_type = "cache.t4g.medium", nodes = 3, separate_cache = true }
  replicate_media_to = [module.standby.media_bucket_arn]

  log_days    = 30
  alarm_email = var.alarm_email
}

ephemeral "aws_secretsmanager_secret_version" "database_password" {
  secret_id  = module.primary.database_password.secret_id
  version_id = module.primary.database_password.version_id
}

module "standby" {
  source    = "../../modules/region"
  providers = { aws = aws.standby }

  environment    = "production"
  domain         = var.domain
  hosted_zone_id = data.aws_route53_zone.main.zone_id
  site_name      = var.site_name
  protected      = var.protected
  read_only      = !var.promoted

  cidr         = "10.40.0.0/16"
  zone_count   = 2
  nat_per_zone = false

  image          = var.image
  web            = { cpu = 1024, memory = 2048, min = 2, max = 12 }
  worker         = { cpu = 1024, memory = 2048, min = 2, max = 10 }
  worker_spot    = false
  origin_secrets = module.edge.origin_secrets
  cdn_id         = module.edge.site_id

  database = {
    instance_class    = "db.m7g.large"
    storage           = 100
    max_storage       = 1000
    multi_az          = true
    backup_days       = 30
    read_replica      = false
    connections_alarm = 700
  }
  source_database_arns = var.promoted ? [] : [module.primary.database_arn]
  database_password    = ephemeral.aws_secretsmanager_secret_version.database_password.secret_string
  redis                = { node_type = "cache.t4g.small", nodes = 2, separate_cache = false }
  # After a promotion new pictures come to be here. A copy of a copy is never made.
  replicate_media_to = [module.primary.media_bucket_arn]

  log_days    = 30
  alarm_email = var.alarm_email
}

module "edge" {
  source = "../../modules/edge"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  environment     = "production"
  domain          = var.domain
  hosted_zone_id  = data.aws_route53_zone.main.zone_id
  regions         = [module.primary.origin, module.standby.origin]
  promoted        = var.promoted
  logs_bucket_arn = module.primary.logs_bucket_arn
  log_days        = 30
  alarm_email     = var.alarm_email
}
