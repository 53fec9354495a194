variable "region" {
  description = "Where state and images are kept."
  type        = string
  default     = "us-east-1"
}

variable "zone" {
  description = "DNS zone of the blog's names, such as example.com."
  type        = string
}

variable "repository" {
  description = "GitHub repository that deploys, as owner/name."
  type        = string
}

variable "branches" {
  description = "Which branch deploys which environment."
  type        = map(string)
  default     = { staging = "staging", production = "main" }
}
