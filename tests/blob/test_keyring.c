#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "office.h"

static char *
new_dir(void)
{
  char *dir = g_dir_make_tmp("shodo-key-XXXXXX", NULL);
  g_assert_nonnull(dir);
  return dir;
}

static void
end_dir(char *dir)
{
  office_delete(dir);
  g_free(dir);
}

static void
mac_of(const char *dir, guint8 mac[KEYRING_MAC])
{
  g_autoptr(GError) error = NULL;
  g_autoptr(Keyring) keyring = keyring_open(dir, &error);

  g_assert_no_error(error);
  keyring_mac(keyring, "snapshot", 8, mac);
  g_assert_true(keyring_mac_check(keyring, "snapshot", 8, mac));
  g_assert_false(keyring_mac_check(keyring, "snapshoT", 8, mac));
}

static char *
sheet_of(char *dir)
{
  g_autoptr(GError) error = NULL;
  char *sheet = NULL;

  g_assert_true(keyring_create(dir, &sheet, &error));
  g_assert_no_error(error);
  return sheet;
}

static void
test_create(void)
{
  char *dir = new_dir();
  g_autoptr(GError) error = NULL;
  g_autofree char *sheet = sheet_of(dir);
  g_autofree char *path = g_build_filename(dir, "keys", "master.key", NULL);
  g_autofree char *keys = g_build_filename(dir, "keys", NULL);
  char *again = NULL;
  GStatBuf st;

  g_assert_cmpint(g_stat(path, &st), ==, 0);
  g_assert_cmpint(st.st_mode & 07777, ==, 0600);
  g_assert_cmpint(st.st_size, ==, 32);
  g_assert_cmpint(g_stat(keys, &st), ==, 0);
  g_assert_cmpint(st.st_mode & 07777, ==, 0700);

  g_autoptr(Keyring) keyring = keyring_open(dir, &error);
  g_assert_no_error(error);
  g_autofree char *printed = keyring_sheet(keyring);
  g_assert_cmpstr(printed, ==, sheet);
  g_assert_nonnull(strstr(sheet, keyring_id(keyring)));

  g_assert_false(keyring_create(dir, &again, &error));
  g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT);
  g_assert_null(again);
  end_dir(dir);
}

static void
test_open_refusals(void)
{
  static const struct {
    gssize bytes; /* -1: no file */
    mode_t mode;
    int code;
  } cases[] = {
    { -1, 0600, SHODO_ERROR_NOT_FOUND }, { 0, 0600, SHODO_ERROR_CORRUPT },
    { 31, 0600, SHODO_ERROR_CORRUPT },   { 33, 0600, SHODO_ERROR_CORRUPT },
    { 32, 0640, SHODO_ERROR_DENIED },    { 32, 0604, SHODO_ERROR_DENIED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    char *dir = new_dir();
    g_autoptr(GError) error = NULL;
    g_autofree char *keys = g_build_filename(dir, "keys", NULL);
    g_autofree char *path = g_build_filename(keys, "master.key", NULL);
    static const char bytes[64];

    g_assert_cmpint(g_mkdir(keys, 0700), ==, 0);
    if (cases[i].bytes >= 0) {
      g_assert_true(g_file_set_contents(path, bytes, cases[i].bytes, NULL));
      g_assert_cmpint(chmod(path, cases[i].mode), ==, 0);
    }
    g_assert_null(keyring_open(dir, &error));
    g_assert_error(error, SHODO_ERROR, cases[i].code);
    end_dir(dir);
  }
}

/* What a person may type instead of the sheet's own text. */
static char *
as_typed(const char *sheet, int way)
{
  g_autofree char *copy = g_strdup(sheet);

  switch (way) {
  case 1: /* small letters, O for 0 and l for 1 */
    for (char *at = copy; *at; at++)
      *at = *at == '0' ? 'o' : *at == '1' && at[1] != ':' ? 'l' : g_ascii_tolower(*at);
    return g_steal_pointer(&copy);
  case 2: { /* full-width, as an input method gives it */
    GString *wide = g_string_new(NULL);
    for (char *at = copy; *at; at++)
      if (*at > ' ' && *at < 0x7f)
        g_string_append_unichar(wide, (gunichar)*at + 0xfee0);
      else
        g_string_append_c(wide, *at);
    return g_string_free(wide, FALSE);
  }
  case 3: { /* the lines backwards, DOS line ends */
    g_auto(GStrv) lines = g_strsplit(copy, "\n", -1);
    GString *back = g_string_new(NULL);
    for (guint i = g_strv_length(lines); i > 0; i--)
      g_string_append_printf(back, "%s\r\n", lines[i - 1]);
    return g_string_free(back, FALSE);
  }
  default:
    return g_steal_pointer(&copy);
  }
}

static void
test_restore(void)
{
  for (int way = 0; way < 4; way++) {
    char *dir = new_dir(), *other = new_dir();
    g_autoptr(GError) error = NULL;
    g_autofree char *sheet = sheet_of(dir);
    g_autofree char *typed = as_typed(sheet, way);
    guint8 before[KEYRING_MAC], after[KEYRING_MAC];

    mac_of(dir, before);
    g_assert_true(keyring_restore(other, typed, &error));
    g_assert_no_error(error);
    mac_of(other, after);
    office_same(before, sizeof before, after, sizeof after);
    g_assert_true(keyring_restore(other, typed, &error)); /* again: the same key */

    char *stranger = new_dir();
    g_autofree char *strange = sheet_of(stranger);
    g_assert_false(keyring_restore(other, strange, &error)); /* another key is there */
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_CONFLICT);
    mac_of(other, after);
    office_same(before, sizeof before, after, sizeof after);
    end_dir(dir);
    end_dir(other);
    end_dir(stranger);
  }
}

/* Every character of the four lines mistyped as every other digit of the alphabet. */
static void
test_mistyped(void)
{
  static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  char *dir = new_dir(), *other = new_dir();
  g_autofree char *sheet = sheet_of(dir);
  guint tried = 0;

  for (int line = 1; line <= 4; line++) {
    g_autofree char *start = g_strdup_printf("    %d: ", line);
    g_autofree char *named = g_strdup_printf("%d行目", line);
    char *at = strstr(sheet, start) + strlen(start);
    for (; *at != '\n'; at++) {
      char right = *at;
      for (gsize i = 0; right != ' ' && i < 32; i++) {
        g_autoptr(GError) error = NULL;
        if (digits[i] == right)
          continue;
        *at = digits[i];
        g_assert_false(keyring_restore(other, sheet, &error));
        g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
        g_assert_nonnull(strstr(error->message, named));
        tried++;
      }
      *at = right;
    }
  }
  g_assert_cmpuint(tried, ==, 4 * 20 * 31);
  g_autofree char *path = g_build_filename(other, "keys", NULL);
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  end_dir(dir);
  end_dir(other);
}

static void
test_bad_sheets(void)
{
  static const char *const sheets[] = { "", "初動", "1: ABC", "\xff\xfe", "1:\n2:\n3:\n4:\n" };
  char *dir = new_dir(), *one = new_dir(), *two = new_dir();
  g_autofree char *a = sheet_of(one), *b = sheet_of(two);

  for (gsize i = 0; i < G_N_ELEMENTS(sheets); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(keyring_restore(dir, sheets[i], &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }

  /* A line left out is named; two sheets mixed do not fit their key id. */
  for (int line = 1; line <= 4; line++) {
    g_autofree char *start = g_strdup_printf("    %d: ", line);
    g_autofree char *without = g_strdup(a), *mixed = g_strdup(a);
    g_autofree char *named = g_strdup_printf("%d行目がありません", line);
    g_autoptr(GError) error = NULL;

    strstr(without, start)[4] = 'X';
    g_assert_false(keyring_restore(dir, without, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, named));
    g_clear_error(&error);

    char *to = strstr(mixed, start), *from = strstr(b, start);
    memcpy(to, from, (gsize)(strchr(from, '\n') - from));
    g_assert_false(keyring_restore(dir, mixed, &error));
    g_assert_error(error, SHODO_ERROR, SHODO_ERROR_INVALID);
  }
  end_dir(dir);
  end_dir(one);
  end_dir(two);
}

static void
test_seal(void)
{
  Office office = office_new(), other = office_new();
  static const guint8 plain[72] = { 1, 2, 3 };
  guint8 sealed[sizeof plain + KEYRING_SEAL_EXTRA], twice[sizeof sealed], back[sizeof plain];

  keyring_seal(office.keyring, plain, sizeof plain, sealed);
  keyring_seal(office.keyring, plain, sizeof plain, twice);
  g_assert_cmpint(memcmp(sealed, twice, sizeof sealed), !=, 0);
  g_assert_true(keyring_unseal(office.keyring, sealed, sizeof sealed, back));
  office_same(plain, sizeof plain, back, sizeof back);
  g_assert_false(keyring_unseal(other.keyring, sealed, sizeof sealed, back));
  g_assert_false(keyring_unseal(office.keyring, sealed, KEYRING_SEAL_EXTRA - 1, back));
  for (gsize i = 0; i < sizeof sealed; i++) {
    sealed[i] ^= 1;
    g_assert_false(keyring_unseal(office.keyring, sealed, sizeof sealed, back));
    sealed[i] ^= 1;
  }
  office_end(&office);
  office_end(&other);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/keyring/create", test_create);
  g_test_add_func("/keyring/open-refusals", test_open_refusals);
  g_test_add_func("/keyring/restore", test_restore);
  g_test_add_func("/keyring/mistyped", test_mistyped);
  g_test_add_func("/keyring/bad-sheets", test_bad_sheets);
  g_test_add_func("/keyring/seal", test_seal);
  return g_test_run();
}
