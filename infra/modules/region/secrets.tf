# What programs may know and nobody may read by chance. Values are ephemeral and written by
# write-only arguments: neither plan nor state has them, with one exception (see redis.tf).

locals {
  leads = length(var.source_database_arns) == 0
  secrets = merge(
    {
      SECRET_KEY     = "Django's key for sessions and signatures"
      OPENAI_API_KEY = "Key of the OpenAI account; an operator puts the value in"
      DATABASE_URL   = "Address and password of the leading database"
      REDIS_URL      = "Address and token of the broker"
      CACHE_URL      = "Address and token of the cache"
    },
    var.database.read_replica ? {
      DATABASE_REPLICA_URL = "Address and password of the database for readers"
    } : {},
  )
  # Verified against Amazon's own authority this would need its certificates in the image.
  database_options = "sslmode=require"
  database_urls = merge(
    { DATABASE_URL = aws_db_instance.main.address },
    var.database.read_replica ? { DATABASE_REPLICA_URL = aws_db_instance.replica[0].address } : {},
  )
  redis_urls = {
    REDIS_URL = local.redis_addresses.broker
    CACHE_URL = local.redis_addresses[var.redis.separate_cache ? "cache" : "broker"]
  }
}

resource "aws_secretsmanager_secret" "main" {
  #checkov:skip=CKV2_AWS_57:Made anew by secret_version with the next release; by itself it would cut off what runs
  for_each = local.secrets

  name        = "${local.name}/${each.key}"
  description = each.value
  kms_key_id  = aws_kms_key.main.arn
  # A name is free again at once where nothing is worth keeping.
  recovery_window_in_days = var.protected ? 30 : 0
}

# -- Django's key ---------------------------------------------------------------------------------

ephemeral "aws_secretsmanager_random_password" "django" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "django" {
  secret_id                = aws_secretsmanager_secret.main["SECRET_KEY"].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.django.random_password
  secret_string_wo_version = var.secret_version
}

# -- Database -------------------------------------------------------------------------------------

ephemeral "aws_secretsmanager_random_password" "database" {
  password_length     = 40
  exclude_punctuation = true # It becomes part of an address.
}

resource "aws_secretsmanager_secret" "database_password" {
  #checkov:skip=CKV2_AWS_57:Made anew by secret_version with the next release; by itself it would cut off what runs
  count = local.leads ? 1 : 0

  name                    = "${local.name}/database-password"
  description             = "Password of the database's owner, from which DATABASE_URL is made"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = var.protected ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "database_password" {
  count = local.leads ? 1 : 0

  secret_id                = aws_secretsmanager_secret.database_password[0].id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.database.random_password
  secret_string_wo_version = var.secret_version
}

# The random one is another each time it is asked for; what counts is what was written.
ephemeral "aws_secretsmanager_secret_version" "database_password" {
  count = local.leads ? 1 : 0

  secret_id  = aws_secretsmanager_secret.database_password[0].id
  version_id = aws_secretsmanager_secret_version.database_password[0].version_id
}

locals {
  database_password = local.leads ? one(ephemeral.aws_secretsmanager_secret_version.database_password[*].secret_string) : var.database_password
}

resource "aws_secretsmanager_secret_version" "database_url" {
  for_each = local.database_urls

  secret_id        = aws_secretsmanager_secret.main[each.key].id
  secret_string_wo = "postgres://autoblog:${local.database_password}@${each.value}:5432/autoblog?${local.database_options}"
  # Written anew when the password is a new one, and when the server is another.
  secret_string_wo_version = parseint(substr(sha256("${each.value} ${var.secret_version}"), 0, 8), 16)
}

# -- Redis ----------------------------------------------------------------------------------------

resource "aws_secretsmanager_secret" "redis_token" {
  #checkov:skip=CKV2_AWS_57:Made anew by secret_version with the next release; by itself it would cut off what runs
  name                    = "${local.name}/redis-token"
  description             = "Token of Redis, from which REDIS_URL and CACHE_URL are made"
  kms_key_id              = aws_kms_key.main.arn
  recovery_window_in_days = var.protected ? 30 : 0
}

ephemeral "aws_secretsmanager_random_password" "redis" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "redis_token" {
  secret_id                = aws_secretsmanager_secret.redis_token.id
  secret_string_wo         = ephemeral.aws_secretsmanager_random_password.redis.random_password
  secret_string_wo_version = var.secret_version
}

resource "aws_secretsmanager_secret_version" "redis_url" {
  for_each = local.redis_urls

  secret_id                = aws_secretsmanager_secret.main[each.key].id
  secret_string_wo         = "rediss://:${data.aws_secretsmanager_secret_version.redis_token.secret_string}@${each.value}:6379/0?ssl_cert_reqs=required"
  secret_string_wo_version = parseint(substr(sha256("${each.value} ${var.secret_version}"), 0, 8), 16)
}
