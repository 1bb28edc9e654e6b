/*
   Streams of random numbers, one for each walker; see stream.h.
*/
#include "stream.h"

QlbeWalkerStream QlbeWalkerStreamOf(uint64_t seed, uint64_t stream, uint64_t walker)
{
  return (QlbeWalkerStream){.key = {seed, stream}, .walker = walker};
}

double QlbeWalkerUniform(QlbeWalkerStream *stream)
{
  return QlbeStreamUniform(stream);
}

double QlbeWalkerNormal(QlbeWalkerStream *stream)
{
  const double angle = 2.0 * PETSC_PI * QlbeStreamUniform(stream);

  return sqrt(2.0 * QlbeStreamWait(stream)) * cos(angle);
}
