"""Sentences about imports: what is not there where the code runs, and what to take instead."""

from __future__ import annotations

from collections.abc import Mapping

from assignments.localized import Localized

SENTENCES = {
    "imports_missing": Localized(
        "Not installed: {modules}. Installed are {packages}.",
        "Nincs telepítve: {modules}. Telepítve van: {packages}.",
    ),
    "imports_hidden": Localized(
        "Called like an installed module, so that one would be imported instead of yours: {modules}. Give "
        "your file another name.",
        "Egy telepített modul nevét viseli, ezért az töltődne be a tiéd helyett: {modules}. Adj a fájlodnak "
        "más nevet.",
    ),
    "import_at": Localized("{module} ({file}, line {line})", "{module} ({file}, {line}. sor)"),
    "import_in_cell": Localized(
        "{module} (code cell {cell}, line {line})", "{module} ({cell}. kódcella, {line}. sor)"
    ),
    "import_instead": Localized("{place}: {advice}", "{place}: {advice}"),
}

NOT_NEEDED = Localized("leave it out, only notebooks have it", "hagyd el, csak notebookban van ilyen")
NO_NETWORK = Localized("there is no network", "hálózat nincs")
IN_TORCH = Localized("write it with torch", "írd meg torch-csal")
ADVICE: Mapping[str, Localized] = {
    "IPython": NOT_NEEDED,
    "google": NOT_NEEDED,
    "ipywidgets": NOT_NEEDED,
    "cv2": Localized("take Pillow, `from PIL import Image`", "használd a Pillow-t: `from PIL import Image`"),
    "imageio": Localized(
        "take Pillow, `from PIL import Image`", "használd a Pillow-t: `from PIL import Image`"
    ),
    "skimage": Localized("take scipy.ndimage or Pillow", "használd a scipy.ndimage-et vagy a Pillow-t"),
    "tensorflow": IN_TORCH,
    "keras": IN_TORCH,
    "jax": IN_TORCH,
    "flax": IN_TORCH,
    "lightning": IN_TORCH,
    "pytorch_lightning": IN_TORCH,
    "fastai": IN_TORCH,
    "transformers": IN_TORCH,
    "timm": IN_TORCH,
    "torchvision": Localized(
        "write layers and transforms with torch, read pictures with Pillow",
        "rétegekhez és transzformációkhoz torch, képekhez Pillow",
    ),
    "torchaudio": IN_TORCH,
    "torchtext": IN_TORCH,
    "torchsummary": Localized("print(model) says the same", "print(model) ugyanezt mondja"),
    "torchinfo": Localized("print(model) says the same", "print(model) ugyanezt mondja"),
    "xgboost": Localized("take sklearn.ensemble", "használd a sklearn.ensemble-t"),
    "lightgbm": Localized("take sklearn.ensemble", "használd a sklearn.ensemble-t"),
    "plotly": Localized("take matplotlib", "használd a matplotlibet"),
    "bokeh": Localized("take matplotlib", "használd a matplotlibet"),
    "tensorboard": Localized("call log(loss=...)", "hívd a log(loss=...) függvényt"),
    "tensorboardX": Localized("call log(loss=...)", "hívd a log(loss=...) függvényt"),
    "wandb": Localized("call log(loss=...)", "hívd a log(loss=...) függvényt"),
    "mlflow": Localized("call log(loss=...)", "hívd a log(loss=...) függvényt"),
    "d2l": Localized(
        "copy the functions that you use into your file", "másold a használt függvényeket a fájlba"
    ),
    "datasets": NO_NETWORK,
    "huggingface_hub": NO_NETWORK,
    "requests": NO_NETWORK,
    "wget": NO_NETWORK,
    "gdown": NO_NETWORK,
    "kaggle": NO_NETWORK,
}
"""What to do about a package that is not there, by the name under which it is imported."""
