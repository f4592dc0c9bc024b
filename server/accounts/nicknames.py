"""Nicknames: what the projector shows instead of a Neptun code."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Collection

from flask_babel import lazy_gettext as _

from server.errors import BadInput

SHORTEST = 2
LONGEST = 24
CODE_LENGTH = 6
ADJECTIVES = [
    "Bátor",
    "Bölcs",
    "Csendes",
    "Csillogó",
    "Derűs",
    "Éber",
    "Fürge",
    "Gyors",
    "Hűséges",
    "Jókedvű",
    "Kedves",
    "Kíváncsi",
    "Lelkes",
    "Merész",
    "Nyugodt",
    "Okos",
    "Ötletes",
    "Pimasz",
    "Ravasz",
    "Szelíd",
    "Szorgos",
    "Talpraesett",
    "Türelmes",
    "Ügyes",
    "Vidám",
    "Virgonc",
    "Zenélő",
    "Álmodó",
    "Kék",
    "Piros",
    "Arany",
    "Ezüst",
    "Havasi",
    "Tengeri",
    "Erdei",
    "Mezei",
]
ANIMALS = [
    "Borz",
    "Bagoly",
    "Béka",
    "Cinke",
    "Cincér",
    "Delfin",
    "Egér",
    "Farkas",
    "Fecske",
    "Fóka",
    "Gém",
    "Gepárd",
    "Gólya",
    "Gyík",
    "Hód",
    "Hangya",
    "Holló",
    "Jegesmedve",
    "Kakukk",
    "Kecske",
    "Lajhár",
    "Lepke",
    "Macska",
    "Medve",
    "Menyét",
    "Mókus",
    "Narvál",
    "Nyúl",
    "Nyest",
    "Oposszum",
    "Orka",
    "Ölyv",
    "Panda",
    "Pele",
    "Pingvin",
    "Pisztráng",
    "Poszáta",
    "Puma",
    "Rigó",
    "Róka",
    "Sas",
    "Sirály",
    "Sólyom",
    "Süni",
    "Szarvas",
    "Szitakötő",
    "Tapír",
    "Teknős",
    "Tigris",
    "Vakond",
    "Vidra",
    "Vízicickány",
    "Zebra",
    "Zerge",
    "Zsiráf",
]


def generate(taken: Collection[str], seed: int) -> str:
    """Two friendly words that are not among the folded ones in use; a number follows once they run out."""
    chance = random.Random(seed)  # noqa: S311 - a nickname is no secret
    for attempt in range(len(taken) + 40):
        number = "" if attempt < 40 else f" {attempt}"
        nickname = f"{chance.choice(ADJECTIVES)} {chance.choice(ANIMALS)}{number}"
        if folded_nickname(nickname) not in taken and len(nickname) <= LONGEST:
            return nickname
    return f"Hallgató {chance.randrange(10**9)}"


def read_nickname(text: str) -> str:
    """The nickname that was typed, in one line. Raises BadInput when it cannot be shown."""
    nickname = " ".join(unicodedata.normalize("NFKC", text).split())
    if not SHORTEST <= len(nickname) <= LONGEST:
        raise BadInput(_("A nickname has %(least)s to %(most)s characters.", least=SHORTEST, most=LONGEST))
    if not all(_showable(char) for char in nickname) or not any(char.isalnum() for char in nickname):
        raise BadInput(_("A nickname is made of letters, digits, spaces and ordinary signs."))
    return nickname


def folded_nickname(nickname: str) -> str:
    """Two nicknames that differ only in this are one."""
    return "".join(nickname.casefold().split())


def codes_within(nickname: str) -> set[str]:
    """Everything in it that could be somebody's Neptun code, however it is spaced and written."""
    letters = "".join(char for char in nickname.upper() if char.isascii() and char.isalnum())
    return {letters[at : at + CODE_LENGTH] for at in range(len(letters) - CODE_LENGTH + 1)}


def _showable(char: str) -> bool:
    """Letters, numbers, punctuation, symbols and the plain space: no piled-up marks, nothing hidden."""
    return char == " " or unicodedata.category(char)[0] in "LNPS"
