/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "bench.h"

#include "measure.h"
#include "output.h"
#include "text.h"

#include <string.h>

static const char *const axis_names[] = {
  [BENCH_APPEND_MANY] = "append_100",
  [BENCH_APPEND_ONE] = "append_1",
  [BENCH_REPLAY] = "replay_20",
  [BENCH_SCAN] = "scan",
};

static const char *const axis_texts[] = {
  [BENCH_APPEND_MANY] = "append, 100 a commit",
  [BENCH_APPEND_ONE] = "append, 1 a commit",
  [BENCH_REPLAY] = "replay, 20 of a sequence",
  [BENCH_SCAN] = "scan of the log",
};

static const char *const step_names[] = {
  [BENCH_MAP] = "map",
  [BENCH_COMPRESS] = "compress",
  [BENCH_SEAL] = "seal",
  [BENCH_STORE] = "store",
};

static const EvsPluginKind kinds[] = { EVS_PLUGIN_STORE, EVS_PLUGIN_COMPRESSOR,
                                       EVS_PLUGIN_CIPHER };

/* --------------------------------------------------------------- for people */

static void
print_stack (const BenchResult *result)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const char *name = result->plugins[kinds[i]];

      out_print ("%-15s %s", evs_plugin_kind_to_string (kinds[i]),
                 name != NULL ? name : "none");
      if (kinds[i] == EVS_PLUGIN_STORE)
        out_print (", durability %s", result->durability);
      out_print ("\n");
    }
}

static void
print_data (const BenchResult *result)
{
  const char *name = result->input != NULL ? result->input : "generated";
  g_autofree char *input = text_safe ((EvsSpan){ name, strlen (name) }, 60);
  g_autofree char *events = text_count (result->data->events->len);
  g_autofree char *sequences = text_count (result->data->ids->len);
  g_autofree char *single = text_count (result->n_single);

  out_print ("%-15s %s\n", "input", input);
  out_print ("%-15s %s of %.0f bytes in %s sequences; %s for 1 a commit\n",
             "events", events,
             (double) result->data->size / result->data->events->len, sequences,
             single);
  out_print ("%-15s %u; medians of rates and of ratios\n", "rounds",
             result->n_rounds);
  if (result->flush > 0)
    out_print ("%-15s %.1f us for 4 KiB\n", "disk flush", result->flush);
}

static void
print_rates (const BenchResult *result)
{
  out_print ("\n%-26s %12s %9s %12s %7s\n", "", "events/s", "us/event",
             "plain: ev/s", "ratio");
  for (guint i = 0; i < BENCH_N_AXES; i++)
    {
      g_autofree char *rate = text_count ((guint64) result->rates[i]);
      g_autofree char *plain = text_count ((guint64) result->plain[i]);

      out_print ("%-26s %12s %9.2f %12s %7.2f\n", axis_texts[i], rate,
                 1e6 / result->rates[i], plain, result->ratios[i]);
    }
  out_print ("plain: the same stack without cipher and compressor\n");
}

static gboolean
has_step (const BenchResult *result, BenchStep step)
{
  if (step == BENCH_COMPRESS)
    return result->plugins[EVS_PLUGIN_COMPRESSOR] != NULL;
  return step != BENCH_SEAL || result->plugins[EVS_PLUGIN_CIPHER] != NULL;
}

static void
print_steps (const BenchResult *result)
{
  double all = 0;

  for (guint i = 0; i < BENCH_N_STEPS; i++)
    all += result->steps[i];
  out_print ("\n%-26s %12s %9s\n", "an event, 100 a commit", "us", "share");
  for (guint i = 0; i < BENCH_N_STEPS; i++)
    if (has_step (result, i))
      out_print ("  %-24s %12.2f %7.0f %%\n", step_names[i], result->steps[i],
                 100 * result->steps[i] / all);
    else
      out_print ("  %-24s %12s\n", step_names[i], "none");
}

void
bench_print (const BenchResult *result)
{
  print_stack (result);
  print_data (result);
  print_rates (result);
  print_steps (result);
}

/* ------------------------------------------------------------- for programs */

/* Plugin names and durabilities need no escapes. */
static void
json_text (const char *name, const char *text)
{
  if (text != NULL)
    out_print ("\"%s\": \"%s\", ", name, text);
  else
    out_print ("\"%s\": null, ", name);
}

static void
json_axis (const BenchResult *result, guint axis)
{
  out_print ("\"%s\": {\"events_per_second\": %.1f, "
             "\"plain_events_per_second\": %.1f, \"ratio\": %.4f}, ",
             axis_names[axis], result->rates[axis], result->plain[axis],
             result->ratios[axis]);
}

void
bench_print_json (const BenchResult *result)
{
  out_print ("{");
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    json_text (evs_plugin_kind_to_string (kinds[i]), result->plugins[kinds[i]]);
  json_text ("durability", result->durability);
  out_print ("\"events\": %u, \"single_events\": %" G_GSIZE_FORMAT
             ", \"sequences\": %u, \"state_bytes\": %" G_GUINT64_FORMAT
             ", \"rounds\": %u, ",
             result->data->events->len, result->n_single,
             result->data->ids->len, result->data->size, result->n_rounds);
  for (guint i = 0; i < BENCH_N_AXES; i++)
    json_axis (result, i);
  out_print ("\"microseconds\": {");
  for (guint i = 0; i < BENCH_N_STEPS; i++)
    out_print ("%s\"%s\": %.4f", i > 0 ? ", " : "", step_names[i],
               result->steps[i]);
  out_print ("}, \"flush_microseconds\": %.1f}\n", result->flush);
}
