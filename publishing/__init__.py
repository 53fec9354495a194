"""The desk: review, approval, schedules, distribution."""
