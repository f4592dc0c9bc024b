// The words of a page with questions, as far as tests look for them.

export const WORDS = {
  send: "Send",
  true: "True",
  false: "False",
  answer_is: "Right is:",
  number: "A number",
  word_or_two: "A word or two",
  shape: "A shape",
  up: "Up",
  down: "Down",
  right_count: "Right",
  true_class: "true",
  predicted_class: "predicted",
  is_right: "right",
  remove: "Remove",
};
