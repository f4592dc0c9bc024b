"""How many phones a machine carries: a whole hall that is played against a server started for the purpose."""
