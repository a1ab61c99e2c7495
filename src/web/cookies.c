#include "web/cookies.h"

#define SESSION "__Host-sid"
#define DEVICE "__Host-device"
#define ALWAYS "Path=/; Secure; HttpOnly; SameSite=Strict"
#define YEAR "31536000"

const char *
cookie_session(const WebRequest *request)
{
  return http_cookie(request->exchange, SESSION);
}

const char *
cookie_device(const WebRequest *request)
{
  return http_cookie(request->exchange, DEVICE);
}

void
cookie_set_session(WebRequest *request, const char *token)
{
  answer_field(request, "Set-Cookie", arena_printf(request->arena, SESSION "=%s; " ALWAYS, token));
}

void
cookie_set_device(WebRequest *request, const char *token)
{
  answer_field(request, "Set-Cookie", arena_printf(request->arena, DEVICE "=%s; " ALWAYS "; Max-Age=" YEAR, token));
}

void
cookie_clear_session(WebRequest *request)
{
  answer_field(request, "Set-Cookie", SESSION "=; " ALWAYS "; Max-Age=0");
}
