"""Why a data set could not be read, in English and Hungarian."""

from __future__ import annotations

from assignments.spec import Localized

DATASET_PROBLEMS = {
    "damaged": Localized("the data set cannot be read.", "az adathalmaz nem olvasható."),
    "no_file": Localized("there is no {file} in the zip.", "nincs {file} a zipben."),
    "no_toml": Localized("{file} is not valid TOML: {place}.", "a(z) {file} nem érvényes TOML: {place}."),
    "format": Localized(
        '{file} must say format = "csv", format = "npy" or format = "images".',
        'a(z) {file} fájlban ez álljon: format = "csv", format = "npy" vagy format = "images".',
    ),
    "label": Localized(
        "{file} must name the column of the labels: label = ...",
        "a(z) {file} nevezze meg a címkék oszlopát: label = ...",
    ),
    "classes": Localized("there are more than 1000 classes.", "több mint 1000 osztály van."),
    "columns": Localized(
        "the first row of {file} must name 2 to 2000 different columns, the label among them.",
        "a(z) {file} első sora 2–2000 különböző oszlopot nevezzen meg, köztük a címkéét.",
    ),
    "cells": Localized(
        "row {place} of {file} has another number of cells than the header.",
        "a(z) {file} {place}. sorában nem annyi cella van, mint a fejlécben.",
    ),
    "bad_label": Localized(
        "row {place} of {file} has no label of 1 to 40 characters.",
        "a(z) {file} {place}. sorában nincs 1–40 karakteres címke.",
    ),
    "bad_class": Localized(
        "the folder {file} must be called by its class: 1 to 40 printable characters.",
        "a(z) {file} mappa neve az osztály legyen: 1–40 nyomtatható karakter.",
    ),
    "no_image": Localized(
        "{file} is no PNG or JPEG picture, or is damaged. Leave other files out of these folders.",
        "a(z) {file} nem PNG- vagy JPEG-kép, vagy sérült. Más fájl ne legyen ezekben a mappákban.",
    ),
    "large_image": Localized(
        "{file} has {place} pixels; at most 4096 x 4096 are allowed. Scale it down.",
        "a(z) {file} képpontjai: {place}; legfeljebb 4096 x 4096 lehet. Kicsinyítsd le.",
    ),
    "no_table": Localized("{file} is no CSV table in UTF-8.", "a(z) {file} nem UTF-8 kódolású CSV-táblázat."),
    "no_array": Localized(
        "{file} is no array of numbers as numpy.save writes it.",
        "a(z) {file} nem olyan számtömb, amilyet a numpy.save ír.",
    ),
    "shapes": Localized(
        "inputs must be (N, ...) and labels (N,) of whole numbers; with {file} the shapes are {place}.",
        "a bemenet (N, ...), a címkék (N,) alakú egész számok legyenek; itt ({file}) az alakok: {place}.",
    ),
    "lengths": Localized(
        "there must be one label for each input; with {file} there are {place}.",
        "minden bemenethez egy címke kell; itt ({file}) a darabszámok: {place}.",
    ),
}
"""Why a data set could not be read, as the box says it."""
