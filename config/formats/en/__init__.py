"""English: the day before the month, the clock from 0 to 24."""
