/* shodo: the one program.  One file per command; this one finds the command. */
#include <glib.h>
#include <locale.h>
#include <string.h>

#include "signer/signer.h"

int
main(int argc, char **argv)
{
  setlocale(LC_CTYPE, "C.UTF-8");
  if (argc > 1 && strcmp(argv[1], "signer") == 0)
    return signer_command(argc - 1, argv + 1);
  g_printerr("使い方: shodo コマンド [引数…]\n");
  return argc > 1 ? 2 : 0;
}
