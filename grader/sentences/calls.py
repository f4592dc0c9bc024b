"""Sentences about calls of a student's functions: whether a check holds, and if not, what does not."""

from __future__ import annotations

from assignments.localized import Localized

SENTENCES = {
    "check_passed": Localized("It holds.", "Teljesül."),
    "hidden_passed": Localized("A hidden check passed.", "Egy rejtett ellenőrzés sikerült."),
    "hidden_failed": Localized("A hidden check failed.", "Egy rejtett ellenőrzés nem sikerült."),
    "check_not_reached": Localized(
        "It was not reached: the calls before it took all the time or ended the program.",
        "Nem került sorra: az előtte álló hívások elhasználták az időt vagy kiléptek a programból.",
    ),
    "check_failed": Localized("{call}: {failure}", "{call}: {failure}"),
    # what a call itself says; `last` is the last line of it
    "call_raised": Localized("the call raised an exception: {last}", "a hívás kivételt dobott: {last}"),
    "call_over_time": Localized("the call took too long", "a hívás túl sokáig tartott"),
    "call_no_function": Localized("there is no function {last}", "nincs ilyen függvény: {last}"),
    "call_no_values": Localized(
        "it must return a tensor, an array, a number or a tuple of them, not {last}",
        "tenzort, tömböt, számot vagy ezekből álló tuple-t adjon vissza, nem ezt: {last}",
    ),
    "call_no_gradient": Localized(
        "its result has no gradient; compute it with torch from the arguments, without detach() or item()",
        "az eredménynek nincs gradiense; az argumentumokból, torch-csal számold, detach() és item() nélkül",
    ),
    "call_gradient_shape": Localized(
        "its result has the shape {last}, so its gradient cannot be compared",
        "az eredmény alakja {last}, ezért a gradiense nem vethető össze",
    ),
    # how a call ended the box that it was made in
    "box_timed_out": Localized("the call took too long", "a hívás túl sokáig tartott"),
    "box_exited": Localized("the call ended the program", "a hívás kilépett a programból"),
    "box_out_of_memory": Localized("the call took too much memory", "a hívás túl sok memóriát foglalt"),
    "box_out_of_gpu_memory": Localized(
        "the call took too much GPU memory", "a hívás túl sok GPU-memóriát foglalt"
    ),
    "box_flooded": Localized("the call printed without end", "a hívás vég nélkül írt a kimenetre"),
    # what does not hold of what it returned
    "result": Localized("the result", "az eredmény"),
    "gradient": Localized("the gradient", "a gradiens"),
    "result_empty": Localized("the result is empty", "az eredmény üres"),
    "result_parts": Localized(
        "{what} has {found} parts instead of {wanted}", "{what} {found} részből áll {wanted} helyett"
    ),
    "result_shape": Localized(
        "{what} has the shape {found} instead of {wanted}", "{what} alakja {found} ehelyett: {wanted}"
    ),
    "result_value": Localized(
        "{what} is {found} instead of {wanted}{at} ({bad} of {all} values differ; rtol {rtol}, atol {atol})",
        "{what} {found} ehelyett: {wanted}{at} ({all} értékből {bad} tér el; rtol {rtol}, atol {atol})",
    ),
    "at_place": Localized(" at {place}", " itt: {place}"),
    "shape": Localized("the shape is {found} instead of {wanted}", "az alak {found}, nem {wanted}"),
    "type": Localized("the type is {found} instead of {wanted}", "a típus {found}, nem {wanted}"),
    "range": Localized(
        "the values ({found}) leave the range {wanted}",
        "az értékek ({found}) kilépnek ebből a tartományból: {wanted}",
    ),
    "mean": Localized(
        "the mean is {found}, not {wanted} (atol {atol})", "az átlag {found}, nem {wanted} (atol {atol})"
    ),
    "variance": Localized(
        "the variance is {found}, not {wanted} (rtol {rtol})",
        "a szórásnégyzet {found}, nem {wanted} (rtol {rtol})",
    ),
}
