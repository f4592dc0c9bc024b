"""What proves who somebody is: passwords, sessions, tokens of programs, devices known from before."""
