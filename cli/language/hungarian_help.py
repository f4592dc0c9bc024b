"""What --help says in Hungarian, by what it says in English."""

from __future__ import annotations

HELP: dict[str, str] = {
    "Grade files on this machine, with the public data: nothing is handed in, no try is spent.\n\n"
    "The score is that of the validation data; the grade comes from data that only the server has.": (
        "Fájlok értékelése ezen a gépen, a nyilvános adatokkal: nincs beadás, próbálkozás sem fogy.\n\n"
        "Az eredmény a validációs adatoké; a jegy olyan adatokon múlik, amelyek csak a szerveren vannak."
    ),
    "Where to train: auto, cpu, cuda, or cuda:N.": "Hol tanítson: auto, cpu, cuda vagy cuda:N.",
    "Seed of the run.": "A futás magja (seed).",
    "Hand in homework, watch it train, read the report card.": (
        "Házi beadása, a tanítás követése, az értékelés megtekintése."
    ),
    "Allow plain http to another machine. Whoever listens in can read your token.": (
        "Titkosítatlan http engedélyezése másik gép felé. Aki lehallgatja, elolvashatja a tokenedet."
    ),
    "Language; else that of your system.": "Nyelv; ha nincs megadva, a rendszeré.",
    "Print exactly one JSON document on stdout; words for people go to stderr.": (
        "Pontosan egy JSON dokumentum a kimenetre; az embereknek szóló szöveg a hibakimenetre kerül."
    ),
    "Sign in: get a token for this machine, and keep it in a private file.": (
        "Bejelentkezés: token kérése ehhez a géphez, és megőrzése egy csak neked olvasható fájlban."
    ),
    "Address of the server.": "A szerver címe.",
    "Your Neptun code; asked for when left out.": "A Neptun-kódod; ha kimarad, a program megkérdezi.",
    "How this token is called in your account; else this machine's name.": (
        "A token neve a fiókodban; ha kimarad, ennek a gépnek a neve."
    ),
    "Read the password from standard input.": "A jelszó olvasása a szabványos bemenetről.",
    "Allow plain http to this server, now and later.": (
        "Titkosítatlan http engedélyezése ehhez a szerverhez, most és később is."
    ),
    "Sign out: revoke the token on the server and forget it here.": (
        "Kijelentkezés: a token visszavonása a szerveren és törlése erről a gépről."
    ),
    "Say who is signed in, and where.": "Megmondja, ki van bejelentkezve, és hová.",
    "List the assignments: what is due when, tries left, your best points. "
    "Name one to read what it costs to be late.": (
        "A feladatok listája: határidők, maradék próbálkozások, legjobb pontszámaid. "
        "Egy feladatot megnevezve elolvashatod, mibe kerül a késés."
    ),
    "Show the leaderboard of an assignment.": "Egy feladat ranglistája.",
    "Open a page in the browser: an assignment, a submission, or the list of assignments.": (
        "Oldal megnyitása a böngészőben: egy feladat, egy beadás vagy a feladatok listája."
    ),
    "Hand in files for an assignment.\n\n"
    "All files together are one submission. Folders are refused: name the files, or hand in a zip.": (
        "Fájlok beadása egy feladathoz.\n\n"
        "A megadott fájlok együtt egy beadást alkotnak. Mappa nem adható be: sorold fel a fájlokat, "
        "vagy adj be egy zipet."
    ),
    "Stay until there is a score.": "Várakozás az eredményig.",
    "Repeat a hand-in that was interrupted: with the key it had, it cannot count twice.": (
        "Megszakadt beadás megismétlése: ugyanazzal a kulccsal nem számíthat kétszer."
    ),
    "Say where a submission is; without an ID, your newest.": (
        "Megmondja, hol tart egy beadás; azonosító nélkül a legújabb."
    ),
    "Watch a submission until it is done; without an ID, your newest.": (
        "Egy beadás követése a végéig; azonosító nélkül a legújabb."
    ),
    "Print what your code printed; without an ID, in your newest submission.": (
        "Amit a kódod kiírt; azonosító nélkül a legújabb beadásban."
    ),
    "Go on until the run ends.": "Követés a futás végéig.",
    "Show the report card of a submission; without an ID, of your newest.": (
        "Egy beadás értékelése; azonosító nélkül a legújabbé."
    ),
    "Run files on the graders with public data alone, and watch.\n\n"
    "It never counts, is on no board and costs no try; it runs after all that was handed in.": (
        "Futtatás az értékelőkön, csak nyilvános adatokkal, és a futás követése.\n\n"
        "Sosem számít, nincs rangsorban, és nem kerül próbálkozásba; minden beadás után kerül sorra."
    ),
    "Run what you have waiting, too: else this takes its place.": (
        "Ami még vár tőled, az is fusson le: különben ez lép a helyébe."
    ),
    "Check a receipt on this machine, without a network: who handed in what, and when.": (
        "Elismervény ellenőrzése ezen a gépen, hálózat nélkül: ki mit adott be, és mikor."
    ),
    "The server's public keys, as it publishes them.": "A szerver nyilvános kulcsai, ahogy közzéteszi őket.",
    "Compare this file with the receipt, too.": "Ezt a fájlt is vesse össze az elismervénnyel.",
    "Show the receipt of a submission; without an ID, of your newest.": (
        "Egy beadás átvételi elismervénye; azonosító nélkül a legújabbé."
    ),
    "Write it to this file, signed: check it with hazi verify.": (
        "Kiírás ebbe a fájlba, aláírva: ellenőrzése a hazi verify paranccsal."
    ),
    "Decide about a student's work, for staff: KIND is override, excuse, zero, void, return-try, choose, "
    "comment or note.\n\nThe student reads the reason; a note is read by staff alone.": (
        "Döntés egy hallgató munkájáról, oktatóknak: a KIND lehet override (pontszám), excuse (felmentés), "
        "zero (nulla pont), void (nem számít), return-try (visszaadott próbálkozás), choose (választás), "
        "comment (megjegyzés) vagy note (belső feljegyzés).\n\n"
        "Az indoklást a hallgató is olvassa; a belső feljegyzést csak az oktatók."
    ),
    "Why; of a comment or a note the text itself.": (
        "Az indoklás; megjegyzésnél és feljegyzésnél maga a szöveg."
    ),
    "How many points count from now on, with override.": "Hány pont számítson mostantól (override).",
    "Which one, with void, return-try and choose.": "Melyik beadás (void, return-try és choose).",
    "Take back what was decided of this kind.": "Az ilyen fajta döntés visszavonása.",
    "The number of a comment or note to take back.": "A visszavonandó megjegyzés vagy feljegyzés száma.",
    "List what was decided about your work for an assignment; staff name a student.": (
        "A munkádról egy feladatnál hozott döntések; az oktatók egy hallgatót neveznek meg."
    ),
    "Cancel a run: your own while it waits, as staff any. It costs no try. Without an ID, your newest.": (
        "Futás törlése: a sajátodé, amíg várakozik, oktatóként bármelyiké. Nem számít próbálkozásnak. "
        "Azonosító nélkül a legújabb."
    ),
    "Why; staff have to say it.": "Az indoklás; az oktatóknak kötelező.",
    "Let a cancelled run go on, for staff.": "Törölt futás folytatása, oktatóknak.",
    "Say which of your submissions counts, where the assignment leaves it to you.": (
        "Megmondod, melyik beadásod számítson, ahol a feladat rád bízza."
    ),
    "Leave it to the rule again.": "Döntsön újra a szabály.",
    "Exit codes": "Kilépési kódok",
    "done; where a score was awaited: it is there": "kész; ha eredményt vártunk, az megvan",
    "there is no score: the run failed, was cancelled, or nothing was handed in": (
        "nincs pontszám: a futás nem sikerült, törölték, vagy még nincs beadás"
    ),
    "something on your side: wrong options, a missing file, not signed in": (
        "nálad a hiba: rossz kapcsoló, hiányzó fájl, nincs bejelentkezés"
    ),
    "the server refused, and said why": "a szerver elutasította, és megmondta, miért",
    "the server could not be reached, or did not answer like one": (
        "a szerver nem érhető el, vagy nem Háziként válaszolt"
    ),
    "stopped by Ctrl-C": "Ctrl-C állította le",
}
