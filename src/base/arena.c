#include "base/arena.h"

#include <string.h>

#define FIRST_BLOCK ((gsize)1024)
#define LARGEST_BLOCK ((gsize)256 * 1024)
#define ALIGN ((gsize)16)

typedef struct Block Block;
struct Block {
  Block *next;
  gsize size;
  gsize used;
  gsize unused; /* keeps data on a 16-byte boundary */
  guint8 data[];
};

struct Arena {
  Block *head;
  gsize held;
};

Arena *
arena_new(void)
{
  return g_new0(Arena, 1);
}

void
arena_free(Arena *arena)
{
  if (!arena)
    return;
  for (Block *block = arena->head, *next; block; block = next) {
    next = block->next;
    g_free(block);
  }
  g_free(arena);
}

static Block *
add_block(Arena *arena, gsize least)
{
  gsize size = arena->head ? MIN(arena->head->size * 2, LARGEST_BLOCK) : FIRST_BLOCK;
  size = MAX(size, least);

  Block *block = g_malloc0(sizeof(Block) + size);
  block->size = size;
  block->next = arena->head;
  arena->head = block;
  arena->held += sizeof(Block) + size;
  return block;
}

gpointer
arena_alloc(Arena *arena, gsize size)
{
  g_assert(size <= G_MAXSIZE / 4);
  gsize need = (MAX(size, 1) + ALIGN - 1) & ~(ALIGN - 1);
  Block *block = arena->head;

  if (!block || block->size - block->used < need)
    block = add_block(arena, need);
  gpointer at = block->data + block->used;
  block->used += need;
  return at;
}

char *
arena_strndup(Arena *arena, const char *text, gsize bytes)
{
  char *copy = arena_alloc(arena, bytes + 1);
  if (bytes) /* NULL is a good text of no bytes, but not for memcpy */
    memcpy(copy, text, bytes);
  return copy;
}

char *
arena_strdup(Arena *arena, const char *text)
{
  return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *
arena_printf(Arena *arena, const char *format, ...)
{
  va_list args;
  va_start(args, format);
  g_autofree char *text = g_strdup_vprintf(format, args);
  va_end(args);
  return arena_strdup(arena, text);
}

gsize
arena_size(const Arena *arena)
{
  return arena->held;
}
