/* 発送簿 as JSON: each mail as it is sent, but for the recipient's token. */
#ifndef SHODO_WEB_API_MAIL_H
#define SHODO_WEB_API_MAIL_H

#include "web/route.h"

void api_mail_routes(Router *router);

#endif
