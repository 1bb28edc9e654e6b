/* What `qlbe spectrum` reports. Private to the command. */
#ifndef QLBE_APP_SPECTRUM_REPORT_H
#define QLBE_APP_SPECTRUM_REPORT_H

#include "qlbe/levels.h"
#include "qlbe/report.h"

/* All tables, entries and checks of the levels. Collective. */
PetscErrorCode SpectrumReport(const QlbeProblem *problem, const QlbeFibers *fibers,
                              const QlbeLevels *levels, QlbeReport report);

#endif
