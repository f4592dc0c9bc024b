"""Sentences about what was measured of a network, for students, and about a run, for staff."""

from __future__ import annotations

from assignments.localized import Localized

SENTENCES = {
    # for students: grader/scoring/findings.py
    "finding_no_gradient": Localized(
        "No gradient at all reaches {names}: nothing is learned there. Look for detach(), no_grad(), "
        "an output that is not used, or ReLUs that never fire.",
        "Egyáltalán nem jut gradiens ide: {names}. Ezek a rétegek nem tanulnak. Keress detach() vagy "
        "no_grad() hívást, fel nem használt kimenetet vagy sosem tüzelő ReLU-kat.",
    ),
    "finding_vanishing": Localized(
        "Gradients shrink {fold}-fold from the last layer to the first ({name}): a vanishing "
        "gradient, so the first layers hardly learn. Use ReLU instead of sigmoid or tanh, Kaiming "
        "initialisation (nn.init.kaiming_normal_), batch normalisation or residual connections.",
        "A gradiens az utolsó rétegtől az elsőig ({name}) {fold}× kisebbre csökken: eltűnő gradiens, "
        "az első rétegek alig tanulnak. Segít a ReLU a sigmoid vagy tanh helyett, a Kaiming- "
        "inicializálás (nn.init.kaiming_normal_), a batch-normalizálás vagy a reziduális kapcsolat.",
    ),
    "finding_exploding": Localized(
        "Gradients grow {fold}-fold from the last layer to the first ({name}): an exploding gradient. "
        "Begin with smaller weights (Kaiming or Xavier initialisation), clip the gradient "
        "(nn.utils.clip_grad_norm_) or lower the learning rate.",
        "A gradiens az utolsó rétegtől az elsőig ({name}) {fold}× nagyobbra nő: felrobbanó gradiens. "
        "Indulj kisebb súlyokkal (Kaiming- vagy Xavier-inicializálás), vágd a gradienst "
        "(nn.utils.clip_grad_norm_), vagy csökkentsd a tanulási rátát.",
    ),
    "finding_enormous": Localized(
        "The first gradient of {name} is enormous (norm {norm}): one step may throw the weights away. "
        "Scale the inputs to mean 0 and deviation 1, begin with smaller weights, or clip the gradient "
        "(nn.utils.clip_grad_norm_).",
        "Óriási az első gradiens itt: {name} (normája {norm}); egyetlen lépés szétdobhatja a "
        "súlyokat. Skálázd a bemenetet 0 átlagra és 1 szórásra, indulj kisebb súlyokkal, vagy vágd a "
        "gradienst (nn.utils.clip_grad_norm_).",
    ),
    "finding_dying_out": Localized(
        "Before any training, outputs die out over the depth: their spread falls {fold}-fold from the "
        "first layer to the last hidden one. The weights begin too small; Kaiming initialisation "
        "keeps the spread for ReLU, Xavier for tanh.",
        "Tanítás előtt a kimenetek a mélységgel elhalnak: szórásuk az első rétegtől az utolsó "
        "rejtettig {fold}× kisebb lesz. Túl kicsik a kezdősúlyok; ReLU-hoz a Kaiming-, tanh-hoz a "
        "Xavier-inicializálás tartja meg a szórást.",
    ),
    "finding_blowing_up": Localized(
        "Before any training, outputs blow up over the depth: their spread grows {fold}-fold from the "
        "first layer to the last hidden one. The weights begin too large; Kaiming initialisation "
        "keeps the spread for ReLU, Xavier for tanh.",
        "Tanítás előtt a kimenetek a mélységgel elszállnak: szórásuk az első rétegtől az utolsó "
        "rejtettig {fold}× nagyobb lesz. Túl nagyok a kezdősúlyok; ReLU-hoz a Kaiming-, tanh-hoz a "
        "Xavier-inicializálás tartja meg a szórást.",
    ),
    "finding_saturated": Localized(
        "Saturated from the start: {names}. Most outputs sit at the ends of the curve, where it is "
        "flat and passes no gradient. Begin with smaller weights (Xavier initialisation) or scale the "
        "inputs.",
        "Már induláskor telített: {names}. A kimenetek többsége a görbe lapos szélén ül, ahol nem jut "
        "át gradiens. Indulj kisebb súlyokkal (Xavier-inicializálás), vagy skálázd a bemenetet.",
    ),
    "finding_dead": Localized(
        "After training, {percent} % of the ReLU units of {name} never fire: they are dead and learn "
        "no more. Try a smaller learning rate, biases that begin at 0, or LeakyReLU.",
        "Tanítás után a ReLU egységek {percent}%-a sosem tüzel itt: {name}. Halottak, és már nem "
        "tanulnak. Próbálj kisebb tanulási rátát, 0-ról induló eltolást vagy LeakyReLU-t.",
    ),
    "finding_fine": Localized(
        "Nothing to complain about: what was measured of outputs, gradients and dead units is all right.",
        "Nincs kifogás: amit a kimenetekről, a gradiensekről és a halott egységekről mértünk, rendben van.",
    ),
    # for staff: grader/scoring/remarks.py
    "no_training": Localized(
        "No training was seen: no gradient reached a layer, and train took {seconds} s. A method without "
        "gradients looks like this, and so does a table.",
        "Nem láttunk tanítást: egyetlen réteghez sem jutott gradiens, és a `train` {seconds} "
        "másodpercig futott. Ilyen egy gradiens nélküli módszer, de ilyen egy kész táblázat is.",
    ),
    "much_source": Localized(
        "There are {kib} KiB of source, too much to look at: it may hold a table.",
        "{kib} KiB forrás van, túl sok ahhoz, hogy átnézzük: lehet, hogy a jóslat ebből jön.",
    ),
    "table": Localized(
        "{file} holds {found}: predictions may be looked up in it instead of computed.",
        "A(z) {file} fájlban {found} van: lehet, hogy a jóslat ebből jön, nem számításból.",
    ),
    "table_unreadable": Localized(
        "what Python's tokenizer cannot read", "olyasmi, amit a Python tokenizálója nem tud elolvasni,"
    ),
    "table_numbers": Localized("{number} numbers", "{number} szám"),
    "table_text": Localized("{number} characters of text", "{number} karakternyi szöveg"),
    "table_data": Localized("{number} bytes of data", "{number} bájt adat"),
}
