/*
   The row of the test discretisation, included before registry.c and option_table.c: the name that
   they turn into a symbol and into a choice of grid.type has to stand there as it is.
*/
#ifndef QLBE_BGK_ROW_H
#define QLBE_BGK_ROW_H

#include "qlbe/discretisation_list.h"

#undef QLBE_TEST_DISCRETISATION_ROW
#define QLBE_TEST_DISCRETISATION_ROW(ROW) ROW(bgk)

#endif
