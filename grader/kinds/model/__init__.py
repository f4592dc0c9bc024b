"""Kind `model`: a network trained at home, of which only predictions are asked."""
