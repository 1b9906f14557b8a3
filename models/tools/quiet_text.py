#!/usr/bin/env python3
"""Cuts pieces of source text that name nobody: what the tagger must leave alone.

    quiet_text.py REGISTRY NAMES OUT

REGISTRY holds unpacked crates as Cargo keeps them; those of `Cargo.lock` under MIT, Apache-2.0 or both are read (their checksums
stand in the lock file). NAMES is a folder of gazetteers. A piece with a sign of a person in it (an address, a copyright line, a
given name before another capitalised word) is left out. Output: OUT/quiet.jsonl in the form of the other corpora.
"""

import hashlib
import json
import re
import sys
import tomllib
from pathlib import Path

FREE = {"MIT", "Apache-2.0", "MIT OR Apache-2.0", "Apache-2.0 OR MIT", "MIT/Apache-2.0", "Apache-2.0/MIT"}
PERSONAL = re.compile(r"@|copyright|\(c\)|author|thanks|contribut|licen[sc]e|maintain|credit|by [A-Z]|https?://github\.com/[a-z]", re.I)
PAIR = re.compile(r"\b([A-Z][a-zà-ž]+)\s+(?:[A-Z]\.\s+)?([A-Z][a-zà-ž]+)")


def main():
    registry, names, out = map(Path, sys.argv[1:4])
    first = set()
    for path in sorted(names.glob("faker_*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            kind, _, entry = line.partition("\t")
            if kind == "first":
                first.add(entry)
    lock = tomllib.loads((Path(__file__).parents[2] / "Cargo.lock").read_text(encoding="utf-8"))
    pieces = []
    for package in lock["package"]:
        folder = registry / f"{package['name']}-{package['version']}"
        manifest = folder / "Cargo.toml"
        if "checksum" not in package or not manifest.exists():
            continue
        if tomllib.loads(manifest.read_text(encoding="utf-8")).get("package", {}).get("license") not in FREE:
            continue
        taken = 0
        for path in sorted(folder.rglob("*")):
            if path.suffix not in (".rs", ".md", ".toml", ".yml", ".json", ".c", ".h", ".sh") or path.stat().st_size > 200_000 or taken >= 24:
                continue
            lines = path.read_text(encoding="utf-8", errors="ignore").splitlines()
            digest = int(hashlib.sha256(f"{package['name']}/{path.name}".encode()).hexdigest(), 16)
            start, size = digest % max(1, len(lines) - 12), 2 + digest // 7 % 14
            text = "\n".join(lines[start:start + size]).strip()
            if len(text) < 40 or len(text) > 1500 or PERSONAL.search(text):
                continue
            if any(a in first for a, _ in PAIR.findall(text)) or not text.isprintable() and not text.replace("\n", "").replace("\t", "").isprintable():
                continue
            pieces.append((f"{package['name']} {package['version']}", text))
            taken += 1
    seen, lines = set(), []
    for origin, text in pieces:
        if text not in seen:
            seen.add(text)
            lines.append(json.dumps({"id": f"quiet:{len(lines)}", "source": "quiet", "lang": "mul", "licence": "MIT OR Apache-2.0", "template": origin, "text": text, "spans": []}, ensure_ascii=False))
    (out / "quiet.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(len(lines), "pieces from", len({o for o, _ in pieces}), "crates,", sum(len(t) for t in seen), "characters")


if __name__ == "__main__":
    main()
