print("BREACH: a file of the submission replaced a real module")
