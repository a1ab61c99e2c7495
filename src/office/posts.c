/* Posts and who holds them from when to when. */
#include <string.h>

#include "office/state.h"

/* --- the office's own posts --- */

const Field post_fields[] = {
  { "id", "職の記号", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficePost, id), .limit = 40,
    .help = "英小文字・数字・ハイフンで、ほかの職と重ならないように付けます。" },
  { "name", "職名", FIELD_LINE, FIELD_REQUIRED, offsetof(OfficePost, name) },
  { "role", "計画の役割", FIELD_REF, 0, offsetof(OfficePost, role), .ref = &ref_role },
  { "department", "所属", FIELD_REF, 0, offsetof(OfficePost, department), .ref = &ref_department },
  { "many", "同時に複数人が就く", FIELD_BOOL, 0, offsetof(OfficePost, many) },
  { NULL },
};

static const Post administrator = {
  .id = OFFICE_ADMINISTRATOR, .name = "システム管理者", .many = TRUE,
};

static void
post_added_apply(State *state, const EntryHead *head G_GNUC_UNUSED, const void *body)
{
  const OfficePost *added = body;
  Post *post = list_push(state->office->arena, &state->office->posts, sizeof *post);

  *post = (Post){
    .id = added->id, .name = added->name, .role = added->role,
    .department = added->department, .many = added->many,
  };
}

const EntryKind office_post_added = {
  "office.post_added", 1, "職の設置", SCOPE_OFFICE, post_fields, sizeof(OfficePost), post_added_apply,
};

static const Post *
own_post(const Office *office, const char *id)
{
  for (gsize i = 0; i < office->posts.length; i++)
    if (g_str_equal(list_item(office->posts, Post, i)->id, id))
      return list_item(office->posts, Post, i);
  return g_str_equal(id, OFFICE_ADMINISTRATOR) ? &administrator : NULL;
}

/* A Post for a post of PLAN.  It outlives the plan, so it holds its own strings. */
static const Post *
plans_post(const Office *office, const Plan *plan, const PlanPost *of)
{
  g_autofree char *key = g_strdup_printf("%s/%s", plan_digest(plan), of->id);
  Post *post = g_hash_table_lookup(office->known, key);

  if (!post) {
    post = arena_new0(office->arena, Post);
    post->id = arena_strdup(office->arena, of->id);
    post->name = arena_strdup(office->arena, of->name);
    post->many = of->many;
    g_hash_table_insert(office->known, arena_strdup(office->arena, key), post);
  }
  return post;
}

const Post *
office_post(const Office *office, const Plan *plan, const char *id)
{
  const PlanPost *of = plan ? plan_post(plan, id) : NULL;
  return of ? plans_post(office, plan, of) : own_post(office, id);
}

List
office_posts(const Office *office)
{
  return office->posts;
}

const char *
post_label(const Office *office, const Plan *plan, const char *id)
{
  const Post *post = office_post(office, plan, id);
  return post ? post->name : id;
}

gboolean
post_many(const Office *office, const Plan *plan, const char *id)
{
  const Post *post = office_post(office, plan, id);
  return post && post->many;
}

static gboolean
is_token(const char *id)
{
  return g_ascii_islower(id[0]) && strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(id);
}

void
post_guard(const ActContext *context, const void *fields, Findings *findings)
{
  const OfficePost *added = fields;
  const Post *other = office_post(context->office, context->plan, added->id);

  if (!is_token(added->id)) {
    Finding *finding = findings_addf(findings, FINDING_INVALID, "office.post_id",
                                     "職の記号「%s」は使えません。", added->id);
    finding->field = "id";
    finding->remedy = "英小文字で始め、英小文字・数字・ハイフンだけで付けてください（例 zeimu-manager）。";
  }
  if (other) {
    Finding *finding = findings_addf(findings, FINDING_INVALID, "office.post_taken",
                                     "職の記号「%s」は「%s」が使っています。", added->id, other->name);
    finding->field = "id";
    finding->remedy = "別の記号を付けてください。";
  }
}

/* --- by name --- */

typedef struct {
  const Post *found;
  gboolean several;
} Match;

static void
match(Match *match, const Post *post)
{
  match->several = match->several || (match->found && !g_str_equal(match->found->id, post->id));
  match->found = post;
}

static void
match_posts(Match *so_far, const Office *office, const Plan *plan, const char *name)
{
  List posts = plan ? plan_posts(plan) : (List){ 0 };
  for (gsize i = 0; i < posts.length; i++) {
    const PlanPost *of = list_item(posts, PlanPost, i);
    if (same_name(of->name, name) || (of->office && same_name(of->office, name)))
      match(so_far, plans_post(office, plan, of));
  }
  for (gsize i = 0; i < office->posts.length; i++)
    if (same_name(list_item(office->posts, Post, i)->name, name))
      match(so_far, list_item(office->posts, Post, i));
  if (same_name(administrator.name, name))
    match(so_far, &administrator);
}

static void
match_roles(Match *so_far, const Office *office, const Plan *plan, const char *name)
{
  List roles = plan ? plan_roles(plan) : (List){ 0 };
  g_autoptr(Arena) arena = arena_new();

  for (gsize i = 0; i < roles.length; i++) {
    const PlanRole *role = list_item(roles, PlanRole, i);
    if (!g_str_equal(role->id, name) && !same_name(role->name, name))
      continue;
    List posts = office_posts_of_role(office, plan, role->id, arena);
    for (gsize k = 0; k < posts.length; k++) {
      const Post *post = office_post(office, plan, list_string(posts, k));
      if (post)
        match(so_far, post);
    }
  }
}

const Post *
office_post_named(const Office *office, const Plan *plan, const char *name_or_id)
{
  Match found = { office_post(office, plan, name_or_id), FALSE };

  if (!found.found)
    match_posts(&found, office, plan, name_or_id);
  if (!found.found)
    match_roles(&found, office, plan, name_or_id);
  return found.several ? NULL : found.found;
}

/* --- roles --- */

List
office_roles_of_post(const Office *office, const Plan *plan, const char *post, Arena *arena)
{
  List roles = { 0 };
  List all = plan ? plan_roles(plan) : (List){ 0 };
  const Post *own = own_post(office, post);

  for (gsize i = 0; i < all.length; i++) {
    const PlanRole *role = list_item(all, PlanRole, i);
    if (g_strcmp0(role->post, post) == 0)
      list_add(arena, &roles, role->id);
  }
  if (own && own->role && !list_has_string(roles, own->role))
    list_add(arena, &roles, own->role);
  return roles;
}

List
office_posts_of_role(const Office *office, const Plan *plan, const char *role, Arena *arena)
{
  List posts = { 0 };
  const PlanRole *of = plan ? plan_role(plan, role) : NULL;

  if (of && of->post)
    list_add(arena, &posts, of->post);
  for (gsize i = 0; i < office->posts.length; i++) {
    const Post *post = list_item(office->posts, Post, i);
    if (g_strcmp0(post->role, role) == 0 && !list_has_string(posts, post->id))
      list_add(arena, &posts, post->id);
  }
  return posts;
}

static gboolean
post_exists(const ActContext *context, const char *id)
{
  return office_post(context->office, context->plan, id) != NULL;
}

static const char *
post_named(const ActContext *context, const char *name)
{
  const Post *post = office_post_named(context->office, context->plan, name);
  return post ? post->id : NULL;
}

static const char *
post_name(const ActContext *context, const char *id)
{
  const Post *post = office_post(context->office, context->plan, id);
  return post ? post->name : NULL;
}

const RefKind ref_post = { "post", "職", post_exists, post_named, post_name };
