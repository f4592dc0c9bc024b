"""What runs in the box beside the student's code: imports nothing of ours but itself, decides no score."""
