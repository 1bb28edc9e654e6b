/* A file system without locks and without links, for a program that is started with this in
 * LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>

int link(const char *from, const char *to)
{
  (void)from;
  (void)to;
  errno = EPERM;
  return -1;
}

static int Control(const char name[], int fd, int command, void *argument)
{
  int (*real)(int, int, ...);

  if (command == F_SETLK) {
    errno = ENOLCK;
    return -1;
  }
  *(void **)&real = dlsym(RTLD_NEXT, name);
  return real(fd, command, argument);
}

int fcntl(int fd, int command, ...)
{
  va_list rest;
  void *argument;

  va_start(rest, command);
  argument = va_arg(rest, void *);
  va_end(rest);
  return Control("fcntl", fd, command, argument);
}

int fcntl64(int fd, int command, ...)
{
  va_list rest;
  void *argument;

  va_start(rest, command);
  argument = va_arg(rest, void *);
  va_end(rest);
  return Control("fcntl64", fd, command, argument);
}
