terraform {
  required_version = ">= 1.11" # write-only arguments

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
      # WAF, certificates and logs of CloudFront live in us-east-1 only.
      configuration_aliases = [aws.us_east_1]
    }
  }
}
