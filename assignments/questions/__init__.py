"""Types of quiz questions as a quiz's file knows them: a module for each, with its body, read and written."""
