#!/usr/bin/env bash
# Sets up everything that `make demo` or `make test` needs; does nothing when all is there.
# Usage: setup.sh demo|test
set -euo pipefail
cd "$(dirname "$0")"

profile=${1:-test}
case $profile in
    demo) extras=server,embedded,grader ;;
    test) extras=server,embedded,grader,test ;;
    *) echo "usage: setup.sh demo|test" >&2; exit 2 ;;
esac

say() { printf '\033[2msetup:\033[0m %s\n' "$*" >&2; }
give_up() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# Two set-ups at once would trample on each other: the second waits, then finds everything done.
mkdir -p -m 700 var
exec 9>var/setup.lock
flock 9

# --- Python ----------------------------------------------------------------------------------------

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$candidate" -c 'import os, sys; print(os.path.realpath(sys.executable))'
            return
        fi
    done
    give_up "Házi needs Python 3.11 or newer: install one, or name it with PYTHON=/path/to/python3.11."
}
python=$(find_python)

# --- Debian packages, fetched only when something is missing ----------------------------------------

missing=()
command -v bwrap >/dev/null || missing+=(bubblewrap)
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ "$profile" = test ]; then
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null || missing+=(postgresql)
    [ -x /usr/bin/redis-server ] || missing+=(redis-server) # the embedded one is too old for accounts
    compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || missing+=(libfaketime)
    command -v openssl >/dev/null || missing+=(openssl)
    command -v node >/dev/null || missing+=(nodejs)
    command -v npm >/dev/null || missing+=(npm)
    [ -x /usr/bin/chromium ] || missing+=(chromium fonts-liberation)
    # Playwright's driver is linked against it and does not bring it along.
    compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null || missing+=(libatomic1)
fi

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
    local wanted="$*"
    command -v apt-get >/dev/null ||
        give_up "Házi needs $wanted, and there is no apt-get here to fetch them: install them with this system's own package manager, then run the same command again."
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null && ! { [ -t 0 ] && command -v sudo >/dev/null; }; then
        give_up "Házi needs the Debian packages $wanted: have an administrator run 'apt-get install $wanted', then run the same command again."
    fi
    say "fetching Debian packages: $wanted"
    as_root dpkg --configure -a >var/setup-apt.log 2>&1 || true # heals an installation that was cut off
    as_root apt-get update -q >>var/setup-apt.log 2>&1 || true # an old list may still do
    # shellcheck disable=SC2086 # one word per package is what is wanted here
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 $wanted >>var/setup-apt.log 2>&1 ||
        give_up "the Debian packages $wanted could not be fetched (var/setup-apt.log says why): check the network, then run the same command again."
}
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"

# Student code runs only inside bubblewrap, so a host where that is impossible is told at once.
if ! why=$(bwrap --unshare-user --unshare-pid --unshare-net --unshare-ipc --ro-bind / / --proc /proc --dev /dev true 2>&1); then
    give_up "the sandbox cannot start here ($why): allow unprivileged user namespaces (docs/deploy.md, \"What the sandbox needs\"), then run the same command again."
fi

# --- Node packages: they check the scripts of the pages, and none of them is shipped ------------------

install_node_packages() {
    local stamp=node_modules/hazi.stamp wanted
    node -e 'process.exit(parseInt(process.versions.node, 10) < 18 ? 1 : 0)' ||
        give_up "Házi's tests need Node.js 18 or newer, and this is $(node -v): install a newer one, then run the same command again."
    wanted=$( { cat package.json package-lock.json; node -v; } | sha256sum | cut -d' ' -f1)
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    say "installing Node packages"
    npm ci --ignore-scripts --no-audit --no-fund >var/setup-npm.log 2>&1 ||
        give_up "the Node packages could not be installed (var/setup-npm.log says why): check the network and the free disk space, then run the same command again."
    echo "$wanted" >"$stamp"
}
[ "$profile" != test ] || install_node_packages

# --- Python packages --------------------------------------------------------------------------------

stamp=.venv/hazi-$profile.stamp
unfinished=.venv/hazi-unfinished
wanted=$( { cat pyproject.toml constraints.txt setup.sh; echo "$python"; "$python" -V; pwd; } | sha256sum | cut -d' ' -f1)
[ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || exit 0

# A set-up that was cut off may have left half a package behind, which pip would take for a whole one.
usable() {
    [ ! -e "$unfinished" ] && grep -qF "$PWD/.venv" .venv/bin/activate &&
        .venv/bin/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))'
}
if ! usable 2>/dev/null; then
    say "creating .venv with $("$python" -V)"
    rm -rf .venv
    "$python" -m venv .venv
fi
touch "$unfinished"
say "installing Python packages (the first time takes minutes: PyTorch is large)"
if ! .venv/bin/python -m pip install --disable-pip-version-check -q -c constraints.txt -e ".[$extras]" 2>&1 | tee var/setup-pip.log >&2; then
    give_up "the Python packages could not be installed (var/setup-pip.log says why): check the network and the free disk space, then run the same command again."
fi
rm -f "$unfinished"
echo "$wanted" >"$stamp"
[ "$profile" != test ] || echo "$wanted" >.venv/hazi-demo.stamp
say "done"
