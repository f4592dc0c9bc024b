"""Sentences about handed-in files: why they are refused, and what was done with them."""

from __future__ import annotations

from assignments.localized import Localized

SENTENCES = {
    "missing_file": Localized("there is no {file} among them.", "nincs köztük {file}."),
    "main_taken": Localized("{found} was taken for {file}.", "A(z) {found} fájlt vettük {file} helyett."),
    "main_elsewhere": Localized(
        "{file} must lie at the top and not in a folder beside other files; it was found as {found}.",
        "a {file} legfelül legyen, ne más fájlok melletti mappában; itt van: {found}.",
    ),
    "main_missing": Localized(
        "there is no {file} among them. What was found: {found}.",
        "nincs köztük {file}. Ezek vannak: {found}.",
    ),
    "main_unclear": Localized(
        "there is no {file} among them; call the one that is to be graded so. There are {found}.",
        "nincs köztük {file}; nevezd így azt, amelyiket értékelni kell. Ezek vannak: {found}.",
    ),
    "notebook_not_graded": Localized(
        "{file} was graded; the notebook {found} was not.",
        "A {file} lett értékelve; a(z) {found} notebook nem.",
    ),
    "misnamed_file": Localized(
        "the file must be called {main}, not {found}.", "a fájl neve {main} legyen, ne {found}."
    ),
    "empty_file": Localized("{file} is empty.", "a {file} üres."),
    "large_source": Localized("{file} is larger than 256 KiB.", "a {file} nagyobb 256 KiB-nál."),
    "source_with_nul": Localized(
        "{file} is not text (it holds a NUL byte).", "a {file} nem szöveg (NUL bájt)."
    ),
    "source_not_utf8": Localized(
        "{file} is not UTF-8 (line {line}). Save it as UTF-8.",
        "a {file} nem UTF-8 kódolású ({line}. sor). Mentsd UTF-8-ként.",
    ),
    "source_encoding": Localized(
        "{file} declares another encoding than UTF-8. Remove that line.",
        "a {file} nem UTF-8 kódolást ír elő. Töröld azt a sort.",
    ),
    # zip archives
    "zip_damaged": Localized("the zip archive is damaged or cut off.", "a zip fájl sérült vagy csonka."),
    "zip_size": Localized(
        "unpacked, the zip would have {mib} MiB; at most {most} are allowed.",
        "kicsomagolva a zip {mib} MiB lenne; legfeljebb {most} lehet.",
    ),
    "zip_ratio": Localized(
        "the zip grows more than 100-fold when it is unpacked.",
        "a zip kicsomagolva több mint százszorosára nő.",
    ),
    "zip_entries": Localized(
        "the zip has {number} entries; at most {most} are allowed. Pack only what your work needs.",
        "a zipben {number} bejegyzés van; legfeljebb {most} lehet. Csak azt csomagold be, ami kell.",
    ),
    "zip_many_entries": Localized(
        "the zip has more than {number} entries; at most {most} are allowed. Pack only what your work needs, "
        "without folders such as .venv and .git.",
        "a zipben több mint {number} bejegyzés van; legfeljebb {most} lehet. Csak azt csomagold be, ami "
        "kell, .venv, .git és hasonló mappák nélkül.",
    ),
    # one entry of an archive, or one of several files
    "entry_for_main": Localized(
        "the entry {entry} would stand in for {main}.", "a(z) {entry} bejegyzés a {main} helyébe lépne."
    ),
    "entry_colon": Localized(
        "the entry {entry} has a colon in its name, which not every system can keep: rename it.",
        "a(z) {entry} bejegyzés nevében kettőspont van, amit nem minden rendszer tud tárolni: nevezd át.",
    ),
    "entry_left_out": Localized(
        "{entry} was left out: no code needs it, and a colon in a name cannot be kept everywhere.",
        "A(z) {entry} kimaradt: a kódnak nem kell, és a kettőspont a nevében nem mindenhol tárolható.",
    ),
    "entry_outside": Localized(
        "the entry {entry} leads out of its folder.", "a(z) {entry} bejegyzés kivezet a mappából."
    ),
    "entry_not_relative": Localized(
        "the entry {entry} has no name that can be kept in a folder: pack the files anew.",
        "a(z) {entry} bejegyzés neve nem tárolható mappában: csomagold újra a fájlokat.",
    ),
    "entry_invisible": Localized(
        "the entry {entry} has characters that cannot be seen.",
        "a(z) {entry} bejegyzés láthatatlan karaktert tartalmaz.",
    ),
    "entry_not_text": Localized(
        "the entry {entry} is no valid text.", "a(z) {entry} bejegyzés nem érvényes szöveg."
    ),
    "entry_long": Localized("the entry {entry} is too long.", "a(z) {entry} bejegyzés túl hosszú."),
    "entry_twice": Localized("the entry {entry} is there twice.", "a(z) {entry} bejegyzés kétszer szerepel."),
    "entry_larger": Localized(
        "the entry {entry} is larger than it says.", "a(z) {entry} bejegyzés nagyobb, mint amit állít."
    ),
    "entry_encrypted": Localized("the entry {entry} is encrypted.", "a(z) {entry} bejegyzés titkosított."),
    "entry_packing": Localized(
        "the entry {entry} is packed in an unusual way.",
        "a(z) {entry} bejegyzés szokatlan módon van tömörítve.",
    ),
    "entry_link": Localized(
        "the entry {entry} is a link or a device.", "a(z) {entry} bejegyzés hivatkozás vagy eszközfájl."
    ),
    "entry_full_folder": Localized(
        "the entry {entry} is a folder with content.", "a(z) {entry} bejegyzés tartalommal bíró mappa."
    ),
    "entry_overlap": Localized(
        "the entry {entry} overlaps another entry.", "a(z) {entry} bejegyzés átfed egy másik bejegyzést."
    ),
    "entry_below_file": Localized(
        "the entry {entry} lies in a folder that is a file.", "a(z) {entry} bejegyzés egy fájl alatt van."
    ),
    # notebooks
    "notebook_and_source": Localized(
        "there are both {source} and {notebook}: hand in one of the two.",
        "{source} és {notebook} is van: a kettő közül csak az egyiket add be.",
    ),
    "notebooks": Localized(
        "there are {number} notebooks: hand in one.", "{number} notebook van: egyet adj be."
    ),
    "notebook_size": Localized(
        "{notebook} is larger than {mib} MiB; clear its outputs and save it.",
        "a(z) {notebook} nagyobb {mib} MiB-nál; töröld a kimeneteit, és mentsd el.",
    ),
    "notebook_values": Localized(
        "{notebook} holds too many values; clear its outputs and save it.",
        "a(z) {notebook} túl sok értéket tartalmaz; töröld a kimeneteit, és mentsd el.",
    ),
    "notebook_depth": Localized(
        "{notebook} is nested too deeply; clear its outputs and save it.",
        "a(z) {notebook} túl mélyen egymásba ágyazott; töröld a kimeneteit, és mentsd el.",
    ),
    "notebook_syntax": Localized(
        "{notebook} is no notebook, or a damaged one.", "a(z) {notebook} nem notebook, vagy sérült."
    ),
    "notebook_not": Localized("{notebook} is no notebook.", "a(z) {notebook} nem notebook."),
    "notebook_old": Localized(
        "{notebook} is of an old format; open it in Jupyter and save it again.",
        "a(z) {notebook} régi formátumú; nyisd meg Jupyterben, és mentsd újra.",
    ),
    "notebook_language": Localized(
        "{notebook} is not written in Python.", "a(z) {notebook} nem Python nyelvű."
    ),
    "notebook_cells": Localized(
        "{notebook} has more than {most} cells.", "a(z) {notebook} több mint {most} cellából áll."
    ),
    "notebook_cell": Localized(
        "{notebook} has a damaged cell (number {number}).", "a(z) {notebook} {number}. cellája sérült."
    ),
    "notebook_not_text": Localized(
        "{notebook} holds characters that are no text.", "a(z) {notebook} érvénytelen karaktert tartalmaz."
    ),
    "colab_stands_still": Localized(
        "Colab's own modules do nothing here: no drive is mounted, and nothing can be uploaded. Hand in the "
        "files that your code opens together with the notebook.",
        "A Colab saját moduljai itt nem csinálnak semmit: nincs csatolt meghajtó, és feltölteni sem lehet. "
        "A kód által megnyitott fájlokat a notebookkal együtt add be.",
    ),
    "display_prints": Localized(
        "What the notebook displays is printed as text, and clearing the output does nothing.",
        "Amit a notebook megjelenít, az szövegként íródik ki, a kimenet törlése pedig nem csinál semmit.",
    ),
    "cell_left_out": Localized(
        "Code cell {cell}, line {line}: {code} is no Python, so the whole cell was left out.",
        "{cell}. kódcella, {line}. sor: {code} nem Python, ezért az egész cella kimaradt.",
    ),
    "condition_left_out": Localized(
        "Code cell {cell}, line {line}: {code} asks for the notebook, so it counts as false.",
        "{cell}. kódcella, {line}. sor: {code} a notebookra kérdez rá, ezért hamisnak számít.",
    ),
    "line_left_out": Localized(
        "Code cell {cell}, line {line}: {code} works in notebooks only and was left out.",
        "{cell}. kódcella, {line}. sor: {code} csak notebookban működik, ezért kimaradt.",
    ),
    "lines_left_out": Localized(
        "{number} more such lines were left out.", "További {number} ilyen sor maradt ki."
    ),
    # tables
    "table_workbook": Localized(
        "{file} is an Excel workbook: save it as CSV.",
        "a(z) {file} Excel-munkafüzet: mentsd el CSV-ként.",
    ),
    "table_protected": Localized(
        "{file} is protected by a password: save it as CSV without one.",
        "a(z) {file} jelszóval védett: mentsd el CSV-ként, jelszó nélkül.",
    ),
    "table_open_document": Localized(
        "{file} is a LibreOffice document: save it as CSV.",
        "a(z) {file} LibreOffice-dokumentum: mentsd el CSV-ként.",
    ),
    "table_archive": Localized(
        "{file} is a zip archive: hand in the table that is in it.",
        "a(z) {file} zip fájl: a benne levő táblázatot add be.",
    ),
    "table_web_page": Localized(
        "{file} is a web page: save the table as CSV.",
        "a(z) {file} weboldal: mentsd el a táblázatot CSV-ként.",
    ),
    "table_pdf": Localized(
        "{file} is a PDF: save the table as CSV.", "a(z) {file} PDF: mentsd el a táblázatot CSV-ként."
    ),
    "table_not_text": Localized(
        "{file} is no text: save the table as CSV in UTF-8.",
        "a(z) {file} nem szöveg: mentsd el a táblázatot UTF-8 kódolású CSV-ként.",
    ),
    "table_not_utf8": Localized(
        "{file} is UTF-8 only in part: line {line} is damaged. Save it as UTF-8 again.",
        "a(z) {file} csak részben UTF-8: sérült a(z) {line}. sor. Mentsd el újra UTF-8-ként.",
    ),
    "table_quotes": Localized(
        "row {line} of {file} opens a quotation mark that does not end as it must.",
        "a(z) {file} {line}. sorában rosszul záródik egy idézőjel.",
    ),
    "table_long_row": Localized(
        "row {line} of {file} is too long; perhaps a quotation mark is not closed.",
        "a(z) {file} {line}. sora túl hosszú; talán nincs lezárva egy idézőjel.",
    ),
    "table_many_rows": Localized(
        "{file} has too many rows (line {line}).", "a(z) {file} túl sok sorból áll ({line}. sor)."
    ),
    "table_guessed": Localized(
        "{file} is not UTF-8; it was read as Windows-1250, the encoding of older programs.",
        "A(z) {file} nem UTF-8; Windows-1250 kódolásúként olvastuk, ahogy régebbi programok írják.",
    ),
    # tables of predictions
    "tables": Localized(
        "there are several tables ({files}): hand in one, or call one of them {file}.",
        "több táblázat is van ({files}): egyet adj be, vagy az egyik neve {file} legyen.",
    ),
    "table_rows": Localized(
        "it has {found} rows below the header; there must be {wanted}.",
        "a fejléc alatt {found} sor van; {wanted} kell.",
    ),
    "table_more_rows": Localized(
        "it has more than the {wanted} rows below the header that there must be.",
        "a fejléc alatt több sor van, mint a szükséges {wanted}.",
    ),
    "table_header": Localized(
        "the first row of {file} must be {wanted}; row {row} is {found}.",
        "a(z) {file} első sora legyen {wanted}; a(z) {row}. sor: {found}.",
    ),
    "table_header_or": Localized(
        "the first row of {file} must be {wanted} or {other}; row {row} is {found}.",
        "a(z) {file} első sora legyen {wanted} vagy {other}; a(z) {row}. sor: {found}.",
    ),
    "table_cells": Localized(
        "row {row} of {file} has {found} cells; the header has {wanted}.",
        "a(z) {file} {row}. sorában {found} cella van; a fejlécben {wanted}.",
    ),
    "row_unknown": Localized(
        "row {row}: the id {value} is unknown; ids are the whole numbers from 0 to {last}.",
        "{row}. sor: ismeretlen azonosító: {value}; az azonosítók 0 és {last} közötti egész számok.",
    ),
    "row_twice": Localized(
        "row {row}: the id {value} is there twice; it stands in row {other} too.",
        "{row}. sor: kétszer szerepel ez az azonosító: {value}; a(z) {other}. sorban is áll.",
    ),
    "row_label": Localized(
        "row {row}: {value} is no label of this assignment. Allowed are {allowed}.",
        "{row}. sor: {value} nem címkéje ennek a feladatnak. Megengedett: {allowed}.",
    ),
    "labels_in_all": Localized("{names} and others, {number} in all", "{names} és mások, összesen {number}"),
    "row_number": Localized(
        "row {row}: {value} is no plain number such as 0.25.",
        "{row}. sor: {value} nem egyszerű szám, amilyen a 0.25.",
    ),
    "row_large": Localized(
        "row {row}: the number {value} is too large.", "{row}. sor: túl nagy szám: {value}."
    ),
}
