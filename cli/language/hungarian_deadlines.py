"""What the tool says of deadlines, in Hungarian."""

from __future__ import annotations

CLOCK: dict[str, str] = {
    "Give students a later due moment (staff): +2d, +1w, +36h or a moment such as 2026-10-26T12:00.\n\n"
    "hazi extend SLUG ABC123 DEF456 +2d --reason ill; days count from each student's own due moment. "
    "With --label all who have it, with --csv a table with the columns neptun, assignment, due, reason.": (
        "Későbbi határidő hallgatóknak (oktatóknak): +2d, +1w, +36h vagy időpont, pl. 2026-10-26T12:00.\n\n"
        "hazi extend SLUG ABC123 DEF456 +2d --reason ill; a napok mindenki saját határidejétől számítanak. "
        "A --label mindenkinek szól, akinek megvan a címke, a --csv táblázatot vesz a neptun, assignment, "
        "due, reason oszlopokkal."
    ),
    "Why; the student reads it.": "Miért; a hallgató olvassa.",
    "All who have this label, instead of codes.": "Mindenki ezzel a címkével, kódok helyett.",
    "In place of earlier ones: the only way to shorten.": "A korábbiak helyett: csak így rövidíthető.",
    "Take a table from this file.": "Táblázat ebből a fájlból.",
    "Do not ask.": "Ne kérdezzen.",
    "Name the assignment, the students and how long: hazi extend SLUG ABC123 +2d": (
        "Nevezd meg a feladatot, a hallgatókat és hogy mennyit: hazi extend SLUG ABC123 +2d"
    ),
    "List the extensions of an assignment: who has what and why (staff).": (
        "Egy feladat hosszabbításai: kinek mije van és miért (oktatóknak)."
    ),
    "There is no extension yet.": "Még nincs hosszabbítás.",
    "Take an extension back; it stays in the list (staff).": (
        "Hosszabbítás visszavonása; a listában megmarad (oktatóknak)."
    ),
    "There is no extension {id}. See: hazi extensions SLUG": (
        "Nincs {id} számú hosszabbítás. Lásd: hazi extensions SLUG"
    ),
    "The extension was taken back.": "A hosszabbítás visszavonva.",
    "Say what you would get at this moment and why; staff name a student.": (
        "Megmondja, mennyit kapnál most és miért; az oktatók hallgatót neveznek meg."
    ),
    "Say how many of your time tokens an assignment uses; with a number, let it use at most so many. "
    "`all` is as many as help.": (
        "Megmondja, hány időzsetonodat használja egy feladat; számmal legfeljebb ennyit enged. "
        "Az `all` jelentése: amennyi segít."
    ),
    "Write a whole number of tokens, or: all": "Egész számú zsetont írj, vagy: all",
    "Show the dates of an assignment (staff), or set them over those of the file (lecturers).\n\n"
    "Moments are local time of the course, such as 2026-10-26T23:59:59. "
    "First you see whom it touches; nothing is set before you confirm.": (
        "Egy feladat dátumai (oktatóknak), vagy beállításuk a fájl dátumai elé (oktatóknak).\n\n"
        "Az időpont a tárgy helyi ideje, például 2026-10-26T23:59:59. "
        "Először látod, kit érint; megerősítésig semmi nem változik."
    ),
    "When it opens.": "Mikor nyílik.",
    "When it is due.": "Mikor van a határidő.",
    "The last moment of all.": "A végső időpont.",
    "When private results are told.": "Mikor derülnek ki a rejtett eredmények.",
    "Go back to the dates of the file.": "Vissza a fájl dátumaihoz.",
    "Why; it stands in the audit.": "Miért; bekerül a naplóba.",
    "There is no row that can be granted.": "Nincs megadható sor.",
    "{count} extensions were granted.": "{count} hosszabbítás megadva.",
    "{path} is too large for a table of extensions.": "{path} túl nagy a hosszabbítások táblázatához.",
    "{path} cannot be read as UTF-8: {why}": "{path} nem olvasható UTF-8-ként: {why}",
    "The first line of {path} must name the columns neptun, assignment, due, reason.": (
        "{path} első sora nevezze meg a neptun, assignment, due, reason oszlopokat."
    ),
    "{moved} change in points or lateness, {told} are to be told.": (
        "{moved} hallgató pontja vagy késése változik, {told} értesítendő."
    ),
    "Set by {by}: {reason}": "Beállította: {by}: {reason}",
    "Do it?": "Mehet?",
    "Nothing was changed.": "Semmi nem változott.",
    "Row {row}:": "{row}. sor:",
    "for": "kinek",
    "why": "miért",
    "granted": "megadva",
    "in force": "érvényes",
    "a later one holds": "egy későbbi érvényes",
    "replaced": "helyébe új lépett",
    "taken back": "visszavonva",
    "What counts: the private share": "Ami számít: a rejtett rész",
    "Public share": "Nyilvános rész",
    "What all {most} points would be worth:": "Mennyit érne mind a {most} pont:",
    "after that": "azután",
    "{used} of {all} used in this term, {here} of at most {most} here.": (
        "A félévben {used} / {all} felhasználva, itt {here}, legfeljebb {most}."
    ),
    "You let this assignment use at most {most}.": "Ennek a feladatnak legfeljebb {most}-t engedsz.",
    "It is closed for you: this can no longer be changed.": "Neked már lezárult: ez már nem módosítható.",
    "in the file": "a fájlban",
    "then": "utána",
    "late by": "késés",
    "opens": "nyílik",
    "closes for good": "végleg zárul",
    "private results told": "a rejtett eredmények kiderülnek",
}
