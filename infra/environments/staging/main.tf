# Small and cheap: one of everything. The same modules as production.

data "aws_route53_zone" "main" {
  name = var.zone
}

module "region" {
  source = "../../modules/region"

  environment    = "staging"
  domain         = var.domain
  hosted_zone_id = data.aws_route53_zone.main.zone_id
  site_name      = var.site_name
  protected      = false

  cidr         = "10.20.0.0/16"
  zone_count   = 2
  nat_per_zone = false

  image            = var.image
  web              = { cpu = 512, memory = 1024, min = 1, max = 3 }
  worker           = { cpu = 512, memory = 1024, min = 1, max = 3 }
  worker_spot      = true
  scheduled_floors = var.scheduled_floors
  api_gateway      = var.api_gateway
  origin_secrets   = module.edge.origin_secrets
  cdn_id           = module.edge.site_id

  database = {
    instance_class    = "db.t4g.micro"
    storage           = 20
    max_storage       = 100
    multi_az          = false
    backup_days       = 7
    read_replica      = false
    connections_alarm = 75
  }
  redis = { node_type = "cache.t4g.micro", nodes = 1, separate_cache = false }

  log_days    = 7
  alarm_email = var.alarm_email
}

module "edge" {
  source = "../../modules/edge"

  providers = {
    aws           = aws
    aws.us_east_1 = aws.us_east_1
  }

  environment     = "staging"
  domain          = var.domain
  hosted_zone_id  = data.aws_route53_zone.main.zone_id
  regions         = [module.region.origin]
  logs_bucket_arn = module.region.logs_bucket_arn
  log_days        = 7
  alarm_email     = var.alarm_email
}
