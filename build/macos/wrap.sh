#!/bin/sh
# Wraps dist/Glassbox.app as a disk image, on a Mac:  sh build/macos/wrap.sh VERSION [SUFFIX]
#
# PyInstaller has signed the app from the inside out: with GLASSBOX_SIGN_AS, a "Developer ID Application: …"
# identity, or else ad hoc, and then a Mac opens it only after a right click and Open.
# GLASSBOX_NOTARY names a keychain profile of `notarytool store-credentials`; without it nothing is notarised.
set -eu
version=$1 suffix=${2:-}
root=$(cd "$(dirname "$0")/../.." && pwd)
app=$root/dist/Glassbox.app
image=$root/dist/glassbox-$version$suffix-macos-$(uname -m).dmg
[ -d "$app" ] || { echo "there is no $app; run build/freeze.py first" >&2; exit 1; }
codesign --verify --deep --strict "$app"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$app" "$stage/"
cp "$root/LICENSE" "$stage/LICENSE.txt"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Glassbox -srcfolder "$stage" -fs HFS+ -format ULFO -ov "$image"

if [ -n "${GLASSBOX_SIGN_AS:-}" ]; then codesign --force --timestamp --sign "$GLASSBOX_SIGN_AS" "$image"; fi
if [ -n "${GLASSBOX_NOTARY:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$GLASSBOX_NOTARY" --wait
    xcrun stapler staple "$image"
fi
echo "wrap: $image"
