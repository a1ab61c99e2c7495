/* 体制, 連絡先一覧, アカウント, the plan and システム点検 as JSON. */
#ifndef SHODO_WEB_API_OFFICE_H
#define SHODO_WEB_API_OFFICE_H

#include "web/route.h"

void api_office_routes(Router *router);

#endif
