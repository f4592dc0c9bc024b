"""Sentences about weights: why a file of them is refused, or does not fit its network."""

from __future__ import annotations

from assignments.localized import Localized

SENTENCES = {
    "model_size": Localized(
        "The model has {parameters} parameters in {tensors} tensors ({mib} MiB).",
        "A modell {tensors} tenzorban {parameters} paramétert tartalmaz ({mib} MiB).",
    ),
    "large_weights": Localized(
        "{file} has {mib} MiB; at most {most} are allowed.", "a {file} {mib} MiB; legfeljebb {most} lehet."
    ),
    "many_parameters": Localized(
        "the model has {number} parameters; at most {most} are allowed.",
        "a modellnek {number} paramétere van; legfeljebb {most} lehet.",
    ),
    "weights_of_others": Localized(
        "{found} is a model of a kind that can run any program when it is opened, so it is never taken. "
        "The two lines below save a model as {file}.",
        "{found} olyan modellfájl, amely megnyitáskor bármilyen programot lefuttathat, ezért sosem "
        "fogadjuk el. Az alábbi két sor {file} néven menti a modellt.",
    ),
    "weights_format": Localized(
        "{file} is no safetensors file but {format}, which can run any program when it is opened. "
        "The two lines below save a model as safetensors.",
        "a {file} nem safetensors, hanem {format}, amely megnyitáskor bármilyen programot lefuttathat. "
        "Az alábbi két sor safetensors formátumban menti a modellt.",
    ),
    "weights_unknown": Localized(
        "{file} is no safetensors file. The two lines below save a model as one.",
        "a {file} nem safetensors fájl. Az alábbi két sor ilyet készít a modellből.",
    ),
    "weights_cut": Localized(
        "{file} is cut off, or no safetensors file.", "a {file} csonka, vagy nem safetensors fájl."
    ),
    "weights_long_header": Localized(
        "{file} has a header of more than 1 MiB.", "a {file} fejléce 1 MiB-nál hosszabb."
    ),
    "weights_header": Localized("{file} has a damaged header.", "a {file} fejléce sérült."),
    "weights_tensors": Localized(
        "{file} holds {number} tensors; 1 to {most} are allowed.",
        "a {file} {number} tenzort tartalmaz; 1 és {most} közötti szám megengedett.",
    ),
    "weights_twice": Localized("{file} says {key} twice.", "a {file} kétszer tartalmazza ezt: {key}."),
    "weights_name": Localized("{file} names a tensor {tensor}.", "a {file} egy tenzor neve {tensor}."),
    "weights_entry": Localized(
        "{file} describes {tensor} in an unknown way.", "a {file} ismeretlen módon írja le ezt: {tensor}."
    ),
    "weights_type": Localized(
        "{file} has numbers of a type that is not taken in {tensor}; taken are {types}.",
        "a {file} nem elfogadott típusú számokat tartalmaz itt: {tensor}; elfogadott: {types}.",
    ),
    "weights_shape": Localized(
        "{file} gives {tensor} an impossible shape or place.", "a {file} lehetetlen alak vagy hely: {tensor}."
    ),
    "weights_bytes": Localized(
        "{file} says that {tensor} takes another number of bytes than its shape needs.",
        "a {file} szerint {tensor} nem annyi bájt, amennyi az alakjából következik.",
    ),
    "weights_gap": Localized(
        "{file} has a gap or an overlap before {tensor}.", "a {file} hézagos vagy átfedő itt: {tensor}."
    ),
    "weights_end": Localized(
        "{file} has {size} bytes of numbers, but its header describes {described}.",
        "a {file} {size} bájt számot tartalmaz, de a fejléce {described} bájtot ír le.",
    ),
    "weights_mismatch": Localized(
        "The weights do not fit the network that `build_model()` returns: {problem}.",
        "A súlyok nem illenek a hálózathoz, amelyet a `build_model()` ad: {problem}.",
    ),
    "weights_prefix": Localized(
        "All that differs between the file and the network is {prefix} in the names of the tensors, which "
        "DataParallel, torch.compile or another wrapper put there. The lines below save them without it.",
        "A fájl és a hálózat csak abban tér el, hogy a tenzorok nevében ott áll: {prefix} (a DataParallel, a "
        "torch.compile vagy más burkoló tette oda). Az alábbi sorok enélkül mentik őket.",
    ),
    "network_prefix": Localized(
        "The network that `build_model()` returns is wrapped, and the file is not: its tensors have {prefix} "
        "in their names. Return the network itself.",
        "A `build_model()` becsomagolt hálózatot ad, a fájl viszont nem ilyet tartalmaz: a tenzorai nevében "
        "ott áll: {prefix}. Magát a hálózatot add vissza.",
    ),
    "lazy_module": Localized(
        "{tensor} of the network has no size yet: it belongs to a lazy module such as nn.LazyLinear. Give "
        "its sizes in `build_model()`, as in nn.Linear(784, 10).",
        "A hálózat {tensor} tenzorának még nincs mérete: lusta modulé, amilyen az nn.LazyLinear. Add meg a "
        "méreteit a `build_model()`-ben, mint itt: nn.Linear(784, 10).",
    ),
    "tensor_missing": Localized("{tensor} is missing from the file", "{tensor} hiányzik a fájlból"),
    "tensor_unknown": Localized(
        "{tensor} is in the file but not in the network", "{tensor} a fájlban van, de a hálózatban nincs"
    ),
    "tensor_shape": Localized(
        "{tensor} has the shape {file} in the file and {network} in the network",
        "{tensor} alakja a fájlban {file}, a hálózatban {network}",
    ),
    "tensor_type": Localized(
        "{tensor} has the type {file} in the file and {network} in the network",
        "{tensor} típusa a fájlban {file}, a hálózatban {network}",
    ),
}
