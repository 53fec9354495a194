"""The writers' room: plan, brief, run, steps, filed draft."""
