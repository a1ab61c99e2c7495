#include "engine/check.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/roles.h"
#include "clock/calendar.h"
#include "clock/law.h"
#include "engine/herald.h"
#include "engine/version.h"
#include "journal/note.h"
#include "office/accounts.h"

#define STEP_MATTERS 2000 /* ms between the clock of the wall and the steady one */
#define BACKUP_DONE "backup-done"
#define BACKUP_LATE (8 * 24 * 60 * 60) /* seconds: a week and a day */
#define DISK_SOON (1024 * 1024 * 1024) /* bytes free below which it is time to make room */

const Choice check_choices[] = {
  { CHECK_GOOD, "good", "良好" }, { CHECK_TOLD, "told", "参考" }, { CHECK_WEAK, "weak", "弱い" }, { CHECK_BAD, "bad", "要対応" }, { 0 },
};

typedef struct {
  Engine *engine;
  Arena *arena;
  GPtrArray *weak; /* of char *: engine_weaknesses; NULL where a sentence was taken up */
  List lines;
} Checking;

static void
add(Checking *checking, CheckLine line)
{
  if (line.state == CHECK_GOOD || line.state == CHECK_TOLD)
    line.mend = NULL;
  *(CheckLine *)list_push(checking->arena, &checking->lines, sizeof(CheckLine)) = line;
}

/* --- 守り --- */

/* The sentences that begin with PREFIX, or all that are left; NULL: none. */
static const char *
take_weak(Checking *checking, const char *prefix)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < checking->weak->len; i++) {
    char *sentence = checking->weak->pdata[i];
    if (!sentence || !g_str_has_prefix(sentence, prefix))
      continue;
    g_string_append_printf(text, "%s%s", text->len ? "\n" : "", sentence + strlen(prefix));
    g_free(g_steal_pointer(&checking->weak->pdata[i]));
  }
  return text->len ? arena_strdup(checking->arena, text->str) : NULL;
}

static void
check_roles(Checking *checking)
{
  static const struct {
    Role role;
    const char *why;
  } rows[] = {
    { ROLE_MAIN, "画面と API を受け付けます。乗っ取られても、データの置き場所のほかには触れられないようにします。" },
    { ROLE_WRITER, "記録を書きます。ほかのことは一切しません。" },
    { ROLE_SIGNER, "署名鍵を持ちます。通信せず、鍵の置き場所だけを読み書きします。" },
    { ROLE_WORKER, "届いたメールや文書を読みます。壊された文書に乗っ取られても、何も持ち出せないようにします。" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *prefix = g_strdup_printf("%s：", roles_name(rows[i].role));
    const char *weak = take_weak(checking, prefix);
    if (rows[i].role == ROLE_WORKER && !weak && !engine_worker(checking->engine))
      continue; /* nobody serves: main says so */
    add(checking, (CheckLine){ "守り", roles_name(rows[i].role), weak ? CHECK_WEAK : CHECK_GOOD,
                               weak ? weak : "仕事に要らないことを、すべて手放しています。", rows[i].why,
                               "Landlock と seccomp のあるカーネル（Debian 12 のもの）で、shodo serve として動かしてください。" });
  }
}

static void
check_signer_user(Checking *checking)
{
  const char *weak = take_weak(checking, "署名係がサーバと同じ利用者");
  add(checking, (CheckLine){ "守り", "署名係の利用者", weak ? CHECK_WEAK : CHECK_GOOD,
                             weak ? arena_printf(checking->arena, "署名係がサーバと同じ利用者（uid %u）%s", (guint)getuid(), weak)
                                  : "署名係は、サーバと別の利用者で動いています。",
                             "署名鍵を読めるのが署名係だけなら、サーバを乗っ取っても、書き換えた記録に署名できません。",
                             "keys/ の持ち主を別の利用者にし、署名係をその利用者で起動してください。" });
}

/* Whole sentences: each names the destination that it is about. */
static void
check_told(Checking *checking)
{
  g_autoptr(GString) text = g_string_new(NULL);
  for (guint i = 0; i < checking->weak->len; i++) {
    char *sentence = checking->weak->pdata[i];
    if (!sentence || !(g_str_has_prefix(sentence, "知らせ（") || g_str_has_prefix(sentence, "知らせ係")))
      continue;
    g_string_append_printf(text, "%s%s", text->len ? "\n" : "", sentence);
    g_free(g_steal_pointer(&checking->weak->pdata[i]));
  }
  if (!text->len && !office_destinations(world_office(engine_world(checking->engine))).length && !herald_syslog(checking->engine, checking->arena))
    return; /* nobody is to be told */
  add(checking, (CheckLine){ "連携", "外部への知らせ", text->len ? CHECK_WEAK : CHECK_GOOD,
                             text->len ? arena_strdup(checking->arena, text->str) : "すべて届いています。",
                             "監視するところ（SOC、県）に、起きたことが伝わらなくなります。", "画面「外部への知らせ」で確かめ、直した後に再開してください。" });
}

static void
check_rest(Checking *checking)
{
  const char *weak = take_weak(checking, "");
  add(checking, (CheckLine){ "守り", "記録の保存先", weak ? CHECK_WEAK : CHECK_GOOD,
                             weak ? weak : "保存先の設定に弱いところはありません。", "停電やディスクの化けで、記録を失ったり気付かずに壊したりしないためです。",
                             "示された設定を直してください。" });
}

/* --- 記録 --- */

static void
check_stopped(Checking *checking)
{
  const char *why = engine_stopped(checking->engine);
  add(checking, (CheckLine){ "記録", "記録の受付", why ? CHECK_BAD : CHECK_GOOD,
                             why ? arena_printf(checking->arena, "前に記録を保存できずに止まったため、見るだけにしています（%s）。", why)
                                 : "受け付けています。",
                             "保存できたか分からないまま続けると、記録が食い違います。", "shodo verify で確かめてから、shodo resume で再開してください。" });
}

/* A signature of anybody but the log itself. */
static guint
cosignatures(const char *note, const char *origin)
{
  guint count = 0;
  g_auto(GStrv) lines = g_strsplit(note, "\n", -1);
  g_autofree char *own = g_strdup_printf("\342\200\224 %s ", origin);
  for (gsize i = 0; lines[i]; i++)
    count += g_str_has_prefix(lines[i], "\342\200\224 ") && !g_str_has_prefix(lines[i], own);
  return count;
}

static void
check_checkpoint(Checking *checking)
{
  g_autofree char *note = journal_last_checkpoint(engine_reader(checking->engine), NULL);
  g_autoptr(Checkpoint) last = note ? checkpoint_parse(note, NULL) : NULL;
  guint64 unsigned_now = engine_unsigned(checking->engine);
  guint others = last ? cosignatures(note, last->origin) : 0;
  const char *found = last ? arena_printf(checking->arena, "記録 %" G_GUINT64_FORMAT "件までに署名しました。まだ署名していない記録は %" G_GUINT64_FORMAT "件です。",
                                          last->size, unsigned_now)
                           : "署名した控えがまだありません。";
  add(checking, (CheckLine){ "記録", "最後の署名（チェックポイント）", last ? CHECK_GOOD : CHECK_WEAK, found,
                             "署名した控えより前の記録は、誰にも気付かれずに書き換えることができません。", "shodo serve を動かすと、およそ1秒ごとに署名します。" });
  add(checking, (CheckLine){ "記録", "外で控えを持つもの", others ? CHECK_GOOD : CHECK_WEAK,
                             others ? arena_printf(checking->arena, "ほかの%u者が控えに連署しています。", others)
                                    : "連署した者はいません。紙で提出した報告には控えが印刷されているので、その紙を持つ人が証人になります。",
                             "この機械ごと作り直されても、外にある控えと合わなければ分かります。",
                             "提出した報告を紙で渡し、shodo tiles の写しを別の部署か県に定期に預けてください。" });
}

/* The city's own backup says that it is done by touching a file (docs/install.md); whether it is sound nobody here can
 * tell, and the line says so. */
static void
check_backup(Checking *checking)
{
  g_autofree char *path = g_build_filename(engine_dir(checking->engine), BACKUP_DONE, NULL);
  struct stat done;
  gboolean known = stat(path, &done) == 0;
  gint64 age = known ? g_get_real_time() / G_USEC_PER_SEC - done.st_mtim.tv_sec : 0;
  add(checking, (CheckLine){ "記録", "バックアップ", known && age >= 0 && age < BACKUP_LATE ? CHECK_GOOD : CHECK_WEAK,
                             known ? arena_printf(checking->arena, "最後に取ったのは %s です（%s の時刻）。戻せるかどうかは、この画面からは分かりません。",
                                                  instant_print_long(checking->arena, (Instant)done.st_mtim.tv_sec * 1000), BACKUP_DONE)
                                   : "最後のバックアップは記録されていません。取ったかどうかは、この画面からは分かりません。",
                             "サーバを失ったときに戻せるのは、外にある写しと、紙の親鍵だけです。",
                             "データの置き場所を毎日ほかの機器に写し、写した後に touch データの置き場所/" BACKUP_DONE
                             " を行ってください。ここに日時が出ます。戻せることは、写しに shodo verify --data を行って確かめてください。" });
}

static void
check_disk(Checking *checking)
{
  struct statvfs disk;
  if (statvfs(engine_dir(checking->engine), &disk) != 0)
    return;
  guint64 left = (guint64)disk.f_bavail * disk.f_frsize;
  g_autofree char *size = g_format_size_full(left, G_FORMAT_SIZE_IEC_UNITS), *mark = g_format_size_full(LIMIT_DISK_FREE, G_FORMAT_SIZE_IEC_UNITS);
  add(checking, (CheckLine){ "記録", "ディスクの空き", left < LIMIT_DISK_FREE ? CHECK_BAD : left < DISK_SOON ? CHECK_WEAK : CHECK_GOOD,
                             arena_printf(checking->arena, "空きは %s です。%s を下回ると、記録を受け付けません。", size, mark),
                             "いっぱいになる前に断ることで、途中まで書かれた記録を残しません。", "空きを増やすか、大きいディスクに移してください。" });
}

/* --- 時計 --- */

static void
check_sync(Checking *checking)
{
  static const struct {
    CheckState state;
    const char *found;
  } rows[] = {
    [CLOCKSYNC_UNKNOWN] = { CHECK_WEAK, "機械の時計が合わせられているかを、確かめられませんでした。" },
    [CLOCKSYNC_KEPT] = { CHECK_GOOD, "起動したとき、機械の時計は時刻合わせ（NTP）されていました。" },
    [CLOCKSYNC_FREE] = { CHECK_WEAK, "起動したとき、機械の時計は時刻合わせ（NTP）されていませんでした。" },
  };
  ClockSync sync = engine_clocksync(checking->engine);
  gint64 step = engine_clock_step(checking->engine);
  add(checking, (CheckLine){ "時計", "時刻合わせ", rows[sync].state, rows[sync].found,
                             "記録した日時は、外のログや相手の記録と突き合わせる証拠になります。", "LGWAN 又は庁内の時刻サーバに合わせてください（systemd-timesyncd、chrony）。" });
  add(checking, (CheckLine){ "時計", "時計の飛び", ABS(step) < STEP_MATTERS ? CHECK_GOOD : CHECK_WEAK,
                             ABS(step) < STEP_MATTERS ? "起動してから、時計は飛んでいません。"
                                                      : arena_printf(checking->arena, "起動してから、時計が %+.1f 秒飛びました。", (double)step / 1000),
                             "時計が飛ぶと、その前後の記録の順序と時刻が合わなくなります。", "飛んだ訳を確かめ、対応記録に時計のずれを書いてください。" });
  if (engine_own_clock(checking->engine))
    add(checking, (CheckLine){ "時計", "この組織の時計", CHECK_TOLD,
                               arena_printf(checking->arena, "機械の時計と別に合わせてあります（いま %s %s）。",
                                            date_print_long(checking->arena, instant_date(engine_now(checking->engine))),
                                            instant_print_time(checking->arena, engine_now(checking->engine))),
                               "訓練・検証用の組織だけが、自分の時計を持てます。", NULL });
}

/* --- 版 --- */

static void
check_versions(Checking *checking)
{
  World *world = engine_world(checking->engine);
  const Office *office = world_office(world);
  const Plan *plan = world_plan_on(world, instant_date(engine_now(checking->engine)), NULL);
  const char *why = "報告や点検のときに、どの版で動いていたかを示すためです。";

  add(checking, (CheckLine){ "版", "Shodo", CHECK_TOLD, SHODO_VERSION, why, NULL });
  add(checking, (CheckLine){ "版", "運用", CHECK_TOLD, office_real(office) ? "実際の運用です。" : "訓練・検証用です。実際の運用ではありません。",
                             "実際の運用では、時計を動かせず、過去の日時での実演もできません。", NULL });
  add(checking, (CheckLine){ "版", "計画", plan ? CHECK_TOLD : CHECK_BAD,
                             plan ? arena_printf(checking->arena, "%s（%sから適用、版 %.12s…）", plan_head(plan)->name,
                                                 date_print_long(checking->arena, plan_head(plan)->effective_from), plan_digest(plan))
                                  : "今日適用されている計画がありません。",
                             "誰が何をいつまでに行うかは、この版によります。", "計画の版を採用してください（shodo plan adopt）。" });
  List laws = office_laws(office);
  const OfficeLaw *law = laws.length ? list_item(laws, OfficeLaw, laws.length - 1) : NULL;
  add(checking, (CheckLine){ "版", "期限の規則（法令）", CHECK_TOLD,
                             arena_printf(checking->arena, "%s（版 %.12s…%s%s）", law_is_own() ? "市が置いた law.yaml です。" : "Shodo に入っているものです。",
                                          law_digest(law_shipped()), law ? "、" : "", law ? instant_print_long(checking->arena, law->head->recorded) : ""),
                             "法令による期限は、この規則で数えます。市のものを置き換えると、版と日時を記録に残し、動いている期限を数え直します。", NULL });
  g_autoptr(Calendar) calendar = calendar_of(office);
  Date next_year = instant_date(engine_now(checking->engine) + 365 * 24 * INSTANT_HOUR);
  gboolean covered = calendar_covers(calendar, next_year);
  add(checking, (CheckLine){ "版", "祝日の表", covered ? CHECK_GOOD : CHECK_WEAK,
                             arena_printf(checking->arena, "%sの祝日を採り入れています。", calendar_years(calendar, checking->arena)),
                             "表のない年の開庁日は計算しません。その年に終わる期限が分からなくなります。",
                             "内閣府の祝日の表を採り入れてください（「祝日の表を採り入れる」）。" });
}

/* --- アカウント --- */

typedef struct {
  guint open, without;
  GString *names;
} Accounts;

static Accounts
count_accounts(Checking *checking)
{
  const Office *office = world_office(engine_world(checking->engine));
  Date today = instant_date(engine_now(checking->engine));
  List persons = office_persons(office);
  Accounts counted = { 0, 0, g_string_new(NULL) };
  for (gsize i = 0; i < persons.length; i++) {
    const Person *person = list_item(persons, Person, i);
    const Account *account = office_account(office, person->id);
    if (!account || !office_may_sign_in(office, person->id, today))
      continue;
    counted.open++;
    if (account->totp)
      continue;
    g_string_append_printf(counted.names, "%s%s", counted.without++ ? "、" : "", office_person_name(office, person->id));
  }
  return counted;
}

static void
check_accounts(Checking *checking)
{
  Accounts counted = count_accounts(checking);
  const char *found = counted.without ? arena_printf(checking->arena, "サインインできる%u人のうち%u人が登録していません：%s", counted.open, counted.without,
                                                     counted.names->str)
                                      : arena_printf(checking->arena, "サインインできる%u人が全員登録しています。", counted.open);
  add(checking, (CheckLine){ "アカウント", "二要素目（ワンタイムコード）", counted.without ? CHECK_WEAK : CHECK_GOOD, found,
                             "パスワードが漏れても、ほかの人がサインインできないようにします。", "本人がアカウントの画面で「二要素目を登録する」を行ってください。" });
  g_string_free(counted.names, TRUE);
}

/* --- all --- */

static void
check_all(Checking *checking)
{
  check_roles(checking);
  check_signer_user(checking);
  check_told(checking);
  check_rest(checking);
  check_stopped(checking);
  check_checkpoint(checking);
  check_backup(checking);
  check_disk(checking);
  check_sync(checking);
  check_versions(checking);
  check_accounts(checking);
}

List
check_system(Engine *engine, Arena *arena)
{
  g_autoptr(GPtrArray) weak = engine_weaknesses(engine);
  Checking checking = { engine, arena, weak, { 0 } };
  check_all(&checking);
  return checking.lines;
}

json_t *
check_json(Engine *engine)
{
  g_autoptr(Arena) arena = arena_new();
  g_autoptr(GPtrArray) weak = engine_weaknesses(engine);
  json_t *sentences = json_array(), *lines = json_array();
  for (guint i = 0; i < weak->len; i++)
    json_array_append_new(sentences, json_string(weak->pdata[i]));
  Checking checking = { engine, arena, weak, { 0 } };
  check_all(&checking);
  for (gsize i = 0; i < checking.lines.length; i++) {
    const CheckLine *line = list_item(checking.lines, CheckLine, i);
    json_array_append_new(lines, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s*}", "group", line->group, "name", line->name, "state",
                                           choice_token(check_choices, (int)line->state), "found", line->found, "why", line->why, "mend", line->mend));
  }
  return json_pack("{s:o, s:o}", "weaknesses", sentences, "checks", lines);
}
