variable "region" {
  description = "Where the blog runs."
  type        = string
}

variable "zone" {
  description = "DNS zone made by the bootstrap."
  type        = string
}

variable "domain" {
  description = "Host name of the blog."
  type        = string
}

variable "site_name" {
  description = "What the blog is called."
  type        = string
}

variable "image" {
  description = "Image by digest with which the services begin."
  type        = string

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "Name the image by its digest (...@sha256:...): a tag may be another image tomorrow."
  }
}

variable "alarm_email" {
  description = "Who is told of alarms."
  type        = string
}

variable "api_gateway" {
  description = "Whether integrators get an API gateway of their own."
  type        = bool
  default     = false
}

variable "scheduled_floors" {
  description = "Times (cron in UTC) from which on at least so many tasks run, by name."
  type        = map(object({ schedule = string, web = number, worker = number }))
  default     = {}
}

variable "standby_region" {
  description = "Where the standby runs."
  type        = string
}

variable "protected" {
  description = "Whether data and load balancers refuse to be deleted. Set to false, and apply, before a destroy."
  type        = bool
  default     = true
}

variable "promoted" {
  description = "Whether the standby leads: set to true after infra/promote.py, so that a plan agrees with it."
  type        = bool
  default     = false
}
