/* Frames between server and signer: what decodes encodes to the same bytes. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "signer/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  WireAsk ask;
  WireAnswer answer;

  if (size <= WIRE_FRAME && wire_decode_ask(data, size, &ask)) {
    g_autoptr(GByteArray) frame = wire_encode_ask(&ask);
    g_assert_true(frame->len == size && memcmp(frame->data, data, size) == 0);
  }
  if (size <= WIRE_FRAME && wire_decode_answer(data, size, &answer)) {
    g_autoptr(GByteArray) frame = wire_encode_answer(&answer);
    g_assert_true(frame->len == size && memcmp(frame->data, data, size) == 0);
    g_free(answer.text);
  }
  return 0;
}
