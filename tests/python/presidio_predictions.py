"""Predictions of Microsoft Presidio on labelled documents, in the form that `cargo xtask eval --score` reads.

    python tests/python/presidio_predictions.py --model en=en_core_web_lg FILE.jsonl... > presidio.jsonl

Presidio runs as it comes: its default recognizers and thresholds. `--model LANGUAGE=NAME` names a spaCy model, by package or by
folder, for each language that is to be tried; `--as mul=en,code=en` says as which language documents of another kind are read.
Documents of other languages are left out. Versions go to standard error. Nothing is fetched while it runs.

Its page: https://microsoft.github.io/presidio/supported_entities/
"""

import argparse
import importlib
import json
import logging
import pathlib
import sys
import time

# Entity of Presidio: label of the data. What begins with a country and is not named here goes by its ending, see `label_of`.
LABELS = {
    "PERSON": "PERSON",
    "LOCATION": "LOCATION",
    "ORGANIZATION": "ORG",
    "NRP": "NRP",
    "DATE_TIME": "DATE",
    "EMAIL_ADDRESS": "EMAIL",
    "PHONE_NUMBER": "PHONE",
    "CREDIT_CARD": "CREDIT_CARD",
    "IBAN_CODE": "IBAN",
    "US_BANK_NUMBER": "BANK_ACCOUNT",
    "CRYPTO": "CRYPTO",
    "IP_ADDRESS": "IP",
    "MAC_ADDRESS": "MAC",
    "URL": "URL",
    "MEDICAL_LICENSE": "OTHER_ID",
    "UK_NHS": "HEALTH_ID",
    "AU_MEDICARE": "HEALTH_ID",
    "US_ITIN": "TAX_ID",
    "IN_PAN": "TAX_ID",
    "AU_TFN": "TAX_ID",
    "PL_NIP": "TAX_ID",
    "IT_VAT_CODE": "TAX_ID",
}
ENDINGS = {
    "_PASSPORT": "PASSPORT",
    "_DRIVER_LICENSE": "DRIVER_LICENSE",
    "_DRIVING_LICENCE": "DRIVER_LICENSE",
    "_VEHICLE_REGISTRATION": "LICENSE_PLATE",
    "_LICENSE_PLATE": "LICENSE_PLATE",
    "_TAX_ID": "TAX_ID",
    "_TIN": "TAX_ID",
}


def label_of(entity):
    """The label that an entity answers to; a number of a country that is nothing else is a national id."""
    if entity in LABELS:
        return LABELS[entity]
    for ending, label in ENDINGS.items():
        if entity.endswith(ending):
            return label
    return "NATIONAL_ID"


def settled(found):
    """What its anonymizer would replace: of equal spans the surest, and none that lies inside another."""
    kept = []
    for result in sorted(found, key=lambda result: (result.start, -result.end, -result.score)):
        if not any(other.start <= result.start and result.end <= other.end for other in kept):
            kept.append(result)
    return kept


def pairs(text):
    """`a=b,c=d` as a dictionary."""
    return dict(pair.split("=", 1) for pair in text.split(",") if pair)


def model_of(name):
    """A folder, a spaCy model, or the folder `_model` of a package that carries one."""
    if pathlib.Path(name).is_dir():
        return name, pathlib.Path(name)
    package = importlib.import_module(name)
    inner = pathlib.Path(package.__file__).parent / "_model"
    return (str(inner), inner) if inner.is_dir() else (name, pathlib.Path(package.__file__).parent)


def analyzer_for(models):
    """Presidio's analyzer with its default recognizers for these languages."""
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    # The list of top-level domains that comes with the package, instead of one from the network.
    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = offline
    tldextract.extract = offline
    languages = sorted(models)
    engine = NlpEngineProvider(
        nlp_configuration={
            "nlp_engine_name": "spacy",
            "models": [{"lang_code": language, "model_name": models[language][0]} for language in languages],
            "ner_model_configuration": default_ner_configuration(),
        }
    ).create_engine()
    registry = RecognizerRegistry(supported_languages=languages)
    registry.load_predefined_recognizers(languages=languages, nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=languages)


def default_ner_configuration():
    """The part of Presidio's own default configuration that maps the model's labels."""
    import presidio_analyzer
    import yaml

    path = pathlib.Path(presidio_analyzer.__file__).parent / "conf" / "default.yaml"
    return yaml.safe_load(path.read_text())["ner_model_configuration"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", action="append", required=True, metavar="LANGUAGE=NAME")
    parser.add_argument("--as", dest="others", default="mul=en,code=en", metavar="LANG=LANGUAGE,...")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    logging.disable(logging.WARNING)

    models = {language: model_of(name) for model in options.model for language, name in pairs(model).items()}
    others = pairs(options.others)
    analyzer = analyzer_for(models)
    versions()
    for language, (_, folder) in models.items():
        for meta in sorted(folder.rglob("meta.json"))[:1]:
            found = json.loads(meta.read_text())
            print(f"{language}: {found['lang']}_{found['name']} {found['version']}", file=sys.stderr)
    count, begun = 0, time.monotonic()
    for path in options.files:
        for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            document = json.loads(line)
            language = others.get(document["lang"], document["lang"])
            if language not in models:
                continue
            found = analyzer.analyze(text=document["text"], language=language)
            spans = [
                {"start": result.start, "end": result.end, "label": label_of(result.entity_type)}
                for result in settled(found)
            ]
            print(json.dumps({"id": document["id"], "spans": spans}))
            count += 1
            if count % 500 == 0 and sys.stderr.isatty():
                print(f"{count} documents", file=sys.stderr)
    print(f"{count} documents in {time.monotonic() - begun:.0f} s", file=sys.stderr)


def versions():
    """What was measured, for the record."""
    from importlib.metadata import version

    for package in ["presidio-analyzer", "spacy"]:
        print(f"{package} {version(package)}", file=sys.stderr)


if __name__ == "__main__":
    main()
