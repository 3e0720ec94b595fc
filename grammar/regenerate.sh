#!/usr/bin/env bash
# Generates grammar/Generated/*.cs and grammar/MlirGeneric.sha256 from the grammar.
#   grammar/regenerate.sh           writes them
#   grammar/regenerate.sh --check   writes nothing, fails when they are out of date
# Needs node. ANTLR_NG names an installed antlr-ng; without it npm installs the version below into a temporary folder.
set -eu
version=1.0.10
cd "$(dirname "$0")"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

antlr=${ANTLR_NG:-}
if [ -z "$antlr" ]; then
    npm install --silent --no-fund --no-audit --prefix "$temp/npm" "antlr-ng@$version" >&2
    antlr=$temp/npm/node_modules/.bin/antlr-ng
fi

options=(-Dlanguage=CSharp -l false -v false -p NestC.Grammar --warnings-are-errors true --lib "$temp/out" -o "$temp/out")
mkdir "$temp/out"
"$antlr" "${options[@]}" MlirGenericLexer.g4
"$antlr" "${options[@]}" MlirGeneric.g4
sha256sum MlirGeneric.g4 MlirGenericLexer.g4 > "$temp/MlirGeneric.sha256"

if [ "${1:-}" = --check ]; then
    diff -u MlirGeneric.sha256 "$temp/MlirGeneric.sha256"
    for name in MlirGeneric MlirGenericLexer; do
        diff -q "Generated/$name.cs" "$temp/out/$name.cs"
    done
    echo "grammar/Generated is up to date"
else
    mkdir -p Generated
    cp "$temp/out/MlirGeneric.cs" "$temp/out/MlirGenericLexer.cs" Generated/
    cp "$temp/MlirGeneric.sha256" .
fi
