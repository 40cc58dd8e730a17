# Loads the environment of a build, runs one phase in it, or opens a shell there.
#
#   bash driver.sh load SAVED         source stdenv, as the builder would, and save what there is
#   bash driver.sh run BEFORE SAVED PHASE
#   set -- shell BEFORE PHASE; source driver.sh       (from the start-up file of a shell)
#
# It uses nothing but what bash itself has: until stdenv is sourced there is no PATH, and the bash of
# nixpkgs is built without completion, so without `compgen`. Its own names begin with _phases_.
# An environment is a list of records KEY NUL TEXT NUL. Records `v NAME` and `f NAME` hold source
# text that declares a variable or a function, `o` the options of the shell, `c` the folder; records
# `= NAME` (the plain text of a variable) and `@ NAME` (the file of a function) are for readers.

_phases_variables() {
    local _phases_letter
    for _phases_letter in {a..z} {A..Z} _; do
        eval 'printf "%s\n" "${!'"$_phases_letter"'@}"'
    done
}

# Those that bash sets itself, some of them read-only.
_phases_private() {
    case $1 in
        '' | _ | _phases_* | BASH* | COMP_* | DIRSTACK | EPOCH* | EUID | FUNCNAME | GROUPS | HISTCMD) ;;
        LINENO | OLDPWD | PIPESTATUS | PPID | PWD | RANDOM | SECONDS | SHELLOPTS | SHLVL) ;;
        SRANDOM | UID) ;;
        *) return 1 ;;
    esac
}

# $1: names of variables, one a line. Called with the caller's IFS untouched, for it is saved too.
_phases_records() {
    local _phases_kind _phases_name _phases_all
    while IFS= read -r _phases_name; do
        _phases_private "$_phases_name" && continue
        printf 'v %s\0' "$_phases_name"
        declare -p "$_phases_name"
        printf '\0'
    done <<<"$1"
    while IFS=" " read -r _ _phases_kind _phases_name; do
        _phases_private "$_phases_name" && continue
        printf 'f %s\0' "$_phases_name"
        declare -f "$_phases_name"
        [[ $_phases_kind != *x* ]] || printf 'declare -fx %s\n' "$_phases_name"
        printf '\0'
    done <<<"$(declare -F)"
    printf 'o\0%s\0' "$_phases_options"
    printf 'c\0%s\0' "$PWD"
    (
        IFS=' '
        while read -r _phases_name; do
            _phases_private "$_phases_name" && continue
            _phases_all="$_phases_name[*]"
            printf '= %s\0%s\0' "$_phases_name" "${!_phases_all-}"
        done <<<"$1"
        shopt -s extdebug
        while read -r _ _ _phases_name; do
            _phases_private "$_phases_name" && continue
            _phases_all=$(declare -F "$_phases_name")
            _phases_all=${_phases_all#* * }
            printf '@ %s\0%s\0' "$_phases_name" "$_phases_all"
        done <<<"$(declare -F)"
    )
    printf 'end\0\0'
}

_phases_save() {
    trap - EXIT
    _phases_options=$(shopt -p || :; set +o)
    set +eu
    _phases_records "$(_phases_variables)" >"$1"
}

_phases_run() {
    local curPhase=$1
    if [[ $curPhase = buildCommand && -f ${buildCommandPath-} ]]; then
        source "$buildCommandPath"
        return
    fi
    # A variable wins over a function of the same name, as in stdenv's runPhase.
    eval "${!curPhase:-$curPhase}"
    if [[ $curPhase = unpackPhase ]]; then
        [[ -z ${sourceRoot-} ]] || chmod +x -- "$sourceRoot"
        cd -- "${sourceRoot:-.}"
    fi
}

_phases_mode=$1
_phases_before=$2
_phases_saved=${3-}
_phases_phase=${4-}
set --

if [[ $_phases_mode != load ]]; then
    while IFS= read -r -d '' _phases_key && IFS= read -r -d '' _phases_text; do
        case $_phases_key in
            [vf]*) eval "$_phases_text" ;;
            c) cd -- "$_phases_text" ;;
            o) _phases_options=$_phases_text ;;
        esac
    done <"$_phases_before"
fi

case $_phases_mode in
    load)
        _phases_saved=$_phases_before
        [[ ! -e ${NIX_ATTRS_SH_FILE-} ]] || source "$NIX_ATTRS_SH_FILE"
        set -e
        source "$stdenv/setup"
        export GZIP_NO_TIMESTAMPS=1
        _phases_save "$_phases_saved"
        ;;
    run)
        if declare -F exitHandler >/dev/null; then
            trap exitHandler EXIT
        fi
        eval "$_phases_options" 2>/dev/null # a few options cannot be set, only read
        set -e
        _phases_run "$_phases_phase"
        _phases_save "$_phases_saved"
        ;;
    shell)
        _phases_phase=$_phases_saved
        # A sub-shell, so that a failure ends the phase and not the session.
        phase() (
            _phases_name=${1:-$_phases_phase}
            if [[ -z ${!_phases_name-} ]] && ! declare -F "$_phases_name" >/dev/null; then
                _phases_name+=Phase # build means buildPhase
            fi
            set -e
            _phases_run "$_phases_name"
        )
        PS1="[$_phases_phase \\W]\\$ "
        printf '%s\n' \
            "This is the environment before $_phases_phase, in $PWD." \
            "  phase [NAME]        run $_phases_phase, or another phase, up to its first failure" \
            "  declare -f NAME     print a function;  echo \"\$NAME\"  prints a phase that is a text"
        ;;
esac
