/*
   Discrete cosine transform of the second kind by a real FFT of the same length.

   The even samples in order followed by the odd ones reversed make a periodic sequence whose
   Fourier coefficient k, turned by exp(-i pi k/2n), has the cosine sum as its real part (J.
   Makhoul, IEEE Trans. Acoust. Speech Signal Process. 28 (1980) 27). O(n log n) per line where a
   matrix would take n^2: tables for large a p/hbar have thousands of lines of a thousand points.
*/
#include "cosine_transform.h"
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fft_real.h>
#include <math.h>

/* One line from its FFT in GSL's halfcomplex order: Re V_0, Re V_1, Im V_1, .. */
static void Unfold(PetscInt n, const double fft[], const double cosine[], const double sine[],
                   PetscInt step, double out[])
{
  const double norm = 2.0 / (double)n;

  out[0] = fft[0] / (double)n;
  for (PetscInt k = 1; 2 * k < n; k++) {
    const double re = norm * fft[2 * k - 1], im = norm * fft[2 * k];

    out[k * step] = cosine[k] * re + sine[k] * im;
    out[(n - k) * step] = cosine[n - k] * re - sine[n - k] * im;
  }
  if (n % 2 == 0) out[n / 2 * step] = norm * cosine[n / 2] * fft[n - 1];
}

PetscErrorCode QlbeCosineTransform(PetscInt lines, PetscInt n, PetscInt line, PetscInt step,
                                   double data[])
{
  gsl_fft_real_wavetable *table;
  gsl_fft_real_workspace *space;
  double *fft, *cosine, *sine;
  int status = GSL_SUCCESS;

  PetscFunctionBegin;
  if (n < 2) PetscFunctionReturn(0);
  table = gsl_fft_real_wavetable_alloc((size_t)n);
  space = gsl_fft_real_workspace_alloc((size_t)n);
  if (!table || !space) {
    if (table) gsl_fft_real_wavetable_free(table);
    if (space) gsl_fft_real_workspace_free(space);
    SETERRQ(PETSC_COMM_SELF, PETSC_ERR_MEM, "no memory for a transform of length %" PetscInt_FMT,
            n);
  }
  PetscCall(PetscMalloc3(n, &fft, n, &cosine, n, &sine));
  for (PetscInt k = 0; k < n; k++) {
    cosine[k] = cos(PETSC_PI * (double)k / (double)(2 * n));
    sine[k] = sin(PETSC_PI * (double)k / (double)(2 * n));
  }
  for (PetscInt i = 0; i < lines && status == GSL_SUCCESS; i++) {
    double *x = &data[i * line];

    for (PetscInt j = 0; 2 * j < n; j++) fft[j] = x[2 * j * step];
    for (PetscInt j = 0; 2 * j + 1 < n; j++) fft[n - 1 - j] = x[(2 * j + 1) * step];
    status = gsl_fft_real_transform(fft, 1, (size_t)n, table, space);
    Unfold(n, fft, cosine, sine, step, x);
  }
  PetscCall(PetscFree3(fft, cosine, sine));
  gsl_fft_real_wavetable_free(table);
  gsl_fft_real_workspace_free(space);
  PetscCheck(status == GSL_SUCCESS, PETSC_COMM_SELF, PETSC_ERR_LIB, "GSL FFT: %s",
             gsl_strerror(status));
  PetscFunctionReturn(0);
}
