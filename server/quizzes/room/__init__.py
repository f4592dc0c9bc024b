"""A live quiz in play: phases, players, answers, points, and what phones and the projector are sent."""
