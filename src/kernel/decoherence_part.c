/*
   Parts of an integral over the momentum transfer, and the panels that they are cut into.
*/
#include <math.h>

#include "decoherence_impl.h"
#include "qlbe/worse.h"

enum { N = QLBE_PANEL_NODES, MOST_HALVINGS = 13 };

/* Part of the moments 0 and 2 that the last terms of the series of a panel may have. */
static const double panel_tolerance = 1e-12;

/* ... and times this where a panel twice as long may do as well. */
static const double much_better = 1e-3;

/* Samples w_l at the nodes of a panel and expands it. */
static PetscErrorCode FillPanel(QlbeDecoherence x, double lo, double hi, double w[],
                                QlbePanel *panel)
{
  const PetscInt n_l = x->g.n_l;

  PetscFunctionBegin;
  panel->middle = 0.5 * (lo + hi);
  panel->half = 0.5 * (hi - lo);
  panel->tail = 0.0;
  for (PetscInt i = 0; i < N; i++) {
    PetscCall(QlbeDecoherenceSample(x, panel->middle + panel->half * x->panel.x[i], w));
    for (PetscInt l = 0; l < n_l; l++)
      for (int r = 0; r < 2; r++) panel->value[r][l * N + i] = w[r * n_l + l];
  }
  for (int r = 0; r < 2; r++)
    for (PetscInt j = 0; j < n_l * N; j++) {
      const PetscInt l = j / N, k = j % N;
      double sum = 0.0;
      for (PetscInt i = 0; i < N; i++)
        sum += x->panel.w[i] * x->legendre[k][i] * panel->value[r][l * N + i];
      panel->series[r][j] = 0.5 * (double)(2 * k + 1) * sum;
      if (r == 0 && k >= N - 3)
        panel->tail = QlbeWorse(panel->tail, (4.0 * (double)l + 1.0) * fabs(panel->series[r][j]));
    }
  PetscFunctionReturn(0);
}

/* Adds a panel to the row: moments, and at each distance the rate and what may be wrong with it. */
static PetscErrorCode AddPanel(QlbeDecoherence x, const QlbePanel *panel, PetscInt n,
                               const double d[], double row[])
{
  const double q_max = panel->middle + panel->half, hbar = x->par.hbar;
  const double tail = 2.0 * panel->half * q_max * panel->tail;
  double quadratic[2] = {0.0, 0.0};

  PetscFunctionBegin;
  for (PetscInt i = 0; i < N; i++) {
    const double q = panel->middle + panel->half * x->panel.x[i];
    const double weight = panel->half * x->panel.w[i] * q;
    row[QLBE_ROW_MOMENT_0] += weight * panel->value[0][i];
    row[QLBE_ROW_MOMENT_2] += weight * q * q * panel->value[0][i];
    for (int r = 0; r < 2; r++) {
      const double along = x->g.n_l > 1 ? panel->value[r][N + i] : 0.0;
      quadratic[r] += weight * q * q / (hbar * hbar) * (panel->value[r][i] / 6.0 + along / 3.0);
    }
  }
  row[QLBE_ROW_QUADRATIC] += quadratic[0];
  row[QLBE_ROW_QUADRATIC_ERROR] +=
      fabs(quadratic[0] - quadratic[1]) + tail * q_max * q_max / (6.0 * hbar * hbar);
  for (PetscInt i = 0; i < n; i++) {
    const double phase = q_max * d[i] / hbar;
    double rate[2];
    for (int r = 0; r < 2; r++) PetscCall(QlbeDecoherencePanelRate(x, panel, r, d[i], &rate[r]));
    row[QLBE_ROW_SUMS + i] += rate[0];
    row[QLBE_ROW_SUMS + n + i] +=
        fabs(rate[0] - rate[1]) + tail * PetscMin(1.3, phase * phase / 6.0);
  }
  PetscFunctionReturn(0);
}

PetscErrorCode QlbeDecoherencePart(QlbeDecoherence x, PetscInt part, PetscInt n, const double d[],
                                   double row[])
{
  const double lo = x->edge[part], length = x->edge[part + 1] - lo;
  const PetscInt size = x->g.n_l * N;
  double *storage, *w, at = 0.0, step = 1.0;
  QlbePanel panel;

  PetscFunctionBegin;
  PetscCall(PetscMalloc2(4 * size, &storage, 2 * x->g.n_l, &w));
  for (int r = 0; r < 2; r++) {
    panel.value[r] = storage + r * size;
    panel.series[r] = storage + (2 + r) * size;
  }
  PetscCall(PetscArrayzero(row, QlbeDecoherenceWidth(n)));
  /* panels from left to right; the step is a power of 1/2, and doubles where it may */
  while (at < 1.0) {
    const double hi = lo + length * (at + step);
    double share;
    PetscCall(FillPanel(x, lo + length * at, hi, w, &panel));
    share =
        2.0 * panel.half * hi * panel.tail * PetscMax(1.0 / x->moment[0], hi * hi / x->moment[1]);
    if (share > panel_tolerance && step > ldexp(1.0, -MOST_HALVINGS)) {
      step *= 0.5;
      continue;
    }
    PetscCall(AddPanel(x, &panel, n, d, row));
    at += step;
    if (share < much_better * panel_tolerance && fmod(at, 2.0 * step) == 0.0) step *= 2.0;
  }
  PetscCall(PetscFree2(storage, w));
  PetscFunctionReturn(0);
}
