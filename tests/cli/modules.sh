#!/usr/bin/env bash
# The sources keep to the dependency table of tools/check_modules.sh, and that script finds every kind
# of offence at its place.
set -u
failures=0
check=$QLBE_SOURCE_DIR/tools/check_modules.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$check" || { echo "FAIL: the modules depend on what they may not"; failures=1; }

# A small tree that keeps to the table.
cd "$work" || exit 1
for module in core scattering kernel discretisation spectrum run io app; do mkdir -p src/$module; done
mkdir -p include/qlbe
for name in core/units scattering/interaction kernel/jump_kernel discretisation/fiber spectrum/spectrum \
  io/report; do
  echo '#include <petscsys.h>' > "include/qlbe/${name#*/}.h"
  echo "#include \"qlbe/${name#*/}.h\"" > "src/$name.c"
done
printf '#include "qlbe/fiber.h"\n#include "qlbe/units.h"\n#include <petscmat.h>\n' > src/app/spectrum.c
printf '#include <hdf5.h>\n' > src/run/locks.c
printf '#include "qlbe/interaction.h"\n#include <gsl/gsl_errno.h>\n' >> src/kernel/jump_kernel.c
printf '#include <petscmat.h>\n#include "qlbe/interaction.h"\n' >> src/discretisation/fiber.c
printf '#include <slepceps.h>\n' >> src/spectrum/spectrum.c
printf '#include <hdf5.h>\n#include <cjson/cJSON.h>\n' >> src/io/report.c
"$check" "$work" || { echo "FAIL: an offence in a tree that keeps to the table"; failures=$((failures + 1)); }

# finds FILE TEXT REGEX : with TEXT as the last line of FILE there is one offence, there
finds() {
  local line status
  [ -f "$1" ] && cp "$1" saved
  printf '%s\n' "$2" >> "$1"
  line=$(wc -l < "$1")
  "$check" "$work" > out
  status=$?
  if [ $status -ne 1 ] || [ "$(wc -l < out)" -ne 1 ] || ! grep -qE "^$1:$line: $3" out; then
    echo "FAIL: '$2' in $1: status $status, expected '$1:$line: $3' and got:"
    cat out
    failures=$((failures + 1))
  fi
  rm "$1"
  [ -f saved ] && mv saved "$1"
}
finds src/core/units.c '#include "qlbe/interaction.h"' 'core may not use scattering'
finds src/scattering/interaction.c '#include "qlbe/jump_kernel.h"' 'scattering may not use kernel'
finds src/scattering/interaction.c '#include "qlbe/fiber.h"' 'scattering may not use discretisation'
finds src/kernel/jump_kernel.c '  #  include "qlbe/fiber.h"' 'kernel may not use discretisation'
finds src/discretisation/fiber.c '#include "qlbe/spectrum.h"' 'discretisation may not use spectrum'
finds src/spectrum/spectrum.c '#include "qlbe/interaction.h"' 'spectrum may not use scattering'
finds src/io/report.c '#include "qlbe/jump_kernel.h"' 'io may not use kernel'
finds include/qlbe/report.h '#include "qlbe/fiber.h" // why' 'io may not use discretisation'
finds src/discretisation/fiber.c '#include <slepceps.h>' 'discretisation may not include slepceps.h'
finds src/discretisation/fiber.c '#include <hdf5.h>' 'discretisation may not include hdf5.h'
finds src/app/spectrum.c '#include <hdf5.h>' 'app may not include hdf5.h'
finds src/kernel/jump_kernel.c '#include <petscmat.h>' 'kernel may not include petscmat.h'
finds src/scattering/interaction.c '#include <petscksp.h>' 'scattering may not include petscksp.h'
finds src/scattering/interaction.c '#include <petscmat.h>' 'scattering may not include petscmat.h'
finds src/spectrum/spectrum.c '#include <yaml.h>' 'spectrum may not include yaml.h'
finds src/app/spectrum.c '#include <cjson/cJSON.h>' 'app may not include cjson/cJSON.h'
finds src/scattering/interaction.c '  PetscCallMPI(MPI_Allreduce(a, b, 1, MPI_INT, MPI_SUM, c));' \
  'scattering may not communicate'
finds src/io/report.c '#include "../app/run.h"' 'include by a relative path'
finds src/io/report.c '#include "qlbe/nowhere.h"' 'qlbe/nowhere.h belongs to no module'
finds include/qlbe/orphan.h '#include <petscsys.h>' 'belongs to no module'
mkdir src/unheard
finds src/unheard/of.c '#include <math.h>' 'module unheard is not in the table'
[ $failures -eq 0 ]
