/* The short words:
 *
 *     members = *( name ["?"] ":" type )            "?": may be left out, or be null
 *     type    = s i b n o | "[" members "]" | "{" members "}" | "*" type | "@" Name
 *
 * s string, i integer, b boolean, n number, o any object, […] an array of objects, {…} an object, *t an array of t,
 * @Name a schema of its own. */
#include "web/openapi_answers.h"

#include <string.h>

#define ENTERED "entry?:i happened?:s recorded?:s by?:s post?:s role?:s "

#define CIRCULATION "entry:i happened:s recorded:s by?:s post?:s capacity?:s proxy?:s role?:s subject:s subject_name?:s ref?:s text?:s route:s " \
                    "route_name?:s state:s state_name:s length:i saw:i steps:*@Step withdrawn?:s withdrawal?:s awaits?:{kind:s kind_name:s role:s " \
                    "role_name:s}"
#define MAIL "state:s purpose:s network:s case?:i label?:s party?:s name?:s address?:s subject?:s queued:s due?:s changed:s attempts:i reason?:s " \
             "why?:s code?:i words?:s status?:s"
#define RECEIVED "state:s kind:s why?:s wrong?:s at:s mail?:s case?:i from?:s name?:s subject?:s action?:s status?:s recipient?:s diagnostic?:s " \
                 "acknowledged?:b reason?:s"
#define MAILS "mails:*@Mail next?:s networks:[network:s network_name:s says:s well:b] stopped?:{since:s reason?:s instead?:s}"
#define MINE "acts:[name:s title:s help?:s posts:*s] total:i next?:i"

static const struct {
  const char *name, *members;
} schemas[] = {
  { "Entered", "number?:i done?:s " ENTERED },
  { "Clock", "id:s name:s subject?:s rule:s state:s state_name:s text:s known:b why:s overdue:b late:b urgency?:s urgency_name?:s force:s "
             "force_name:s anchor_at?:s starts?:s events:*o asks:*s reason?:s stale:b changes:*o days?:s known_why?:s candidates?:*@Candidate what?:s act?:s act_title?:s basis?:s "
             "caution?:s note?:s roles:*s posts:*s day?:s at?:s from?:s left_minutes?:i met_at?:s decided?:@Entered clause?:s clause_label?:s "
             "reminded?:@Reminder" },
  { "Reminder", "at:s when:s when_name:s to:s to_name:s posts:*s awaits:b acknowledged?:o unanswered:b telephones?:[post:s name?:s phone?:s mobile?:s]" },
  { "Candidate", "at:s day:s what:s by?:s post?:s role?:s capacity?:s proxy?:s entry:i stands:b" },
  { "LogLine", "number:i recorded:s happened:s kind:s title:s by?:s post?:s role?:s text?:s capacity?:s proxy?:s" },
  { "Card", "number:i id:i reached:i length:i opened:s changed:s round:i closed:b label:s title?:s phase:s phase_name:s plan:s priority?:s "
            "priority_name?:s certainty?:s certainty_name?:s classes?:*s class_names?:*s notices?:*s hosts_open:i restricted?:b starred?:b" },
  { "Case", "number:i id:i reached:i length:i opened:s changed:s round:i closed:b label:s title?:s phase:s phase_name:s plan:s priority?:s "
            "priority_name?:s certainty?:s certainty_name?:s classes?:*s class_names?:*s hosts_open:i restricted?:b notices:*o phases:*o next:*o "
            "clocks:*@Clock log:*@LogLine access:o advice:*o facts:i opinions:i statements:*o figures:*o judged?:s judged_name?:s judgements?:*o "
            "publications?:*o datasets?:*o inquiries?:*o hosts?:*o evidence?:*o requests?:*o measures?:*o services?:*o reports?:*o "
            "notifications?:*o records?:*o circulations:*@Circulation handovers:*o handover_hints:*s callouts:*o restorations:*o watches:*o "
            "prevention_drafts:*o followups:*o answers:*o approaches:*o custody:*o alerts:*o investigations:*o committee_reports:*o "
            "prevention_approvals:*o announcements:*o declarations:*o review_meetings:*o finals:*o addenda:*o meetings_planned:*o meetings:*o "
            "duty_facts:*o duty_known:*o duty_judgements:*o persons:*o calls:*o expenses:*o report_drafts:*o classifications:*o prioritisings:*o "
            "host_examinations:*o host_containments:*o host_eradications:*o host_clearings:*o reinfections:*o replies:*o measure_starts:*o "
            "measure_removals_planned:*o measure_removals:*o reconnections:*o evidence_checks:*o evidence_explanations:*o mail_replies:*o" },
  { "Circulation", "id:s " CIRCULATION },
  { "Step", "step:i happened:s by?:s post?:s capacity?:s proxy?:s kind?:s kind_name?:s role?:s role_name?:s result:s result_name:s comment?:s oral:b "
            "viewed?:s papered?:s" },
  { "Notice", "id:s subject?:s received:s channel:s channel_name:s department?:s confirmed:b cases:[id:i label:s]" },
  { "Mail", "id:s " MAIL },
  { "ReceivedMail", "id:s " RECEIVED },
  { "Opening", "id:s by:s person:s post:s reason?:s at:s until:s reviewed:b outcome?:s outcome_name?:s reviewer?:s entry:i case:i label:s title?:s "
               "own:b" },
  { "Person", "person:s name:s phone?:s mobile?:s mail?:s department?:s posts?:[post:s name:s]" },
  { "Seat", "post:s name:s office?:s department?:s roles:[role:s name:s] holders:*@Person deputies:[post:s name:s holders:*@Person]" },
  { "Outside", "id:s name:s kind:s kind_name:s parent?:s approved:b contact?:s out_of_hours?:s telephone?:s takes_part?:b" },
  { "Rule", "what:s refuses:b modality:s origin:s clause?:s quote?:s note?:s act?:s" },
  { "Term", "id:s name:s text?:s clause?:s origin?:s examples:*s" },
  { "Plan", "name:s municipality?:s established?:s revised?:s from:s until?:s hours?:s digest:s clauses:[id:s label?:s heading?:s mark?:s text?:s depth:i "
            "actor?:s actor_name?:s verb?:s modality?:s origin?:s phase?:s standing:b acts:[id:s name:s] rules:*@Rule] phases:[id:s name:s parallel:b "
            "final:b exits:[to:s rules:*@Rule]] tables:[title:s rows:[label?:s value?:s]] forms:[id:s name:s title?:s date?:s to?:s from?:s from_name?:s "
            "body?:s notes:*s items:[key:s label:s note?:s part?:s depth:i]] roles:[id:s name:s post?:s anyone:b outside:b] posts:[id:s name:s office?:s "
            "deputies:*s] classes:*@Term priorities:*@Term subjects:*@Term routes:[id:s name:s steps:[role:s kind:s kind_name:s] subjects:*s] "
            "recipients:[id:s name:s clause?:s note?:s contact?:s channels:*s]" },
  { "File", "sha256:s size:i name?:s by:s entry:i received:s" },
  { "Signed", "must_change:b secret?:s codes?:*s codes_left?:i" },
};

static const struct {
  const char *method, *pattern;
  const char *members; /* of JSON; or with TYPE what a file is */
  const char *type;
  const char *status; /* NULL: 200 */
} answers[] = {
  { "GET", "/healthz", "status:s" },
  { "GET", "/metrics", NULL, "application/openmetrics-text" },
  { "GET", "/api/v1/openapi.json", "openapi:s info:o servers:*o paths:o components:o" },
  { "GET", "/api/v1/events", NULL, "text/event-stream" },
  { "GET", "/api/v1/me", "person:s name?:s post?:s posts:[post:s name:s capacity:s]" },
  { "GET", "/api/v1/acts", "acts:[name:s title:s right:s scope:s urgent:b fields:o help?:s] total:i next?:i" },
  { "GET", "/api/v1/cases", "cases:*@Card total:i next?:i" },
  { "GET", "/api/v1/cases/{case}", "@Case" },
  { "GET", "/api/v1/cases/{case}/log", "log:*@LogLine total:i next?:i" },
  { "GET", "/api/v1/cases/{case}/conformity", "label:s title?:s plan_name:s rows:[clause:s clause_label?:s verb:s modality:s origin:s text:s status:s "
                                              "status_name:s times:i advised:i first?:@Entered last?:@Entered missing:*s reason?:s]" },
  { "GET", "/api/v1/cases/{case}/clocks", "clocks:*@Clock" },
  { "GET", "/api/v1/cases/{case}/papers", "papers:[form:s name:s number:i entry:i digest:s files:o kept:s]" },
  { "GET", "/api/v1/cases/{case}/papers/{form}/{file}", NULL, "application/octet-stream" },
  { "GET", "/api/v1/cases/{case}/papers/{form}/proposals", "proposals:[key:s label:s value:s from:s]" },
  { "GET", "/api/v1/cases/{case}/files", "files:*@File" },
  { "POST", "/api/v1/cases/{case}/files", "upload:s seconds:i", NULL, "201" },
  { "GET", "/api/v1/cases/{case}/files/{sha256}", NULL, NULL, "303" },
  { "GET", "/api/v1/reviews", "*o" },
  { "GET", "/api/v1/clocks", "now:s clocks:*o cases:i unreadable:*i" },
  { "GET", "/api/v1/office", "name:s day:s plan?:s posts:*s hours?:s seats:*@Seat departments:[id:s name:s body?:s] outsides:*@Outside "
                             "committee_name?:s committee:[label:s post:s name:s holders:*@Person]" },
  { "GET", "/api/v1/office/phones", "name:s day:s window:[label?:s value?:s] people:*@Person outsides:*@Outside" },
  { "GET", "/api/v1/office/accounts", "accounts:[person:s name:s posts:[post:s name:s] state:s totp:b] total:i next?:i" },
  { "GET", "/api/v1/plan", "@Plan" },
  { "GET", "/api/v1/cases/{case}/plan", "@Plan" },
  { "GET", "/api/v1/system", "weaknesses:*s checks:[group:s name:s state:s found:s why:s mend?:s]" },
  { "GET", "/api/v1/notices", "notices:*@Notice total:i next?:i" },
  { "GET", "/api/v1/circulations", "circulations:[case:i label:s title?:s circulation:s subject:s subject_name?:s route:s step:i after_view:b kind?:s "
                                   "kind_name?:s role?:s role_name?:s mine:b post?:s post_name?:s] total:i next?:i" },
  { "GET", "/api/v1/openings", "openings:*@Opening total:i next?:i" },
  { "GET", "/api/v1/me/acts", MINE },
  { "GET", "/api/v1/cases/{case}/acts", MINE },
  { "GET", "/api/v1/cases/{case}/circulations", "circulations:*@Circulation total:i next?:i" },
  { "GET", "/api/v1/cases/{case}/circulations/{circulation}", "id:s " CIRCULATION " about:s lines:*s" },
  { "GET", "/api/v1/cases/{case}/register", "register:[recipient:s name:s state:s state_name:s why?:s basis?:s caution?:s contact?:s note?:s consent:b "
                                            "channels:*s matters:[matter?:s matter_name?:s state:s state_name:s] told:*s publish?:s publish_name?:s "
                                            "published?:i due?:s overdue?:b] total:i next?:i" },
  { "GET", "/api/v1/cases/{case}/contacts", "chain:*@Seat outsides:*@Outside notices:[id:s subject?:s received:s channel:s channel_name:s sender?:s "
                                            "contact?:s] people:*@Person" },
  { "GET", "/api/v1/mail", MAILS },
  { "GET", "/api/v1/mail/{mail}", "id:s " MAIL " text?:s history?:[kind:s title:s at:s reason?:s action?:s status?:s words?:s attempt?:i code?:i "
                               "relay?:s why?:s again?:s]" },
  { "GET", "/api/v1/cases/{case}/mail", MAILS },
  { "GET", "/api/v1/mail/received", "received:*@ReceivedMail next?:s" },
  { "GET", "/api/v1/mail/received/{received}", "id:s " RECEIVED " date?:s text?:s cut?:b attachments?:*s original?:s" },
  { "GET", "/api/v1/mail/received/{received}/original", NULL, NULL, "303" },
  { "GET", "/api/v1/cases/{case}/mail/received", "received:*@ReceivedMail next?:s" },
  { "GET", "/api/v1/told", "events:[id:s type:s timestamp:s data:o] next:i head:i" },
  { "GET", "/api/v1/destinations", "destinations:[id:s name:s url:s kinds:*s exercise:b state:s state_name:s why?:s next:i behind:i sent:i ok?:s "
                                   "bad?:s again?:s trouble?:s] syslog?:{to:s next:i behind:i sent:i ok?:s bad?:s again?:s trouble?:s}" },
  { "POST", "/api/v1/destinations/{destination}/secret", "secret:s" },
  { "POST", "/api/v1/session", "@Signed" },
  { "DELETE", "/api/v1/session", "done?:b" },
  { "POST", "/api/v1/session/again", "@Signed" },
  { "POST", "/api/v1/session/post", "post:s" },
  { "POST", "/api/v1/me/password", "@Signed" },
  { "POST", "/api/v1/me/totp", "secret:s uri:s" },
  { "POST", "/api/v1/me/totp/confirm", "@Signed" },
  { "POST", "/api/v1/me/totp/remove", "@Signed" },
  { "POST", "/api/v1/me/codes", "@Signed" },
  { "GET", "/api/v1/sessions", "sessions:[id:s remote?:s begun:s used:s this:b]" },
  { "DELETE", "/api/v1/sessions/{session}", "done?:b" },
  { "GET", "/api/v1/tokens", "tokens:[id:s name?:s rights:*s issued:s expires:s revoked:b]" },
  { "POST", "/api/v1/tokens", "@Signed" },
  { "POST", "/api/v1/people/{person}/password", "@Signed" },
};

/* --- the words, read --- */

static json_t *read_type(const char **at);

/* Up to END, which is passed over. */
static json_t *
read_members(const char **at, char end)
{
  json_t *properties = json_object(), *required = json_array();

  for (; **at == ' '; (*at)++)
    continue;
  while (**at && **at != end) {
    gsize length = strcspn(*at, "?:");
    g_autofree char *name = g_strndup(*at, length);
    gboolean optional = (*at)[length] == '?';
    *at += length + (optional ? 2 : 1);
    json_t *type = read_type(at);
    if (optional)
      json_object_set_new(properties, name, json_pack("{s:[o, {s:s}]}", "anyOf", type, "type", "null"));
    else {
      json_object_set_new(properties, name, type);
      json_array_append_new(required, json_string(name));
    }
    for (; **at == ' '; (*at)++)
      continue;
  }
  *at += **at != '\0';
  return json_pack("{s:s, s:o, s:o}", "type", "object", "properties", properties, "required", required);
}

static json_t *
read_reference(const char **at)
{
  gsize length = strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
  g_autofree char *path = g_strdup_printf("#/components/schemas/%.*s", (int)length, *at);
  *at += length;
  return json_pack("{s:s}", "$ref", path);
}

static json_t *
read_type(const char **at)
{
  static const char letters[] = "sibno";
  static const char *const types[] = { "string", "integer", "boolean", "number", "object" };
  char sort = *(*at)++;
  const char *letter = strchr(letters, sort);

  if (sort == '[')
    return json_pack("{s:s, s:o}", "type", "array", "items", read_members(at, ']'));
  if (sort == '{')
    return read_members(at, '}');
  if (sort == '*')
    return json_pack("{s:s, s:o}", "type", "array", "items", read_type(at));
  if (sort == '@')
    return read_reference(at);
  g_assert(sort && letter);
  return json_pack("{s:s}", "type", types[letter - letters]);
}

static json_t *
schema_of(const char *members)
{
  const char *at = members;
  return *members == '@' || *members == '*' ? read_type(&at) : read_members(&at, '\0');
}

/* --- the answers --- */

static json_t *
response_of(gsize i)
{
  const char *type = answers[i].type ? answers[i].type : "application/json";
  json_t *schema = answers[i].members ? schema_of(answers[i].members) : json_pack("{s:s}", "type", "string");

  if (answers[i].status && strcmp(answers[i].status, "303") == 0) {
    json_decref(schema);
    return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", "一度きりの受取り先", "headers", "Location", "schema", "type", "string");
  }
  return json_pack("{s:s, s:{s:{s:o}}}", "description", "できた", "content", type, "schema", schema);
}

json_t *
openapi_answers(const Route *route)
{
  for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
    if (strcmp(answers[i].pattern, route->pattern) == 0 && strcmp(answers[i].method, route->method) == 0)
      return json_pack("{s:o}", answers[i].status ? answers[i].status : "200", response_of(i));
  return NULL;
}

void
openapi_answer_schemas(json_t *all)
{
  for (gsize i = 0; i < G_N_ELEMENTS(schemas); i++)
    json_object_set_new(all, schemas[i].name, schema_of(schemas[i].members));
}
