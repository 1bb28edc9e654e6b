/*
   The discretisations of this program: one row each. The option grid.type, the registry and all
   that follows from them are made of this list. A row names a folder below src/discretisation,
   which defines the operations QlbeDiscretisation_NAME.
*/
#ifndef QLBE_DISCRETISATION_LIST_H
#define QLBE_DISCRETISATION_LIST_H

/* Tests can add a discretisation of their own to a program of their own. */
#ifdef QLBE_TEST_DISCRETISATION
/* name is a macro: replaced before ROW sees it */
#define QLBE_ROW_OF(ROW, name)            ROW(name)
#define QLBE_TEST_DISCRETISATION_ROW(ROW) QLBE_ROW_OF(ROW, QLBE_TEST_DISCRETISATION)
#else
#define QLBE_TEST_DISCRETISATION_ROW(ROW)
#endif

#define QLBE_DISCRETISATION_ROWS(ROW)                                                              \
  ROW(cartesian)                                                                                   \
  ROW(spectral)                                                                                    \
  ROW(flight)                                                                                      \
  ROW(flight_cartesian)

/* With that of a test. */
#define QLBE_DISCRETISATION_LIST(ROW)                                                              \
  QLBE_DISCRETISATION_ROWS(ROW)                                                                    \
  QLBE_TEST_DISCRETISATION_ROW(ROW)

/*
   The numbers of the rows, and that of `auto`, which leaves the choice to the program. A row of a
   test comes after it: numbers are the same in what is not compiled for the test.
*/
#define QLBE_GRID_NUMBER(name) QLBE_GRID_##name,
typedef enum {
  QLBE_DISCRETISATION_ROWS(QLBE_GRID_NUMBER) QLBE_GRID_auto,
  QLBE_TEST_DISCRETISATION_ROW(QLBE_GRID_NUMBER)
} QlbeGridType;

#endif
