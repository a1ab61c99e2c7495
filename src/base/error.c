#include "base/error.h"

G_DEFINE_QUARK(shodo-error-quark, shodo_error)

int
shodo_error_exit_status(const GError *error)
{
  static const int status[] = {
    [SHODO_ERROR_INVALID] = 1,  [SHODO_ERROR_NOT_FOUND] = 1, [SHODO_ERROR_DENIED] = 1,
    [SHODO_ERROR_REFUSED] = 1,  [SHODO_ERROR_CONFLICT] = 1,  [SHODO_ERROR_LIMIT] = 1,
    [SHODO_ERROR_IO] = 3,       [SHODO_ERROR_CORRUPT] = 3,   [SHODO_ERROR_FENCED] = 3,
  };

  if (error->domain == G_OPTION_ERROR)
    return 2;
  if (error->domain != SHODO_ERROR || error->code < 0 || error->code >= (int)G_N_ELEMENTS(status))
    return 3;
  return status[error->code];
}
