"""What is said of one call of a student's function that gave no result, in English and Hungarian."""

from __future__ import annotations

from assignments.spec import Localized

CALL_FAILURES = {
    "raised": Localized("the call raised an exception: {last}", "a hívás kivételt dobott: {last}"),
    "over_time": Localized("the call took too long", "a hívás túl sokáig tartott"),
    "no_function": Localized("there is no function {last}", "nincs ilyen függvény: {last}"),
    "no_values": Localized(
        "it must return a tensor, an array, a number or a tuple of them, not {last}",
        "tenzort, tömböt, számot vagy ezekből álló tuple-t adjon vissza, nem ezt: {last}",
    ),
    "no_gradient": Localized(
        "its result has no gradient; compute it with torch from the arguments, without detach() or item()",
        "az eredménynek nincs gradiense; az argumentumokból, torch-csal számold, detach() és item() nélkül",
    ),
    "gradient_shape": Localized(
        "its result has the shape {last}, so its gradient cannot be compared",
        "az eredmény alakja {last}, ezért a gradiense nem vethető össze",
    ),
}
"""Why one call gave no result; `last` is the last line of what the box said."""

ENDINGS = {
    "timed_out": Localized("the call took too long", "a hívás túl sokáig tartott"),
    "exited": Localized("the call ended the program", "a hívás kilépett a programból"),
    "out_of_memory": Localized("the call took too much memory", "a hívás túl sok memóriát foglalt"),
    "out_of_gpu_memory": Localized(
        "the call took too much GPU memory", "a hívás túl sok GPU-memóriát foglalt"
    ),
    "flooded": Localized("the call printed without end", "a hívás vég nélkül írt a kimenetre"),
}
"""How a call ended the box it was made in."""
