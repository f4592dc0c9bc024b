"""A room, a live quiz in play: phases, players, answers, points, and the streams of phones and projector."""
