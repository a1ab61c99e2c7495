/* Who holds which post from when to when.  Both days are included. */
#include "office/state.h"

const Field appoint_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeAppoint, person), .ref = &ref_person },
  { "post", "職", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeAppoint, post), .ref = &ref_post },
  { "from", "着任日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeAppoint, from) },
  { "until", "離任日", FIELD_DATE, 0, offsetof(OfficeAppoint, until),
    .help = "在職する最後の日です。決まっていなければ空けておきます。" },
  { "concurrent", "兼務", FIELD_BOOL, 0, offsetof(OfficeAppoint, concurrent) },
  { "acting", "事務取扱", FIELD_BOOL, 0, offsetof(OfficeAppoint, acting),
    .help = "空いた職の仕事を、上の職の人が取り扱うとき。" },
  { NULL },
};

const Field relieve_fields[] = {
  { "person", "職員", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeRelieve, person), .ref = &ref_person },
  { "post", "職", FIELD_REF, FIELD_REQUIRED, offsetof(OfficeRelieve, post), .ref = &ref_post },
  { "until", "離任日", FIELD_DATE, FIELD_REQUIRED, offsetof(OfficeRelieve, until),
    .help = "在職する最後の日です（4月1日の異動なら3月31日）。着任日の前日にすると、着任を取り消します。" },
  { NULL },
};

/* --- state --- */

static void
index_tenure(Office *office, GHashTable *index, const char *key, Tenure *tenure)
{
  List *list = g_hash_table_lookup(index, key);

  if (!list) {
    list = arena_new0(office->arena, List);
    g_hash_table_insert(index, (gpointer)key, list);
  }
  list_add(office->arena, list, tenure);
}

static void
appointed_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  Office *office = state->office;
  const OfficeAppoint *appointed = body;
  Tenure *tenure = arena_new0(office->arena, Tenure);

  *tenure = (Tenure){
    .person = appointed->person, .post = appointed->post, .from = appointed->from,
    .until = appointed->until, .concurrent = appointed->concurrent, .acting = appointed->acting,
  };
  list_add(office->arena, &office->tenures, tenure);
  index_tenure(office, office->by_post, tenure->post, tenure);
  index_tenure(office, office->by_person, tenure->person, tenure);
}

static List
look_up(GHashTable *index, const char *key)
{
  const List *list = g_hash_table_lookup(index, key);
  return list ? *list : (List){ 0 };
}

List
tenures_of_post(const Office *office, const char *post)
{
  return look_up(office->by_post, post);
}

Tenure *
tenure_ending(List tenures, const OfficeRelieve *relieve)
{
  for (gsize i = tenures.length; i-- > 0;) {
    Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (g_str_equal(tenure->person, relieve->person) && g_str_equal(tenure->post, relieve->post) &&
        days_cover(tenure->from, tenure->until, relieve->until))
      return tenure;
  }
  return NULL;
}

/* The tenure that begins the day after: relieving on its eve takes it back. */
static Tenure *
tenure_taken_back(List tenures, const OfficeRelieve *relieve)
{
  for (gsize i = tenures.length; i-- > 0;) {
    Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (g_str_equal(tenure->person, relieve->person) && g_str_equal(tenure->post, relieve->post) &&
        tenure->from - 1 == relieve->until && days_cover(tenure->from, tenure->until, tenure->from))
      return tenure;
  }
  return NULL;
}

static void
relieved_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const OfficeRelieve *relieved = body;
  List tenures = tenures_of_post(state->office, relieved->post);
  Tenure *tenure = tenure_ending(tenures, relieved);

  if (!tenure)
    tenure = tenure_taken_back(tenures, relieved);
  if (tenure)
    tenure->until = relieved->until;
}

const EntryKind office_appointed = {
  "office.appointed", 1, "着任", SCOPE_OFFICE, appoint_fields, sizeof(OfficeAppoint), appointed_apply,
};

const EntryKind office_relieved = {
  "office.relieved", 1, "離任", SCOPE_OFFICE, relieve_fields, sizeof(OfficeRelieve), relieved_apply,
};

/* --- over time --- */

static gint
by_day(gconstpointer a, gconstpointer b)
{
  const Tenure *one = *(const Tenure *const *)a, *other = *(const Tenure *const *)b;
  return one->from < other->from ? -1 : one->from > other->from;
}

static void
add_span(List *spans, const Tenure *tenure, Date from, Date until, Arena *arena)
{
  OfficeSpan *span = list_push(arena, spans, sizeof *span);
  *span = (OfficeSpan){ .from = from, .until = until };
  if (tenure)
    *span = (OfficeSpan){ tenure->person, from, until, tenure->concurrent, tenure->acting };
}

List
office_history(const Office *office, const char *post, Arena *arena)
{
  List spans = { 0 }, all = tenures_of_post(office, post);
  g_autoptr(GPtrArray) tenures = g_ptr_array_new();
  Date free = DATE_NONE; /* the first day nobody is known for */
  gboolean open = FALSE;

  for (gsize i = 0; i < all.length; i++)
    if (list_pointer(all, Tenure, i)->until == DATE_NONE || list_pointer(all, Tenure, i)->until >= list_pointer(all, Tenure, i)->from)
      g_ptr_array_add(tenures, list_pointer(all, Tenure, i));
  g_ptr_array_sort(tenures, by_day);
  for (guint i = 0; i < tenures->len; i++) {
    const Tenure *tenure = tenures->pdata[i];
    if (free != DATE_NONE && !open && tenure->from > free)
      add_span(&spans, NULL, free, tenure->from - 1, arena);
    add_span(&spans, tenure, tenure->from, tenure->until, arena);
    open = open || tenure->until == DATE_NONE;
    free = open ? free : MAX(free, tenure->until + 1);
  }
  if (tenures->len && !open)
    add_span(&spans, NULL, free, DATE_NONE, arena);
  return spans;
}

/* --- guards --- */

const Tenure *
tenure_clash(List tenures, const OfficeAppoint *wanted, gboolean many)
{
  for (gsize i = 0; i < tenures.length; i++) {
    const Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (g_str_equal(tenure->post, wanted->post) &&
        (!many || g_str_equal(tenure->person, wanted->person)) &&
        days_overlap(tenure->from, tenure->until, wanted->from, wanted->until))
      return tenure;
  }
  return NULL;
}

static const char *
clash_remedy(const Office *office, const Tenure *clash, const OfficeAppoint *wanted, Arena *arena)
{
  if (g_str_equal(clash->person, wanted->person))
    return "すでに就いている期間と重ならない日付にしてください。";
  if (clash->from >= wanted->from)
    return "離任日を入れて、その前の日までにしてください。";
  return arena_printf(arena, "先に%sさんの離任日を%s以前で記録してください。", office_person_name(office, clash->person),
                      date_print_plain(arena, MAX(wanted->from - 1, DATE_FIRST)));
}

void
appoint_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficeAppoint *wanted = fields;
  const Office *office = context->office;
  Arena *arena = findings_arena(findings);
  gboolean many = post_many(office, context->plan, wanted->post);
  const Tenure *clash = tenure_clash(tenures_of_post(office, wanted->post), wanted, many);

  naming_guard(context, wanted->post, findings);
  naming_guard_person(context, wanted, findings);
  days_check(wanted->from, wanted->until, findings);
  if (!clash)
    return;
  Finding *finding = findings_addf(
      findings, FINDING_REFUSE, "office.post_held", "「%s」には %s が%s就いています。",
      post_label(office, context->plan, wanted->post), person_label(office, clash->person, arena),
      days_text(clash->from, clash->until, arena));
  finding->field = "from";
  finding->remedy = clash_remedy(office, clash, wanted, arena);
  finding->act = "office.relieve";
}

void
relieve_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficeRelieve *relieve = fields;
  const Office *office = context->office;
  Arena *arena = findings_arena(findings);
  List tenures = tenures_of_post(office, relieve->post);

  naming_guard(context, relieve->post, findings);
  if (tenure_ending(tenures, relieve))
    return;
  if (tenure_taken_back(tenures, relieve)) {
    findings_addf(findings, FINDING_ADVISE, "office.taken_back", "%s の「%s」への着任は取り消されます。",
                  person_label(office, relieve->person, arena),
                  post_label(office, context->plan, relieve->post));
    return;
  }
  Finding *finding = findings_addf(
      findings, FINDING_REFUSE, "office.not_holder", "%s は%sに「%s」に就いていません。",
      person_label(office, relieve->person, arena), date_print_plain(arena, relieve->until),
      post_label(office, context->plan, relieve->post));
  finding->field = "until";
  finding->remedy = "職員と職、離任日（在職する最後の日）を確かめてください。";
}

/* --- questions --- */

List
office_holders(const Office *office, const char *post, Date day, Arena *arena)
{
  List holders = { 0 };
  List tenures = tenures_of_post(office, post);

  for (gsize i = 0; i < tenures.length; i++) {
    const Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (days_cover(tenure->from, tenure->until, day))
      list_add(arena, &holders, tenure->person);
  }
  return holders;
}

List
office_posts_of(const Office *office, const char *person, Date day, Arena *arena)
{
  List posts = { 0 };
  List tenures = look_up(office->by_person, person);

  for (gsize i = 0; i < tenures.length; i++) {
    const Tenure *tenure = list_pointer(tenures, Tenure, i);
    if (days_cover(tenure->from, tenure->until, day))
      list_add(arena, &posts, tenure->post);
  }
  return posts;
}
