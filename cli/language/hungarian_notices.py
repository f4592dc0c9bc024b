"""What the tool says of notices, in Hungarian."""

from __future__ import annotations

NOTICES: dict[str, str] = {
    "Read what has happened to your work: results, decisions, moved dates. The newest first.": (
        "Mi történt a munkáddal: eredmények, döntések, változott időpontok. A legújabb elöl."
    ),
    "How many at most.": "Legfeljebb ennyi.",
    "Older ones than the notice with this number.": "Az ilyen számú értesítésnél régebbiek.",
    "Mark what is shown, and older ones, as read.": "A megjelenők és a régebbiek legyenek olvasottak.",
    "There are no notices.": "Nincs értesítés.",
    "hazi notices --before {id}": "hazi notices --before {id}",
}
