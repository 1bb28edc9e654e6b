#!/usr/bin/env bash
# `evolve` from a file that is damaged, or that somebody has made up: status 2, one line, nothing written, on any number of ranks.
set -u
failures=0
. "$QLBE_SOURCE_DIR/tests/cli/singletons.sh"

deck="-grid_points 9 -grid_extent 4 -state_width 0.6 -fibers_radial 1 -fibers_angular 1 -evolve_limit false -evolve_times 0.05"
"$QLBE" evolve $deck -state_momentum 0,0,0.2 -evolve_save_fibers true -output_directory made > log 2>&1
[ -e made/evolve.h5 ] || { cat log; exit 1; } # two fibers are no quadrature of the purity: a check fails

cat > make.py <<'PYTHON'
"""make.py CASE: case.h5 from made/evolve.h5, with the seal that belongs to it but for damage."""
import sys
import h5py

NAMES = ("VERSION SPECTRAL SYMMETRY MAGNITUDES DIRECTIONS POLAR K_MAX SCALE CHAINS UNKNOWNS UNKNOWNS_AXIAL UNKNOWNS_MOMENTUM "
         "ORDER_A ORDER_B THERMAL MASS UNIT_MOMENTUM UNIT_LENGTH SI_UNITS").split()
SEAL = 28

def digest(data):
    value = 0xcbf29ce484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value

def seal(data):
    return data + b"\nqlbe-seal %016x\n" % digest(data)

whole = open("made/evolve.h5", "rb").read()
assert seal(whole[:-SEAL]) == whole, "the seal is not FNV-1a of the bytes before it"
kind, *what = sys.argv[1].split("/")
if kind == "flip":
    at = int(float(what[0]) * len(whole))
    data = whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:]
elif kind == "zero":
    at = next(i for i in range(512 * int(float(what[0]) * len(whole) / 512), len(whole), 512) if any(whole[i:i + 512]))
    data = whole[:at] + bytes(512) + whole[at + 512:]
elif kind == "cut":
    data = whole[:int(float(what[0]) * len(whole))]
elif kind == "unsealed":
    data = whole[:-SEAL]
elif kind == "junk":
    data = seal(b"no HDF5 file")
else:
    with open("plain.h5", "wb") as file:
        file.write(whole[:-SEAL])
    with h5py.File("plain.h5", "r+") as file:
        group = file["snapshot"]
        if kind == "header":
            for pair in what:
                name, value = pair.split("=")
                group["header"][NAMES.index(name)] = float(value)
        elif kind == "set":
            name, index, value = what
            group[name][int(index) if name == "axis" else (int(index), 0)] = float(value)
        elif kind == "scale":
            name, factor = what
            group[name][...] *= float(factor)
        elif kind == "shorten":
            values = group[what[0]][:-1]
            del group[what[0]]
            group[what[0]] = values
        elif kind == "remove":
            del group[what[0]]
        elif kind != "same":
            sys.exit(f"no case {kind}")
    data = seal(open("plain.h5", "rb").read())
open("case.h5", "wb").write(data)
PYTHON

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}
refused() { # RANKS CASE REGEX
  local ranks=$1 status=0 start="$QLBE_MPIRUN -n $1"
  [ "$ranks" -gt 1 ] || start=""
  /usr/bin/python3 make.py "$2" || { fail "$2 cannot be made"; return; }
  timeout $((${QLBE_TEST_TIMEOUT:-600} / 10)) $start "$QLBE" evolve $deck -state_type file -state_file case.h5 -output_directory out > out.log 2> err.log || status=$?
  [ $status -eq 2 ] && [ "$(grep -c '^qlbe: ' err.log)" -eq 1 ] && grep -qE "^qlbe: error: command line: state\.file: $3" err.log ||
    fail "$2 on $ranks ranks: status $status, $(grep -v '^\[' err.log | head -3)"
  [ ! -e out ] || { fail "$2 has left a directory"; rm -rf out; }
}
none='expected a file that `evolve` has written with evolve.save_fibers, `case.h5` is none that can be read'
damaged="$none: its bytes are not those that were written"
incomplete="$none: it does not end with a seal: it is incomplete or damaged, was changed, or was written by an older version"

/usr/bin/python3 -c 'import h5py' 2> /dev/null || { echo "no h5py: nothing tested"; exit 77; }
/usr/bin/python3 make.py same
"$QLBE" evolve $deck -state_type file -state_file case.h5 -output_directory good > log 2>&1 || true
[ -e good/evolve.h5 ] || fail "an undamaged file: $(cat log)" # one fiber is no density: a check fails here too

refused 1 flip/0.0001 "$damaged"
refused 3 flip/0.5 "$damaged"
refused 1 flip/0.99995 "$none"
refused 2 zero/0.4 "$damaged"
refused 1 zero/0 "$damaged"
refused 2 cut/0.7 "$incomplete"
refused 1 cut/0 "$incomplete"
refused 1 unsealed "$incomplete"
refused 2 junk "$none"
refused 1 remove/header "$none"
refused 1 shorten/header "$none"
refused 1 header/VERSION=1 '`case.h5` was made with the snapshots of another version'
refused 1 header/VERSION=nan '`case.h5` was made with'
refused 2 header/MASS=nan '`case.h5` was made with a particle mass'
refused 1 header/K_MAX=nan "$none"
refused 1 header/SCALE=inf "$none"
refused 1 header/SYMMETRY=1e300 "$none"
refused 1 header/MAGNITUDES=1.5 "$none"
refused 1 header/MAGNITUDES=-1 "$none"
refused 3 header/MAGNITUDES=5e4/DIRECTIONS=5e4/POLAR=5e4 "$none"
refused 1 header/UNKNOWNS=2e9 "$none"
refused 1 header/UNKNOWNS_AXIAL=728 "$none"
refused 3 shorten/fiber "$none"
refused 1 remove/chain "$none"
refused 1 set/axis/2/0 "$none"
refused 1 set/axis/2/nan "$none"
refused 2 set/fiber/7/nan "$none"
refused 1 set/momentum/7/nan "$none"
refused 1 set/chain/7/inf "$none"
refused 3 scale/momentum/0 'expected a density matrix of trace 1'
refused 1 scale/momentum/1.001 'expected a density matrix of trace 1'

echo "$failures failures"
[ $failures -eq 0 ]
