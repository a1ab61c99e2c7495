#include "evidence/evidence.h"

#include "act/describe.h"
#include "base/text.h"

const Choice evidence_choices[] = {
  { EVIDENCE_ORIGINAL, "original", "現物" },
  { EVIDENCE_COPY, "copy", "複製" },
  { EVIDENCE_LOG, "log", "ログ" },
  { EVIDENCE_PHOTO, "photo", "写真" },
  { EVIDENCE_SCREEN, "screen", "画面" },
  { EVIDENCE_PAPER, "paper", "紙" },
  { EVIDENCE_INTERVIEW, "interview", "聴取メモ" },
  { 0, NULL, NULL },
};

static EvidenceItem *
find(const Case *kase, const char *id)
{
  return list_find(case_evidence_of(kase)->items, id);
}

const EvidenceItem *
evidence_item(const Case *kase, const char *id)
{
  return find(kase, id);
}

const char *
evidence_number(const EvidenceItem *item)
{
  return item->id + 1;
}

static gboolean
exists(const ActContext *context, const char *id)
{
  return context->kase && find(context->kase, id);
}

static const char *
name(const ActContext *context, const char *id)
{
  const EvidenceItem *item = context->kase ? find(context->kase, id) : NULL;
  return item ? describe_words(context->arena, item->body->item) : NULL;
}

const RefKind ref_evidence = { "evidence", "証拠", exists, NULL, name };

/* --- hashes --- */

/* Equal to the reference, or to a value whose difference has been explained. */
static gboolean
matches(const EvidenceItem *item, const char *sha256)
{
  if (!item->reference || g_str_equal(item->reference, sha256))
    return TRUE;
  for (gsize i = 0; i < item->checks.length; i++) {
    const HashCheck *check = list_pointer(item->checks, HashCheck, i);
    if (check->explanation && g_str_equal(check->sha256, sha256))
      return TRUE;
  }
  return FALSE;
}

gboolean
evidence_unexplained(const EvidenceItem *item)
{
  for (gsize i = 0; i < item->checks.length; i++) {
    const HashCheck *check = list_pointer(item->checks, HashCheck, i);
    if (!check->matches && !check->explanation)
      return TRUE;
  }
  return FALSE;
}

static void
add_check(Arena *arena, EvidenceItem *item, const EntryHead *head, const char *sha256, const char *explanation)
{
  HashCheck *check = arena_new0(arena, HashCheck);
  *check = (HashCheck){ .head = head, .sha256 = sha256, .matches = matches(item, sha256) };
  if (!check->matches && explanation) {
    check->explanation = explanation;
    check->explained = head;
  }
  if (!item->reference)
    item->reference = sha256;
  list_add(arena, &item->checks, check);
}

static void
advise_mismatch(const EvidenceItem *item, const char *sha256, Findings *findings)
{
  if (matches(item, sha256))
    return;
  Finding *finding = findings_addf(findings, FINDING_ADVISE, "evidence.mismatch",
                                   "%s「%s」のハッシュ値が、登録されたものと合いません。", item->id, item->body->item);
  finding->remedy = "このまま記録し、合わない理由を調べて説明を残します。";
  finding->act = "evidence.explain";
}

/* --- registering --- */

static const Field registered_fields[] = {
  { "item", "証拠の名称", FIELD_LINE, FIELD_REQUIRED, offsetof(EvidenceRegistered, item), .help = "ひと目で何か分かる名称。人の名前は書きません。" },
  { "kind", "種別", FIELD_CHOICE, FIELD_REQUIRED, offsetof(EvidenceRegistered, kind), .choices = evidence_choices },
  { "serial", "型番・製造番号・資産番号", FIELD_LINE, 0, offsetof(EvidenceRegistered, serial) },
  { "parent", "もとになった証拠", FIELD_REF, 0, offsetof(EvidenceRegistered, parent), .ref = &ref_evidence },
  { "sha256", "ハッシュ値（SHA-256）", FIELD_HASH, 0, offsetof(EvidenceRegistered, sha256), .help = "ファイルは取得したその場で計算します。現物や紙では空欄です。" },
  { "size", "大きさ（バイト）", FIELD_INT, 0, offsetof(EvidenceRegistered, size) },
  { "acquired", "取得日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(EvidenceRegistered, acquired) },
  { "acquired_from", "取得元", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(EvidenceRegistered, acquired_from), .help = "機器、システム、又は渡してくれた人。" },
  { "place", "取得場所", FIELD_LINE, FIELD_REQUIRED, offsetof(EvidenceRegistered, place) },
  { "acquired_by", "取得者", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(EvidenceRegistered, acquired_by), .help = "最初の保管者になります。受渡しの「渡し手」と同じ書き方にします。" },
  { "witness", "立会人", FIELD_LINE, FIELD_PERSONAL, offsetof(EvidenceRegistered, witness) },
  { "method", "取得の方法", FIELD_TEXT, 0, offsetof(EvidenceRegistered, method), .help = "道具とその版、書込防止の有無、機器の時計のずれなど。" },
  { "condition", "取得時の状態", FIELD_LINE, 0, offsetof(EvidenceRegistered, condition), .help = "電源、画面、接続、封印など。" },
  { "storage", "保管場所・封印番号", FIELD_LINE, 0, offsetof(EvidenceRegistered, storage) },
  { NULL },
};

static void
apply_registered(State *state, const EntryHead *head, const void *body)
{
  Arena *arena = case_arena(state->kase);
  Evidence *evidence = case_evidence(state->kase);
  const EvidenceRegistered *registered = body;
  EvidenceItem *item = arena_new0(arena, EvidenceItem);

  *item = (EvidenceItem){
    .id = arena_printf(arena, "e%" G_GSIZE_FORMAT, evidence->items.length + 1),
    .head = head,
    .body = registered,
    .reference = registered->sha256,
    .holder = registered->acquired_by,
    .held_since = registered->acquired,
  };
  list_add(arena, &evidence->items, item);
}

static const EntryKind evidence_registered = {
  .name = "evidence.registered", .version = 1, .title = "証拠の登録", .scope = SCOPE_CASE,
  .fields = registered_fields, .size = sizeof(EvidenceRegistered), .apply = apply_registered,
};

static gboolean
is_file(int kind)
{
  return kind == EVIDENCE_COPY || kind == EVIDENCE_LOG || kind == EVIDENCE_PHOTO || kind == EVIDENCE_SCREEN;
}

static void
guard_register(const ActContext *context, const void *fields, Findings *findings)
{
  const EvidenceRegistered *registering = fields;

  if (registering->acquired > context->now)
    findings_addf(findings, FINDING_INVALID, "evidence.future", "「取得日時」がこれから先の日時になっています。")->field = "acquired";
  if (is_file(registering->kind) && !registering->sha256) {
    Finding *finding = findings_addf(findings, FINDING_ADVISE, "evidence.hash", "ハッシュ値がありません。後から改変のないことを示せなくなります。");
    finding->field = "sha256";
    finding->remedy = "後から計算したときは「ハッシュ値を確かめる」に記録します。";
    finding->act = "evidence.verify";
  }
  if (registering->kind == EVIDENCE_COPY && !registering->parent)
    findings_addf(findings, FINDING_ADVISE, "evidence.parent", "複製の「もとになった証拠」が未記入です。")->field = "parent";
}

/* --- files received --- */

const ReceivedFile *
evidence_received_file(const Case *kase, const char *sha256)
{
  List received = case_evidence_of(kase)->received;
  for (gsize i = 0; i < received.length; i++)
    if (g_str_equal(list_pointer(received, ReceivedFile, i)->body->sha256, sha256))
      return list_pointer(received, ReceivedFile, i);
  return NULL;
}

static const Field received_fields[] = {
  { "sha256", "ファイルの SHA-256", FIELD_HASH, FIELD_REQUIRED | FIELD_BLOB, offsetof(EvidenceReceived, sha256) },
  { "size", "大きさ（バイト）", FIELD_INT, FIELD_REQUIRED, offsetof(EvidenceReceived, size) },
  { "by", "送った人", FIELD_LINE, FIELD_REQUIRED, offsetof(EvidenceReceived, by) },
  { "name", "ファイルの名前", FIELD_LINE, FIELD_PERSONAL, offsetof(EvidenceReceived, name) },
  { NULL },
};

static void
apply_received(State *state, const EntryHead *head, const void *body)
{
  Arena *arena = case_arena(state->kase);
  ReceivedFile *file = arena_new0(arena, ReceivedFile);
  *file = (ReceivedFile){ .head = head, .body = body };
  if (!evidence_received_file(state->kase, file->body->sha256))
    list_add(arena, &case_evidence(state->kase)->received, file);
}

const EntryKind evidence_received = {
  .name = "evidence.received", .version = 1, .title = "ファイルの受取り", .scope = SCOPE_CASE,
  .fields = received_fields, .size = sizeof(EvidenceReceived), .apply = apply_received,
};

/* --- handing over --- */

static const Field transferred_fields[] = {
  { "evidence", "証拠", FIELD_REF, FIELD_REQUIRED, offsetof(EvidenceTransferred, evidence), .ref = &ref_evidence },
  { "from", "渡し手", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(EvidenceTransferred, from) },
  { "to", "受け手", FIELD_LINE, FIELD_REQUIRED | FIELD_PERSONAL, offsetof(EvidenceTransferred, to) },
  { "at", "受渡し日時", FIELD_INSTANT, FIELD_REQUIRED, offsetof(EvidenceTransferred, at) },
  { "purpose", "目的", FIELD_LINE, FIELD_REQUIRED, offsetof(EvidenceTransferred, purpose) },
  { "rehash", "受渡し時のハッシュ値（SHA-256）", FIELD_HASH, 0, offsetof(EvidenceTransferred, rehash), .help = "ファイルは受渡しのたびに計算し直します。" },
  { NULL },
};

static void
apply_transferred(State *state, const EntryHead *head, const void *body)
{
  Arena *arena = case_arena(state->kase);
  const EvidenceTransferred *transferred = body;
  EvidenceItem *item = find(state->kase, transferred->evidence);
  if (!item)
    return;
  Custody *custody = arena_new0(arena, Custody);
  *custody = (Custody){ .head = head, .body = transferred };
  list_add(arena, &item->custody, custody);
  item->holder = transferred->to;
  item->held_since = transferred->at;
  if (transferred->rehash)
    add_check(arena, item, head, transferred->rehash, NULL);
}

static const EntryKind evidence_transferred = {
  .name = "evidence.transferred", .version = 1, .title = "証拠の受渡し", .scope = SCOPE_CASE,
  .fields = transferred_fields, .size = sizeof(EvidenceTransferred), .apply = apply_transferred,
};

/* The same name, however spaces, width and capitals were typed. */
static gboolean
same_name(const char *one, const char *other, Arena *arena)
{
  g_auto(GStrv) these = g_strsplit(text_fold(arena, one), " ", -1);
  g_auto(GStrv) those = g_strsplit(text_fold(arena, other), " ", -1);
  g_autofree char *this = g_strjoinv("", these);
  g_autofree char *that = g_strjoinv("", those);
  return g_str_equal(this, that);
}

/* The chain has no gap: who gives it has it.  An erased holder cannot be compared. */
static void
check_holder(const ActContext *context, const EvidenceItem *item, const EvidenceTransferred *handing, Findings *findings)
{
  if (!item->holder || same_name(item->holder, handing->from, context->arena))
    return;
  Finding *finding = findings_addf(findings, FINDING_REFUSE, "evidence.holder",
                                   "%s「%s」をいま保管しているのは「%s」です。渡し手「%s」からは受け渡せません。", item->id,
                                   item->body->item, item->holder, handing->from);
  finding->field = "from";
  finding->remedy = arena_printf(context->arena, "抜けている受渡しがあれば、「%s」からの受渡しを先に記録します。", item->holder);
  finding->act = "evidence.transfer";
}

static void
guard_transfer(const ActContext *context, const void *fields, Findings *findings)
{
  const EvidenceTransferred *handing = fields;
  const EvidenceItem *item = find(context->kase, handing->evidence);

  check_holder(context, item, handing, findings);
  if (same_name(handing->from, handing->to, context->arena))
    findings_addf(findings, FINDING_INVALID, "evidence.same", "「渡し手」と「受け手」が同じです。")->field = "to";
  if (handing->at > context->now)
    findings_addf(findings, FINDING_INVALID, "evidence.future", "「受渡し日時」がこれから先の日時になっています。")->field = "at";
  if (handing->at < item->held_since)
    findings_addf(findings, FINDING_INVALID, "evidence.before", "「受渡し日時」が、いまの保管者が受け取った日時（%s）より前です。",
                  instant_print_long(context->arena, item->held_since))->field = "at";
  if (handing->rehash)
    advise_mismatch(item, handing->rehash, findings);
  else if (item->reference)
    findings_addf(findings, FINDING_ADVISE, "evidence.rehash", "受渡し時のハッシュ値がありません。計算し直して記録してください。")->field = "rehash";
}

/* --- taking the hash again --- */

static const Field verified_fields[] = {
  { "evidence", "証拠", FIELD_REF, FIELD_REQUIRED, offsetof(EvidenceVerified, evidence), .ref = &ref_evidence },
  { "sha256", "計算したハッシュ値（SHA-256）", FIELD_HASH, FIELD_REQUIRED, offsetof(EvidenceVerified, sha256) },
  { "explanation", "合わないときの説明", FIELD_TEXT, 0, offsetof(EvidenceVerified, explanation) },
  { NULL },
};

static void
apply_verified(State *state, const EntryHead *head, const void *body)
{
  const EvidenceVerified *verified = body;
  EvidenceItem *item = find(state->kase, verified->evidence);
  if (item)
    add_check(case_arena(state->kase), item, head, verified->sha256, verified->explanation);
}

static const EntryKind evidence_verified = {
  .name = "evidence.verified", .version = 1, .title = "ハッシュ値の確認", .scope = SCOPE_CASE,
  .fields = verified_fields, .size = sizeof(EvidenceVerified), .apply = apply_verified,
};

static void
guard_verify(const ActContext *context, const void *fields, Findings *findings)
{
  const EvidenceVerified *verifying = fields;
  if (!verifying->explanation)
    advise_mismatch(find(context->kase, verifying->evidence), verifying->sha256, findings);
}

static const Field explained_fields[] = {
  { "evidence", "証拠", FIELD_REF, FIELD_REQUIRED, offsetof(EvidenceExplained, evidence), .ref = &ref_evidence },
  { "text", "合わない理由の説明", FIELD_TEXT, FIELD_REQUIRED, offsetof(EvidenceExplained, text) },
  { NULL },
};

static void
apply_explained(State *state, const EntryHead *head, const void *body)
{
  const EvidenceExplained *explained = body;
  EvidenceItem *item = find(state->kase, explained->evidence);
  for (gsize i = 0; item && i < item->checks.length; i++) {
    HashCheck *check = list_pointer(item->checks, HashCheck, i);
    if (check->matches || check->explanation)
      continue;
    check->explanation = explained->text;
    check->explained = head;
  }
}

static const EntryKind evidence_explained = {
  .name = "evidence.explained", .version = 1, .title = "ハッシュ値の相違の説明", .scope = SCOPE_CASE,
  .fields = explained_fields, .size = sizeof(EvidenceExplained), .apply = apply_explained,
};

static void
guard_explain(const ActContext *context, const void *fields, Findings *findings)
{
  const EvidenceItem *item = find(context->kase, ((const EvidenceExplained *)fields)->evidence);
  if (!evidence_unexplained(item))
    findings_addf(findings, FINDING_REFUSE, "evidence.nothing", "「%s」に、説明を待つハッシュ値の相違はありません。", item->body->item)->remedy = "補足は対応記録に書きます。";
}

/* --- tables --- */

static const EntryKind *const entries[] = {
  &evidence_registered, &evidence_transferred, &evidence_verified, &evidence_explained, &evidence_received,
};

static const ActKind acts[] = {
  { .name = "evidence.register", .title = "証拠を登録する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .fields = registered_fields, .size = sizeof(EvidenceRegistered), .guard = guard_register, .emits = &evidence_registered,
    .help = "取得・保全した証拠を、現物もファイルも同じ台帳に登録します。原本には手を加えず、複製で調べます。" },
  { .name = "evidence.transfer", .title = "証拠を受け渡す", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "evidence.register",
    .fields = transferred_fields, .size = sizeof(EvidenceTransferred), .guard = guard_transfer, .emits = &evidence_transferred,
    .help = "証拠の受渡しを、渡し手・受け手・日時・目的とともに、途切れなく記録します。" },
  { .name = "evidence.verify", .title = "ハッシュ値を確かめる", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "evidence.register",
    .fields = verified_fields, .size = sizeof(EvidenceVerified), .guard = guard_verify, .emits = &evidence_verified,
    .help = "ハッシュ値を計算し直して記録します。合わないときも記録し、理由を説明します。" },
  { .name = "evidence.explain", .title = "ハッシュ値の相違を説明する", .right = RIGHT_WRITE, .scope = SCOPE_CASE,
    .after = "evidence.verify",
    .fields = explained_fields, .size = sizeof(EvidenceExplained), .guard = guard_explain, .emits = &evidence_explained,
    .help = "ハッシュ値が合わなかった理由を記録します。合わなかった記録も残ります。" },
};

const Domain evidence_domain = {
  .name = "evidence", .acts = acts, .n_acts = G_N_ELEMENTS(acts),
  .entries = entries, .n_entries = G_N_ELEMENTS(entries),
};

/* --- predicates --- */

static gboolean
holds_registered(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  return case_evidence_of(context->kase)->items.length > 0;
}

static gboolean
holds_sound(const PredicateContext *context, const char *arg G_GNUC_UNUSED)
{
  List items = case_evidence_of(context->kase)->items;
  for (gsize i = 0; i < items.length; i++)
    if (evidence_unexplained(list_pointer(items, EvidenceItem, i)))
      return FALSE;
  return TRUE;
}

static char *
detail_sound(const PredicateContext *context, const char *arg G_GNUC_UNUSED, Arena *arena)
{
  g_autoptr(GString) names = g_string_new(NULL);
  List items = case_evidence_of(context->kase)->items;
  for (gsize i = 0; i < items.length; i++) {
    const EvidenceItem *item = list_pointer(items, EvidenceItem, i);
    if (evidence_unexplained(item))
      describe_add(names, arena, item->body->item, item->head);
  }
  return arena_printf(arena, "ハッシュ値の相違の説明がまだの証拠があります（%s）", names->str);
}

const Predicate evidence_predicates[] = {
  { .name = "evidence-registered", .explain = "証拠を登録した", .missing = "証拠の登録がまだです", .act = "evidence.register", .holds = holds_registered },
  { .name = "evidence-sound", .explain = "証拠のハッシュ値の相違をすべて説明した", .missing = "ハッシュ値の相違の説明がまだの証拠があります", .act = "evidence.explain", .holds = holds_sound, .detail = detail_sound, .comes = COMES_UNTIL },
  { .name = NULL },
};
