#!/usr/bin/env bash
# Every command that works with fibers, on a discretisation that only this test knows, against the
# closed solution of the BGK model.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
points=25
model="-grid_type bgk -grid_extent 8 -interaction_type constant -particle_mass 2 -gas_temperature 1.5"
# a packet that these nodes hold to rounding
packet="-state_width 0.35 -state_position 0,0,0.3 -state_momentum 0,0,1"
skew="-state_width 0.35,0.3,0.33 -state_position 0.1,-0.2,0.3 -state_momentum 0.5,-0.3,1"
moments="-fibers_radial 0 -evolve_limit false"
times="-evolve_times 0.1,0.3,1"

run() { # RANKS STATUS DIRECTORY COMMAND ARGUMENTS...
  local ranks=$1 expected=$2 directory=$3 command=$4 status=0
  shift 4
  $QLBE_MPIRUN -n "$ranks" "$QLBE_BGK" "$command" $model -grid_points $points -output_directory "$directory" "$@" > log 2>&1 || status=$?
  [ $status -eq "$expected" ] || { cat log; echo "FAIL: status $status of qlbe $command $*"; exit 1; }
}
says() { # TEXT: in the last run
  grep -q -- "$1" log || { cat log; echo "FAIL: expected \"$1\""; exit 1; }
}
fails_only() { # CHECK...: those that have failed in the last run
  local failed
  failed=$(awk '$NF == "FAIL" { print $1 }' log | xargs)
  [ "$failed" = "$*" ] || { cat log; echo "FAIL: failed checks \"$failed\", expected \"$*\""; exit 1; }
}

"$QLBE_BGK" --help-options > log
says bgk
run 2 0 none check -fibers_k 0.1,1 $packet
says "bgk: 15625 momenta"
says "evolve: axial state"
run 2 2 none evolve -gas_density 0
says "gas.density: bgk needs"
points=24 run 1 2 none spectrum
says "expected an odd number"
run 1 2 none spectrum -fibers_k 100
says "fibers.k"
run 2 2 none evolve -state_momentum 0,0,20
says "do not hold the initial state"

for ranks in 1 2; do
  run $ranks 0 spectrum$ranks spectrum -fibers_k 0.1,0.5,1,1.5,2
  run $ranks 3 diffusion$ranks diffusion
  fails_only grid_against_closed_forms # those are the gas's
  run $ranks 0 axial$ranks evolve $packet $moments $times -evolve_separations 0.2,0.4
  run $ranks 3 structure$ranks structure -fibers_k 0.5,2,4 -structure_points 60
  fails_only half_width_against_diffusion # D is that of the gas
done
run 2 0 slanted spectrum -fibers_k 0.1,0.5,1,1.5,2 -fibers_direction 1,2,-3
run 2 0 general evolve $skew $moments $times
run 2 0 first evolve $packet $moments -evolve_times 0.1 -evolve_save_fibers true
run 2 0 then evolve $moments -evolve_times 0.2,0.9 -state_type file -state_file first/evolve.h5
run 2 0 fields evolve $packet -evolve_times 0.1,0.3
exec /usr/bin/python3 "$QLBE_SOURCE_DIR/tests/bgk/compare.py"
