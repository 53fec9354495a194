# The bucket's name holds the account's number: terraform init -backend-config=bucket=...
terraform {
  backend "s3" {
    key          = "production/terraform.tfstate"
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}
