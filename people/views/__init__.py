"""The doors of people: signing in, one's own page, the slip that a supervisor hands out."""
