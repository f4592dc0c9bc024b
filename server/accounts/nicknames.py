"""Nicknames: what the projector shows instead of a Neptun code."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Collection

from flask_babel import lazy_gettext as _

from assignments.spec import NEPTUN_LENGTH
from server.errors import BadInput
from server.texts.unicode_forms import normal_form

SHORTEST = 2
LONGEST = 24
# What they are called in Hungarian, and in English.
ADJECTIVES = {
    "Bátor": "Brave",
    "Bölcs": "Wise",
    "Csendes": "Quiet",
    "Csillogó": "Sparkling",
    "Derűs": "Cheerful",
    "Éber": "Wakeful",
    "Fürge": "Nimble",
    "Gyors": "Swift",
    "Hűséges": "Faithful",
    "Jókedvű": "Jolly",
    "Kedves": "Kind",
    "Kíváncsi": "Curious",
    "Lelkes": "Keen",
    "Merész": "Daring",
    "Nyugodt": "Calm",
    "Okos": "Clever",
    "Ötletes": "Inventive",
    "Pimasz": "Cheeky",
    "Ravasz": "Sly",
    "Szelíd": "Gentle",
    "Szorgos": "Busy",
    "Talpraesett": "Resourceful",
    "Türelmes": "Patient",
    "Ügyes": "Handy",
    "Vidám": "Merry",
    "Virgonc": "Playful",
    "Zenélő": "Musical",
    "Álmodó": "Dreaming",
    "Kék": "Blue",
    "Piros": "Red",
    "Arany": "Golden",
    "Ezüst": "Silver",
    "Havasi": "Alpine",
    "Tengeri": "Marine",
    "Erdei": "Woodland",
    "Mezei": "Meadow",
}
ANIMALS = {
    "Borz": "Badger",
    "Bagoly": "Owl",
    "Béka": "Frog",
    "Cinke": "Titmouse",
    "Cincér": "Beetle",
    "Delfin": "Dolphin",
    "Egér": "Mouse",
    "Farkas": "Wolf",
    "Fecske": "Swallow",
    "Fóka": "Seal",
    "Gém": "Heron",
    "Gepárd": "Cheetah",
    "Gólya": "Stork",
    "Gyík": "Lizard",
    "Hód": "Beaver",
    "Hangya": "Ant",
    "Holló": "Raven",
    "Jegesmedve": "Polar Bear",
    "Kakukk": "Cuckoo",
    "Kecske": "Goat",
    "Lajhár": "Sloth",
    "Lepke": "Moth",
    "Macska": "Cat",
    "Medve": "Bear",
    "Menyét": "Weasel",
    "Mókus": "Squirrel",
    "Narvál": "Narwhal",
    "Nyúl": "Rabbit",
    "Nyest": "Marten",
    "Oposszum": "Opossum",
    "Orka": "Orca",
    "Ölyv": "Buzzard",
    "Panda": "Panda",
    "Pele": "Dormouse",
    "Pingvin": "Penguin",
    "Pisztráng": "Trout",
    "Poszáta": "Warbler",
    "Puma": "Puma",
    "Rigó": "Thrush",
    "Róka": "Fox",
    "Sas": "Eagle",
    "Sirály": "Gull",
    "Sólyom": "Falcon",
    "Süni": "Hedgehog",
    "Szarvas": "Deer",
    "Szitakötő": "Dragonfly",
    "Tapír": "Tapir",
    "Teknős": "Tortoise",
    "Tigris": "Tiger",
    "Vakond": "Mole",
    "Vidra": "Otter",
    "Vízicickány": "Water Shrew",
    "Zebra": "Zebra",
    "Zerge": "Chamois",
    "Zsiráf": "Giraffe",
}
PAIRS = len(ADJECTIVES) * len(ANIMALS)


def generate(taken: Collection[str], seed: int) -> str:
    """Two friendly words that are not among the folded ones in use; a number follows once they run out."""
    chance = random.Random(seed)  # noqa: S311 - a nickname is no secret
    for attempt in range(len(taken) + 40):
        number = "" if attempt < 40 else f" {attempt}"
        nickname = f"{chance.choice(list(ADJECTIVES))} {chance.choice(list(ANIMALS))}{number}"
        if folded_nickname(nickname) not in taken and len(nickname) <= LONGEST:
            return nickname
    return f"Hallgató {chance.randrange(10**9)}"


def two_words(number: int, language: str) -> str:
    """The pair of words with this number, from 0, in a language; past the last pair a digit follows."""
    turn, pair = divmod(number, PAIRS)
    adjective, animal = divmod(pair, len(ANIMALS))
    words = [*ADJECTIVES.items()][adjective], [*ANIMALS.items()][animal]
    spoken = " ".join(word[0] if language == "hu" else word[1] for word in words)
    return f"{spoken} {turn + 1}" if turn else spoken


def read_nickname(text: str) -> str:
    """The nickname that was typed, in one line. Raises BadInput when it cannot be shown."""
    nickname = " ".join(normal_form("NFKC", text).split())
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
    return {letters[at : at + NEPTUN_LENGTH] for at in range(len(letters) - NEPTUN_LENGTH + 1)}


def _showable(char: str) -> bool:
    """Letters, numbers, punctuation, symbols and the plain space: no piled-up marks, nothing hidden."""
    return char == " " or unicodedata.category(char)[0] in "LNPS"
