# PostgreSQL: the leading instance (in a standby region a replica of it), and one for readers.

resource "aws_db_subnet_group" "main" {
  name       = local.name
  subnet_ids = local.subnet_ids.database
}

resource "aws_db_parameter_group" "main" {
  name_prefix = "${local.name}-"
  family      = "postgres17"

  dynamic "parameter" {
    for_each = {
      "rds.force_ssl" = 1
      # Which statements take a second is worth knowing; what people wrote is not for a log.
      log_min_duration_statement        = 1000
      log_statement                     = "none"
      log_parameter_max_length          = 0
      log_parameter_max_length_on_error = 0
      log_lock_waits                    = 1
    }
    content {
      name  = parameter.key
      value = parameter.value
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "main" {
  #checkov:skip=CKV2_AWS_69:rds.force_ssl is set in the parameter group
  #checkov:skip=CKV_AWS_157:Multi-AZ is a variable; production has it, staging does not pay for it
  #checkov:skip=CKV_AWS_293:Deletion protection is a variable; production has it
  identifier     = local.name
  instance_class = var.database.instance_class

  # A replica takes these from its source.
  engine              = local.leads ? "postgres" : null
  engine_version      = local.leads ? "17" : null # The major one; minor ones come by themselves.
  db_name             = local.leads ? "autoblog" : null
  username            = local.leads ? "autoblog" : null
  replicate_source_db = one(var.source_database_arns)

  # RDS could manage the password, but not for PostgreSQL with read replicas.
  password_wo         = local.leads ? local.database_password : null
  password_wo_version = local.leads ? var.secret_version : null

  allocated_storage     = local.leads ? var.database.storage : null
  max_allocated_storage = var.database.max_storage
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.main.arn

  db_subnet_group_name   = aws_db_subnet_group.main.name
  vpc_security_group_ids = [aws_security_group.main["database"].id]
  parameter_group_name   = aws_db_parameter_group.main.name
  multi_az               = var.database.multi_az
  publicly_accessible    = false

  auto_minor_version_upgrade          = true
  iam_database_authentication_enabled = true
  maintenance_window                  = "sun:03:00-sun:04:00"
  backup_window                       = "01:00-02:00"
  backup_retention_period             = var.database.backup_days
  copy_tags_to_snapshot               = true
  deletion_protection                 = var.protected
  delete_automated_backups            = !var.protected
  skip_final_snapshot                 = !var.protected
  final_snapshot_identifier           = "${local.name}-final"
  apply_immediately                   = !var.protected

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.main.arn
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.database_monitoring.arn

  # RDS would make them itself, to be kept for ever.
  depends_on = [aws_cloudwatch_log_group.main]
}

# Public pages are read from here; it is never behind by more than the lag that an alarm watches.
resource "aws_db_instance" "replica" {
  #checkov:skip=CKV2_AWS_69:rds.force_ssl is set in the parameter group
  #checkov:skip=CKV_AWS_133:It holds nothing of its own; the leading instance is backed up
  #checkov:skip=CKV_AWS_157:A replica for readers; the application turns to the leading instance without it
  #checkov:skip=CKV_AWS_293:Deletion protection is a variable; production has it
  count = var.database.read_replica ? 1 : 0

  identifier          = "${local.name}-replica"
  instance_class      = var.database.instance_class
  replicate_source_db = aws_db_instance.main.identifier

  max_allocated_storage = var.database.max_storage
  storage_type          = "gp3"
  storage_encrypted     = true
  kms_key_id            = aws_kms_key.main.arn

  vpc_security_group_ids = [aws_security_group.main["database"].id]
  parameter_group_name   = aws_db_parameter_group.main.name
  publicly_accessible    = false

  auto_minor_version_upgrade          = true
  iam_database_authentication_enabled = true
  maintenance_window                  = "sun:05:00-sun:06:00"
  backup_retention_period             = 0
  copy_tags_to_snapshot               = true
  deletion_protection                 = var.protected
  skip_final_snapshot                 = true # It holds nothing of its own.
  apply_immediately                   = !var.protected

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.main.arn
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.database_monitoring.arn
}
