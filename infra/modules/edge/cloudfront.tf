# Two distributions: the site, and the pictures under a name of their own, so that nothing that
# people uploaded shares an origin with the admin's cookies.

locals {
  media_name = "media.${var.domain}"
  primary    = var.regions[0]
  standby    = length(var.regions) > 1 ? var.regions[1] : null
  # Origins of media: the leading region's bucket, then the copy.
  buckets = { for number, region in var.regions : "media-${number}" => region.media_domain }

  # What the application decides for each user is nobody's to keep.
  private_paths = ["/admin/*", "/api/*", "/preview/*", "/health", "/health/*"]
}

# -- How long, and by what key --------------------------------------------------------------------

# AWS's own policies have the same ids in every account.
locals {
  policy_ids = {
    caching_disabled  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" # Managed-CachingDisabled
    caching_optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6" # Managed-CachingOptimized
    all_viewer        = "216adef6-5c7f-47e4-b989-5492eafa07d3" # Managed-AllViewer
    security_headers  = "67f7725c-6f97-4210-82d7-5512b31e9d03" # Managed-SecurityHeadersPolicy
  }
}

# Pages: exactly as long as the application says; one copy for all, so no cookie is part of the key.
resource "aws_cloudfront_cache_policy" "pages" {
  name        = "${local.name}-pages"
  min_ttl     = 0
  default_ttl = 0
  max_ttl     = 31536000

  parameters_in_cache_key_and_forwarded_to_origin {
    enable_accept_encoding_brotli = true
    enable_accept_encoding_gzip   = true

    cookies_config {
      cookie_behavior = "none"
    }
    # ALLOWED_HOSTS asks for the name that the reader typed.
    headers_config {
      header_behavior = "whitelist"
      headers {
        items = ["Host"]
      }
    }
    # Page numbers and words of a search. Others would let anybody fill the cache with copies.
    query_strings_config {
      query_string_behavior = "whitelist"
      query_strings {
        items = ["after", "before", "category", "page", "q", "tag", "year"]
      }
    }
  }
}

resource "aws_cloudfront_origin_access_control" "media" {
  name                              = "${local.name}-media"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

# -- The site -------------------------------------------------------------------------------------

resource "aws_cloudfront_distribution" "site" {
  #checkov:skip=CKV2_AWS_47:The rules are there (waf.tf), made of a map that the scanner does not follow
  #checkov:skip=CKV_AWS_86:Logged by CloudFront's newer way, see logs.tf
  #checkov:skip=CKV_AWS_305:The application answers "/"
  #checkov:skip=CKV_AWS_374:A blog is read from everywhere
  #checkov:skip=CKV2_AWS_32:The application sends its security headers itself, for each area of the site
  comment         = local.name
  aliases         = [var.domain]
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"
  web_acl_id      = aws_wafv2_web_acl.main.arn

  # "leader" is whichever region leads, "standby" the other one's own name.
  dynamic "origin" {
    for_each = merge(
      { leader = local.primary.leader_name },
      { for name in local.standby[*].origin_name : "standby" => name },
    )
    content {
      origin_id   = origin.key
      domain_name = origin.value
      # A region that does not answer is given up soon, so that the other is asked.
      connection_attempts = 2
      connection_timeout  = 3
      custom_origin_config {
        http_port                = 80
        https_port               = 443
        origin_protocol_policy   = "https-only"
        origin_ssl_protocols     = ["TLSv1.2"]
        origin_read_timeout      = 30
        origin_keepalive_timeout = 60
      }
      custom_header {
        name  = "X-Origin-Secret"
        value = local.origin_secrets[length(local.origin_secrets) - 1]
      }
    }
  }

  origin {
    origin_id                = "static"
    domain_name              = local.primary.media_domain
    origin_access_control_id = aws_cloudfront_origin_access_control.media.id
  }

  # Old releases' files are in the bucket only, and the image has its own until they are there.
  origin_group {
    origin_id = "static-or-image"
    failover_criteria {
      status_codes = [403, 404, 500, 502, 503, 504]
    }
    member {
      origin_id = "static"
    }
    member {
      origin_id = "leader"
    }
  }

  dynamic "origin_group" {
    for_each = local.standby[*]
    content {
      origin_id = "pages"
      failover_criteria {
        status_codes = [500, 502, 503, 504]
      }
      member {
        origin_id = "leader"
      }
      member {
        origin_id = "standby"
      }
    }
  }

  # Pages are read; CloudFront asks a second origin for nothing else.
  default_cache_behavior {
    target_origin_id       = local.standby == null ? "leader" : "pages"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD", "OPTIONS"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = aws_cloudfront_cache_policy.pages.id
    compress               = true
  }

  # Everything reaches the leader, which Route 53 names: writes go to one region only.
  dynamic "ordered_cache_behavior" {
    for_each = local.private_paths
    content {
      path_pattern             = ordered_cache_behavior.value
      target_origin_id         = "leader"
      viewer_protocol_policy   = "redirect-to-https"
      allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods           = ["GET", "HEAD"]
      cache_policy_id          = local.policy_ids.caching_disabled
      origin_request_policy_id = local.policy_ids.all_viewer
      compress                 = true
    }
  }

  ordered_cache_behavior {
    path_pattern           = "/static/*"
    target_origin_id       = "static-or-image"
    viewer_protocol_policy = "redirect-to-https"
    allowed_methods        = ["GET", "HEAD", "OPTIONS"]
    cached_methods         = ["GET", "HEAD"]
    cache_policy_id        = local.policy_ids.caching_optimized
    compress               = true
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.main.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}

# -- Pictures -------------------------------------------------------------------------------------

resource "aws_cloudfront_distribution" "media" {
  #checkov:skip=CKV2_AWS_47:The rules are there (waf.tf), made of a map that the scanner does not follow
  #checkov:skip=CKV2_AWS_32:It has AWS's own policy of security headers, by its id
  #checkov:skip=CKV_AWS_86:Logged by CloudFront's newer way, see logs.tf
  #checkov:skip=CKV_AWS_305:Nobody asks a store of pictures for "/"
  #checkov:skip=CKV_AWS_374:A blog is read from everywhere
  comment         = "${local.name}: media"
  aliases         = [local.media_name]
  enabled         = true
  is_ipv6_enabled = true
  http_version    = "http2and3"
  price_class     = "PriceClass_100"
  web_acl_id      = aws_wafv2_web_acl.main.arn

  dynamic "origin" {
    for_each = local.buckets
    content {
      origin_id                = origin.key
      domain_name              = origin.value
      origin_access_control_id = aws_cloudfront_origin_access_control.media.id
    }
  }

  dynamic "origin_group" {
    for_each = local.standby[*]
    content {
      origin_id = "media"
      # S3 says 403 also of what is not there, or not there yet.
      failover_criteria {
        status_codes = [403, 404, 500, 502, 503, 504]
      }
      dynamic "member" {
        for_each = local.buckets
        content {
          origin_id = member.key
        }
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = local.standby == null ? "media-0" : "media"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD", "OPTIONS"]
    cached_methods             = ["GET", "HEAD"]
    cache_policy_id            = local.policy_ids.caching_optimized
    response_headers_policy_id = local.policy_ids.security_headers
    compress                   = true
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.main.certificate_arn
    ssl_support_method       = "sni-only"
    minimum_protocol_version = "TLSv1.2_2021"
  }
}
