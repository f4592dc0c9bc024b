// All types of questions: a new one is a module in this folder and its line here, where the editor lists it.

import "./choice.js";
import "./true_false.js";
import "./numeric.js";
import "./short_text.js";
import "./ordering.js";
import "./matching.js";
import "./shape.js";
import "./matrix.js";

export { board, control, starter, typeFields, typeNames } from "./registry.js";
