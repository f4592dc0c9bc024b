"""The tool's sentences in Hungarian, by what they are in English."""

from __future__ import annotations

from cli.language.hungarian_deadlines import CLOCK
from cli.language.hungarian_help import HELP
from cli.language.hungarian_notices import NOTICES

HUNGARIAN: dict[str, str] = HELP | {
    "{title}": "{title}",
    "Final: scored on data drawn after the deadline.": (
        "Végleges: a határidő után sorsolt adatokon pontoztuk."
    ),
    "The content is the same as before: it is not run again and costs no try. Its run is that of {id}.": (
        "A tartalom ugyanaz, mint korábban: nem fut újra, és nem számít próbálkozásnak. A futása: {id}."
    ),
    # Receipts
    "The receipt is good.": "Az átvételi elismervény hiteles.",
    "The last byte arrived at {moment}.": "Az utolsó bájt megérkezett: {moment}.",
    "It was late by {seconds} s after {due}.": "A határidő ({due}) után {seconds} mp-cel érkezett.",
    "It was on time: due {due}.": "Időben érkezett, határidő: {due}.",
    "{path} is none of the files that were handed in: it has another digest.": (
        "{path} nincs a beadott fájlok között: más az ujjlenyomata."
    ),
    "No keys are kept here. Fetch a receipt once with: hazi receipt, or name them with --keys": (
        "Itt nincsenek megőrzött kulcsok. Tölts le egyszer egy elismervényt: hazi receipt -o FÁJL, "
        "vagy add meg: --keys"
    ),
    "The keys cannot be read: get them anew from the server.": (
        "A kulcsok nem olvashatók: töltsd le őket újra a szerverről."
    ),
    "It is signed with a key that is not known here. Get the keys of the server first.": (
        "Itt nem ismert kulccsal írták alá. Előbb töltsd le a szerver kulcsait."
    ),
    "A key is not named by its own digest: get the keys anew from the server.": (
        "Egy kulcs neve nem a saját lenyomata: töltsd le a kulcsokat újra a szerverről."
    ),
    "Checked with the keys of {source}.": "Ellenőrizve {source} kulcsaival.",
    "Its key was retired before it was issued: somebody else may have it by now.": (
        "A kulcsát a kiállítás előtt visszavonták: azóta másé is lehet."
    ),
    "The file is no receipt: it has other fields than one.": "A fájl nem elismervény: mások a mezői.",
    "The receipt is of another version than this program knows: update the program.": (
        "Az elismervény más verziójú, mint amit ez a program ismer: frissítsd a programot."
    ),
    "The signature is damaged.": "Az aláírás sérült.",
    "The key is none that can sign.": "A kulccsal nem lehet aláírni.",
    "The text is not what the server has signed: something in it was changed.": (
        "A szöveg nem az, amit a szerver aláírt: valamit megváltoztattak benne."
    ),
    "What is signed is no receipt of a hand-in.": "Amit aláírtak, nem beadás elismervénye.",
    "What is signed names another key than the file.": "Az aláírt szöveg más kulcsot nevez meg, mint a fájl.",
    "The file is too large for a receipt.": "A fájl túl nagy egy elismervényhez.",
    "The file cannot be read: it is cut off, or was changed.": (
        "A fájl nem olvasható: csonka, vagy megváltoztatták."
    ),
    # Signing in
    "Address of the server": "A szerver címe",
    "Neptun code": "Neptun-kód",
    "Password": "Jelszó",
    "Nickname": "Becenév",
    "Role": "Szerep",
    "Server": "Szerver",
    "There is no password on standard input.": "Nincs jelszó a szabványos bemeneten.",
    "Signed in to {url} as {neptun}.": "Bejelentkezve: {url}, {neptun}.",
    "Signed out of {url}.": "Kijelentkezve: {url}.",
    "Sign in with: hazi login": "Bejelentkezés: hazi login",
    "You are not signed in. Sign in with: hazi login": "Nem vagy bejelentkezve. Bejelentkezés: hazi login",
    "HAZI_TOKEN is set and goes before what was kept now.": (
        "A HAZI_TOKEN be van állítva, és elsőbbséget élvez a most megőrzött tokennel szemben."
    ),
    "HAZI_TOKEN is set, but not HAZI_URL: which server does the token belong to?": (
        "A HAZI_TOKEN be van állítva, a HAZI_URL nincs: melyik szerveré a token?"
    ),
    "HAZI_TOKEN is still set, but no longer valid.": "A HAZI_TOKEN még be van állítva, de már nem érvényes.",
    "The token was forgotten here, but is still valid: revoke it in your account.": (
        "A token innen törlődött, de még érvényes: vond vissza a fiókodban."
    ),
    "{path} could be read by other users of this machine; now it cannot. "
    "Revoke the old token if you do not trust them: hazi logout": (
        "{path} a gép más felhasználói számára is olvasható volt; most már nem az. "
        "Ha nem bízol bennük, vond vissza a régi tokent: hazi logout"
    ),
    "{path} is damaged. Delete it and sign in again: hazi login": (
        "{path} sérült. Töröld, és jelentkezz be újra: hazi login"
    ),
    "The file that {name} names cannot be read: {path}": (
        "A fájl, amelyre a {name} mutat, nem olvasható: {path}"
    ),
    "The token of {url} is damaged: it has only ASCII letters, digits and signs.": (
        "A(z) {url} tokenje sérült: csak ASCII betűk, számjegyek és jelek lehetnek benne."
    ),
    "Unknown setting {name}: did you mean {meant}?": "Ismeretlen beállítás: {name}. Erre gondoltál: {meant}?",
    # Addresses and answers
    "{url} is not a web address.": "{url} nem webcím.",
    "Leave user and password out of the address: {host}": (
        "A címben ne legyen felhasználónév és jelszó: {host}"
    ),
    "{url} is not encrypted: everybody on the network could read your password and token. "
    "Use https, or say --insecure if you know this network.": (
        "{url} nem titkosított: a hálózaton bárki elolvashatná a jelszavadat és a tokenedet. "
        "Használj https-t, vagy ha ismered ezt a hálózatot, add meg: --insecure."
    ),
    "The server points to another address, which was not opened: {url}": (
        "A szerver egy másik címre mutat, ezt nem nyitottuk meg: {url}"
    ),
    "The server has moved to {where}. Sign in there: hazi login --url …": (
        "A szerver elköltözött ide: {where}. Jelentkezz be ott: hazi login --url …"
    ),
    "The server's answer was not understood ({what}).": "A szerver válasza nem érthető ({what}).",
    "{url} does not answer ({why}).": "{url} nem válaszol ({why}).",
    "{url} does not answer like a Házi server (status {status}).": (
        "{url} nem Házi-szerverként válaszol (állapotkód: {status})."
    ),
    "{url} is not at work right now (status {status}).": "{url} most nem működik (állapotkód: {status}).",
    "Not through yet; trying again in {seconds} s ({number} of {all}).": (
        "Még nem sikerült; újabb próba {seconds} mp múlva ({number}/{all})."
    ),
    "The live view broke off.": "Az élő követés megszakadt.",
    "The live view sent a line without end.": "Az élő követés végtelen sort küldött.",
    "No browser could be opened here: open the address yourself.": (
        "Itt nem nyitható böngésző: nyisd meg a címet te magad."
    ),
    "\nStopped.": "\nLeállítva.",
    # Handing in
    "There is no file {path}.": "Nincs ilyen fájl: {path}.",
    "{path} is a folder. Name the files in it, or zip it and hand in the zip.": (
        "{path} mappa. Sorold fel a benne lévő fájlokat, vagy tömörítsd, és a zipet add be."
    ),
    "A key has only ASCII letters, digits and signs.": (
        "A kulcsban csak ASCII betűk, számjegyek és jelek lehetnek."
    ),
    "{path} is empty.": "{path} üres.",
    "{path} is not a regular file.": "{path} nem közönséges fájl.",
    "{path} cannot be read: {why}": "{path} nem olvasható: {why}",
    "{path} cannot be written: {why}": "{path} nem írható: {why}",
    "The name of {path} is not valid UTF-8: rename it.": "{path} neve nem érvényes UTF-8: nevezd át.",
    "Two files are called {name}: give them different names.": (
        "Két fájl neve is {name}: adj nekik különböző nevet."
    ),
    "{count} files are too many: this assignment takes {limit}.": (
        "{count} fájl túl sok: ehhez a feladathoz legfeljebb {limit} adható be."
    ),
    "{size} MiB are too much: this assignment takes at most {limit} MiB.": (
        "{size} MiB túl sok: ehhez a feladathoz legfeljebb {limit} MiB adható be."
    ),
    "A file changed while it was being sent. Nothing was handed in.": (
        "Egy fájl küldés közben megváltozott. Semmi sem került beadásra."
    ),
    "Sending": "Küldés",
    "Sending {size} …": "Küldés: {size} …",
    "To be sure that it arrives, and only once, say the same again:\n  {command}": (
        "Hogy biztosan, de csak egyszer érkezzen meg, add ki újra ugyanezt:\n  {command}"
    ),
    "Handed in: {assignment}": "Beadva: {assignment}",
    "Submission": "Beadás",
    "Received": "Beérkezett",
    "By": "Beadta",
    "File": "Fájl",
    "Late by {span}": "Késés: {span}",
    "See how it goes: hazi watch {id}": "Így követheted: hazi watch {id}",
    "You have not handed in anything yet.": "Még semmit sem adtál be.",
    "{given} begins {count} of your submissions: say more of it.": (
        "{given} kezdetű beadásod {count} is van: írj többet belőle."
    ),
    "File {file}, line {line}.": "Fájl: {file}, sor: {line}.",
    "Your code has printed nothing.": "A kódod semmit sem írt ki.",
    "Written to {path}.": "Kiírva ide: {path}.",
    # Decisions
    "Nothing was decided.": "Nem született döntés.",
    "Name the submission that is to count, or say --rule.": (
        "Add meg, melyik beadás számítson, vagy írd ki: --rule."
    ),
    "It is kept which submission counts.": "Megjegyeztük, melyik beadás számít.",
    # States and verdicts
    "not open yet": "még nem nyílt meg",
    "open": "nyitva",
    "late": "késve még beadható",
    "closed": "lezárva",
    "for practice": "gyakorlásra",
    "make-up": "pótlás",
    "waiting": "várakozik",
    "about to start": "mindjárt indul",
    "running": "fut",
    "done": "kész",
    "cancelled": "törölve",
    "scored": "értékelve",
    "rejected": "visszautasítva",
    "failed": "hibával leállt",
    "timed out": "túllépte az időkorlátot",
    "out of memory": "elfogyott a memória",
    "printed too much": "túl sokat írt ki",
    "unusable predictions": "használhatatlan becslések",
    "our fault, not yours": "a mi hibánk, nem a tiéd",
    # A run while it goes on
    "next in the queue": "a következő a sorban",
    "number {position} in the queue": "{position}. a sorban",
    "done in about {span}": "kész kb. {span} múlva",
    "fetching the files": "fájlok letöltése",
    "unpacking": "kicsomagolás",
    "starting": "indulás",
    "training": "tanítás",
    "predicting": "becslés",
    "scoring": "értékelés",
    "Ctrl-C leaves; the run goes on without you.": "Ctrl-C: kilépés; a futás nélküled is folytatódik.",
    "The run goes on. Come back with: hazi watch {id}": "A futás folytatódik. Vissza: hazi watch {id}",
    "The run goes on. Come back with: hazi log -f {id}": "A futás folytatódik. Vissza: hazi log -f {id}",
    # Tables
    "There is no assignment yet.": "Még nincs feladat.",
    "Nobody has a score yet.": "Még senkinek sincs eredménye.",
    "title": "cím",
    "state": "állapot",
    "due": "határidő",
    "tries": "próbák",
    "points": "pont",
    "place": "hely",
    "who": "ki",
    "score": "eredmény",
    "received": "beérkezett",
    "baseline: {name}": "viszonyítás: {name}",
    "{span} left": "még {span}",
    "{days} d {hours} h": "{days} nap {hours} óra",
    "{hours} h {minutes} min": "{hours} óra {minutes} perc",
    "{minutes} min {seconds} s": "{minutes} perc {seconds} mp",
    "{seconds} s": "{seconds} mp",
    # The report card
    "Points": "Pont",
    "your first score here": "az első eredményed itt",
    "▲ {change} more than your best so far ({best})": "▲ {change} ponttal több az eddigi legjobbnál ({best})",
    "▼ {change} less than your best ({best})": "▼ {change} ponttal kevesebb a legjobbnál ({best})",
    "= as good as your best ({best})": "= ugyanannyi, mint a legjobb ({best})",
    "… {count} more lines": "… még {count} sor",
    "Checks": "Ellenőrzések",
    "Training": "Tanítás",
    "Metrics": "Mérőszámok",
    " on {size} examples": " ({size} példán)",
    "By class": "Osztályonként",
    "class": "osztály",
    "Data sheet": "Adatlap",
    "and {count} smaller classes": "és {count} kisebb osztály",
    "all values": "minden érték",
    "  {count} missing": "  {count} hiányzik",
    "precision": "pontosság",
    "recall": "fedés",
    "count": "db",
    "★ the class that matters most here": "★ itt ez az osztály a legfontosabb",
    "Confusion matrix": "Tévesztési mátrix",
    "Row: the true class. Column: what was predicted.": "Sor: a valódi osztály. Oszlop: a becsült.",
    "Inside the network": "A háló belülről",
    "layer": "réteg",
    "output": "kimenet",
    "gradient": "gradiens",
    "dead": "halott",
    "output: mean ± deviation before training; gradient: its first norm": (
        "kimenet: átlag ± szórás tanítás előtt; gradiens: az első normája"
    ),
    "right": "helyes",
    "wrong": "téves",
    "of the row": "a sorból",
    "{count} × {true} taken for {predicted}": "{count} × {true} helyett {predicted}",
    "{memory} MiB of memory": "{memory} MiB memória",
    "{file} has no function `{name}`.": "A(z) {file} fájlban nincs `{name}` függvény.",
    "{file}, line {line}: {why}": "{file}, {line}. sor: {why}",
    "{file} is no Python: {why}": "A(z) {file} nem Python-fájl: {why}",
    "{file} is no notebook with code in it.": "A(z) {file} nem kódot tartalmazó notebook.",
    "{file} is too large: clear its outputs and save it.": (
        "A(z) {file} túl nagy: töröld a kimeneteit, és mentsd el."
    ),
    "{file} is no table in UTF-8: {why}": "A(z) {file} nem UTF-8 táblázat: {why}",
    "{file}: not all rows have the same number of columns.": "{file}: a sorok oszlopszáma nem egyforma.",
    "{file} is no whole safetensors file.": "A(z) {file} nem ép safetensors-fájl.",
    "{file} is no whole zip archive.": "A(z) {file} nem ép zip-archívum.",
    "These files would be refused, or fail at once.": (
        "Ezeket a fájlokat elutasítanánk, vagy rögtön hibáznának."
    ),
    "There is no practice kit for this assignment yet: ask your teacher for one.": (
        "Ehhez a feladathoz még nincs gyakorlócsomag: kérj egyet az oktatódtól."
    ),
    "The files can be read, and what is asked for is in them.": (
        "A fájlok olvashatók, és bennük van, amit kérünk."
    ),
    "To train and score them here, install the grader with PyTorch: pip install 'hazi[grader]'": (
        "Ha itt is tanítanád és értékelnéd őket, telepítsd az értékelőt PyTorch-csal: "
        "pip install 'hazi[grader]'"
    ),
    "Fetching the practice kit": "Gyakorlócsomag letöltése",
    "The grader on this machine gave no report; it says why above.": (
        "Az ezen a gépen futó értékelő nem adott eredményt; az okát feljebb írja."
    ),
    "Nothing was handed in: this is what the public validation data say.": (
        "Semmi sem lett beadva: ezt mondják a nyilvános validációs adatok."
    ),
    "The practice kit did not arrive as it was sent. Please try again.": (
        "A gyakorlócsomag nem úgy érkezett meg, ahogy elküldtük. Próbáld újra."
    ),
    "The download broke off.": "A letöltés megszakadt.",
    "{memory} MiB of GPU memory": "{memory} MiB GPU-memória",
    "seed {seed}": "seed: {seed}",
}
HUNGARIAN |= CLOCK | NOTICES
