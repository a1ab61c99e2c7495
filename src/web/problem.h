/* Refusals as RFC 9457 problem details, in Japanese and English: the one table from
 * an error's code to a status and to words. */
#ifndef SHODO_WEB_PROBLEM_H
#define SHODO_WEB_PROBLEM_H

#include <jansson.h>

#include "act/finding.h"

typedef struct {
  const char *code;     /* stable token: "refused" */
  guint status;
  const char *title;    /* Japanese */
  const char *title_en;
} Problem;

const Problem *problem_of_status(guint status);       /* never NULL */
const Problem *problem_of_code(const char *code);     /* of one in the table; never NULL */
const Problem *problem_of_error(const GError *error); /* by its code; never NULL */
const Problem *problem_of_findings(const Findings *findings);
extern const Problem problem_table[];                 /* code NULL at the end: for the API description */

/* {"type", "title", "title_en", "status", "code", "detail"?}: a new reference. */
json_t *problem_json(const Problem *problem, const char *detail);

/* For HttpService: the body of a refusal. */
GBytes *problem_refusal(guint status, const char **type, gpointer data);

#endif
