"""Sentences about data sets: why one cannot be read, and what was found in it."""

from __future__ import annotations

from assignments.localized import Localized

SENTENCES = {
    # why it cannot be read, as the box says it
    "data_damaged": Localized("the data set cannot be read.", "az adathalmaz nem olvasható."),
    "data_no_file": Localized("there is no {file} in the zip.", "nincs {file} a zipben."),
    "data_no_toml": Localized(
        "{file} is not valid TOML: {place}.", "a(z) {file} nem érvényes TOML: {place}."
    ),
    "data_format": Localized(
        '{file} must say format = "csv", format = "npy" or format = "images".',
        'a(z) {file} fájlban ez álljon: format = "csv", format = "npy" vagy format = "images".',
    ),
    "data_label": Localized(
        "{file} must name the column of the labels: label = ...",
        "a(z) {file} nevezze meg a címkék oszlopát: label = ...",
    ),
    "data_classes": Localized("there are more than 1000 classes.", "több mint 1000 osztály van."),
    "data_columns": Localized(
        "the first row of {file} must name 2 to 2000 different columns, the label among them; "
        "it names: {place}.",
        "a(z) {file} első sora 2–2000 különböző oszlopot nevezzen meg, köztük a címkéét; "
        "ezek állnak benne: {place}.",
    ),
    "data_cells": Localized(
        "row {place} of {file} has another number of cells than the header.",
        "a(z) {file} {place}. sorában nem annyi cella van, mint a fejlécben.",
    ),
    "data_bad_label": Localized(
        "row {place} of {file}: the label {value} is no text of 1 to 40 characters.",
        "a(z) {file} {place}. sora: a(z) {value} címke nem 1–40 karakteres szöveg.",
    ),
    "data_missing_label": Localized(
        "row {place} of {file}: the label {value} counts as missing, as do an empty cell, NA, N/A, NaN, "
        "null, none and ?. Give this class another name.",
        "a(z) {file} {place}. sora: a(z) {value} címke hiányzó értéknek számít, mint az üres cella, NA, N/A, "
        "NaN, null, none és ?. Nevezd másképp ezt az osztályt.",
    ),
    "data_bad_class": Localized(
        "the folder {file} must be called by its class: 1 to 40 printable characters.",
        "a(z) {file} mappa neve az osztály legyen: 1–40 nyomtatható karakter.",
    ),
    "data_no_image": Localized(
        "{file} is no PNG or JPEG picture, or is damaged. Leave other files out of these folders.",
        "a(z) {file} nem PNG- vagy JPEG-kép, vagy sérült. Más fájl ne legyen ezekben a mappákban.",
    ),
    "data_large_image": Localized(
        "{file} has {place} pixels; at most 4096 x 4096 are allowed. Scale it down.",
        "a(z) {file} képpontjai: {place}; legfeljebb 4096 x 4096 lehet. Kicsinyítsd le.",
    ),
    "data_no_array": Localized(
        "{file} is no array of numbers as numpy.save writes it.",
        "a(z) {file} nem olyan számtömb, amilyet a numpy.save ír.",
    ),
    "data_shapes": Localized(
        "inputs must be (N, ...) and labels (N,) of whole numbers; with {file} the shapes are {place}.",
        "a bemenet (N, ...), a címkék (N,) alakú egész számok legyenek; itt ({file}) az alakok: {place}.",
    ),
    "data_lengths": Localized(
        "there must be one label for each input; with {file} there are {place}.",
        "minden bemenethez egy címke kell; itt ({file}) a darabszámok: {place}.",
    ),
    # what was found
    "splits_alike": Localized("All splits have the form {form}.", "Minden rész alakja {form}."),
    "splits_differ": Localized(
        "The splits differ in columns, types or shapes.", "A részek oszlopai, típusai vagy alakjai eltérnek."
    ),
    "examples": Localized(
        "{total} examples ({parts}); at least {least} are asked for, and some in every split.",
        "{total} példa ({parts}); legalább {least} kell, és minden részbe jusson.",
    ),
    "shared_examples": Localized(
        "Shared: {parts}; at most {most} allowed.", "Közös: {parts}; legfeljebb {most} lehet."
    ),
    "repeated_examples": Localized("Repeated: {parts}.", "Ismétlés: {parts}."),
    "coverage": Localized(
        "{classes} classes; each needs {least} examples in every split. Too few: {worst}.",
        "{classes} osztály; mindegyikből {least} példa kell részenként. Kevés: {worst}.",
    ),
    "balance": Localized(
        "In train the largest class is {ratio} times the smallest; at most {most} times is allowed.",
        "A `train` rész legnagyobb osztálya a legkisebb {ratio}-szerese; legfeljebb {most}-szerese lehet.",
    ),
    "missing_values": Localized(
        "{percent} % of the values are missing; at most {most} % allowed.",
        "Az értékek {percent} %-a hiányzik; legfeljebb {most} % lehet.",
    ),
}
