#!/usr/bin/env bash
# Broken input: status 2, one line that names the place, no file made, no work begun.
set -u
failures=0
cases=0
. "$QLBE_SOURCE_DIR/tests/cli/singletons.sh"
log=$scratch/log
mkdir "$log"

# bad REGEX PROGRAM... : REGEX is what has to follow "qlbe: error: ", from its beginning
bad() {
  local regex=$1 status lines total before
  shift
  before=$(find . | sort)
  "$@" > "$log/out" 2> "$log/err" < /dev/null
  status=$?
  cases=$((cases + 1))
  lines=$(grep -c '^qlbe: ' "$log/err")
  total=$(wc -l < "$log/err")
  # mpirun adds its own words about the exit status.
  [ "$1" = "$QLBE" ] || total=1
  if [ $status -ne 2 ] || [ "$lines" -ne 1 ] || [ "$total" -ne 1 ] || [ "$(find . | sort)" != "$before" ] ||
    ! grep -qE "^qlbe: error: $regex" "$log/err" || grep -qiE 'petsc|mpi_abort' "$log/err"; then
    echo "FAIL: $* : status $status, $lines messages, expected '$regex', got:"
    cat "$log/err"
    failures=$((failures + 1))
  fi
}
# deck REGEX TEXT : a deck of that text, given to two commands in turn
deck() {
  local command=diffusion
  [ $((cases % 2)) -eq 0 ] && command=check
  printf "$2" > deck.yaml
  bad "$1" "$QLBE" $command deck.yaml
}

# Keys.
deck 'deck\.yaml:2: gas\.densty: unknown key; did you mean gas\.density\?' 'gas:\n  densty: 1\n'
deck 'deck\.yaml:1: gass: unknown key; did you mean the section gas\?' 'gass: {density: 1}\n'
deck 'deck\.yaml:2: density: unknown key; did you mean gas\.density\?' 'units: natural\ndensity: 1\n'
deck 'deck\.yaml:3: gas\.density: given twice; first at deck\.yaml:2' 'gas:\n  density: 1\n  density: 2\n'
deck 'deck\.yaml:2: gas: section given twice' 'gas: {density: 1}\ngas: {mass: 2}\n'
deck 'deck\.yaml:2: units: given twice' 'units: si\nunits: natural\n'
deck 'deck\.yaml:1: gas_mass: unknown key; did you mean gas\.mass\?' 'gas_mass: 1\n'

# Numbers.
deck 'deck\.yaml:1: gas\.density: expected a number >= 0, got `nan`' 'gas: {density: nan}\n'
deck 'deck\.yaml:1: gas\.density: expected a number >= 0, got `\.inf`' 'gas: {density: .inf}\n'
deck 'deck\.yaml:1: gas\.density: expected a number >= 0, got `inf`' 'gas: {density: inf}\n'
deck 'deck\.yaml:1: gas\.density: expected a number >= 0, got `-1`' 'gas: {density: -1}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `0`' 'particle: {mass: 0}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `1e999`' 'particle: {mass: 1e999}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `1e-999`' 'particle: {mass: 1e-999}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `1\.0 kg`' 'particle: {mass: 1.0 kg}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `0x10`' 'particle: {mass: 0x10}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `1\.0`' 'particle: {mass: "1.0"}\n'
deck 'deck\.yaml:1: particle\.mass: expected a number > 0, got `nothing`' 'particle: {mass: }\n'
deck 'deck\.yaml:1: grid\.points: expected an integer in 5\.\.201, got `1e1`' 'grid: {points: 1e1}\n'
deck 'deck\.yaml:1: grid\.points: expected an integer in 5\.\.201, got `21\.0`' 'grid: {points: 21.0}\n'
deck 'deck\.yaml:1: grid\.points: expected an integer in 5\.\.201, got `99999999999`' \
  'grid: {points: 99999999999}\n'
deck 'deck\.yaml:1: grid\.points: expected an integer in 5\.\.201, got `4294967317`' \
  'grid: {points: 4294967317}\n'
deck 'deck\.yaml:1: grid\.points: .* got `99999999999999999999`' 'grid: {points: 99999999999999999999}\n'
deck 'deck\.yaml:1: grid\.drop_tolerance: expected a number in \[0, 0\.1\], got `0\.2`' \
  'grid: {drop_tolerance: 0.2}\n'
deck 'deck\.yaml:1: grid\.richardson: expected true or false, got `yes`' 'grid: {richardson: yes}\n'
deck 'deck\.yaml:2: interaction\.type: expected one of hard_sphere' 'interaction:\n  type: hard_spere\n'
deck 'deck\.yaml:1: gas\.temperature: expected a number within reach' 'gas: {temperature: 1e-320}\n'
deck 'deck\.yaml: masses, temperature and radius' 'gas: {mass: 1e-200}\nparticle: {mass: 1e-200}\n'

# Shapes.
deck 'deck\.yaml:1: gas\.density: expected a number >= 0, got `a list`' 'gas: {density: [1, 2]}\n'
deck 'deck\.yaml:1: gas: expected a section .* got a value' 'gas: 1.0\n'
deck 'deck\.yaml:2: gas: expected a section .* got a list' 'gas:\n  - 1.0\n'
deck 'deck\.yaml:1: gas\.density: expected a number >= 0, got `a section`' 'gas: {density: {value: 1}}\n'
deck 'deck\.yaml:1: fibers\.k: expected a list .* got `0\.1`' 'fibers: {k: 0.1}\n'
deck 'deck\.yaml:1: fibers\.k: expected a list of 0 to 1000 numbers >= 0, got `a nested' 'fibers: {k: [[0.1]]}\n'
deck 'deck\.yaml:1: fibers\.k: expected a list .* got `0\.1,-0\.2`' 'fibers: {k: [0.1, -0.2]}\n'
deck 'deck\.yaml:2: fibers\.k: expected a list .* got `1,2`' 'fibers:\n  k: ["1,2"]\n'
deck 'deck\.yaml:1: fibers\.direction: expected a list of 3 numbers' 'fibers: {direction: [0, 1]}\n'
deck 'deck\.yaml:1: fibers\.direction: .* not all zero, got `0,0,0`' 'fibers: {direction: [0, 0, 0]}\n'
deck 'deck\.yaml:1: expected sections' '[1, 2]\n'
deck 'deck\.yaml:1: expected the name of a section' '[gas]: 1\n'

# YAML that has no place in a deck.
deck 'deck\.yaml:1: expected plain values, got an anchor' 'gas: &g {density: 1}\n'
deck 'deck\.yaml:1: expected plain values, got an anchor' 'gas: *g\n'
deck 'deck\.yaml:1: expected plain values, got a tag' 'gas: {density: !!float 1}\n'
deck 'deck\.yaml:[23]: expected one document' 'gas: {density: 1}\n---\ngas: {mass: 1}\n'
deck 'deck\.yaml:1: not valid YAML' 'gas: {density: 1]\n'
deck 'deck\.yaml:2: not valid YAML' 'gas: {density: 1\n'
deck 'deck\.yaml:2: not valid YAML' 'gas: {density: 1}\n  trailing junk\n'
deck 'deck\.yaml:2: not valid YAML' 'gas:\n\tdensity: 1\n'

# Files.
deck 'deck\.yaml: expected a deck, got an empty file' ''
deck 'deck\.yaml: expected a deck, got an empty file' '# only a comment\n'
deck 'deck\.yaml: expected a text file, got binary' '\0gas: {density: 1}\n'
deck 'deck\.yaml:2: not valid YAML' 'gas: {density: 1}\n\xff\xfe\n'
rm deck.yaml
head -c 4096 "$QLBE" > binary.yaml
bad 'binary\.yaml: expected a text file, got binary' "$QLBE" check binary.yaml
bad 'missing\.yaml: cannot open the deck: No such file' "$QLBE" check missing.yaml
mkdir folder
bad 'folder: expected a deck, got a directory' "$QLBE" check folder
for depth in 60000 200000; do
  head -c $depth /dev/zero | tr '\0' '[' > nested.yaml
  began=$(date +%s%N)
  bad 'nested\.yaml:' "$QLBE" check nested.yaml
  ms=$((($(date +%s%N) - began) / 1000000))
  base_began=$(date +%s%N)
  "$QLBE" check missing.yaml > "$log/out" 2>&1
  base=$((($(date +%s%N) - base_began) / 1000000))
  # Starting MPI takes its time; the deck itself may not.
  if [ $((ms - base)) -ge 1000 ]; then
    echo "FAIL: $depth nested brackets took $ms ms, start-up alone $base ms"
    failures=$((failures + 1))
  fi
done
{ printf 'fibers: {k: '; head -c 60000 /dev/zero | tr '\0' '['; } > nested.yaml
bad 'nested\.yaml:1: fibers\.k: expected a list' "$QLBE" check nested.yaml
rm nested.yaml binary.yaml

# SI needs every physical value.
printf 'units: si\ngas: {mass: 6.6e-27, density: 1e25, temperature: 300}\ninteraction: {radius: 1e-10}\n' > si.yaml
bad 'si\.yaml: particle\.mass: missing unit of measure.* in kg' "$QLBE" check si.yaml
bad 'command line: particle\.mass: missing unit' "$QLBE" check -units si
bad 'si\.yaml: particle\.mass: missing unit' $QLBE_MPIRUN -n 2 "$QLBE" diffusion si.yaml

# Command line.
printf 'gas: {density: 1}\n' > deck.yaml
cp deck.yaml second.yaml
bad 'no command; usage' "$QLBE"
bad 'unknown command `difusion`; did you mean diffusion\?' "$QLBE" difusion deck.yaml
bad 'unknown command `deck\.yaml`' "$QLBE" deck.yaml
bad 'unknown command `-gas_mass`' "$QLBE" -gas_mass 1
bad 'command line: unexpected argument `second\.yaml`' "$QLBE" check deck.yaml second.yaml
bad 'command line: unexpected argument `deck\.yaml`' "$QLBE" check -gas_mass 1 deck.yaml
bad 'command line: -gas_desnity: unknown option; did you mean -gas_density\?' "$QLBE" check -gas_desnity 1
bad 'command line: -xyzzy_plugh_foo: unknown option; see' "$QLBE" check -xyzzy_plugh_foo 1
bad 'command line: --gas_density: unknown option; did you mean -gas_density\?' "$QLBE" check --gas_density 1
bad 'command line: -gas_density=2: unknown option; did you mean -gas_density\?' "$QLBE" check -gas_density=2
bad 'command line: -gas_density: given twice' "$QLBE" check -gas_density 1 -gas_density 1
bad 'command line: -gas_density: expected a number >= 0, got `-1`' "$QLBE" check -gas_density -1
bad 'command line: -gas_density: expected a number >= 0, got `-inf`' "$QLBE" check -gas_density -inf
bad 'command line: -gas_density: expected a number >= 0, got `1\.5x`' "$QLBE" check -gas_density 1.5x
bad 'command line: -gas_density: expected a number >= 0, got ` 1`' "$QLBE" check -gas_density ' 1'
bad 'command line: -gas_density: expected a number >= 0, got `nothing`' "$QLBE" check -gas_density
bad 'command line: -gas_density: expected a number >= 0, got `nothing`' "$QLBE" check -gas_density -gas_mass 1
bad 'command line: -grid_points: expected an integer' "$QLBE" check -grid_points 1e1
bad 'command line: -fibers_k: expected a list .* got `0\.1,,0\.2`' "$QLBE" check -fibers_k 0.1,,0.2
bad 'command line: -fibers_k: expected a list .* got `0\.1,`' "$QLBE" check -fibers_k 0.1,
bad 'command line: -output_directory: expected a text, got `nothing`' "$QLBE" check -output_directory ''

# One message whatever the number of ranks.
bad 'command line: -gas_desnity: unknown option' $QLBE_MPIRUN -n 2 "$QLBE" diffusion deck.yaml -gas_desnity 1
bad 'unknown command `difusion`' $QLBE_MPIRUN -n 2 "$QLBE" difusion deck.yaml
bad 'missing\.yaml: cannot open' $QLBE_MPIRUN -n 2 "$QLBE" diffusion missing.yaml
printf 'gas:\n  density: -1\n' > deck.yaml
bad 'deck\.yaml:2: gas\.density: expected a number >= 0, got `-1`' $QLBE_MPIRUN -n 2 "$QLBE" diffusion deck.yaml

# Numbers that are in range one by one, but that no table of reasonable size serves.
bad 'command line: interaction\.radius: expected a radius whose a p/hbar is <= 150' \
  "$QLBE" momentum -interaction_radius 1e10
bad 'command line: particle\.mass: expected at least 1/400 of the gas mass' "$QLBE" momentum -particle_mass 1e-6
bad 'command line: interaction\.radius: expected a radius whose a p/hbar is <= 100000' \
  "$QLBE" decoherence -interaction_radius 1e10
bad 'command line: gas\.density: decoherence needs a number > 0, got 0' "$QLBE" decoherence -gas_density 0
bad 'command line: decoherence\.direction: expected three numbers' "$QLBE" decoherence -decoherence_direction 1,2
bad 'command line: decoherence\.direction: expected three numbers' "$QLBE" decoherence -decoherence_direction 0,0,0
bad 'command line: state\.type: expected a state of packets' "$QLBE" decoherence -state_type file
bad 'command line: state\.momentum: expected a mean velocity' "$QLBE" decoherence -state_momentum 0,0,1e4
bad 'command line: gas\.pressure: expected it in place of gas\.density, got both; gas\.density is from command' \
  "$QLBE" check -gas_pressure 1 -gas_density 1
deck 'deck\.yaml:1: gas\.pressure: expected it in place of gas\.density, got both; gas\.density is from deck' \
  'gas: {pressure: 1, density: 1}\n'
deck 'deck\.yaml:1: gas\.pressure: expected a number >= 0, got `-1`' 'gas: {pressure: -1}\n'
bad 'command line: gas\.pressure: expected a number within reach of double' "$QLBE" check -gas_pressure 1e-300 -gas_temperature 1e30
bad 'command line: fibers\.k: expected numbers <= ' "$QLBE" spectrum -grid_points 9 -fibers_k 30
bad 'command line: grid\.points: expected at least 7 with this extent: momenta next to each other are farther apart, on the coarser grid' \
  "$QLBE" spectrum -grid_points 5 -grid_extent 4 -particle_mass 100 -fibers_k 0.3
bad 'command line: grid\.points: expected at least 13 with this extent' "$QLBE" diffusion -grid_points 5 -grid_extent 10 -particle_mass 100 -grid_richardson true
bad 'command line: grid\.points: expected at least 8 with this extent: momenta next to each other are farther apart than any jump, 24\.21' \
  "$QLBE" evolve -state_type thermal -particle_mass 390 -grid_points 5 -grid_extent 4 -fibers_radial 0
bad 'command line: spectrum\.count: expected at most 30, the functions on this grid, got 40' \
  "$QLBE" spectrum -grid_points 5 -grid_extent 3 -spectrum_count 40 -grid_functions symmetric
bad 'command line: spectrum\.count: expected at most 30, the functions on this grid, got 31' \
  "$QLBE" check -grid_points 5 -grid_extent 3 -spectrum_count 31 -grid_functions symmetric
bad 'command line: fibers\.k: the curvature fit needs two different numbers or more, all of them in' \
  "$QLBE" diffusion -grid_points 9 -fibers_k 1e-200,2e-200
bad 'command line: gas\.density: diffusion needs a number > 0, got 0' "$QLBE" diffusion -gas_density 0
bad 'command line: interaction\.type: spectrum needs an interaction with a phase' \
  "$QLBE" spectrum -interaction_type classical

# Output that stands in the way, or cannot be made.
printf 'output: {directory: results}\n' > deck.yaml
mkdir results
echo precious > results/scattering.csv
bad 'deck\.yaml:1: output\.directory: results/scattering\.csv exists; .*-output_overwrite true' \
  "$QLBE" scattering deck.yaml
bad 'deck\.yaml:1: output\.directory: results/scattering\.csv exists' \
  $QLBE_MPIRUN -n 2 "$QLBE" scattering deck.yaml
[ "$(cat results/scattering.csv)" = precious ] || { echo "FAIL: the old file changed"; failures=$((failures + 1)); }
bad 'command line: output\.directory: cannot write into second\.yaml: ' \
  "$QLBE" scattering -output_directory second.yaml
bad 'command line: output\.directory: cannot write into second\.yaml/x: Not a directory' \
  "$QLBE" scattering -output_directory second.yaml/x

echo "$cases cases, $failures failures"
[ $failures -eq 0 ]
