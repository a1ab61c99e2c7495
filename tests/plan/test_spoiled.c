/* A plan spoiled in one place: the loader names the line, what is wrong and the
 * way to mend it, and complains of nothing else. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "vocabulary.h"

static char *G_GNUC_NO_INLINE
sound_plan(const char *name)
{
  char *bytes = NULL;
  g_autofree char *path = g_strdup_printf(PLANS "/%s.yaml", name ? name : "miyazaki");
  g_assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
  return bytes;
}

/* The line on which TEXT begins in PLAN, which holds it. */
static guint
line_of(const char *plan, const char *text)
{
  const char *at = strstr(plan, text);
  guint line = 1;

  g_assert_nonnull(at);
  for (const char *c = plan; c < at; c++)
    line += *c == '\n' ? 1 : 0;
  return line;
}

/* The first FIND becomes PUT. */
static char *
spoil(const char *plan, const char *find, const char *put)
{
  gsize before = (gsize)(strstr(plan, find) - plan);
  return g_strdup_printf("%.*s%s%s", (int)before, plan, put, plan + before + strlen(find));
}

typedef struct {
  const char *name, *find, *put;
  int below;            /* lines from the start of FIND to the line complained of */
  const char *where;    /* or: the line on which this begins in the spoiled plan */
  const char *fragment; /* of the sentence */
  guint complaints;     /* in all */
  const char *plan;     /* of plans/; NULL: miyazaki */
} Spoiled;

static const Spoiled table[] = {
  { "unknown-key", "  municipality: 宮崎市",
    "  city: a\n  municipality: 宮崎市", 0, NULL, "「city」という項目はありません", 1 },
  { "unknown-section", "format: 1\n",
    "format: 1\nextra: 1\n", 1, NULL, "計画に「extra」という項目はありません", 1 },
  { "missing-key", "    verb: 連絡\n",
    "    verb: 連絡\n    needs:\n      - {act: triage.judge, modality: 必須, origin: 解釈}\n", 2, NULL, "that がありません", 1 },
  { "missing-section", "committee:\n  name",
    "committee:\n  nam", 1, NULL, "「nam」という項目はありません", 2 },
  { "missing-name", "{id: system-manager, name: 情報システム管理者}",
    "{id: system-manager}", 0, NULL, "職に name がありません", 1 },
  { "named-by-nobody", "{id: system-manager, name: 情報システム管理者}",
    "{id: system-manager, name: 情報システム管理者, named: {by: nobody}}", 0, NULL, "「nobody」", 1 },
  { "named-without-by", "{id: system-manager, name: 情報システム管理者}",
    "{id: system-manager, name: 情報システム管理者, named: {from: system-staff}}", 0, NULL, "by がありません", 1 },
  { "format-2", "format: 1",
    "format: 2", 0, NULL, "1 から 1 までの数", 1 },
  { "empty-value", "    verb: 受付",
    "    verb:", 0, NULL, "値が空です", 1 },
  { "unknown-role", "    actor: csirt-staff",
    "    actor: csirt-stuff", 0, NULL, "役割「csirt-stuff」はありません。「csirt-staff」の誤りではありませんか", 1 },
  { "unknown-role-far", "    actor: csirt-staff",
    "    actor: operator", 0, NULL, "役割「operator」はありません。roles に足すか", 1 },
  { "unknown-post", "post: chief-security-officer, clause",
    "post: chief-officer-of-all, clause", 0, NULL, "職「chief-officer-of-all」はありません", 1 },
  { "unknown-phase", "    phase: response\n    acts: [response.propose,",
    "    phase: responce\n    acts: [response.propose,", 0, NULL, "段階「responce」はありません。「response」の誤り", 1 },
  { "unknown-clause", "    clause: 3-2-3-1-ア\n    subjects",
    "    clause: 3-2-3-1-ン\n    subjects", 0, NULL, "条項「3-2-3-1-ン」はありません", 1 },
  { "unknown-act", "acts: [notice.receive, notice.confirm, intake.open",
    "acts: [notice.receive, notice.confirm, intake.opens", 0, NULL, "操作「intake.opens」はありません。「intake.open」の誤り", 1 },
  { "unknown-subject", "subjects: [prevention]",
    "subjects: [prevention, invoice]", 0, NULL, "文書「invoice」はありません", 1 },
  { "unknown-route", "    route: form1\n",
    "    route: formx9\n", 0, NULL, "経路「formx9」はありません", 1 },
  { "unknown-recipient", "{notified-or-not-required: mic}",
    "{notified-or-not-required: army}", 0, NULL, "連絡の相手「army」はありません", 1 },
  { "unknown-form", "done: {report-issued: form1}",
    "done: {report-issued: form9999}", 0, NULL, "様式「form9999」はありません", 1 },
  { "unknown-item", "{items-known: form1/1..5}",
    "{items-known: form1/1..12}", 0, NULL, "項目「12」はありません", 1 },
  { "not-an-item", "{items-known: form1/1..5}",
    "{items-known: form1}", 0, NULL, "様式の項目ではありません", 1 },
  { "unknown-predicate", "that: via-manager",
    "that: via-managers", 0, NULL, "条件「via-managers」はありません。「via-manager」の誤り", 1 },
  { "unknown-token", "when: {judged-as: incident}\n    done: {report-issued",
    "when: {judged-as: yes}\n    done: {report-issued", 0, NULL, "条件「judged-as」に「yes」は使えません。書けるのは incident、not-incident、undetermined", 1 },
  { "argument-missing", "      - act: recovery.restore\n        that: approach-set\n        modality: 必須\n        origin: 本文",
    "      - act: recovery.restore\n        that: done\n        modality: 必須\n        origin: 本文", 1, NULL, "条件「done」には値が要ります", 1 },
  { "argument-needless", "    done: publication-decided",
    "    done: {publication-decided: yes}", 0, NULL, "条件「publication-decided」に値は要りません", 1 },
  { "condition-of-two", "    done: {report-issued: form1}",
    "    done: {report-issued: form1, converged: a}", 0, NULL, "条件は、名前、{名前: 値}", 1 },
  { "condition-empty-list", "    done: {all: [restored, normal-confirmed]}",
    "    done: {all: []}", 0, NULL, "条件の一覧を", 1 },
  { "duplicate-post", "{id: system-manager, name",
    "{id: system-staff, name", 0, NULL, "職の id「system-staff」が重なっています", 2 },
  { "duplicate-clause", "  - id: 4-3\n",
    "  - id: 4-2\n", 0, NULL, "条項の id「4-2」が重なっています", 1 },
  { "duplicate-item", "      - {key: 1-3, label",
    "      - {key: 1-2, label", 0, NULL, "様式の項目「1-2」が重なっています", 1 },
  { "duplicate-in-list", "roles: [administrator]\n    origin: 市の追加\n  # 文書",
    "roles: [administrator, administrator]\n    origin: 市の追加\n  # 文書", 0, NULL, "「administrator」が roles に二度", 1 },
  { "bad-modality", "    verb: 判断\n    modality: 必須",
    "    verb: 判断\n    modality: 必ず", 1, NULL, "modality に「必ず」は使えません。書けるのは 必須、必要に応じ、極力、目途", 1 },
  { "bad-origin", "        that: classified\n        modality: 必要に応じ\n        origin: 解釈",
    "        that: classified\n        modality: 必要に応じ\n        origin: 推定", 2, NULL, "origin に「推定」は使えません", 1 },
  { "bad-bool", "name: 情報システム担当者, many: true",
    "name: 情報システム担当者, many: はい", 0, NULL, "true か false", 1 },
  { "wide-id", "  - {id: mic, name: 総務省",
    "  - {id: ｍｉｃ, name: 総務省", 0, NULL, "全角の英数字", 3 },
  { "wide-number", "    months: 1\n",
    "    months: １\n", 0, NULL, "半角で書いてください", 1 },
  { "wide-time", "opens: \"8:30\"",
    "opens: \"８:30\"", 0, NULL, "半角で書いてください", 1 },
  { "bad-id", "  - {id: mic, name: 総務省",
    "  - {id: m/c, name: 総務省", 0, NULL, "使えない文字", 3 },
  { "bad-time", "opens: \"8:30\"",
    "opens: \"8:70\"", 0, NULL, "時刻ではありません", 1 },
  { "reversed-hours", "closes: \"17:15\"",
    "closes: \"7:15\"", 0, NULL, "closes）が始まりの時刻", 1 },
  { "no-such-day", "effective: {from: 2023-03-01}",
    "effective: {from: 2023-02-29}", 0, NULL, "暦にありません", 1 },
  { "wrong-era-day", "effective: {from: 2023-03-01}",
    "effective: {from: 平成36年3月1日}", 0, NULL, "暦にありません", 1 },
  { "reversed-dates", "effective: {from: 2023-03-01}",
    "effective: {from: 2023-03-01, to: 2022-03-31}", 0, NULL, "始まりの日（from）より前", 1 },
  { "overlapping-names", "from: 2025-07-01",
    "from: 2025-06-30", 0, NULL, "期間が前の名称と重なっています", 1 },
  { "role-of-nobody", "{id: handler, name: インシデントハンドラー, post: system-staff,",
    "{id: handler, name: インシデントハンドラー,", 0, NULL, "役割「インシデントハンドラー」を誰も持てません", 1 },
  { "role-twice", "name: 情報セキュリティ管理者, department: true,",
    "name: 情報セキュリティ管理者, anyone: true, department: true,", 0, NULL, "持ち方が 2 通り", 1 },
  { "actor-outside", "    actor: ciso\n    verb: 承認",
    "    actor: committee\n    verb: 承認", 0, NULL, "庁外の人や会議体なので", 2 },
  { "nobody-may", "  - acts: [recovery.start_watch, recovery.check_watch, recovery.end_watch]\n    roles: [csirt-staff, handler, csirt-manager]\n",
    "  - acts: [recovery.start_watch]\n    roles: [csirt-staff, handler, csirt-manager]\n", 0, "    acts: [recovery.start_watch, recovery.check_watch", "を行える役割がありません", 2 },
  { "phase-unreached", "      - to: recovery\n",
    "      - to: prevention\n", 0, "  - id: recovery\n", "段階「recovery」に入る道がありません", 1 },
  { "phase-dead-end", "  - id: triage\n    name: トリアージ\n    exits:\n",
    "      - {to: limbo}\n  - {id: limbo, name: 行き止まり, exits: [{to: maze}]}\n  - {id: maze, name: 迷路, exits: [{to: limbo}]}\n"
    "  - id: triage\n    name: トリアージ\n    exits:\n", 0, "  - {id: limbo", "段階「limbo」から最後の段階（final: true）に至る道がありません", 3 },
  { "no-final", "    final: true\n",
    "", 0, "  - id: closed\n    name: 終結\n", "段階「closed」に出口がありません", 7 },
  { "exit-to-parallel", "      - to: recovery\n",
    "      - to: reporting\n", 0, NULL, "並行して行う段階", 3 },
  { "exit-never-used", "  - id: intake\n    name: 検知・連絡受付\n    exits:\n",
    "  - id: intake\n    name: 検知・連絡受付\n    exits:\n      - to: response\n", 4, NULL, "この出口は使われません", 1 },
  { "exit-to-itself", "      - to: recovery\n",
    "      - to: response\n", 0, NULL, "自分の段階", 3 },
  { "loop-to-final", "{act: response.reinfect, to: triage,",
    "{act: response.reinfect, to: closed,", 0, NULL, "繰り返しの行き先「closed」は、最後の段階", 1 },
  { "first-parallel", "  - id: intake\n    name: 検知・連絡受付\n",
    "  - id: intake\n    name: 検知・連絡受付\n    parallel: true\n", 0, NULL, "最初の段階は", 2 },
  { "route-without-steps", "    subjects: [\"report:form1\"]\n    steps:\n      - {role: ciso, kind: 報告}\n",
    "    subjects: [\"report:form1\"]\n    steps: []\n", 1, NULL, "steps の一覧が空です", 2 },
  { "route-to-outside", "    subjects: [\"report:form1\"]\n    steps:\n      - {role: ciso, kind: 報告}\n",
    "    subjects: [\"report:form1\"]\n    steps:\n      - {role: ciso, kind: 報告}\n      - {role: committee, kind: 供覧}\n", 3, NULL, "受け取る人が決まりません", 1 },
  { "route-step-twice", "    subjects: [\"report:form1\"]\n    steps:\n      - {role: ciso, kind: 報告}\n",
    "    subjects: [\"report:form1\"]\n    steps:\n      - {role: ciso, kind: 報告}\n      - {role: ciso, kind: 報告}\n", 3, NULL, "同じ段が続いています", 1 },
  { "route-not-arriving", "    subjects: [\"report:form1\"]\n    steps:\n      - {role: ciso, kind: 報告}\n",
    "    subjects: [\"report:form1\"]\n    steps:\n      - {role: csirt-head, kind: 報告}\n", 0, "    route: form1\n", "宛先「ciso」に届いていません", 1 },
  { "form-without-addressee", "    to: ciso\n",
    "", 0, "  - id: form1\n    name: 報告様式1\n", "様式の宛先は", 1 },
  { "parts-not-from-the-first", "part: 事案の状況}",
    "note: 部分なし}", 0, "      - {key: \"2\", label: 2. 事案", "「影響・原因・該否の判断」より前の項目が、どの部分にも入りません", 1 },
  { "part-twice", "part: 対応と再発防止}",
    "part: 事案の状況}", 0, NULL, "様式の部分「事案の状況」が重なっています", 1 },
  { "item-from-nothing", "from: [detected]}",
    "from: [detected, nowhere]}", 0, NULL, "事案の内容「nowhere」はありません", 1 },
  { "item-from-each", "from: [detected]}",
    "from: [request.what]}", 0, NULL, "事案の内容「request.what」はありません", 1 },
  { "paper-of-nothing", "recipients:\n",
    "papers:\n  - {id: a, name: 紙, of: nowhere, parts: [{kind: 記}]}\nrecipients:\n", 1, NULL, "（of）に「nowhere」はありません", 1 },
  { "paper-of-another", "recipients:\n",
    "papers:\n  - {id: a, name: 紙, of: alert, parts: [{kind: 文, text: \"{request.what}\"}]}\nrecipients:\n", 1, NULL, "of が「request」の書面だけ", 1 },
  { "paper-twice", "recipients:\n",
    "papers:\n  - {id: form1, name: 紙, parts: [{kind: 記}]}\nrecipients:\n", 1, NULL, "「form1」という様式か書面がもうあります", 1 },
  { "paper-open-brace", "recipients:\n",
    "papers:\n  - {id: a, name: 紙, parts: [{kind: 文, text: \"{title\"}]}\nrecipients:\n", 1, NULL, "「{」を閉じる", 1 },
  { "subject-in-two-routes", "subjects: [convergence, final-report]",
    "subjects: [convergence, final-report, progress]", 0, NULL, "文書「progress」が二つの経路", 1 },
  { "subject-without-route", "  - {id: final-report, name: 最終報告書}",
    "  - {id: final-report, name: 最終報告書}\n  - {id: letter, name: 手紙}", 1, NULL, "文書「letter」の通る経路がありません", 1 },
  { "quote-missing", "        quote: 対応方針に基づき\n",
    "", -1, NULL, "quote（計画の文言の引用）が要ります", 1 },
  { "quote-false", "        quote: 対応方針に基づき\n",
    "        quote: 対応方針の承認を得て\n", 0, NULL, "条項「3-2-3-2-ア」の文言にありません", 1 },
  { "quote-of-another-clause", "            quote: 検査・分析の手順を繰り返し\n",
    "            quote: インシデントの収束宣言を行う\n", 0, NULL, "条項「3-2-3-1-エ」の文言にありません", 1 },
  { "deputy-cycle", "{id: system-manager, name: 情報システム管理者}\n  - {id: security-officer, name: 情報セキュリティ責任者}",
    "{id: system-manager, name: 情報システム管理者, deputies: [security-officer]}\n  - {id: security-officer, name: 情報セキュリティ責任者, deputies: [system-manager]}", 0, NULL, "一巡して自分に戻ります", 2 },
  { "deputy-self", "{id: system-manager, name: 情報システム管理者}",
    "{id: system-manager, name: 情報システム管理者, deputies: [system-manager]}", 0, NULL, "一巡して自分に戻ります", 1 },
  { "clause-without-words", "    heading: 第3 インシデントハンドリングについて\n",
    "", -2, NULL, "条項に文言がありません", 1 },
  { "list-expected", "    acts: [response.request]",
    "    acts: response.request", 0, NULL, "acts は一覧です", 1 },
  { "mapping-expected", "  - {id: low, name: 低",
    "  - 低い\n  - {id: low, name: 低", 0, NULL, "優先順位は「項目: 値」の形", 1 },
  { "line-too-long", "name: 中, text",
    "name: 中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中中, text", 0, NULL, "長すぎます（201文字）", 1 },
  { "direction-control", "name: 中, text",
    "name: \"中\u202e\", text", 0, NULL, "書字方向", 1 },
  { "yaml-tab", "    verb: 受付",
    "\tverb: 受付", 0, NULL, "タブ", 1 },
  { "yaml-repeated-key", "    verb: 受付",
    "    verb: 受付\n    verb: 受付", 1, NULL, "重", 1 },
  { "routes-without-end", "    gap: 脅威度が決まると、決定する人が決まります。先に脅威度を判定してください。\n",
    "", -1, NULL, "文書「approach」の経路には、どれにも when があります", 2, "sandan" },
  { "route-never-used", "    subjects: [approach, prevention]\n    when: {priority-is: level2}\n",
    "    subjects: [approach, prevention]\n", 0, "    subjects: [approach, prevention]\n    when: {priority-is: level3}",
    "「level2」（", 2, "sandan" },
  { "gap-needless", "    subjects: [\"report:jitai\"]\n    steps:\n      - {role: vice, kind: 報告}\n\n",
    "    subjects: [\"report:jitai\"]\n    gap: 出さない。\n    steps:\n      - {role: vice, kind: 報告}\n\n", 1, NULL, "gap（どの経路も使えないときにすること）は要りません", 1, "sandan" },
  { "route-when-not-arriving", "      - {role: vice, kind: 報告}\n      - {role: chief, kind: 供覧}\n",
    "      - {role: chief, kind: 供覧}\n", 0, "    route: jitai\n", "様式「jitai」の経路「jitai3」が宛先「vice」に届いていません", 1, "sandan" },
  { "unknown-priority", "    when: {priority-is: level1}\n    steps",
    "    when: {priority-is: level4}\n    steps", 0, NULL, "優先順位「level4」はありません。「level", 1, "sandan" },
  { "permit-when-of-office", "  - acts: [notice.receive]\n    roles: [everyone, head]\n",
    "  - acts: [notice.receive]\n    when: prioritised\n    roles: [everyone, head]\n", 0, NULL, "行えるときの条件は付けられません", 1, "sandan" },
  { "actor-when-of-nobody", "    verb: 依頼\n",
    "    verb: 依頼\n    actor-when: prioritised\n", 1, NULL, "actor と acts の両方を書くか", 1, "sandan" },
  { "examples-empty", "    examples:\n      - 境界の装置で止まった不正な通信があったとき\n      - 職員が不審な電子メールを受け取り、開かずに知らせたとき\n",
    "    examples: []\n", 0, NULL, "examples の一覧が空です", 1, "sandan" },
  { "example-quoted-falsely", "quote: 別表第1に掲げる例に照らして脅威度を判定する}",
    "quote: 庁内の機器で不正プログラムが見つかったとき}", 0, NULL, "条項「5」の文言にありません", 1, "sandan" },
  { "deputies-in-a-ring", "office: デジタル推進課長}",
    "office: デジタル推進課長, deputies: [chief]}", 0, NULL, "一巡して自分に戻ります", 3, "sandan" },
  { "batch-day-32", "batch: {day: 20,",
    "batch: {day: 32,", 0, NULL, "1 から 31 までの数", 1, "matrix" },
  { "batch-closed-how", "closed: 翌開庁日",
    "closed: 翌日", 0, NULL, "closed に「翌日」は使えません。書けるのは 翌開庁日、前開庁日", 1, "matrix" },
  { "batch-of-all", "  individual: {any: [{priority-is: red}, {persons-over: 100}]}\n",
    "", 0, NULL, "個別に公表する場合を individual に書いてください", 1, "matrix" },
  { "exemption-twice", "    - {id: unseen, name: 回収",
    "    - {id: harm, name: 回収", 0, NULL, "公表しない理由の id「harm」が重なっています", 1, "matrix" },
  { "persons-no-number", "when: {persons-over: 100}\n",
    "when: {persons-over: 百人}\n", 0, NULL, "の値「百人」は数ではありません", 1, "matrix" },
  { "matrix-cell-misspelt", "    when: {all: [{priority-is: red}, {any: [{class-is: breach}, {class-is: spill}]}]}\n    steps",
    "    when: {all: [{priority-is: red}, {any: [{class-is: breech}, {class-is: spill}]}]}\n    steps", 0, NULL, "対象の種類「breech」はありません。「breach」の誤り", 1, "matrix" },
  { "matrix-cell-shadowed", "    when: {priority-is: red}\n    steps",
    "    steps", 4, NULL, "文書「first」が二つの経路「red-outage」", 4, "matrix" },
  { "wide-colon", "    verb: 受付",
    "    verb：受付", 0, NULL, "全角", 1 },
};

static guint
count_lines(const char *text)
{
  guint n = 1;
  for (; *text; text++)
    n += *text == '\n';
  return n;
}

static gboolean
complains(const char *message, const char *place, const char *fragment)
{
  g_auto(GStrv) lines = g_strsplit(message, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix(lines[i], place) && strstr(lines[i], fragment))
      return TRUE;
  return FALSE;
}

static void
test_spoiled(gconstpointer data)
{
  const Spoiled *one = data;
  g_autoptr(GError) error = NULL;
  g_autofree char *sound = sound_plan(one->plan);
  int line = (int)line_of(sound, one->find) + one->below;
  g_autofree char *bytes = spoil(sound, one->find, one->put);
  g_autoptr(Plan) plan = plan_load("計画.yaml", bytes, strlen(bytes), fake_vocabulary(), &error);

  if (!plan)
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  g_autofree char *place = g_strdup_printf("計画.yaml:%d:", one->where ? (int)line_of(bytes, one->where) : line);
  const char *message = plan ? "a plan" : error->message;
  if (complains(message, place, one->fragment) && count_lines(message) == one->complaints)
    return;
  fprintf(stderr, "%s: expected %s …%s…, %u in all; got:\n%s\n", one->name, place, one->fragment, one->complaints, message);
  g_test_fail();
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
    g_autofree char *path = g_strdup_printf("/spoiled/%s", table[i].name);
    g_test_add_data_func(path, &table[i], test_spoiled);
  }
  return g_test_run();
}
