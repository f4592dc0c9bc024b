"""What came out of quizzes: results of a room, participation, statistics, history."""
