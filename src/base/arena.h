/* An arena: memory that is freed all at once.
 *
 * A request decodes into an arena and drops it at its end; a case keeps the
 * bodies of its entries in one and drops it when it is evicted.  Nothing
 * allocated here is freed alone.  Memory is zeroed and aligned for any type.
 * Cost: O(1) amortised per allocation; running out of memory aborts, so every
 * input is bounded before it gets here (limits.h). */
#ifndef SHODO_BASE_ARENA_H
#define SHODO_BASE_ARENA_H

#include <glib.h>

typedef struct Arena Arena;

Arena *arena_new(void);
void arena_free(Arena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Arena, arena_free)

gpointer arena_alloc(Arena *arena, gsize size) G_GNUC_MALLOC G_GNUC_ALLOC_SIZE(2);
char *arena_strdup(Arena *arena, const char *text);                 /* NULL gives NULL */
char *arena_strndup(Arena *arena, const char *text, gsize bytes);
char *arena_printf(Arena *arena, const char *format, ...) G_GNUC_PRINTF(2, 3);
gsize arena_size(const Arena *arena);                               /* bytes held */

#define arena_new0(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))

#endif
