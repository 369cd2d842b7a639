#!/usr/bin/env bash
# Puts what goes into share/ of every package under SHARE: the model and the pictures of `decant demo`, and the schemas that the help
# names; and with PROGRAM, its manual and what shells need to complete its commands.
#
#   packaging/share.sh SHARE [PROGRAM]
set -euo pipefail
share=$(realpath -m "$1")
program=${2:+$(realpath "$2")}
cd "$(dirname "$0")/.."

demo=$share/decant/demo
scenes=Fixtures/scenes
install -d "$demo/images" "$demo/golden"
install -m 644 $scenes/model.ckpt-4222 $scenes/model.ckpt-4222.meta $scenes/word_counts.txt "$demo"
install -m 644 $scenes/images/*.jpg "$demo/images"
install -m 644 $scenes/golden/captions.json "$demo/golden"
install -d "$share/decant/schemas"
install -m 644 Schemas/*.schema.json "$share/decant/schemas"
[ -n "$program" ] || exit 0

install -d "$share/man/man1" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
"$program" man --force --output "$share/man/man1"
# A completion is read by a shell that runs already, so its first line is not the name of a program.
"$program" completions bash | sed '1{/^#!/d}' >"$share/bash-completion/completions/decant"
"$program" completions zsh >"$share/zsh/site-functions/_decant"
"$program" completions fish >"$share/fish/vendor_completions.d/decant.fish"
