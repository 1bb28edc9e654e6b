/*
   The settings of a run: every option of the table as a typed field, filled once.

   A field is called as its key in the deck, settings->grid.points for grid.points. Reals are in
   internal units (units.h). Texts and lists belong to the options object. What stands behind a
   choice is the number of its word in the table, which the enumerations below name in its order.
*/
#ifndef QLBE_SETTINGS_H
#define QLBE_SETTINGS_H

#include <petscsys.h>

/* values[n]; NULL where n = 0 is possible. */
typedef struct {
  PetscInt n;
  const double *values;
} QlbeRealList;

typedef enum { QLBE_UNITS_ARE_NATURAL, QLBE_UNITS_ARE_SI } QlbeUnitsChoice;
typedef enum {
  QLBE_MATRIX_AUTO,
  QLBE_MATRIX_DENSE,
  QLBE_MATRIX_SPARSE,
  QLBE_MATRIX_FREE
} QlbeMatrixChoice;
typedef enum {
  QLBE_FUNCTIONS_AUTO,
  QLBE_FUNCTIONS_SYMMETRIC,
  QLBE_FUNCTIONS_ALL
} QlbeFunctionsChoice;
typedef enum {
  QLBE_STATE_PACKET,
  QLBE_STATE_CAT,
  QLBE_STATE_MIXTURE,
  QLBE_STATE_THERMAL,
  QLBE_STATE_FILE
} QlbeStateChoice;
typedef enum { QLBE_SPACING_LINEAR, QLBE_SPACING_LOG } QlbeSpacingChoice;
typedef enum {
  QLBE_METHOD_AUTO,
  QLBE_METHOD_KRYLOV,
  QLBE_METHOD_TS,
  QLBE_METHOD_DENSE,
  QLBE_METHOD_TRAJECTORIES
} QlbeMethodChoice;
typedef enum {
  QLBE_DENSITY_NONE,
  QLBE_DENSITY_LINE,
  QLBE_DENSITY_PLANE,
  QLBE_DENSITY_BOX
} QlbeDensityChoice;
typedef enum { QLBE_RESUME_AUTO, QLBE_RESUME_NEVER } QlbeResumeChoice;

/* Plain data. Physical parameters proper are in parameters.h. */
typedef struct {
  int units; /* QlbeUnitsChoice */
  struct {
    double mass;
  } particle;
  struct {
    double mass, density, pressure, temperature; /* density and pressure agree */
  } gas;
  struct {
    int type; /* QlbeInteractionType */
    double radius;
  } interaction;
  struct {
    int type; /* row of the registry of discretisations */
    PetscInt points;
    double extent; /* in thermal momenta (M kT)^(1/2) */
    double drop_tolerance;
    int matrix;    /* QlbeMatrixChoice */
    int functions; /* QlbeFunctionsChoice */
    double memory; /* GB, 0: eight tenths of the machine */
    PetscBool richardson;
    PetscInt radial, angular;
    PetscInt nodes; /* along k, 0: chosen */
    double refinement;
    double automatic; /* grid.auto: tolerance, 0 without */
  } grid;
  struct {
    QlbeRealList k;
    QlbeRealList direction; /* three, not all zero */
    double tolerance;
    PetscInt radial, angular;
    PetscInt groups;
  } fibers;
  struct {
    PetscInt count;
    double tolerance;
  } spectrum;
  struct {
    QlbeRealList p;
  } scattering;
  struct {
    QlbeRealList p;
    PetscInt l_max;
  } momentum;
  struct {
    int type; /* QlbeStateChoice */
    QlbeRealList width;
    QlbeRealList position, momentum, separation, momentum_separation; /* three each */
    double weight, phase;
    const char *file;
  } state;
  struct {
    QlbeRealList times;
    double duration;
    PetscInt outputs;
    int spacing; /* QlbeSpacingChoice */
    int method;  /* QlbeMethodChoice */
    double tolerance;
    int density; /* QlbeDensityChoice */
    PetscInt density_points;
    double density_extent;
    PetscInt coherence_points;
    double coherence_extent;
    PetscBool save_fibers;
    QlbeRealList separations;
    PetscBool limit;
  } evolve;
  struct {
    QlbeRealList separation;
    QlbeRealList direction; /* none or three, checked by the command */
    double tolerance;
    double time; /* 0: no visibility */
    QlbeRealList pressure;
  } decoherence;
  struct {
    double omega_max;
    PetscInt points;
    QlbeRealList times;
  } structure;
  struct {
    double count; /* walkers of each fiber; 0: chosen by the command */
    PetscInt seed;
    double tolerance; /* of the characteristic function, 0 without */
  } trajectories;
  struct {
    int resume;                             /* QlbeResumeChoice */
    double wall_limit, checkpoint_interval; /* seconds */
  } run;
  struct {
    const char *directory;
    PetscBool overwrite;
  } output;
} QlbeSettings;

#endif
