/* shodo: the one program.  One file per command; this one finds the command. */
#include <locale.h>

#include "cli/cli.h"
#include "mail/courier.h"
#include "signer/signer.h"
#include "tell/teller.h"

/* Whoever asked must not take silence for an answer: what standard output did not take is an error. */
static int
said(int status)
{
  if (fflush(stdout) == 0 && !ferror(stdout))
    return status;
  g_printerr("結果を書き出せませんでした。出力先の空き容量を確かめてください。操作そのものは済んでいることがあります。\n");
  return 3;
}

int
main(int argc, char **argv)
{
  setlocale(LC_CTYPE, "C.UTF-8");
  if (argc > 1 && g_str_equal(argv[1], "signer"))
    return signer_command(argc - 1, argv + 1);
  if (argc > 1 && g_str_equal(argv[1], "worker"))
    return worker_command(argc - 1, argv + 1, cli_jobs);
  if (argc > 1 && g_str_equal(argv[1], "courier"))
    return courier_command(argc - 1, argv + 1);
  if (argc > 1 && g_str_equal(argv[1], "teller"))
    return teller_command(argc - 1, argv + 1);
  if (argc < 2)
    return cli_help(1, (char *[]){ "help", NULL }), 2;
  if (g_str_equal(argv[1], "--help") || g_str_equal(argv[1], "-h"))
    return cli_help(1, (char *[]){ "help", NULL });
  for (const Command *command = cli_commands; command->name; command++)
    if (g_str_equal(command->name, argv[1]))
      return said(command->run(argc - 1, argv + 1));
  g_printerr("「%s」という命令はありません。shodo help で一覧を見られます。\n", argv[1]);
  return 2;
}
