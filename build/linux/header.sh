#!/bin/sh
# Glassbox @VERSION@: this file is a script with an archive behind it.
#
#   sh glassbox-@VERSION@.run                     installs for you alone (as root: for everybody)
#   sh glassbox-@VERSION@.run --target FOLDER     somewhere else
#   sh glassbox-@VERSION@.run --extract FOLDER    only unpacks
#   sh glassbox-@VERSION@.run --quiet             says nothing but errors
# To remove it: FOLDER/install.sh --remove, then delete FOLDER.
set -eu
lines=@LINES@ sum=@SHA256@ target="" extract="" quiet=""
while [ $# -gt 0 ]; do
    case $1 in
    --target | --extract)
        [ $# -ge 2 ] || { echo "$1 needs a folder" >&2; exit 2; }
        target=$2
        [ "$1" = --target ] || extract=yes
        shift
        ;;
    --quiet) quiet=yes ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) echo "there is no option $1; see --help" >&2; exit 2 ;;
    esac
    shift
done
if [ -z "$target" ]; then
    if [ "$(id -u)" = 0 ]; then target=/opt/glassbox; else target=$HOME/.local/opt/glassbox; fi
fi
for tool in tail tar xz; do
    command -v $tool >/dev/null || { echo "this system has no $tool, which is needed to unpack" >&2; exit 1; }
done
if command -v sha256sum >/dev/null; then
    found=$(tail -n +$((lines + 1)) "$0" | sha256sum | cut -c1-64)
    [ "$found" = "$sum" ] || { echo "this file is damaged: download it again" >&2; exit 1; }
fi
if [ -e "$target" ] && [ ! -f "$target/_internal/assets/build.json" ] && [ -n "$(ls -A "$target")" ]; then
    echo "$target is there already and is not Glassbox; choose another with --target" >&2
    exit 1
fi
fresh=$target.new-$$
mkdir -p "$fresh"
trap 'rm -rf "$fresh"' EXIT
tail -n +$((lines + 1)) "$0" | tar -xJf - -C "$fresh" --strip-components=1
rm -rf "$target"
mv "$fresh" "$target"
[ -n "$quiet" ] || echo "Glassbox @VERSION@ is in $target"
if [ -z "$extract" ]; then
    if [ -n "$quiet" ]; then "$target/install.sh" >/dev/null; else "$target/install.sh"; fi
fi
exit 0
