/* People, posts and bodies outside as JSON: 体制, 連絡先一覧, アカウント, and whom to call in a case. */
#ifndef SHODO_ENGINE_PEOPLE_VIEW_H
#define SHODO_ENGINE_PEOPLE_VIEW_H

#include <jansson.h>

#include "engine/access.h"

/* Into OBJECT, of DAY, with telephone and mail: "seats" (posts with roles, holders, deputies), "committee", "departments"
 * and "outsides".  For whoever has view.office. */
void people_view_office(json_t *object, World *world, const Plan *plan, Date day);
/* {"name", "day", "window", "people", "outsides"}: those who hold a post on DAY, each once.  For the same. */
json_t *people_view_phones(World *world, const Plan *plan, Date day);
/* Each person's way in: state, posts, whether a second factor is set; no hash and no secret.  For view.system. */
json_t *people_view_accounts(World *world, const Plan *plan, Date day);
/* Whom to call in KASE, which VIEWER sees: "chain", "outsides", "notices", "people".  Numbers and bodies outside only for
 * whoever has view.office; notices that VIEWER does not see are left out. */
json_t *people_view_contacts(World *world, const Viewer *viewer, const Case *kase, const Plan *plan);

#endif
