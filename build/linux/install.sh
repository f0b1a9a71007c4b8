#!/bin/sh
# Makes Glassbox known to the desktop: a menu entry, .glassbox files and lab: links. Run it where it lies.
#
#   ./install.sh             for you alone (as root: for everybody)
#   ./install.sh --remove    takes that back; then delete this folder, and nothing is left
#   PREFIX=/usr ./install.sh     writes below that folder instead
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -n "${PREFIX:-}" ]; then
    share=$PREFIX/share bin=$PREFIX/bin
elif [ "$(id -u)" = 0 ]; then
    share=/usr/local/share bin=/usr/local/bin
else
    share=${XDG_DATA_HOME:-$HOME/.local/share} bin=$HOME/.local/bin
fi
entry=$share/applications/glassbox.desktop
type=$share/mime/packages/glassbox.xml
icon=$share/icons/hicolor/scalable/apps/glassbox.svg

refresh() { # what is not installed is not needed
    if command -v update-mime-database >/dev/null; then update-mime-database "$share/mime" || true; fi
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$share/applications" || true; fi
    if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qtf "$share/icons/hicolor" || true; fi
}

case ${1:-} in
--remove)
    rm -f "$entry" "$type" "$icon"
    if [ -L "$bin/glassbox" ]; then rm -f "$bin/glassbox"; fi
    refresh >/dev/null 2>&1
    echo "Glassbox is no longer in the menu. Delete $here to remove it."
    ;;
"")
    mkdir -p "$(dirname "$entry")" "$(dirname "$type")" "$(dirname "$icon")" "$bin"
    # In a desktop entry a path is quoted, and \ " ` $ in it are escaped twice.
    quoted=$(printf '%s' "$here/glassbox" | sed -e 's/[\\"`$]/\\\\&/g')
    sed -e '/^TryExec=/d' -e "s|^Exec=.*|Exec=\"$(printf '%s' "$quoted" | sed -e 's/[\\&|]/\\&/g')\" %u|" \
        "$here/share/glassbox.desktop" >"$entry"
    cp "$here/share/glassbox-mime.xml" "$type"
    cp "$here/share/glassbox.svg" "$icon"
    ln -sf "$here/glassbox" "$bin/glassbox"
    refresh >/dev/null 2>&1
    echo "Glassbox is in the menu now; from a terminal: $bin/glassbox"
    ;;
*)
    echo "usage: $0 [--remove]" >&2
    exit 2
    ;;
esac
