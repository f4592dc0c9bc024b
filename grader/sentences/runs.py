"""Sentences about a run as a whole: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from assignments.localized import Localized
from grader.contract import Verdict

SENTENCES = {
    "scored": Localized("Scored: {metric} {score}.", "Értékelve: {metric} {score}."),
    "practised": Localized(
        "Validation: {metric} {score}. Nothing was handed in; the grade comes from held-out data.",
        "Validáció: {metric} {score}. Semmi sem lett beadva; a jegy félretett adatokon múlik.",
    ),
    "checks_practised": Localized(
        "{passed} of {total} visible checks hold. Nothing was handed in; a hand-in makes {untried} more.",
        "{total} látható ellenőrzésből {passed} teljesül. Beadva nem lett; beadáskor még {untried} jön.",
    ),
    "well_formed": Localized(
        "All {rows} rows are as they must be. Nothing was handed in; only a hand-in can score them.",
        "Mind a(z) {rows} sor rendben van. Semmi sem lett beadva; pontot csak a beadás adhat rájuk.",
    ),
    "checked": Localized(
        "Scored: {passed} of {total} visible checks passed.",
        "Értékelve: {total} látható ellenőrzésből {passed} sikerült.",
    ),
    # rejected: the files were refused before anything ran
    "rejected": Localized(
        "The files were refused before anything ran: {problem}",
        "A fájlokat futtatás előtt visszautasítottuk: {problem}",
    ),
    "syntax": Localized(
        "{file} is not valid Python, so nothing was run. The line is shown below.",
        "A {file} nem érvényes Python, ezért semmi nem futott le. A hibás sor alább látható.",
    ),
    "imports": Localized(
        "Nothing was run, for the files import what is not there. {problems}",
        "Semmi nem futott le, mert a fájlok olyat importálnak, ami nincs. {problems}",
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
    "load_raised": Localized(
        "The file raised an exception while it was loaded, before any of its functions was called. Keep "
        "imports, functions and classes at the top level; move what trains, reads or draws into a function "
        "or under "
        '`if __name__ == "__main__":`. The traceback is shown below.',
        "A fájl már a betöltésekor kivételt dobott, mielőtt bármelyik függvényét meghívtuk volna. A "
        "legfelső szinten csak import, függvény és osztály legyen; ami tanít, olvas vagy rajzol, kerüljön "
        "függvénybe vagy "
        '`if __name__ == "__main__":` alá. A hibakövetés alább látható.',
    ),
    "load_exited": Localized(
        "The file ended the program while it was loaded, before any of its functions was called. Leave out "
        "exit(), quit() and sys.exit().",
        "A fájl már a betöltésekor kilépett a programból, mielőtt bármelyik függvényét meghívtuk volna. "
        "Hagyd el az exit(), quit() és sys.exit() hívást.",
    ),
    "no_file": Localized(
        "Your code opened a file that is not there. It runs in the folder of the files that you hand in: "
        "hand the file in too, and open it by its name alone. The traceback is shown below.",
        "A kód olyan fájlt nyitott meg, amely nincs ott. A beadott fájlok mappájában fut: add be azt a "
        "fájlt is, és puszta névvel nyisd meg. A hibakövetés alább látható.",
    ),
    "no_network": Localized(
        "Your code wanted to reach the network, and where it runs there is none: nothing can be downloaded. "
        "Hand in the files that it needs, or use what it is given. The traceback is shown below.",
        "A kód a hálózatot akarta elérni, de ahol fut, ott nincs: semmi sem tölthető le. Add be a szükséges "
        "fájlokat, vagy használd, amit a kód megkap. A hibakövetés alább látható.",
    ),
    "no_keyboard": Localized(
        "Your code asked for input, and nobody is at the keyboard: leave out input(). The traceback is shown "
        "below.",
        "A kód bevitelre várt, de senki sem ül a billentyűzetnél: hagyd el az input() hívást. A hibakövetés "
        "alább látható.",
    ),
    "no_display": Localized(
        "Your code wanted to open a window, and there is no display: draw with matplotlib, or leave it out. "
        "The traceback is shown below.",
        "A kód ablakot akart nyitni, de nincs képernyő: rajzolj matplotlibbel, vagy hagyd el. A hibakövetés "
        "alább látható.",
    ),
    "returned_nothing": Localized(
        "`predict` returned nothing (None): is a `return` missing?",
        "A `predict` nem adott vissza semmit (None): hiányzik egy `return`?",
    ),
    "returned_table": Localized(
        "`predict` returned a dictionary: return the one tensor of scores or labels in it.",
        "A `predict` szótárat adott vissza: a benne lévő egyetlen tenzort, a pontszámokat vagy címkéket add "
        "vissza.",
    ),
    "returned_generator": Localized(
        "`predict` returned a generator, which is still to be run: return a list, an array or a tensor.",
        "A `predict` generátort adott vissza, amely még le sem futott: adj vissza listát, tömböt vagy "
        "tenzort.",
    ),
    "returned_several": Localized(
        "`predict` returned several arrays: return only the one with the scores or labels.",
        "A `predict` több tömböt adott vissza: csak a pontszámokat vagy címkéket tartalmazót add vissza.",
    ),
    "returned_batches": Localized(
        "`predict` returned one array for each batch: join them, as with torch.cat(parts) or "
        "np.concatenate(parts).",
        "A `predict` kötegenként adott vissza egy-egy tömböt: fűzd össze őket, például torch.cat(parts) vagy "
        "np.concatenate(parts).",
    ),
    "returned_ragged": Localized(
        "`predict` returned a list whose parts differ in length: return one row for each input, all of the "
        "same length.",
        "A `predict` különböző hosszú részekből álló listát adott vissza: bemenetenként egy sort adj, mindet "
        "egyforma hosszan.",
    ),
    "returned_text": Localized(
        "`predict` returned text: return class numbers from 0 on, or scores, not names.",
        "A `predict` szöveget adott vissza: osztályszámokat adj 0-tól, vagy pontszámokat, ne neveket.",
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
    "no_build_model": Localized(
        "model.py has no function `build_model()`.", "A model.py-ban nincs `build_model()` függvény."
    ),
    "build_signature": Localized(
        "`build_model` cannot be called without arguments.",
        "A `build_model` nem hívható argumentumok nélkül.",
    ),
    "no_module": Localized(
        "`build_model` must return a torch.nn.Module.", "A `build_model` torch.nn.Module-t adjon vissza."
    ),
    "network_no_tensor": Localized(
        "The network must return one tensor, no tuple, list or dict: let `forward` return the scores only.",
        "A hálózat egyetlen tenzort adjon vissza, ne tuple-t, listát vagy dictet: a `forward` csak a "
        "pontszámokat adja.",
    ),
    "network_not_numbers": Localized(
        "The network must return a tensor of numbers.", "A hálózat számokból álló tenzort adjon vissza."
    ),
    "network_wrong_shape": Localized(
        "The network must return one row for each input, in the shape that the handout asks for; it returned "
        "another shape.",
        "A hálózat minden bemenetre egy sort adjon, a feladatban kért alakban; más alakot kaptunk.",
    ),
    "network_wrong_shape_labels": Localized(
        "The network must return scores or 0 and 1 of shape (N, {classes}) for N inputs; "
        "it returned another shape.",
        "A hálózat N bemenetre (N, {classes}) alakban adjon pontszámokat vagy 0-kat és 1-eket; "
        "más alakot kaptunk.",
    ),
    "network_wrong_shape_values": Localized(
        "The network must return values (N,) for N inputs; it returned another shape.",
        "A hálózat N bemenetre (N,) értéket adjon; más alakot kaptunk.",
    ),
    "network_not_zero_or_one": Localized(
        "The network returned whole numbers other than 0 and 1 as labels. "
        "Return 0 and 1, or scores as floats.",
        "A hálózat 0-n és 1-en kívül más egész számot adott címkének. Adj 0-t és 1-et, vagy törteket.",
    ),
    "network_not_finite": Localized(
        "The network returned NaN or infinite values.", "A hálózat NaN vagy végtelen értékeket adott."
    ),
    "network_bad_label": Localized(
        "The network returned labels that are not among the allowed ones.",
        "A hálózat nem megengedett címkéket adott.",
    ),
    "silent_end": Localized(
        "The program ended before it returned predictions (it exited, crashed or was killed).",
        "A program véget ért, mielőtt jóslatot adott volna (kilépett, összeomlott vagy leállították).",
    ),
    "predict_failed": Localized(
        "The prediction failed on the held-out inputs, though it worked on {rehearsed} validation inputs. "
        "It must take any number of inputs of the same shape; its output there stays hidden.",
        "A jóslás hibázott a félretett bemeneteken, bár {rehearsed} validációs bemeneten működött. "
        "Bármennyi azonos alakú bemenetre működnie kell; ottani kimenete rejtve marad.",
    ),
    # limits
    "timed_out": Localized(
        "Stopped at the time limit of {wall} s while it was in: {phase}.",
        "A {wall} mp-es időkorlátnál leállítottuk, ebben a szakaszban: {phase}.",
    ),
    "build_timed_out": Localized(
        "`build_model` took longer than {seconds} s. It should only build the network: the weights come from "
        "the file.",
        "A `build_model` tovább tartott, mint {seconds} mp. Csak építse fel a hálózatot: a súlyok a fájlból "
        "jönnek.",
    ),
    "out_of_memory": Localized(
        "Stopped at the memory limit of {memory} MiB. Smaller batches or fewer copies of the data help.",
        "A {memory} MiB-os memóriakorlátnál leállítottuk. Segíthet a kisebb köteg vagy kevesebb másolat.",
    ),
    "out_of_gpu_memory": Localized(
        "Stopped at the limit of {memory} MiB of GPU memory. Smaller batches help, and `torch.no_grad()` "
        "where nothing is learned.",
        "A {memory} MiB-os GPU-memória-korlátnál leállítottuk. Segíthet a kisebb köteg, és ahol nincs "
        "tanulás, a `torch.no_grad()`.",
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
    "unreadable_files": Localized(
        "The files could not be read, so nothing was run. Save them anew and hand them in again.",
        "A fájlok nem olvashatók, ezért semmi nem futott le. Mentsd el őket újra, és add be ismét.",
    ),
    "unreadable_result": Localized(
        "What your code returned could not be read. `predict` must return plain numbers.",
        "Amit a kód visszaadott, nem olvasható. A `predict` egyszerű számokat adjon vissza.",
    ),
}
PLAIN: Mapping[Verdict, Localized] = {
    Verdict.SCORED: Localized("Scored.", "Értékelve."),
    Verdict.REJECTED: Localized(
        "The files were refused before anything ran.", "A fájlokat futtatás előtt visszautasítottuk."
    ),
    Verdict.FAILED: SENTENCES["silent_end"],
    Verdict.TIMED_OUT: Localized("Stopped at the time limit.", "Az időkorlátnál leállítottuk."),
    Verdict.OUT_OF_MEMORY: Localized("Stopped at the memory limit.", "A memóriakorlátnál leállítottuk."),
    Verdict.OUTPUT_FLOOD: SENTENCES["output_flood"],
    Verdict.BAD_OUTPUT: SENTENCES["unreadable_result"],
    Verdict.GRADER_ERROR: Localized(
        "Something went wrong on our side. It costs you no try, and we were told.",
        "Nálunk történt hiba. Nem számít bele a próbálkozásokba, és értesültünk róla.",
    ),
}
"""What can be said of a verdict that nothing more is known of."""
