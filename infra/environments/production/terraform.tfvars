region         = "us-east-1"
standby_region = "us-west-2"
zone           = "example.com"
domain         = "blog.example.com"
site_name      = "AutoBlog"
alarm_email    = "operators@example.com"

# Before readers wake up, and back at night (UTC).
scheduled_floors = {
  morning = { schedule = "cron(0 5 * * ? *)", web = 4, worker = 3 }
  night   = { schedule = "cron(0 22 * * ? *)", web = 3, worker = 2 }
}
