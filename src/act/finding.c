#include "act/finding.h"

#include "base/limits.h"

struct Findings {
  Arena *arena;
  Finding **items;
  gsize length;
  gsize space;
  Finding rest; /* where findings beyond LIMIT_FINDINGS go: written over, never told */
  FindingWeight rest_worst;
};

Findings *
findings_new(Arena *arena)
{
  Findings *findings = arena_new0(arena, Findings);
  findings->arena = arena;
  return findings;
}

/* What a person cannot read helps nobody: beyond LIMIT_FINDINGS only the weight counts. */
static Finding *
append(Findings *findings)
{
  if (findings->length == LIMIT_FINDINGS) {
    findings->rest_worst = MAX(findings->rest_worst, findings->rest.weight);
    findings->rest = (Finding){ 0 };
    return &findings->rest;
  }
  if (findings->length == findings->space) {
    gsize space = MAX(findings->space * 2, 8);
    Finding **items = arena_alloc(findings->arena, space * sizeof *items);
    for (gsize i = 0; i < findings->length; i++)
      items[i] = findings->items[i];
    findings->items = items;
    findings->space = space;
  }
  Finding *finding = arena_new0(findings->arena, Finding);
  findings->items[findings->length++] = finding;
  return finding;
}

static Finding
copy(Arena *arena, const Finding *finding)
{
  return (Finding){
    .weight = finding->weight,
    .code = arena_strdup(arena, finding->code),
    .text = arena_strdup(arena, finding->text),
    .clause = arena_strdup(arena, finding->clause),
    .field = arena_strdup(arena, finding->field),
    .remedy = arena_strdup(arena, finding->remedy),
    .act = arena_strdup(arena, finding->act),
    .about = arena_strdup(arena, finding->about),
    .reading = finding->reading,
  };
}

void
findings_add(Findings *findings, const Finding *finding)
{
  *append(findings) = copy(findings->arena, finding);
}

void
findings_own(Findings *findings)
{
  for (gsize i = 0; i < findings->length; i++)
    *findings->items[i] = copy(findings->arena, findings->items[i]);
}

Finding *
findings_addf(Findings *findings, FindingWeight weight, const char *code, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);

  Finding *finding = append(findings);
  finding->weight = weight;
  finding->code = code;
  finding->text = arena_strdup(findings->arena, text);
  return finding;
}

gsize
findings_length(const Findings *findings)
{
  return findings->length;
}

const Finding *
findings_at(const Findings *findings, gsize i)
{
  g_assert(i < findings->length);
  return findings->items[i];
}

FindingWeight
findings_worst(const Findings *findings)
{
  FindingWeight worst = MAX(findings->rest_worst, findings->rest.weight);
  for (gsize i = 0; i < findings->length; i++)
    worst = MAX(worst, findings->items[i]->weight);
  return worst;
}

gboolean
findings_stop(const Findings *findings)
{
  return findings_worst(findings) != FINDING_ADVISE;
}

Arena *
findings_arena(const Findings *findings)
{
  return findings->arena;
}
