/* shodo: the one program.  One file per command; this one finds the command. */
#include <glib.h>
#include <locale.h>

int
main(int argc, char **argv)
{
  setlocale(LC_CTYPE, "C.UTF-8");
  (void)argv;
  g_printerr("使い方: shodo コマンド [引数…]\n");
  return argc > 1 ? 2 : 0;
}
