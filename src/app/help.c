/*
   Help on the program and its commands, generated from the command table and the option table.

   It is written before MPI starts: standard C alone, the headers of PETSc and SLEPc for their
   version numbers.
*/
#include "commands.h"
#include <slepcversion.h>
#include <stdio.h>
#include <string.h>

PetscBool QlbeOptionInSections(const char name[], const char sections[])
{
  const size_t length = strcspn(name, "_");

  for (const char *word = sections; word && *word;) {
    const size_t n = strcspn(word, " ");
    if (n == length && !strncmp(word, name, n)) return PETSC_TRUE;
    word += n + strspn(word + n, " ");
  }
  return sections ? PETSC_FALSE : PETSC_TRUE;
}

static void WriteOption(const QlbeOptionSpec *spec, FILE *out)
{
  char expected[160];

  QlbeOptionExpected(spec, sizeof(expected), expected);
  fprintf(out, "  -%s: %s", spec->name, expected);
  if (spec->dimension != QLBE_DIMENSIONLESS) {
    fprintf(out, " (%s)", QlbeDimensionName(spec->dimension));
  }
  fprintf(out, "; default %s\n      %s%s%s\n",
          spec->follows         ? "from the value it replaces"
          : *spec->default_text ? spec->default_text
                                : "empty",
          spec->help, *spec->equation ? ", " : "", spec->equation);
}

/* What the column eps_error of a table of eigenvalues covers. */
static void WriteErrors(FILE *out)
{
  fputs(
      "\neps_error estimates the distance of an eigenvalue to that of the exact operator.\n"
      "  cartesian: the spacing (from a coarser grid: of each level in spectrum, of D in "
      "diffusion),"
      "\n"
      "    the box, dropped pairs, the kernel's tables, rounding and the solver\n"
      "  spectral: the basis (from a smaller one), the quadrature (from a finer one), rounding "
      "and\n"
      "    the solver\n"
      "It is nan where it is not known, and where the value itself is refused: beyond the edge of\n"
      "the continuum, or where it is not shown to be the eigenvalue that the row is for.\n"
      "Eigenvalues of one k stand by descending real part, then by descending imaginary part.\n",
      out);
}

static void WriteExitStatuses(FILE *out)
{
  fputs(
      "\nExit status: 0 done; 2 bad input, found before any work; 3 did not converge or a check\n"
      "failed; 75 stopped in order with a checkpoint written: run again to go on; others: system\n"
      "errors.\n",
      out);
}

void QlbeHelpGeneral(const QlbeCommand commands[], FILE *out)
{
  fputs("Quantum linear Boltzmann equation, fiber by fiber.\n\n"
        "  qlbe COMMAND [deck.yaml] [-section_key value ...]     options override the deck\n"
        "  mpirun -n RANKS qlbe COMMAND ...\n\nCommands:\n",
        out);
  for (const QlbeCommand *c = commands; c->name; c++) {
    fprintf(out, "  %-12s %s\n", c->name, c->summary);
  }
  fputs(
      "\n  qlbe COMMAND --help    its options and files\n"
      "  qlbe --help-options    every option, as a markdown table\n"
      "  qlbe --template        a complete deck with comments\n"
      "  qlbe --version\n"
      "These texts need no MPI; of several processes, rank 0 prints them.\n\n"
      "A deck is a YAML file; the key `density` in its section `gas` is the option -gas_density.\n"
      "Lists on the command line are separated by commas: -fibers_k 0.1,0.5\n"
      "Options of PETSc and SLEPc (-eps_..., -st_..., -ksp_..., -pc_..., -bv_..., -ds_..., "
      "-rg_...,\n"
      "-mat_..., -vec_..., -log_view, -info, -malloc_..., -options_...,\n-perturbation_ksp_..., "
      "-perturbation_pc_..., -propagate_mfn_..., -propagate_ts_...) are handed on to them.\n",
      out);
  WriteExitStatuses(out);
}

void QlbeHelpCommand(const QlbeCommand *command, FILE *out)
{
  PetscInt count;
  const QlbeOptionSpec *specs = QlbeOptionTable(&count);

  fprintf(out, "qlbe %s [deck.yaml] [-section_key value ...]\n%s\n", command->name,
          command->summary);
  if (*command->files)
    fprintf(out, "\nWrites into output_directory: %s\n", command->files);
  else
    fputs("\nWrites no file.\n", out);
  fputs("\nOptions:\n", out);
  for (PetscInt i = 0; i < count; i++) {
    if (QlbeOptionInSections(specs[i].name, command->sections)) WriteOption(&specs[i], out);
  }
  if (strstr(command->files, "spectrum.csv")) WriteErrors(out);
  WriteExitStatuses(out);
}

void QlbeHelpVersion(FILE *out)
{
  fprintf(out, "qlbe %s (%s, %s), PETSc %d.%d.%d, SLEPc %d.%d.%d\n", QlbeVersion(), QlbeGitHash(),
          QlbeBuildType(), PETSC_VERSION_MAJOR, PETSC_VERSION_MINOR, PETSC_VERSION_SUBMINOR,
          SLEPC_VERSION_MAJOR, SLEPC_VERSION_MINOR, SLEPC_VERSION_SUBMINOR);
}
