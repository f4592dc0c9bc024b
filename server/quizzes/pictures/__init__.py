"""Pictures of quizzes: what bytes they are, where they are shown, and how they travel with a quiz."""
