#!/usr/bin/env bash
# Builds the image and runs it against a simulated account, on a machine without a docker daemon, as root, on Debian.
# The base is Airbyte's where it can be pulled, and one of Debian's packages where no registry of images can be reached.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
buildah=(buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs)
build=("${buildah[@]}" build --isolation chroot --network host)

clean() {
    command -v buildah >/dev/null && "${buildah[@]}" rm --all >/dev/null 2>&1
    rm -rf "$work"
}
trap clean EXIT

step() { printf '\n==> %s\n' "$1"; }

need() {
    command -v "$1" >/dev/null && return
    step "installing $1"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null
}

need buildah
base=$(sed -n 's/^ARG BASE=//p' Dockerfile)
step "pulling the base, $base"
if ! timeout 300 "${buildah[@]}" pull --quiet "$base" 2>/dev/null; then
    base=localhost/stand-in
    step "it cannot be pulled here: a stand-in of Debian's packages"
    need mmdebstrap
    mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates bookworm "$work/base.tar"
    scratch=$("${buildah[@]}" from scratch)
    "${buildah[@]}" add --quiet "$scratch" "$work/base.tar" / >/dev/null
    "${buildah[@]}" commit --quiet --rm "$scratch" "$base" >/dev/null
    rm "$work/base.tar"
fi

step "building the image (about a minute)"
mapfile -t mounts < <(.venv/bin/python scripts/pip_settings.py "$work")
if ! "${build[@]}" "${mounts[@]}" --build-arg BASE="$base" --tag localhost/image . 2>&1 |
    tee "$work/build.log" | grep --line-buffered 'STEP [0-9]'; then
    tail -n 60 "$work/build.log"
    exit 1
fi

.venv/bin/python -m scripts.image_trial \
    "$("${buildah[@]}" from "$base")" "$("${buildah[@]}" from localhost/image)" -- "${buildah[@]}"
