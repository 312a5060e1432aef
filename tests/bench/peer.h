/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <eventseal/evs-event.h>

/*
 * A contender of make bench: a store in a folder of its own, used as its own
 * programmers would use it at its fastest. One program each, made of one
 * peer-*.c and runner.c, so that each has its own caches and its own memory.
 *
 * What goes wrong ends the program: peer_fail ().
 */

#define PEER_PAGE_SIZE 4096
#define PEER_CACHE 64 /* MiB, unless told */
#define PEER_CHECKPOINT_SIZE (32 * 1024 * 1024)

typedef struct
{
  const char *variant;
  const char *folder; /* empty, or what the same variant left there */
  gboolean sync;
  guint64 cache; /* MiB, for those that have one of their own */
} PeerOptions;

/* What came back. */
typedef struct
{
  guint64 n;
  guint64 size; /* of the states */
} PeerSeen;

typedef struct
{
  /* (transfer full): one line of seven parts: version | cipher | MAC | pages
   * and their checks | cache | what an append refuses | how the log is kept */
  char *(*describe) (const char *variant);

  gpointer (*open) (const PeerOptions *options);
  void (*close) (gpointer self);

  /* (nullable): what one of several threads works with. Without them the
   * store itself is the worker, and there is one thread. */
  gpointer (*begin) (gpointer self);
  void (*end) (gpointer worker);

  /* Appends all events in one commit, which may still be under way. */
  void (*append) (gpointer worker, const EvsEventView *events, gsize n);

  /* (nullable) from here on. Waits for the last commit. */
  void (*settle) (gpointer worker);

  /* Reads. */
  void (*replay) (gpointer worker, const EvsId *id, guint64 limit,
                  PeerSeen *seen);
  void (*get) (gpointer worker, const EvsId *id, guint64 version,
               PeerSeen *seen);
  void (*scan) (gpointer worker, PeerSeen *seen);
} Peer;

/* Each peer-*.c has one. */
extern const Peer peer;

/* One line on standard error, and exit status 1. */
G_NORETURN void peer_fail (const char *format, ...) G_GNUC_PRINTF (1, 2);

static inline void
peer_see (PeerSeen *seen, gsize size)
{
  seen->n++;
  seen->size += size;
}
