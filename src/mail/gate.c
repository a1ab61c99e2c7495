#include "mail/gate.h"

#include "base/address.h"

const char *
gate_address(const Office *office, const char *address)
{
  g_autofree char *canonical = address ? address_canonical(address, NULL) : NULL;

  if (!canonical || !g_str_equal(canonical, address))
    return NULL;
  return office_real(office) ? address : mail_on_exercise_list(office, address);
}
