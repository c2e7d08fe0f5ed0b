#!/usr/bin/env bash
# The steps of README.md, one after the other: steps.sh FOLDER-OF-FIRE [OUT]. About an hour and a half on one thread.
set -euo pipefail
fire=$1 out=${2:-finance-steps}
mkdir -p "$out" && cd "$out"
kgbuild evaluate default "$fire/dev.json@fire" | tee step-0.txt
kgbuild sample -n 200 --from "$fire/dev.json" --to jsonl --by random --out dev200.jsonl
kgbuild sample -n 100 --from "$fire/train.json" --to jsonl --out first.jsonl
kgbuild train first.jsonl --dev dev200.jsonl --base default --epochs 8 --out models/first
kgbuild sample -n 100 --from "$fire/train.json" --without first.jsonl --model ./models/first --to jsonl --out more.jsonl
kgbuild train first.jsonl more.jsonl --dev dev200.jsonl --base default --epochs 8 --out models/second
kgbuild train "$fire/train.json" --dev "$fire/dev.json" --base default --epochs 8 --dev-documents 412 --out models/all
kgbuild evaluate ./models/all "$fire/dev.json" | tee step-all.txt
