# Redis with TLS and a token. A broker must not forget messages to save memory, a cache should:
# hence two groups, each with an eviction policy of its own, where a blog is large enough for two.

locals {
  redis_groups = merge(
    { broker = "noeviction" },
    var.redis.separate_cache ? { cache = "allkeys-lru" } : {},
  )
  redis_addresses = {
    for part, group in aws_elasticache_replication_group.main : part => group.primary_endpoint_address
  }
}

# The provider has no write-only argument for a token, so the state knows this one. It is
# encrypted, and who may read it may read the secret as well.
data "aws_secretsmanager_secret_version" "redis_token" {
  secret_id  = aws_secretsmanager_secret.redis_token.id
  version_id = aws_secretsmanager_secret_version.redis_token.version_id
}

resource "aws_elasticache_subnet_group" "main" {
  name       = local.name
  subnet_ids = local.subnet_ids.database
}

resource "aws_elasticache_parameter_group" "main" {
  for_each = local.redis_groups

  name   = "${local.name}-${each.key}"
  family = "redis7"

  parameter {
    name  = "maxmemory-policy"
    value = each.value
  }
}

# A replication group also with one node: a cluster resource knows no TLS.
resource "aws_elasticache_replication_group" "main" {
  #checkov:skip=CKV2_AWS_50:One node where nothing is worth more; production has three in three zones
  for_each = local.redis_groups

  replication_group_id = "${local.name}-${each.key}"
  description          = "${local.name}: ${each.key}"
  engine               = "redis"
  engine_version       = "7.1"
  node_type            = var.redis.node_type
  num_cache_clusters   = var.redis.nodes
  parameter_group_name = aws_elasticache_parameter_group.main[each.key].name

  multi_az_enabled           = var.redis.nodes > 1
  automatic_failover_enabled = var.redis.nodes > 1

  at_rest_encryption_enabled = true
  kms_key_id                 = aws_kms_key.main.arn
  transit_encryption_enabled = true
  auth_token                 = data.aws_secretsmanager_secret_version.redis_token.secret_string

  subnet_group_name  = aws_elasticache_subnet_group.main.name
  security_group_ids = [aws_security_group.main["redis"].id]

  # A copy of the messages; a cache is soon full again.
  snapshot_retention_limit = var.protected && each.key == "broker" ? 7 : 0
  snapshot_window          = "02:00-03:00"
  maintenance_window       = "sun:04:00-sun:05:00"
  apply_immediately        = !var.protected
}
