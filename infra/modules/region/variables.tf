variable "environment" {
  description = "staging or production; part of every name, and the dimension of the application's metrics."
  type        = string
}

variable "domain" {
  description = "Host name of the blog."
  type        = string
}

variable "hosted_zone_id" {
  description = "Route 53 zone that holds the domain."
  type        = string
}

variable "site_name" {
  description = "What the blog is called."
  type        = string
}

variable "protected" {
  description = "Whether data and the load balancer refuse to be deleted. Set to false, and apply, before a destroy."
  type        = bool
}

# -- Network --------------------------------------------------------------------------------------

variable "cidr" {
  description = "Addresses of the VPC, a /16."
  type        = string
}

variable "zone_count" {
  description = "How many availability zones to use."
  type        = number
}

variable "nat_per_zone" {
  description = "One NAT gateway in each zone (survives the loss of a zone), or one for all (a third of the price)."
  type        = bool
}

variable "interface_endpoints" {
  description = "AWS services reached inside the VPC. Each costs about 7 USD a month and zone, and saves NAT traffic."
  type        = set(string)
  default     = []
}

# -- Programs -------------------------------------------------------------------------------------

variable "image" {
  description = "Image by digest with which the services begin. Later ones are registered by the pipeline."
  type        = string
}

variable "web" {
  description = "Size of a web task (CPU units, MiB), and how many there are."
  type        = object({ cpu = number, memory = number, min = number, max = number })
}

variable "worker" {
  description = "Size of a worker task (CPU units, MiB), and how many there are."
  type        = object({ cpu = number, memory = number, min = number, max = number })
}

variable "worker_spot" {
  description = "Run workers on Fargate Spot: 70 % cheaper, ended with two minutes' notice, which their drain fits into."
  type        = bool
}

variable "steps_per_worker" {
  description = "Steps, due or in hand, for which there should be one worker."
  type        = number
  default     = 100
}

variable "scheduled_floors" {
  description = "Times (cron in UTC) from which on at least so many tasks run, by name."
  type        = map(object({ schedule = string, web = number, worker = number }))
  default     = {}
}

variable "read_only" {
  description = "A standby: READ_ONLY=1, and neither worker nor beat runs."
  type        = bool
  default     = false
}

variable "api_gateway" {
  description = "An HTTP API at api.<domain> for integrators, with throttling and a log of use."
  type        = bool
  default     = false
}

variable "origin_secrets" {
  description = "Values of the header by which the load balancer knows the CDN."
  type        = list(string)
  sensitive   = true
}

# -- Data -----------------------------------------------------------------------------------------

variable "database" {
  description = "Size of the PostgreSQL instance (GiB), and how well it is kept."
  type = object({
    instance_class = string
    storage        = number
    max_storage    = number
    multi_az       = bool
    backup_days    = number
    read_replica   = bool
    # Nine tenths of what the class allows.
    connections_alarm = number
  })
}

# Lists of one: Terraform has to know whether there is one before it knows which.
variable "source_database_arns" {
  description = "Instance in another region that this region's follows. None: this one leads."
  type        = list(string)
  default     = []
}

variable "database_password" {
  description = "The leading region's password, which a replica in another region has too."
  type        = string
  default     = ""
  ephemeral   = true
}

variable "secret_version" {
  description = "Add one to make new passwords of the database, and a new key of Django."
  type        = number
  default     = 1
}

variable "redis" {
  description = "Size of the Redis nodes, how many, and whether the cache has a group of its own."
  type        = object({ node_type = string, nodes = number, separate_cache = bool })
}

variable "replicate_media_to" {
  description = "ARN of the bucket in another region that gets a copy of every file, if any."
  type        = list(string)
  default     = []
}

# -- Watching -------------------------------------------------------------------------------------

variable "log_days" {
  description = "How long logs are kept."
  type        = number
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}

variable "cdn_id" {
  description = "Distribution whose numbers the dashboard shows."
  type        = string
}
