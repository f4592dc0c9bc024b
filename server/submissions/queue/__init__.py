"""The queue of gradings: its order, releases to graders, what graders send back, and how runs end."""
