"""The student's tool `hazi`: it speaks HTTP and knows nothing of server or grader."""
