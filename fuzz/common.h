/* What the targets share. */
#ifndef SHODO_FUZZ_COMMON_H
#define SHODO_FUZZ_COMMON_H

#include <glib.h>

#include "plan/plan.h"

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

/* A refusal must be set, in valid UTF-8, and not empty: users read it. */
void fuzz_refused(const GError *error);

/* A directory of this process alone, in memory where there is some; removed at exit. */
const char *fuzz_dir(void);
void fuzz_remove(const char *path); /* with all that is in it */

/* plans/miyazaki.yaml under the program's own tables. */
GBytes *fuzz_plan_bytes(void);
const Plan *fuzz_plan(void);

#endif
