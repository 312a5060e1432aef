/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "evs-test.h"

#include <eventseal/evs-config.h>

#include <string.h>

#define MAIN "[eventseal]\nformat=1\nstore=bdb\n"
#define CIPHER MAIN "cipher=aes-cbc\n"

typedef struct
{
  const char *name;
  const char *text;
  const char *message; /* a glob, without "(data):" before it */
} Case;

#define LABEL_RULE "wanted at most 32 of a-z, 0-9 and '-', first a letter"

static const Case cases[] = {
  /* Lines. */
  { "stray-line", MAIN "directory\n",
    "4: neither a comment, nor [GROUP], nor KEY=VALUE" },
  { "semicolon-is-no-comment", MAIN "; note\n",
    "4: neither a comment, nor [GROUP], nor KEY=VALUE" },
  { "key-before-group", "format=1\n", "1: a key before the first [GROUP]" },
  { "group-not-closed", MAIN "[mapper\n",
    "4: not a group, wanted [NAME] or [KIND LABEL] with one blank" },
  { "group-empty", "[]\n",
    "1: not a group, wanted [NAME] or [KIND LABEL] with one blank" },
  { "group-two-blanks", MAIN "[store  bdb]\n",
    "4: not a group, wanted [NAME] or [KIND LABEL] with one blank" },
  { "group-three-words", MAIN "[store bdb x]\n",
    "4: not a group, wanted [NAME] or [KIND LABEL] with one blank" },
  { "group-then-comment", MAIN "[mapper] # note\n",
    "4: something stands after the ']' of a group" },
  { "key-empty", MAIN "=1\n",
    "4: [eventseal]: not a key, wanted at most 64 of a-z, 0-9 and '-'" },
  { "key-of-two-words", MAIN "plugin path=/x\n",
    "4: [eventseal]: not a key, wanted at most 64 of a-z, 0-9 and '-'" },
  { "key-with-locale", MAIN "cipher[de]=x\n",
    "4: [eventseal]: a key with a locale, wanted one without" },
  { "hash-after-blank", MAIN "cipher=aes-cbc # the best\n",
    "4: [eventseal] cipher: a '#' after a blank: a comment needs a line of "
    "its own, and a blank before a '#' in a value is written \\s" },
  { "hash-after-tab", MAIN "cipher=\t#aes-cbc\n",
    "4: [eventseal] cipher: a '#' after a blank: *" },
  { "blank-at-end", MAIN "cipher=aes-cbc \n",
    "4: [eventseal] cipher: a blank at the end of the line: a last blank "
    "that is meant is written \\s" },
  { "blank-alone", MAIN "cipher= \n",
    "4: [eventseal] cipher: a blank at the end of the line: *" },
  { "escape", MAIN "cipher=a\\q\n",
    "4: [eventseal] cipher: an unknown escape, wanted one of \\s \\t \\n \\r "
    "and \\\\" },
  { "byte-order-mark", "\xEF\xBB\xBF" MAIN,
    "1: a byte order mark, wanted none" },
  { "not-utf-8", MAIN "cipher=\xFF\n",
    "4: a byte that is not UTF-8, wanted UTF-8 text" },
  { "control-character", MAIN "cipher=\x1B[31m\n",
    "4: a control character (0x1b)" },
  { "carriage-return-alone", MAIN "cipher=a\rb\n",
    "4: a control character (0x0d)" },

  /* Repetition. */
  { "group-repeated", MAIN "[mapper]\n\n[mapper]\n",
    "6: [mapper]: repeated, first on line 4" },
  { "plugin-group-repeated", MAIN "[store bdb]\n[store bdb]\n",
    "5: [store bdb]: repeated, first on line 4" },
  { "key-repeated", MAIN "\nstore=memory\n",
    "5: [eventseal] store: repeated, first on line 3" },
  { "key-repeated-the-same", MAIN "format=1\n",
    "4: [eventseal] format: repeated, first on line 2" },

  /* Groups. */
  { "empty", "", " no group [eventseal], wanted one with format= and store=" },
  { "no-main-group", "[mapper]\n",
    " no group [eventseal], wanted one with format= and store=" },
  { "main-group-misspelt", "[eventsael]\nformat=1\n",
    "1: [eventsael]: unknown group; did you mean eventseal?" },
  { "group-unknown", MAIN "[xyzzy]\n", "4: [xyzzy]: unknown group" },
  { "kind-unknown", MAIN "[compresor lz4]\n",
    "4: [compresor lz4]: unknown group; did you mean compressor?" },
  { "kind-in-capitals", MAIN "[Store bdb]\n",
    "4: [Store bdb]: unknown group; did you mean store?" },
  { "label-missing", MAIN "[store]\n",
    "4: [store]: no label, wanted [store LABEL]" },
  { "label-not-wanted", MAIN "[mapper x]\n",
    "4: [mapper x]: unknown group; did you mean mapper?" },
  { "label-bad", MAIN "[store Bdb]\n",
    "4: [store Bdb]: not a label, " LABEL_RULE },
  { "label-too-long", MAIN "[store a23456789012345678901234567890123]\n",
    "4: [store a23456789012345678901234567890123]: not a label, " LABEL_RULE },
  { "store-names-no-group", MAIN "[store bbd]\n",
    "3: [eventseal] store: no group [store LABEL] has this label; did you mean "
    "bbd?" },
  { "store-names-no-group-nearly", MAIN "[store main]\n[store test]\n",
    "3: [eventseal] store: no group [store LABEL] has this label; the file has "
    "main and test" },
  { "cipher-names-no-group", CIPHER "[cipher aes-cbd]\n",
    "4: [eventseal] cipher: no group [cipher LABEL] has this label; did you "
    "mean aes-cbd?" },
  { "store-group-unused", MAIN "[store bdb]\n[store bbd]\n",
    "5: [store bbd]: nothing names this group; did you mean bdb?" },
  { "cipher-group-unused",
    CIPHER "also-read=aes-gcm\n[cipher aes-cbc]\n[cipher aes-gcn]\n",
    "7: [cipher aes-gcn]: nothing names this group; did you mean aes-gcm?" },
  { "also-read-group-unused", MAIN "also-read=zstd\n[compressor zstdd]\n",
    "5: [compressor zstdd]: nothing names this group; did you mean zstd?" },
  { "cipher-group-without-cipher", MAIN "[cipher aes-cbc]\n",
    "4: [cipher aes-cbc]: nothing names this group, wanted cipher= in "
    "[eventseal] to do it" },
  { "plugin-of-two-groups",
    CIPHER "also-read=aes-cbc\n[cipher old]\nplugin=aes-cbc\n",
    "6: [cipher old]: its plugin aes-cbc is that of [cipher aes-cbc] "
    "already" },

  /* [eventseal]. */
  { "format-missing", "[eventseal]\nstore=bdb\n",
    "1: [eventseal] format: missing, and must be given" },
  { "format-of-the-future", "[eventseal]\nformat=2\nshards=3\n[shard 1]\n",
    "2: [eventseal] format: wanted 1, the format that this library reads" },
  { "store-missing", "[eventseal]\nformat=1\n",
    "1: [eventseal] store: missing, and must be given" },
  { "store-bad", "[eventseal]\nformat=1\nstore=../bdb\n",
    "3: [eventseal] store: not a label, " LABEL_RULE },
  { "cipher-empty", MAIN "cipher=\n",
    "4: [eventseal] cipher: not a label, " LABEL_RULE },
  { "compressor-bad", MAIN "compressor=9z\n",
    "4: [eventseal] compressor: not a label, " LABEL_RULE },
  { "key-unknown", MAIN "cypher=aes-cbc\n",
    "4: [eventseal] cypher: unknown key; did you mean cipher?" },
  { "key-unknown-far", MAIN "xyzzy=1\n", "4: [eventseal] xyzzy: unknown key" },
  { "key-with-underscore", MAIN "plugin_path=/x\n",
    "4: [eventseal] plugin_path: unknown key; did you mean plugin-path?" },
  { "also-read-bad", MAIN "also-read=lz4;../x\n",
    "4: [eventseal] also-read: not a plugin's name, " LABEL_RULE },
  { "also-read-hole", MAIN "also-read=lz4;;zstd\n",
    "4: [eventseal] also-read: an empty word, wanted a list such as "
    "one;two" },
  { "plugin-path-relative", MAIN "plugin-path=/x;plugins\n",
    "4: [eventseal] plugin-path: a relative folder, wanted absolute ones" },

  /* [mapper]. */
  { "mapper-key-unknown", MAIN "[mapper]\nmax-size=1\n",
    "5: [mapper] max-size: unknown key; did you mean min-size?" },
  { "mapper-boolean", MAIN "[mapper]\nrecord-time=yes\n",
    "5: [mapper] record-time: wanted true or false" },
  { "mapper-read", MAIN "[mapper]\nread=all\n",
    "5: [mapper] read: wanted one of configured, any" },
  { "mapper-size", MAIN "[mapper]\nmin-size=1 MB\n",
    "5: [mapper] min-size: not a size, wanted bytes or one such as 16 MiB; "
    "the units are KiB, MiB and GiB" },
  { "mapper-size-too-large", MAIN "[mapper]\nmax-state-size=2 GiB\n",
    "5: [mapper] max-state-size: out of range, wanted 1 to 1 GiB" },
  { "mapper-size-zero", MAIN "[mapper]\nmax-state-size=0\n",
    "5: [mapper] max-state-size: out of range, wanted 1 to 1 GiB" },
  { "topics-with-always",
    CIPHER "[mapper]\nalways-encrypt=true\nencrypt-topics=A\n",
    "7: [mapper] encrypt-topics: counts only with always-encrypt=false" },
  { "topics-with-always-by-default", CIPHER "[mapper]\nencrypt-topics=A\n",
    "6: [mapper] encrypt-topics: counts only with always-encrypt=false" },
  { "topics-without-cipher",
    MAIN "[mapper]\nalways-encrypt=false\nencrypt-topics=A\n",
    "6: [mapper] encrypt-topics: needs cipher= in [eventseal]" },
  { "always-without-cipher", MAIN "[mapper]\nalways-encrypt=true\n",
    "5: [mapper] always-encrypt: needs cipher= in [eventseal]" },
  { "cipher-for-nothing", CIPHER "[mapper]\nalways-encrypt=false\n",
    "6: [mapper] always-encrypt: nothing would be encrypted, wanted "
    "encrypt-topics= or no cipher=" },

  /* Plugin groups. */
  { "plugin-bad", MAIN "[store bdb]\n\nplugin=/usr/lib/evil.so\n",
    "6: [store bdb] plugin: not a plugin's name, " LABEL_RULE },
  { "durability-unknown", MAIN "[store bdb]\ndurability=fast\n",
    "5: [store bdb] durability: wanted one of sync, flush, none" },
  { "key-file-empty", CIPHER "[cipher aes-cbc]\nkey-file=\n",
    "6: [cipher aes-cbc] key-file: empty, wanted a path" },
};

static void
test_refusal (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *message = g_strconcat ("(data):", c->message, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (evs_config_new_from_data (c->text, -1, NULL, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG, message);
}

static void
test_zero_byte (void)
{
  const char text[] = MAIN "cipher=a\0b\n";
  g_autoptr (GError) error = NULL;

  g_assert_null (
      evs_config_new_from_data (text, sizeof text - 1, NULL, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "(data):4: a zero byte, wanted UTF-8 text");
}

static void
test_long_key_is_not_quoted (void)
{
  g_autofree char *key = g_strnfill (65, 'k');
  g_autofree char *text = g_strconcat (MAIN, key, "=1\n", NULL);
  g_autofree char *shorter = g_strconcat (MAIN, key + 1, "=1\n", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (evs_config_new_from_data (text, -1, NULL, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "(data):4: [eventseal]: not a key, wanted at most 64 of "
                    "a-z, 0-9 and '-'");
  g_assert_null (evs_config_new_from_data (shorter, -1, NULL, &error));
  evs_assert_error (error, EVS_ERROR_CONFIG,
                    "(data):4: [eventseal] kkk*kkk: unknown key");
}

/* Somebody may have put a secret where it does not belong. */
static void
test_values_are_not_quoted (void)
{
  const char *keys[] = { "format", "store", "cipher", "also-read",
                         "plugin-path" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *text = g_strconcat (
          "[eventseal]\n", i > 0 ? "format=1\n" : "",
          i > 1 ? "store=bdb\n" : "", keys[i], "=S3cret value\n", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (evs_config_new_from_data (text, -1, NULL, &error));
      g_assert_null (strstr (error->message, "S3cret"));
      evs_assert_error (error, EVS_ERROR_CONFIG, "(data):*: [eventseal] *: *");
    }
}

int
main (int argc, char **argv)
{
  evs_test_init (&argc, &argv);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path =
          g_strconcat ("/config-rules/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_refusal);
    }
  g_test_add_func ("/config-rules/zero-byte", test_zero_byte);
  g_test_add_func ("/config-rules/long-key-is-not-quoted",
                   test_long_key_is_not_quoted);
  g_test_add_func ("/config-rules/values-are-not-quoted",
                   test_values_are_not_quoted);

  return g_test_run ();
}
