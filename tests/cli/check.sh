#!/usr/bin/env bash
# `qlbe check` and the template deck: values, origins, precedence, units, estimates.
set -u
failures=0
. "$QLBE_SOURCE_DIR/tests/cli/singletons.sh"

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}
has() { grep -qE -- "$2" "$1" || { fail "no line '$2' in:"; cat "$1"; }; }

# The template is a valid deck that states every default and nothing else; gas.pressure, which may stand in
# place of gas.density, is a comment.
"$QLBE" --template > template.yaml || fail "--template"
"$QLBE" check template.yaml > template.out || fail "check template.yaml"
"$QLBE" check > default.out || fail "check without a deck"
options=$("$QLBE" --help-options | grep -c '^| `')
[ "$options" -ge 21 ] || fail "only $options options"
[ "$(grep -cE ' template\.yaml:[0-9]+$' template.out)" -eq $((options - 1)) ] || fail "template misses keys"
[ "$(grep -cE ' default$' default.out)" -eq $((options - 1)) ] || fail "not all defaults"
# The last column is the origin.
values() { sed -E -n '/^option/,/^$/s/ +[^ ]+$//p' "$1" | sed 's/ *$//'; }
diff <(values template.out | grep -v '^option') <(values default.out | grep -v '^option') ||
  fail "template and defaults differ"

# Precedence and origins.
printf 'gas:\n  density: 0.25\n  mass: 2\nfibers: {k: [0.1,\n   0.5]}\n' > deck.yaml
"$QLBE" check deck.yaml -gas_mass 3 -output_overwrite -fibers_direction 1,-1,0 -gas_temperature +.5e1 > out ||
  fail "check deck.yaml"
has out '^gas_density +0\.25 +natural +deck\.yaml:2$'
has out '^gas_mass +3 +natural +command line$'
has out '^gas_temperature +\+\.5e1 +natural +command line$'
has out '^fibers_k +0\.1,0\.5 +natural +deck\.yaml:4$'
has out '^fibers_direction +1,-1,0 +1 +command line$'
has out '^output_overwrite +true +1 +command line$'
has out '^particle_mass +1\.0 +natural +default$'

# Numbers of the grid: h = 2 R (M kT)^(1/2)/(N - 1) = 2*5*2*3/20; 16 bytes for each
# of N^6 entries, or for each pair of the 21 22/2 11 sets of nodes that (0, 1, 1) makes; 120e6 pairs of a row and a node in a second.
"$QLBE" check -grid_points 21 -grid_extent 5 -particle_mass 4 -gas_temperature 9 > out || fail "check"
has out '^grid: 21\^3 = 9261 momenta, spacing 3 natural'
has out '^memory: 30\.7 MB .*\(1386 rows\), 103 MB .*\(2541 rows\); 30\.7 MB and 103 MB on each of 1 rank$'
has out '^time: about 0\.11 s .*, 0\.2 s in '
"$QLBE" check -grid_points 21 -spectrum_count 2 > out || fail "check of two eigenvalues"
has out '^memory: 1\.37 GB .*\(9261 rows\), 103 MB .*; 1\.37 GB and 103 MB on each of 1 rank$'
has out '^time: about 0\.71 s '
$QLBE_MPIRUN -n 2 "$QLBE" check -grid_points 21 -grid_functions all > out || fail "check on 2 ranks"
has out '^memory: 1\.37 GB .* 686 MB and 686 MB on each of 2 ranks$'
[ "$(grep -c '^memory' out)" -eq 1 ] || fail "more than one rank prints"
"$QLBE" check -grid_points 21 -grid_matrix matrix_free > out || fail "check -grid_matrix matrix_free"
has out '^memory: about 1\.89 MB for one fiber without a matrix'
"$QLBE" check -grid_points 21 -grid_functions all -grid_memory 1 > out || fail "check -grid_memory 1"
has out '^ +more than the 1 GB that there are'
status=0
"$QLBE" check -grid_points 21 -grid_memory 0.01 -grid_matrix dense > out 2> err || status=$?
[ $status -eq 2 ] || fail "status $status where a dense matrix does not fit"
has err 'grid\.matrix: a dense matrix of 1386 rows takes 0\.0307 GB, expected at most 0\.01 GB'
# `evolve` holds four matrices in each group of ranks, and bounds are for all ranks together: 1331 rows are 28.3 MB.
packet="-grid_points 11 -grid_extent 4.4 -state_width 0.6 -fibers_radial 0"
for case in "1 0.11 2 1" "1 0.12 0 1" "2 0.12 2 2" "2 0.23 0 2" "4 0.23 2 3" "4 0.46 0 3"; do # RANKS GB STATUS GROUPS
  set -- $case
  for command in check evolve; do
    [ "$command$3" != evolve0 ] || continue
    status=0
    $QLBE_MPIRUN -n $1 "$QLBE" $command $packet -grid_matrix dense -grid_memory $2 -fibers_groups $4 > out 2> err || status=$?
    [ $status -eq $3 ] || fail "status $status of $command with $case"
    [ $3 -eq 0 ] || has err 'grid\.matrix: a dense matrix of 1331 rows takes 0\.[0-9]* GB with those held'
  done
done
has out '^ +memory: 113 MB for the matrices of one group of ranks$'
"$QLBE" check $packet -grid_memory 0.11 > out || fail "check of evolve without room"
has out '^ +memory: 1\.09 MB for the matrices of one group'
# All ranks end with the same status; a launcher would end the others after the first one that fails.
cat > each.sh <<'END'
status=0
"$@" || status=$?
echo $status > status.$$
END
for bad in "-grid_matrix dense -grid_memory 0.11" "-evolve_times 0.2,0.1"; do
  rm -f status.*
  $QLBE_MPIRUN -n 4 bash each.sh "$QLBE" check $packet $bad > out 2> err || fail "mpirun of check"
  [ "$(cat status.* | tr '\n' ' ')" = "2 2 2 2 " ] || fail "ranks end with $(cat status.*)"
  [ "$(grep -c '^qlbe: error' err)" -eq 1 ] || fail "more than one complaint"
done
rm -f status.* each.sh
# A sparse matrix at its largest: 20 bytes an entry and 80 bytes a term, or 40 bytes an entry.
"$QLBE" check -grid_points 21 -grid_matrix sparse -fibers_direction 1,2,3 > out || fail "check -grid_matrix sparse"
has out '^memory: 3\.43 GB for assembling the sparse matrix, .*\(9261 rows\), 2\.01 GB in '
# 201^18 would overflow an integer.
"$QLBE" check -grid_points 201 > out || fail "check -grid_points 201"
has out '^grid: 201\^3 = 8120601 momenta'
has out '^memory: 17\.2 TB .*, 67\.3 TB '

# SI: xenon in helium; (m kT)^(1/2) = 5.2459e-24 kg m/s at 300 K.
cat > si.yaml <<'END'
units: si
particle: {mass: 2.18e-25}
gas: {mass: 6.6464731e-27, density: 2.4e25, temperature: 300}
interaction: {radius: 3.2e-10}
END
"$QLBE" check si.yaml > out || fail "check si.yaml"
has out '^gas_temperature +300 +K +si\.yaml:3$'
has out '^momentum_p +0,2\.62[0-9]*e-24,5\.24[0-9]*e-24,.* kg m s\^-1 +default$'
has out '^not for spectrum and diffusion: interaction\.radius: expected .* <= 150 .* got 167'

# PETSc's options pass by the table, with their values; ours never reach PETSc.
"$QLBE" check deck.yaml -eps_tol 1e-9 -st_type sinvert -gas_mass 3 > out 2> err || fail "PETSc options"
has out '^gas_mass +3 '
[ -s err ] && fail "check speaks of options that it cannot judge"
"$QLBE" scattering -output_directory solved -eps_tpye krylovschur -malloc_view no \
  -scattering_p 1 > out 2> err
has err '^qlbe: warning: nobody asked for the PETSc option -eps_tpye$'
grep -q malloc_view err && fail "-malloc_view is no mistake"
grep -q scattering_p err && fail "PETSc saw -scattering_p"
rm -r solved

# CR LF, a byte order mark, comments and quotes are fine.
printf '\xef\xbb\xbf# comment\r\ngas:\r\n  "mass": 2.5 # kg\r\noutput: {directory: "a b"}\r\n' > dos.yaml
"$QLBE" check dos.yaml > out || fail "check dos.yaml"
has out '^gas_mass +2\.5 +natural +dos\.yaml:3$'
has out '^output_directory +a b +1 +dos\.yaml:4$'

[ ! -e out.h5 ] && [ "$(find . -type d | wc -l)" -eq 1 ] || fail "check made a directory"
[ $failures -eq 0 ]
