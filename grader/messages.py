"""The sentences of a report in both languages: what happened and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from assignments.spec import Localized

METRICS_HU = {
    "accuracy": "pontosság",
    "average_precision": "átlagos precizitás",
    "balanced_accuracy": "kiegyensúlyozott pontosság",
    "f1": "F1",
    "hamming_accuracy": "címkénkénti pontosság",
    "macro_f1": "makroátlagolt F1",
    "macro_precision": "makroátlagolt precizitás",
    "macro_recall": "makroátlagolt fedés",
    "mae": "átlagos abszolút hiba (MAE)",
    "map": "mAP",
    "mcc": "Matthews-féle korreláció",
    "mean_cost": "átlagos költség",
    "micro_f1": "mikroátlagolt F1",
    "precision": "precizitás",
    "r2": "R²",
    "recall": "fedés",
    "rmse": "négyzetes középhiba (RMSE)",
    "roc_auc": "ROC-AUC",
    "specificity": "specificitás",
    "subset_accuracy": "teljes egyezés aránya",
    "weighted_f1": "súlyozott F1",
}
"""The Hungarian name of each metric that an assignment may be scored by."""

SENTENCES = {
    "scored": Localized("Scored: {metric_en} {score_en}.", "Értékelve: {metric_hu} {score_hu}."),
    # rejected: the files were refused before anything ran
    "rejected": Localized(
        "The files were refused before anything ran: {problem}",
        "A fájlokat futtatás előtt visszautasítottuk: {problem}",
    ),
    "syntax": Localized(
        "submission.py is not valid Python, so nothing was run. The line is shown below.",
        "A submission.py nem érvényes Python, ezért semmi nem futott le. A hibás sor alább látható.",
    ),
    # failed: the code raised, exited or was killed
    "raised": Localized(
        "Your code raised an exception. The traceback is shown below.",
        "A kód kivételt dobott. A hibakövetés alább látható.",
    ),
    "exited": Localized(
        "Your code ended the program. `train` and `predict` must return instead.",
        "A kód kilépett a programból. A `train` és a `predict` térjen vissza.",
    ),
    "no_submission": Localized("There is no submission.py.", "Nincs submission.py."),
    "no_train": Localized(
        "submission.py has no function `train(train_inputs, train_labels, *, seed)`.",
        "A submission.py-ban nincs `train(train_inputs, train_labels, *, seed)` függvény.",
    ),
    "no_predict": Localized(
        "submission.py has no function `predict(model, inputs)`.",
        "A submission.py-ban nincs `predict(model, inputs)` függvény.",
    ),
    "train_signature": Localized(
        "`train` cannot be called as `train(train_inputs, train_labels, seed=...)`.",
        "A `train` nem hívható így: `train(train_inputs, train_labels, seed=...)`.",
    ),
    "predict_signature": Localized(
        "`predict` cannot be called as `predict(model, inputs)`.",
        "A `predict` nem hívható így: `predict(model, inputs)`.",
    ),
    "silent_end": Localized(
        "The program ended before it returned predictions (it exited, crashed or was killed).",
        "A program véget ért, mielőtt jóslatot adott volna (kilépett, összeomlott vagy leállították).",
    ),
    "predict_failed": Localized(
        "`predict` failed on the held-out inputs, though it worked on {rehearsed} validation inputs. "
        "It must take any number of inputs of the same shape; its output there stays hidden.",
        "A `predict` hibázott a félretett bemeneteken, bár {rehearsed} validációs bemeneten működött. "
        "Bármennyi azonos alakú bemenetre működnie kell; ottani kimenete rejtve marad.",
    ),
    # limits
    "timed_out": Localized(
        "Stopped at the time limit of {wall} s while it was in: {phase}.",
        "A {wall} mp-es időkorlátnál leállítottuk, ebben a szakaszban: {phase}.",
    ),
    "out_of_memory": Localized(
        "Stopped at the memory limit of {memory} MiB. Smaller batches or fewer copies of the data help.",
        "A {memory} MiB-os memóriakorlátnál leállítottuk. Segíthet a kisebb köteg vagy kevesebb másolat.",
    ),
    "output_flood": Localized(
        "Stopped because it printed more than 64 MiB, or wrote into the curve without end. "
        "Print once per epoch, not once per step.",
        "Leállítottuk, mert 64 MiB-nál többet írt ki, vagy vég nélkül írt a görbébe. "
        "Epochonként írj ki egy sort, ne lépésenként.",
    ),
    # bad output: predictions of wrong length, type or value
    "forged": Localized(
        "Something other than predictions was written into the grader's channel.",
        "Az értékelő csatornájába nem jóslat került.",
    ),
    "surplus": Localized(
        "More was written into the grader's channel than the predictions.",
        "Az értékelő csatornájába a jóslatokon kívül más is került.",
    ),
    "not_numbers": Localized(
        "`predict` must return a tensor or array of numbers.",
        "A `predict` számokból álló tenzort vagy tömböt adjon vissza.",
    ),
    "wrong_shape": Localized(
        "`predict` must return labels (N,) or scores (N, {classes}) for N inputs; it returned another shape.",
        "A `predict` N bemenetre (N,) címkét vagy (N, {classes}) pontszámot adjon; más alakot kaptunk.",
    ),
    "wrong_shape_labels": Localized(
        "`predict` must return scores or 0 and 1 of shape (N, {classes}) for N inputs; "
        "it returned another shape.",
        "A `predict` N bemenetre (N, {classes}) alakban adjon pontszámokat vagy 0-kat és 1-eket; "
        "más alakot kaptunk.",
    ),
    "wrong_shape_values": Localized(
        "`predict` must return values (N,) for N inputs; it returned another shape.",
        "A `predict` N bemenetre (N,) értéket adjon; más alakot kaptunk.",
    ),
    "not_finite": Localized(
        "`predict` returned NaN, infinite or absurdly large numbers. Did the loss diverge? "
        "Try a smaller learning rate.",
        "A `predict` NaN, végtelen vagy képtelenül nagy számot adott. Elszállt a hiba? "
        "Próbálj kisebb tanulási rátát.",
    ),
    "not_zero_or_one": Localized(
        "`predict` returned whole numbers other than 0 and 1 as labels. Return 0 and 1, or scores as floats.",
        "A `predict` 0-n és 1-en kívül más egész számot adott címkének. Adj 0-t és 1-et, vagy törteket.",
    ),
    "bad_label": Localized(
        "`predict` returned labels that are no whole numbers from 0 to {last_class}.",
        "A `predict` olyan címkét adott, amely nem 0 és {last_class} közötti egész szám.",
    ),
    "bad_predictions": Localized(
        "predictions.csv cannot be scored: {problem}", "A predictions.csv nem értékelhető: {problem}"
    ),
    "grader_error": Localized(
        "Something went wrong on our side. It costs you no try, and we were told.",
        "Nálunk történt hiba. Nem számít bele a próbálkozásokba, és értesültünk róla.",
    ),
}


class RefusedError(Exception):
    """A sentence in both languages about what a student handed in."""

    def __init__(self, en: str, hu: str, *, detail: str = "") -> None:
        super().__init__(en)
        self.text = Localized(en, hu)
        self.detail = detail


def sentence(code: str, values: Mapping[str, object] | None = None) -> Localized:
    """The sentence of a code with its blanks filled in."""
    text, values = SENTENCES[code], values or {}
    return Localized(text.en.format(**values), text.hu.format(**values))


def about(code: str, problem: Localized) -> Localized:
    """The sentence of a code about a problem that is worded already."""
    text = SENTENCES[code]
    return Localized(text.en.format(problem=problem.en), text.hu.format(problem=problem.hu))
