/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A header whose documentation lacks one thing after the other; bad.txt says
 * which. It is read by headers.awk, never compiled.
 */

/**
 * evs_gone:
 *
 * Is declared nowhere.
 */

/**
 * evs_good:
 * @a: (nullable): a word
 *
 * Has words on everything.
 *
 * Returns: (transfer full): a word
 */
EVS_API EvsHidden *evs_good (const char *a);

/**
 * evs_bad:
 * @a: a word
 * @b: (out):
 * @z: no such parameter
 */
EVS_API gboolean evs_bad (EvsThing *self, const char *a, int *b, gsize c,
                          GError **error);

EVS_API void evs_silent (void);

/**
 * evs_lost:
 *
 * As evs_nobody (), %EVS_NOTHING, #EvsNowhere and @nothing.
 */
EVS_API void evs_lost (void);

/**
 * EvsThing:
 * @x: a word
 * @w: no such member
 *
 * A thing.
 */
typedef struct
{
  int x;
  int y; /* a word */
  int z;

  /* Two words: */
  int a;
  int b;

  int (*call) (int i, int j);
} EvsThing;

/**
 * EvsKind:
 * @EVS_KIND_ONE: a word
 */
typedef enum
{
  EVS_KIND_ONE,
  EVS_KIND_TWO = 2
} EvsKind;

typedef struct _EvsHidden EvsHidden;

/**
 * EvsCall:
 * @a: a word
 *
 * Calls.
 */
typedef int (*EvsCall) (int a, gpointer user_data);

#define EVS_BARE 1

/**
 * EVS_TWICE:
 * @a: a word
 *
 * A macro.
 */
#define EVS_TWICE(a, b) ((a) + (b))
