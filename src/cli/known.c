/* 今わかっていること, for people at a terminal. */
#include "cli/cli.h"

/* 1035603 -> 1,035,603 */
static char *
grouped(gint64 number)
{
  GString *text = g_string_new(NULL);
  g_string_printf(text, "%" G_GINT64_FORMAT, number);
  for (gssize at = (gssize)text->len - 3; at > 0; at -= 3)
    g_string_insert_c(text, at, ',');
  return g_string_free(text, FALSE);
}

/* 延べ comes before the number, as it is said. */
static char *
amount(const json_t *figure)
{
  g_autofree char *number = grouped(cli_number(figure, "number"));
  gboolean cumulative = g_str_equal(cli_text(figure, "unit"), "cumulative");
  return g_strconcat(cumulative ? "延べ" : "", number, cumulative ? "人" : cli_text(figure, "unit_name"), NULL);
}

static void
print_figures(const json_t *figures)
{
  for (gsize i = 0; i < json_array_size(figures); i++) {
    const json_t *figure = json_array_get(figures, i);
    g_autofree char *as_of = cli_moment(figure, "as_of");
    g_autofree char *many = amount(figure);
    const char *dataset = cli_text(figure, "dataset_name");
    gboolean opinion = g_str_equal(cli_text(figure, "kind"), "opinion");
    g_print("  %s%s%s%s　%s（%s・%s現在%s）\n", cli_text(figure, "subject"), *dataset ? "［" : "", dataset, *dataset ? "］" : "",
            many, cli_text(figure, "status_name"), as_of, opinion ? "・意見" : "");
  }
}

static void
print_datasets(const json_t *datasets)
{
  for (gsize i = 0; i < json_array_size(datasets); i++) {
    const json_t *dataset = json_array_get(datasets, i);
    g_print("  情報 %s（%s）　個人情報 %s・個人番号 %s・暗号化 %s\n", cli_text(dataset, "name"), cli_text(dataset, "body"),
            cli_text(dataset, "personal_name"), cli_text(dataset, "my_number_name"), cli_text(dataset, "encrypted_name"));
  }
}

static gsize
count_where(const json_t *things, const char *key, const char *token)
{
  gsize count = 0;
  for (gsize i = 0; i < json_array_size(things); i++)
    count += g_str_equal(cli_text(json_array_get(things, i), key), token);
  return count;
}

static gsize
count_flagged(const json_t *things, const char *key, gboolean flag)
{
  gsize count = 0;
  for (gsize i = 0; i < json_array_size(things); i++)
    count += json_is_true(json_object_get(json_array_get(things, i), key)) == flag;
  return count;
}

/* 影響ホスト 5（封じ込め済み 3・未確認 2）: in the order in which the states first come. */
static void
print_hosts(const json_t *hosts)
{
  g_autoptr(GString) states = g_string_new(NULL);
  for (gsize i = 0; i < json_array_size(hosts); i++) {
    const json_t *host = json_array_get(hosts, i);
    const char *state = cli_text(host, "state");
    gboolean seen = FALSE;
    for (gsize before = 0; before < i; before++)
      seen |= g_str_equal(cli_text(json_array_get(hosts, before), "state"), state);
    if (!seen)
      g_string_append_printf(states, "%s%s %" G_GSIZE_FORMAT, states->len ? "・" : "", cli_text(host, "state_name"),
                             count_where(hosts, "state", state));
  }
  if (states->len)
    g_print("  影響ホスト %" G_GSIZE_FORMAT "（%s）\n", json_array_size(hosts), states->str);
}

static void
print_part(const char *name, gsize total, const char *of_which, gsize part)
{
  g_print("%s %" G_GSIZE_FORMAT, name, total);
  if (part)
    g_print("（%s %" G_GSIZE_FORMAT "）", of_which, part);
}

static void
print_work(const json_t *shown)
{
  const json_t *evidence = json_object_get(shown, "evidence");
  const json_t *requests = json_object_get(shown, "requests");
  const json_t *measures = json_object_get(shown, "measures");
  const json_t *services = json_object_get(shown, "services");

  print_part("  証拠", json_array_size(evidence), "相違の説明待ち", count_flagged(evidence, "unexplained", TRUE));
  print_part("　依頼", json_array_size(requests), "未了", count_flagged(requests, "done", FALSE));
  print_part("　措置", json_array_size(measures), "実施中", count_where(measures, "state", "in-force"));
  print_part("　停止・遮断", json_array_size(services), "続いているもの", count_flagged(services, "down", TRUE));
  g_print("\n");
}

static void
print_reports(const json_t *reports)
{
  for (gsize i = 0; i < json_array_size(reports); i++) {
    const json_t *report = json_array_get(reports, i);
    g_autofree char *at = cli_moment(report, "happened");
    const char *retracted = cli_text(report, "retracted");
    g_print("  %s 第%" G_GINT64_FORMAT "報　%s　%s%s\n", cli_text(report, "form_name"), cli_number(report, "number"), at,
            cli_text(report, "by"), *retracted ? "　取消し" : "");
  }
}

static void
print_told(const json_t *shown)
{
  const json_t *notifications = json_object_get(shown, "notifications");
  const json_t *publications = json_object_get(shown, "publications");
  for (gsize i = 0; i < json_array_size(notifications); i++) {
    const json_t *line = json_array_get(notifications, i);
    gboolean told = json_is_true(json_object_get(line, "told"));
    g_autofree char *at = cli_moment(line, told ? "at" : "happened");
    g_print("  連絡 %s　%s　%s%s\n", cli_text(line, "recipient_name"), at, told ? cli_text(line, "how") : "要しない：",
            told ? "" : cli_text(line, "reason"));
  }
  for (gsize i = 0; i < json_array_size(publications); i++) {
    const json_t *line = json_array_get(publications, i);
    gboolean published = json_is_true(json_object_get(line, "published"));
    g_autofree char *at = cli_moment(line, "happened");
    g_print("  公表 %s　%s　%s%s\n", cli_text(line, "to_name"), at, published ? "" : "しない：", published ? "" : cli_text(line, "reason"));
  }
}

void
cli_print_known(const json_t *shown)
{
  gsize judgements = json_array_size(json_object_get(shown, "judgements"));

  g_print("\n今わかっていること　事実 %" G_GINT64_FORMAT "、意見 %" G_GINT64_FORMAT "\n", cli_number(shown, "facts"),
          cli_number(shown, "opinions"));
  if (judgements)
    g_print("  該否　%s（判断 %" G_GSIZE_FORMAT "回）\n", cli_text(shown, "judged_name"), judgements);
  print_figures(json_object_get(shown, "figures"));
  print_datasets(json_object_get(shown, "datasets"));
  print_hosts(json_object_get(shown, "hosts"));
  print_work(shown);
  print_reports(json_object_get(shown, "reports"));
  print_told(shown);
}
