#!/usr/bin/env bash
# tools/check_modules.sh [DIRECTORY]
#
# Checks that the modules of a source tree (default: this one) use only what they may: the #include
# lines of src/<module>/ and of its public headers, MPI calls where there must be none, headers of a
# discretisation outside of its folder, and long files of app. Prints each
# offence as file:line: and ends with status 1 if there was any.
set -u
tree=${1:-$(dirname "$0")/..}
cd "$tree" || exit 2

# module: the modules whose public headers it may include, apart from its own
modules='core:
scattering: core
kernel: core scattering
discretisation: core scattering kernel
spectrum: core discretisation
diffusion: core kernel discretisation spectrum
evolution: core scattering kernel discretisation spectrum
io: core
run: core io
app: core scattering kernel discretisation spectrum diffusion evolution io run'

# A public header belongs to the module that has a .c file of its name; these have none.
headers='discretisation_list:core
vector_length:core
radial:kernel
app:app'

# pattern of library headers: modules, or single files, that may include them; the first match decides
libraries='slepcmfn\.h: evolution spectrum
slepcsys\.h: spectrum run src/app/main.c
slepcversion\.h: src/app/help.c
slepc.*: spectrum
petsc(mat|mat.*|ksp|pc|snes|ts|tao|dm.*)\.h: discretisation spectrum evolution diffusion app
petscvec.*: discretisation spectrum evolution diffusion io app
(hdf5.*|H5.*)\.h: io run
yaml.*: core
(cjson/.*|cJSON.*): io
Random123/.*: evolution
gsl/.*: core scattering kernel discretisation evolution diffusion run'

# lines of a file of app at most: what is longer belongs elsewhere
app_lines=300

# modules in which no MPI function may be called
silent='scattering'

offences=0
offence() { # FILE:LINE TEXT
  echo "$1: $2"
  offences=$((offences + 1))
}

declare -A may_use header_module
while IFS=: read -r name used; do may_use[$name]=" $name $used "; done <<< "$modules"
while IFS=: read -r name module; do header_module[$name]=$module; done <<< "$headers"
for file in $(find src -mindepth 2 -name '*.c' | sort); do
  name=${file##*/}
  name=${name%.c}
  module=${file#src/}
  module=${module%%/*}
  # The commands are called after what they compute; a header of that name is not theirs.
  [ "$module" = app ] && [ -n "${header_module[$name]:-}" ] && continue
  [ -f "include/qlbe/$name.h" ] || continue
  if [ "$module" != app ] && [ -n "${header_module[$name]:-}" ] && [ "${header_module[$name]}" != app ]; then
    offence "$file:1" "include/qlbe/$name.h has two modules, $module and ${header_module[$name]}"
  fi
  header_module[$name]=$module
done

check_own() { # FILE:LINE MODULE HEADER
  local owner=${header_module[$3]:-}
  if [ -z "$owner" ]; then
    offence "$1" "qlbe/$3.h belongs to no module: there is no src/*/$3.c, nor an entry in tools/check_modules.sh"
  elif [[ "${may_use[$2]}" != *" $owner "* ]]; then
    offence "$1" "$2 may not use $owner (qlbe/$3.h)"
  fi
}

check_library() { # FILE LINE MODULE HEADER
  local pattern users user
  while IFS=: read -r pattern users; do
    [[ "$4" =~ ^$pattern$ ]] || continue
    for user in $users; do
      [ "$user" = "$3" ] && return
      [ "$user" = "$1" ] && return
    done
    offence "$1:$2" "$3 may not include $4"
    return
  done <<< "$libraries"
}

# A header below src/discretisation/NAME/ belongs to that folder alone: what else needs of a
# discretisation stands in its interface.
check_folder() { # FILE LINE HEADER
  local owner
  for owner in src/discretisation/*/"$3"; do
    [ -f "$owner" ] || continue
    [ "${1%/*}" = "${owner%/*}" ] || offence "$1:$2" "$3 is private to ${owner%/*}"
  done
}

check_file() { # FILE MODULE
  local line text header
  while IFS=: read -r line text; do
    header=${text#*[<\"]}
    header=${header%%[>\"]*}
    case "$header" in
      qlbe/*)
        header=${header#qlbe/}
        check_own "$1:$line" "$2" "${header%.h}"
        ;;
      *..*) offence "$1:$line" "include by a relative path: $header" ;;
      *)
        check_folder "$1" "$line" "$header"
        check_library "$1" "$line" "$2" "$header"
        ;;
    esac
  done < <(grep -nE '^[[:space:]]*#[[:space:]]*include' "$1")
  [[ " $silent " == *" $2 "* ]] || return
  while IFS=: read -r line text; do
    offence "$1:$line" "$2 may not communicate: $text"
  done < <(grep -nE '\bMPI_[A-Z][a-z]+(_[a-z]+)*[[:space:]]*\(' "$1")
}

files=0
for file in $(find src -mindepth 2 -name '*.[ch]' | sort); do
  module=${file#src/}
  module=${module%%/*}
  files=$((files + 1))
  if [ -z "${may_use[$module]:-}" ]; then
    offence "$file:1" "module $module is not in the table of tools/check_modules.sh"
    continue
  fi
  check_file "$file" "$module"
  if [ "$module" = app ] && [ "$(wc -l < "$file")" -gt $app_lines ]; then
    offence "$file:$app_lines" "a file of app has at most $app_lines lines"
  fi
done
for file in include/qlbe/*.h; do
  [ -f "$file" ] || continue
  files=$((files + 1))
  name=${file##*/}
  module=${header_module[${name%.h}]:-}
  if [ -z "$module" ]; then
    offence "$file:1" "belongs to no module: there is no .c file of its name, nor an entry in tools/check_modules.sh"
    continue
  fi
  check_file "$file" "$module"
done
if [ $files -eq 0 ]; then
  echo "$tree: no sources found" >&2
  exit 2
fi
[ $offences -eq 0 ] || exit 1
