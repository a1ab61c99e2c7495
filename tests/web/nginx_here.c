/* nginx-here SHIPPED DIR SOCKET: prints the port and becomes nginx (proxying.h), for tests in shell. */
#include <stdio.h>
#include <unistd.h>

#include "proxying.h"

int
main(int argc, char **argv)
{
  if (argc != 4)
    return 2;
  printf("%u\n", proxying_prepare(argv[1], argv[2], argv[3], NULL));
  if (fflush(stdout) != 0)
    return 3;
  g_auto(GStrv) nginx = proxying_command(argv[2]);
  execv(nginx[0], nginx);
  return 3;
}
