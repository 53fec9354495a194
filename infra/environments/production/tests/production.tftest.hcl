# What must hold of production's own words. See modules/region/tests for the rest.

variables {
  image = "autoblog:latest"
}

override_data {
  target = data.aws_route53_zone.main
  values = { zone_id = "Z123" }
}

run "image_by_tag_is_refused" {
  command = plan

  expect_failures = [var.image]
}

run "regions_differ" {
  command = plan

  variables {
    image = "registry.example.com/autoblog@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
  }

  assert {
    condition     = var.protected && !var.promoted && var.region != var.standby_region
    error_message = "Production is protected, and its standby is somewhere else."
  }
}
