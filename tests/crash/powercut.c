/* The calls are defined under their own names, so no header may rename them. */
#undef _FORTIFY_SOURCE
#undef _FILE_OFFSET_BITS
#include "powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROOM ((gsize)1 << 30) /* of notes; touched only as far as used */
#define MOST_FILES 4096       /* descriptors */

typedef struct {
  guint8 *data;
  gsize length;
  gsize capacity;
} Content;

/* One unsynced write (DATA) or truncation (NULL) of a file. */
typedef struct Change Change;
struct Change {
  Change *next;
  guint8 *data;
  gsize offset; /* or the new length */
  gsize length;
};

typedef struct {
  gboolean directory;
  Content durable;
  Change *first;
  Change *last;
} Inode;

typedef struct Name Name;
struct Name {
  Name *next;
  const char *path; /* below the root; "" is the root */
  Inode *inode;
};

/* One unsynced change of directory PARENT: REMOVED or ADDED, or both, at once. */
typedef struct Move Move;
struct Move {
  Move *next;
  const char *parent;
  const char *removed;
  const char *added;
  Inode *inode;
};

struct Powercut {
  char root[1024];
  gsize used;
  guint64 operations;
  guint64 stop_at;
  guint64 matched; /* syncs that the lie is about */
  guint64 lies;
  PowercutLie lie;
  PowercutFault fault;
  Name *current;
  Name *durable;
  Move *moves;
};

typedef struct {
  Inode *inode;
  const char *path;
  dev_t device;
  ino_t number;
} File;

/* Of this process. */
static Powercut *active;
static gboolean quick;
static File files[MOST_FILES];
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

/* ---- notes ---- */

static void *
note_alloc(Powercut *disk, gsize bytes)
{
  gsize at = (disk->used + 15) & ~(gsize)15;

  g_assert(at + bytes <= ROOM);
  disk->used = at + bytes;
  return (guint8 *)disk + at;
}

static void *
note_bytes(Powercut *disk, const void *data, gsize bytes)
{
  void *copy = note_alloc(disk, bytes);

  if (bytes > 0)
    memcpy(copy, data, bytes);
  return copy;
}

static const char *
note_text(Powercut *disk, const char *text)
{
  return note_bytes(disk, text, strlen(text) + 1);
}

static Inode *
inode_new(Powercut *disk, gboolean directory)
{
  Inode *inode = note_alloc(disk, sizeof *inode);

  *inode = (Inode){ .directory = directory };
  return inode;
}

static void
content_resize(Powercut *disk, Content *content, gsize length)
{
  if (length > content->capacity) {
    content->capacity = MAX(length, 2 * content->capacity);
    guint8 *data = note_alloc(disk, content->capacity);
    if (content->length > 0)
      memcpy(data, content->data, content->length);
    content->data = data;
  }
  if (length > content->length)
    memset(content->data + content->length, 0, length - content->length);
  content->length = length;
}

static void
content_write(Powercut *disk, Content *content, gsize offset, const guint8 *data, gsize length)
{
  if (length == 0)
    return;
  if (offset + length > content->length)
    content_resize(disk, content, offset + length);
  memcpy(content->data + offset, data, length);
}

static void
content_apply(Powercut *disk, Content *content, const Change *change)
{
  if (change->data)
    content_write(disk, content, change->offset, change->data, change->length);
  else
    content_resize(disk, content, change->offset);
}

static Name *
names_find(Name *names, const char *path)
{
  while (names && strcmp(names->path, path) != 0)
    names = names->next;
  return names;
}

static void
names_remove(Name **names, const char *path)
{
  for (Name **at = names; *at; at = &(*at)->next)
    if (strcmp((*at)->path, path) == 0) {
      *at = (*at)->next;
      return;
    }
}

static void
names_add(Powercut *disk, Name **names, const char *path, Inode *inode)
{
  Name *name = note_alloc(disk, sizeof *name);

  names_remove(names, path);
  *name = (Name){ .next = *names, .path = note_text(disk, path), .inode = inode };
  *names = name;
}

static void
move_apply(Powercut *disk, Name **names, const Move *move)
{
  if (move->removed)
    names_remove(names, move->removed);
  if (move->added)
    names_add(disk, names, move->added, move->inode);
}

static const char *
parent_of(Powercut *disk, const char *path)
{
  const char *slash = strrchr(path, '/');
  g_autofree char *parent = slash ? g_strndup(path, (gsize)(slash - path)) : g_strdup("");

  return note_text(disk, parent);
}

static void
note_half(Powercut *disk, const char *parent, const char *removed, const char *added, Inode *inode)
{
  Move *move = note_alloc(disk, sizeof *move);
  Move **at = &disk->moves;

  *move = (Move){
    .parent = parent,
    .removed = removed ? note_text(disk, removed) : NULL,
    .added = added ? note_text(disk, added) : NULL,
    .inode = inode,
  };
  while (*at)
    at = &(*at)->next;
  *at = move;
  move_apply(disk, &disk->current, move);
}

static void
note_move(Powercut *disk, const char *removed, const char *added, Inode *inode)
{
  const char *from = removed ? parent_of(disk, removed) : NULL;
  const char *to = added ? parent_of(disk, added) : NULL;

  if (!from || !to || strcmp(from, to) == 0) {
    note_half(disk, to ? to : from, removed, added, inode);
    return;
  }
  note_half(disk, to, NULL, added, inode);
  note_half(disk, from, removed, NULL, NULL);
}

static void
note_change(Powercut *disk, Inode *inode, const void *data, gsize offset, gsize length)
{
  Change *change = note_alloc(disk, sizeof *change);

  *change = (Change){ .data = data ? note_bytes(disk, data, length) : NULL, .offset = offset, .length = length };
  if (inode->last)
    inode->last->next = change;
  else
    inode->first = change;
  inode->last = change;
}

static void
settle_file(Powercut *disk, Inode *inode)
{
  for (const Change *change = inode->first; change; change = change->next)
    content_apply(disk, &inode->durable, change);
  inode->first = inode->last = NULL;
}

static void
settle_directory(Powercut *disk, const char *path)
{
  for (Move **at = &disk->moves; *at;) {
    if (strcmp((*at)->parent, path) != 0) {
      at = &(*at)->next;
      continue;
    }
    move_apply(disk, &disk->durable, *at);
    *at = (*at)->next;
  }
}

/* ---- the calls ---- */

/* The path below the root that DIR and PATH name; NULL: elsewhere.  To free. */
static char *
below_root(int dir, const char *path)
{
  g_autofree char *joined = NULL;

  if (!active || !path || g_str_has_suffix(path, "-shm"))
    return NULL;
  if (path[0] != '/') {
    if (dir < 0 || dir >= MOST_FILES || !files[dir].inode || !files[dir].inode->directory)
      return NULL;
    joined = g_build_filename(active->root, files[dir].path, path, NULL);
  }
  g_autofree char *whole = g_canonicalize_filename(joined ? joined : path, "/");
  gsize length = strlen(active->root);
  if (strncmp(whole, active->root, length) != 0 || (whole[length] && whole[length] != '/'))
    return NULL;
  return g_strdup(whole[length] ? whole + length + 1 : "");
}

/* A descriptor may have been closed by a call that is not noted, and given anew. */
static File *
file_of(int fd)
{
  struct stat st;

  if (!active || fd < 0 || fd >= MOST_FILES || !files[fd].inode)
    return NULL;
  if (fstat(fd, &st) == 0 && st.st_dev == files[fd].device && st.st_ino == files[fd].number)
    return &files[fd];
  files[fd].inode = NULL;
  return NULL;
}

static void
file_opened(int fd, const char *path, Inode *inode)
{
  struct stat st;

  g_assert(fd < MOST_FILES && fstat(fd, &st) == 0);
  files[fd] = (File){ inode, note_text(active, path), st.st_dev, st.st_ino };
}

/* One more change of the disk: the power may go before it.  FALSE: it fails. */
static gboolean
step(void)
{
  guint64 number = ++active->operations;

  if (number == active->stop_at)
    _exit(POWERCUT_STOPPED);
  if (number < active->fault.nth || number > active->fault.last)
    return TRUE;
  errno = active->fault.errnum;
  return FALSE;
}

static int
open_noted(const char *path, int dir, const char *name, int flags, mode_t mode)
{
  Name *known = names_find(active->current, path);
  gboolean creates = !known && (flags & O_CREAT);
  gboolean truncates = known && (flags & O_TRUNC) && (flags & O_ACCMODE) != O_RDONLY;

  int fd = (creates || truncates) && !step() ? -1 : (int)syscall(SYS_openat, dir, name, flags, mode);
  if (fd < 0)
    return fd;
  Inode *inode = known ? known->inode : NULL;
  if (creates)
    note_move(active, NULL, path, inode = inode_new(active, FALSE));
  if (truncates)
    note_change(active, inode, NULL, 0, 0);
  if (inode)
    file_opened(fd, path, inode);
  return fd;
}

static int
open_any(int dir, const char *name, int flags, mode_t mode)
{
  g_autofree char *path = below_root(dir, name);

  if (!path)
    return (int)syscall(SYS_openat, dir, name, flags, mode);
  pthread_mutex_lock(&mutex);
  int fd = open_noted(path, dir, name, flags, mode);
  int failed = errno;
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return fd;
}

/* lto and sanitizers aside, each name that libc gives to opening a file. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int dir, const char *path, int flags);
int __openat64_2(int dir, const char *path, int flags);

#define TAKE_MODE(flags, mode) \
  mode_t mode = 0; \
  if (((flags) & O_CREAT) || ((flags) & O_TMPFILE) == O_TMPFILE) { \
    va_list args; \
    va_start(args, flags); \
    mode = va_arg(args, mode_t); \
    va_end(args); \
  }

int
open(const char *path, int flags, ...)
{
  TAKE_MODE(flags, mode)
  return open_any(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
  TAKE_MODE(flags, mode)
  return open_any(AT_FDCWD, path, flags, mode);
}

int
openat(int dir, const char *path, int flags, ...)
{
  TAKE_MODE(flags, mode)
  return open_any(dir, path, flags, mode);
}

int
openat64(int dir, const char *path, int flags, ...)
{
  TAKE_MODE(flags, mode)
  return open_any(dir, path, flags, mode);
}

int
__open_2(const char *path, int flags)
{
  return open_any(AT_FDCWD, path, flags, 0);
}

int
__open64_2(const char *path, int flags)
{
  return open_any(AT_FDCWD, path, flags, 0);
}

int
__openat_2(int dir, const char *path, int flags)
{
  return open_any(dir, path, flags, 0);
}

int
__openat64_2(int dir, const char *path, int flags)
{
  return open_any(dir, path, flags, 0);
}

int
close(int fd)
{
  if (fd >= 0 && fd < MOST_FILES)
    files[fd].inode = NULL;
  return (int)syscall(SYS_close, fd);
}

static ssize_t
write_any(int fd, const void *data, size_t bytes, gint64 offset)
{
  File *file = file_of(fd);

  if (!file)
    return offset < 0 ? syscall(SYS_write, fd, data, bytes) : syscall(SYS_pwrite64, fd, data, bytes, offset);
  pthread_mutex_lock(&mutex);
  gint64 at = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR);
  ssize_t done = !step()      ? -1
                 : offset < 0 ? syscall(SYS_write, fd, data, bytes)
                              : syscall(SYS_pwrite64, fd, data, bytes, offset);
  int failed = errno;
  if (done > 0)
    note_change(active, file->inode, data, (gsize)at, (gsize)done);
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return done;
}

ssize_t
pwrite(int fd, const void *data, size_t bytes, off_t offset)
{
  return write_any(fd, data, bytes, offset);
}

ssize_t
pwrite64(int fd, const void *data, size_t bytes, off64_t offset)
{
  return write_any(fd, data, bytes, offset);
}

ssize_t
write(int fd, const void *data, size_t bytes)
{
  return write_any(fd, data, bytes, -1);
}

static int
truncate_any(int fd, gint64 length)
{
  File *file = file_of(fd);

  if (!file)
    return (int)syscall(SYS_ftruncate, fd, length);
  pthread_mutex_lock(&mutex);
  int result = step() ? (int)syscall(SYS_ftruncate, fd, length) : -1;
  int failed = errno;
  if (result == 0)
    note_change(active, file->inode, NULL, (gsize)length, 0);
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return result;
}

int
ftruncate(int fd, off_t length)
{
  return truncate_any(fd, length);
}

int
ftruncate64(int fd, off64_t length)
{
  return truncate_any(fd, length);
}

static gboolean
lies_about(const File *file)
{
  const PowercutLie *lie = &active->lie;

  if (!lie->about || file->inode->directory != lie->directory || !g_pattern_match_simple(lie->about, file->path))
    return FALSE;
  active->matched++;
  return lie->nth == 0 || active->matched == lie->nth;
}

/* After a failed sync the kernel holds the pages to be clean: a second sync says yes and writes
 * nothing.  Directories are left unsynced. */
static void
forget(Inode *inode)
{
  inode->first = inode->last = NULL;
}

/* Nothing is sent to the real disk: only the notes decide what is durable. */
static int
sync_any(int fd, long call)
{
  File *file = file_of(fd);

  if (!file)
    return quick ? 0 : (int)syscall(call, fd);
  pthread_mutex_lock(&mutex);
  gboolean ok = step();
  int failed = errno;
  if (!ok)
    forget(file->inode);
  else if (lies_about(file))
    active->lies++;
  else if (file->inode->directory)
    settle_directory(active, file->path);
  else
    settle_file(active, file->inode);
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return ok ? 0 : -1;
}

int
fsync(int fd)
{
  return sync_any(fd, SYS_fsync);
}

int
fdatasync(int fd)
{
  return sync_any(fd, SYS_fdatasync);
}

static int
rename_any(int from, const char *old, int to, const char *new, unsigned flags)
{
  g_autofree char *removed = below_root(from, old);
  g_autofree char *added = below_root(to, new);

  if (!removed || !added)
    return (int)syscall(SYS_renameat2, from, old, to, new, flags);
  pthread_mutex_lock(&mutex);
  int result = step() ? (int)syscall(SYS_renameat2, from, old, to, new, flags) : -1;
  int failed = errno;
  Name *name = names_find(active->current, removed);
  if (result == 0 && name)
    note_move(active, removed, added, name->inode);
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return result;
}

int
rename(const char *old, const char *new)
{
  return rename_any(AT_FDCWD, old, AT_FDCWD, new, 0);
}

int
renameat(int from, const char *old, int to, const char *new)
{
  return rename_any(from, old, to, new, 0);
}

int
renameat2(int from, const char *old, int to, const char *new, unsigned flags)
{
  return rename_any(from, old, to, new, flags);
}

static int
unlink_any(int dir, const char *name, int flags)
{
  g_autofree char *path = below_root(dir, name);

  if (!path)
    return (int)syscall(SYS_unlinkat, dir, name, flags);
  pthread_mutex_lock(&mutex);
  int result = step() ? (int)syscall(SYS_unlinkat, dir, name, flags) : -1;
  int failed = errno;
  if (result == 0)
    note_move(active, path, NULL, NULL);
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return result;
}

int
unlink(const char *path)
{
  return unlink_any(AT_FDCWD, path, 0);
}

int
unlinkat(int dir, const char *path, int flags)
{
  return unlink_any(dir, path, flags);
}

int
rmdir(const char *path)
{
  return unlink_any(AT_FDCWD, path, AT_REMOVEDIR);
}

static int
mkdir_any(int dir, const char *name, mode_t mode)
{
  g_autofree char *path = below_root(dir, name);

  if (!path)
    return (int)syscall(SYS_mkdirat, dir, name, mode);
  pthread_mutex_lock(&mutex);
  int result = step() ? (int)syscall(SYS_mkdirat, dir, name, mode) : -1;
  int failed = errno;
  if (result == 0)
    note_move(active, NULL, path, inode_new(active, TRUE));
  pthread_mutex_unlock(&mutex);
  errno = failed;
  return result;
}

int
mkdir(const char *path, mode_t mode)
{
  return mkdir_any(AT_FDCWD, path, mode);
}

int
mkdirat(int dir, const char *path, mode_t mode)
{
  return mkdir_any(dir, path, mode);
}

/* ---- the parent's side ---- */

typedef void (*Visit)(const char *path, gboolean directory, gpointer data);

/* Everything below ROOT/PATH but -shm files, directories before what they hold. */
static void
walk(const char *root, const char *path, Visit visit, gpointer data)
{
  g_autofree char *whole = g_build_filename(root, path, NULL);
  g_autoptr(GDir) dir = g_dir_open(whole, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *child = *path ? g_build_filename(path, name, NULL) : g_strdup(name);
    g_autofree char *full = g_build_filename(root, child, NULL);
    gboolean directory = g_file_test(full, G_FILE_TEST_IS_DIR);
    if (g_str_has_suffix(name, "-shm"))
      continue;
    visit(child, directory, data);
    if (directory)
      walk(root, child, visit, data);
  }
}

static void
load_one(const char *path, gboolean directory, gpointer data)
{
  Powercut *disk = data;
  Inode *inode = inode_new(disk, directory);
  g_autofree char *full = g_build_filename(disk->root, path, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;

  g_assert_true(directory || g_file_get_contents(full, &text, &length, NULL));
  content_write(disk, &inode->durable, 0, (const guint8 *)text, length);
  names_add(disk, &disk->durable, path, inode);
  names_add(disk, &disk->current, path, inode);
}

/* Forget all notes; what is in the root is durable. */
static void
load(Powercut *disk)
{
  disk->used = sizeof *disk;
  disk->current = disk->durable = NULL;
  disk->moves = NULL;
  Inode *root = inode_new(disk, TRUE);
  names_add(disk, &disk->durable, "", root);
  names_add(disk, &disk->current, "", root);
  walk(disk->root, "", load_one, disk);
}

Powercut *
powercut_new(const char *root)
{
  Powercut *disk = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

  g_assert(disk != MAP_FAILED);
  g_assert_cmpuint(g_strlcpy(disk->root, root, sizeof disk->root), <, sizeof disk->root);
  load(disk);
  return disk;
}

void
powercut_free(Powercut *disk)
{
  if (disk)
    g_assert(munmap(disk, ROOM) == 0);
}

void
powercut_run(Powercut *disk, guint64 stop_at, const PowercutLie *lie)
{
  disk->operations = disk->matched = disk->lies = 0;
  disk->stop_at = stop_at;
  disk->lie = lie ? *lie : (PowercutLie){ 0 };
  disk->fault = (PowercutFault){ .nth = G_MAXUINT64 };
  active = disk;
}

void
powercut_fail(Powercut *disk, const PowercutFault *fault)
{
  disk->fault = *fault;
}

void
powercut_quick(void)
{
  quick = TRUE;
}

guint64
powercut_operations(const Powercut *disk)
{
  return disk->operations;
}

guint64
powercut_lies(const Powercut *disk)
{
  return disk->lies;
}

typedef struct {
  Powercut *disk;
  char *difference;
} Check;

static void
check_known(const char *path, gboolean directory, gpointer data)
{
  Check *check = data;
  const Name *name = names_find(check->disk->current, path);

  if (!check->difference && (!name || name->inode->directory != directory))
    check->difference = g_strdup_printf("%s: made by a call that is not noted", path);
}

static char *
check_content(Powercut *disk, const Name *name)
{
  g_autofree char *full = g_build_filename(disk->root, name->path, NULL);
  g_autofree char *text = NULL;
  gsize length;
  Content whole = { 0 };

  if (!g_file_test(full, G_FILE_TEST_EXISTS))
    return g_strdup_printf("%s: removed by a call that is not noted", name->path);
  if (name->inode->directory)
    return NULL;
  g_assert_true(g_file_get_contents(full, &text, &length, NULL));
  content_write(disk, &whole, 0, name->inode->durable.data, name->inode->durable.length);
  for (const Change *change = name->inode->first; change; change = change->next)
    content_apply(disk, &whole, change);
  if (whole.length == length && (length == 0 || memcmp(whole.data, text, length) == 0))
    return NULL;
  return g_strdup_printf("%s: written by a call that is not noted", name->path);
}

char *
powercut_check(Powercut *disk)
{
  Check check = { .disk = disk };
  gsize used = disk->used;

  walk(disk->root, "", check_known, &check);
  for (const Name *name = disk->current; name && !check.difference; name = name->next)
    check.difference = check_content(disk, name);
  disk->used = used;
  return check.difference;
}

/* How what is unsynced of one file or of the names survives. */
typedef enum { NOTHING, EVERYTHING, PREFIX, SUBSET, SECTORS, FATES } Fate;

typedef struct {
  GRand *random;
  Fate fate;
  guint left;     /* of a prefix */
  gboolean noise; /* what was allocated and not written holds noise, not zeros */
} Survival;

static Survival
survival_new(GRand *random, Fate fates, guint changes)
{
  return (Survival){
    .random = random,
    .fate = (Fate)g_rand_int_range(random, 0, (gint32)fates),
    .left = changes ? (guint)g_rand_int_range(random, 0, (gint32)changes + 1) : 0,
    .noise = g_rand_boolean(random),
  };
}

static gboolean
survives(Survival *survival)
{
  switch (survival->fate) {
  case NOTHING:
    return FALSE;
  case PREFIX:
    return survival->left > 0 && survival->left--;
  case SUBSET:
    return g_rand_boolean(survival->random);
  default:
    return TRUE;
  }
}

static void
fill(Powercut *disk, Content *content, gsize length, Survival *survival)
{
  gsize old = content->length;

  if (length <= old)
    return;
  content_resize(disk, content, length);
  for (gsize at = old; survival->noise && at < length; at++)
    content->data[at] = (guint8)g_rand_int(survival->random);
}

static void
tear(Powercut *disk, Content *content, const Change *change, Survival *survival)
{
  for (gsize done = 0; done < change->length;) {
    gsize at = change->offset + done;
    gsize part = MIN(POWERCUT_SECTOR - at % POWERCUT_SECTOR, change->length - done);
    if (g_rand_boolean(survival->random)) {
      fill(disk, content, at, survival);
      content_write(disk, content, at, change->data + done, part);
    }
    done += part;
  }
}

static void
survive_change(Powercut *disk, Content *content, const Change *change, Survival *survival)
{
  if (survival->fate == SECTORS && change->data) {
    tear(disk, content, change, survival);
  } else if (survival->fate == SECTORS ? g_rand_boolean(survival->random) : survives(survival)) {
    fill(disk, content, change->offset, survival);
    content_apply(disk, content, change);
  }
}

static Content
survive_file(Powercut *disk, const Inode *inode, GRand *random)
{
  Content content = { 0 };
  guint changes = 0;
  gsize end = 0;

  for (const Change *change = inode->first; change; change = change->next, changes++)
    end = change->data ? MAX(end, change->offset + change->length) : change->offset;
  Survival survival = survival_new(random, FATES, changes);
  content_write(disk, &content, 0, inode->durable.data, inode->durable.length);
  for (const Change *change = inode->first; change; change = change->next)
    survive_change(disk, &content, change, &survival);
  /* A file may be on disk in its new length before what was written to it. */
  if (survival.fate != NOTHING && g_rand_int_range(random, 0, 4) == 0)
    fill(disk, &content, end, &survival);
  return content;
}

static Name *
survive_names(Powercut *disk, GRand *random)
{
  Name *names = NULL;
  guint moves = 0;

  for (const Name *name = disk->durable; name; name = name->next)
    names_add(disk, &names, name->path, name->inode);
  for (const Move *move = disk->moves; move; move = move->next)
    moves++;
  Survival survival = survival_new(random, SECTORS, moves);
  for (const Move *move = disk->moves; move; move = move->next)
    if (survives(&survival))
      move_apply(disk, &names, move);
  return names;
}

static int
by_path(gconstpointer a, gconstpointer b)
{
  return strcmp((*(const Name *const *)a)->path, (*(const Name *const *)b)->path);
}

static void
write_file(const char *path, const Content *content)
{
  g_assert_true(g_file_set_contents_full(path, content->length ? (const char *)content->data : "",
                                         (gssize)content->length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
write_image(Powercut *disk, Name *names, GRand *random)
{
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();

  for (Name *name = names; name; name = name->next)
    if (*name->path)
      g_ptr_array_add(sorted, name);
  g_ptr_array_sort(sorted, by_path);
  for (guint i = 0; i < sorted->len; i++) {
    const Name *name = sorted->pdata[i];
    g_autofree char *path = g_build_filename(disk->root, name->path, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    if (!g_file_test(parent, G_FILE_TEST_IS_DIR)) /* its name was lost, and so is this one */
      continue;
    Content content = survive_file(disk, name->inode, random);
    if (name->inode->directory)
      g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    else
      write_file(path, &content);
  }
}

void
powercut_cut(Powercut *disk, GRand *random)
{
  g_assert_null(active);
  powercut_empty(disk->root);
  write_image(disk, survive_names(disk, random), random);
  load(disk);
}

void
powercut_empty(const char *dir)
{
  g_autoptr(GDir) list = g_dir_open(dir, 0, NULL);
  const char *name;

  while (list && (name = g_dir_read_name(list))) {
    g_autofree char *child = g_build_filename(dir, name, NULL);
    powercut_empty(child);
    g_assert_cmpint(g_remove(child), ==, 0);
  }
}

typedef struct {
  const char *from;
  const char *to;
} Copy;

static void
copy_one(const char *path, gboolean directory, gpointer data)
{
  const Copy *copy = data;
  g_autofree char *from = g_build_filename(copy->from, path, NULL);
  g_autofree char *to = g_build_filename(copy->to, path, NULL);
  g_autofree char *text = NULL;
  gsize length;

  if (directory) {
    g_assert_cmpint(g_mkdir(to, 0700), ==, 0);
    return;
  }
  g_assert_true(g_file_get_contents(from, &text, &length, NULL));
  g_assert_true(g_file_set_contents_full(to, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

void
powercut_copy(const char *from, const char *to)
{
  Copy copy = { from, to };

  powercut_empty(to);
  walk(from, "", copy_one, &copy);
}
