"""Reports of quizzes: results of a room, participation, statistics, history."""
