# Three kinds of subnets in each zone: public (load balancer, NAT), private (programs), database.

resource "aws_vpc" "main" {
  cidr_block           = var.cidr
  enable_dns_support   = true
  enable_dns_hostnames = true

  tags = { Name = local.name }
}

locals {
  # A /20 each: the public ones begin at 0, the private ones at 4, the databases' at 8.
  subnets = merge([
    for kind, first in { public = 0, private = 4, database = 8 } : {
      for number, zone in local.zones : "${kind}-${number}" => {
        kind   = kind
        zone   = zone
        number = number
        cidr   = cidrsubnet(var.cidr, 4, first + number)
      }
    }
  ]...)
  subnet_ids = {
    for kind in ["public", "private", "database"] :
    kind => [for key, subnet in local.subnets : aws_subnet.main[key].id if subnet.kind == kind]
  }
  nat_count = var.nat_per_zone ? var.zone_count : 1
}

resource "aws_subnet" "main" {
  for_each = local.subnets

  vpc_id            = aws_vpc.main.id
  availability_zone = each.value.zone
  cidr_block        = each.value.cidr

  tags = { Name = "${local.name}-${each.key}" }
}

resource "aws_internet_gateway" "main" {
  vpc_id = aws_vpc.main.id

  tags = { Name = local.name }
}

resource "aws_eip" "nat" {
  count = local.nat_count

  domain = "vpc"

  tags = { Name = "${local.name}-nat-${count.index}" }
}

resource "aws_nat_gateway" "main" {
  count = local.nat_count

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.main["public-${count.index}"].id

  tags = { Name = "${local.name}-${count.index}" }

  depends_on = [aws_internet_gateway.main]
}

# -- Routes ---------------------------------------------------------------------------------------

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "${local.name}-public" }
}

resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}

resource "aws_route_table" "private" {
  count = local.nat_count

  vpc_id = aws_vpc.main.id

  tags = { Name = "${local.name}-private-${count.index}" }
}

resource "aws_route" "private" {
  count = local.nat_count

  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.main[count.index].id
}

# Without a route to anywhere: a database has nothing to say to the internet.
resource "aws_route_table" "database" {
  vpc_id = aws_vpc.main.id

  tags = { Name = "${local.name}-database" }
}

resource "aws_route_table_association" "main" {
  for_each = local.subnets

  subnet_id = aws_subnet.main[each.key].id
  route_table_id = {
    public   = aws_route_table.public.id
    private  = aws_route_table.private[min(each.value.number, local.nat_count - 1)].id
    database = aws_route_table.database.id
  }[each.value.kind]
}

# -- Endpoints ------------------------------------------------------------------------------------

# Costs nothing, and keeps pictures and image layers off the NAT gateway.
resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.main.id
  service_name    = "com.amazonaws.${local.region}.s3"
  route_table_ids = aws_route_table.private[*].id

  tags = { Name = "${local.name}-s3" }
}

resource "aws_vpc_endpoint" "interface" {
  for_each = var.interface_endpoints

  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.${local.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = local.subnet_ids.private
  security_group_ids  = [aws_security_group.main["endpoints"].id]

  tags = { Name = "${local.name}-${each.key}" }
}

# -- Flow log -------------------------------------------------------------------------------------

resource "aws_flow_log" "main" {
  vpc_id          = aws_vpc.main.id
  traffic_type    = "REJECT" # What was let through is in the load balancer's and the programs' logs.
  log_destination = aws_cloudwatch_log_group.main["flow"].arn
  iam_role_arn    = aws_iam_role.flow_log.arn

  tags = { Name = local.name }
}
