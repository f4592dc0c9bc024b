"""What is said otherwise of a run of one kind of homework, for the usual sentence speaks of another contract.

A key is the kind and the key of the usual sentence in grader/sentences/runs.py.
"""

from __future__ import annotations

from assignments.localized import Localized

SENTENCES = {
    "functions_exited": Localized(
        "Your code ended the program. Functions must return instead, and the file must be read to its end.",
        "A kód kilépett a programból. A függvények térjenek vissza, és a fájl fusson végig.",
    ),
    "functions_silent_end": Localized(
        "The program ended before your functions could be called (it exited, crashed or was killed).",
        "A program véget ért, mielőtt a függvényeidet hívhattuk volna (kilépett, hibázott, leállították).",
    ),
    "functions_forged": Localized(
        "Something other than what your functions return was written into the grader's channel.",
        "Az értékelő csatornájába nem a függvényeid eredménye került.",
    ),
    "functions_surplus": Localized(
        "More was written into the grader's channel than what your functions return.",
        "Az értékelő csatornájába a függvényeid eredményén kívül más is került.",
    ),
    "functions_unreadable_result": Localized(
        "What your code returned could not be read. Functions must return plain numbers.",
        "Amit a kód visszaadott, nem olvasható. A függvények egyszerű számokat adjanak vissza.",
    ),
    "functions_output_flood": Localized(
        "Stopped because it printed more than 64 MiB. Print less.",
        "Leállítottuk, mert 64 MiB-nál többet írt ki. Írj ki kevesebbet.",
    ),
    "model_exited": Localized(
        "Your code ended the program. `build_model` must return the network, and the network its scores.",
        "A kód kilépett a programból. A `build_model` a hálózatot adja vissza, a hálózat pedig pontszámokat.",
    ),
    "model_silent_end": Localized(
        "The program ended before the network returned its scores (it exited, crashed or was killed).",
        "A program véget ért, mielőtt a hálózat pontszámot adott volna (kilépett, hibázott, leállították).",
    ),
    "model_unreadable_result": Localized(
        "What the network returned could not be read. It must return a tensor of numbers.",
        "Amit a hálózat visszaadott, nem olvasható. Számokból álló tenzort adjon vissza.",
    ),
    "model_output_flood": Localized(
        "Stopped because it printed more than 64 MiB. Print less.",
        "Leállítottuk, mert 64 MiB-nál többet írt ki. Írj ki kevesebbet.",
    ),
    "dataset_silent_end": Localized(
        "The data set could not be read to its end: reading it ended the program.",
        "Az adathalmazt nem lehetett végigolvasni: az olvasása véget vetett a programnak.",
    ),
    "dataset_out_of_memory": Localized(
        "Stopped at the memory limit of {memory} MiB. A smaller data set helps.",
        "A {memory} MiB-os memóriakorlátnál leállítottuk. Kisebb adathalmaz segít.",
    ),
    # the phases of a run, as sentences name them
    "phase_fetch": Localized("fetch", "letöltés"),
    "phase_unpack": Localized("unpack", "kicsomagolás"),
    "phase_start": Localized("start", "indítás"),
    "phase_train": Localized("train", "tanítás"),
    "phase_predict": Localized("predict", "predikció"),
    "phase_score": Localized("score", "pontozás"),
    "functions_phase_predict": Localized("calls", "hívások"),
    "model_phase_start": Localized("build the network", "a hálózat felépítése"),
}
