variable "environment" {
  description = "staging or production; part of every name."
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

variable "regions" {
  description = "Where the blog runs: the primary region, and a standby if there is one."
  type = list(object({
    origin_name   = string
    leader_name   = string
    load_balancer = object({ dns_name = string, zone_id = string })
    down_alarm    = object({ name = string, region = string })
    media_domain  = string
  }))
}

variable "promoted" {
  description = "Whether the standby leads (see infra/promote.py)."
  type        = bool
  default     = false
}

variable "logs_bucket_arn" {
  description = "Where access logs go."
  type        = string
}

variable "log_days" {
  description = "How long the firewall's log is kept."
  type        = number
}

variable "requests_per_five_minutes" {
  description = "Beyond as many, an address is refused for a while."
  type        = number
  default     = 2000
}

variable "origin_secret_numbers" {
  description = "Which header values the load balancer accepts; CloudFront sends the last. To change it: add one, apply, take the first away, apply."
  type        = list(string)
  default     = ["1"]
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}
