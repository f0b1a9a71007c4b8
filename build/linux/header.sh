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
target=$(printf %s "$target" | sed 's|\(.\)/*$|\1|')
if [ -L "$target" ]; then target=$(readlink -f "$target"); fi # the folder that it leads to is upgraded
fresh=$(dirname "$target")/.$(basename "$target").upgrade-new
old=$(dirname "$target")/.$(basename "$target").upgrade-old
if [ ! -e "$target" ] && [ -d "$old" ]; then mv "$old" "$target"; fi # an upgrade was cut off here
if [ -e "$target" ] && [ ! -f "$target/_internal/assets/build.json" ] && [ -n "$(ls -A "$target")" ]; then
    echo "$target is there already and is not Glassbox; choose another with --target" >&2
    exit 1
fi

# Lists, into a file, what is to be kept of the old folder: what its installation did not bring, a classroom file and all packs.
theirs() {
    found "$target" "$fresh.old"
    if [ -f "$target/$list" ]; then
        LC_ALL=C comm -23 "$fresh.old" "$target/$list" >"$1.raw"
        grep '^\./packs/' "$fresh.old" >>"$1.raw" || true
        LC_ALL=C sort -u "$1.raw" >"$1"
    else # installed before there was a list
        grep -v -e '^\./_internal/' -e '^\./share/' -e '^\./\(glassbox\|install\.sh\|LICENSE\)$' "$fresh.old" >"$1" || true
    fi
}
found() { # the files, links and empty folders of a folder, sorted, into a file
    (cd "$1" && find . \( -type f -o -type l -o -type d -empty \) ! -path "./$list") >"$2.raw"
    LC_ALL=C sort "$2.raw" >"$2"
}
keep() { # one thing that is not ours; where the new version has something of that name, it is kept beside it
    to=$fresh/$1
    if [ -f "$to" ] && cmp -s "$target/$1" "$to"; then return; fi
    if [ -e "$to" ] && [ ! -d "$to" ]; then to=$to.kept; fi
    mkdir -p "$(dirname "$to")"
    if [ -d "$target/$1" ] && [ ! -L "$target/$1" ]; then mkdir -p "$to"; else cp -pP "$target/$1" "$to"; fi
}
end() { # whatever has happened, the old folder or the new one is in its place
    status=$?
    trap - EXIT
    if [ ! -e "$target" ] && [ -d "$old" ]; then mv "$old" "$target"; fi
    rm -rf "$fresh" "$fresh.list" "$fresh.old" "$fresh.keep" "$fresh".*.raw "$old"
    exit $status
}

# The new version is unpacked beside the old one and given what is not ours; then the two change places.
list=installed.txt
trap end EXIT
trap 'exit 1' HUP INT TERM
rm -rf "$fresh" "$old"
mkdir -p "$fresh"
tail -n +$((lines + 1)) "$0" | tar -xJf - -C "$fresh" --strip-components=1
found "$fresh" "$fresh.list"
if [ -e "$target" ]; then
    theirs "$fresh.keep"
    while IFS= read -r name; do keep "$name"; done <"$fresh.keep"
fi
mv "$fresh.list" "$fresh/$list"
if [ ! -e "$target" ]; then
    mv "$fresh" "$target"
elif ! mv --exchange -T "$fresh" "$target" 2>/dev/null; then # new in coreutils 9.5
    mv "$target" "$old"
    mv "$fresh" "$target"
fi
[ -n "$quiet" ] || echo "Glassbox @VERSION@ is in $target"
if [ -z "$extract" ]; then
    if [ -n "$quiet" ]; then "$target/install.sh" >/dev/null; else "$target/install.sh"; fi
fi
exit 0
