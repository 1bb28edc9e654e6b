/* Tables of `qlbe structure`. Private to the program. */
#ifndef QLBE_APP_STRUCTURE_REPORT_H
#define QLBE_APP_STRUCTURE_REPORT_H

#include "qlbe/report.h"
#include "qlbe/structure_factor.h"

/* The tables "structure", "intermediate" and "fibers", entries and checks. Not collective. */
PetscErrorCode StructureReport(const QlbeProblem *problem, const QlbeStructureQuery *query,
                               const QlbeStructureResult *result, QlbeReport report);

#endif
