#!/usr/bin/env bash
# Builds the image with docker, podman or buildah: the first that works. Arguments go to the builder.
#   scripts/build_image.sh [--build-arg BASE=...]
set -euo pipefail
cd "$(dirname "$0")/.."

value() { sed -n "s/^  $1: //p" metadata.yaml; }
tag=$(value dockerRepository):$(value dockerImageTag)

# A client without its daemon is no builder.
if docker info >/dev/null 2>&1; then
    builder=(docker build)
elif podman info >/dev/null 2>&1; then
    builder=(podman build)
elif buildah info >/dev/null 2>&1; then
    builder=(buildah build)
else
    echo "Building the image needs docker, podman or buildah; none of them works here." >&2
    exit 1
fi

echo "==> ${builder[*]} --tag $tag"
"${builder[@]}" --tag "$tag" "$@" .
echo "==> built $tag; try it: docker run --rm $tag spec"
