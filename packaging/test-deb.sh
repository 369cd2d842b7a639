#!/usr/bin/env bash
# Installs a Debian package in a minimal Debian 12 that has nothing else, runs it, and removes it. Needs root and debootstrap.
#
#   packaging/test-deb.sh dist/decant_*.deb [SUITE]
set -euo pipefail
package=$(realpath "$1")
. "$(dirname "$0")/bare-debian.sh"

start "${2:-bookworm}"
inside dpkg-query -W -f '${Package}\n' | sort >"$work/before"
cp "$package" "$root/tmp/decant.deb"

say "install"
inside apt-get install -y -q --no-install-recommends /tmp/decant.deb >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
inside dpkg-query -W -f '${Package}\n' | sort | comm -13 "$work/before" - | tr '\n' ' '

demo
main_job /usr/share/decant
inside test -f /usr/share/man/man1/decant-inspect.1.gz || echo "(this Debian leaves out manual pages)"

say "remove"
inside apt-get purge -y -q decant >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
inside rm -rf /tmp/decant-demo
left=$(find "$root"/usr "$root"/etc "$root"/var/lib -xdev -path '*decant*' ! -path '*/apt/*' ! -path '*/dpkg/*')
[ -z "$left" ] || { echo "left behind: $left" >&2; exit 1; }
say "installed, ran and was removed"
