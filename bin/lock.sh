#!/bin/sh
# Exact versions with hashes, the same for every Python from 3.11 on and every machine.
set -eu
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links "$@"
}
compile requirements.in -o requirements.txt
compile requirements-dev.in -o requirements-dev.txt
