/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "event-line.h"

#include "rfc3339.h"
#include "text.h"

#include <string.h>

EventLine *
event_line_new (void)
{
  EventLine *self = g_new0 (EventLine, 1);

  self->topic = g_string_new (NULL);
  self->text = g_string_new (NULL);
  return self;
}

/* Makes it as if it had never read a line; keeps what is cheap to keep. */
static void
forget (EventLine *self)
{
  memset (&self->event, 0, sizeof self->event);
  self->has_version = FALSE;
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->metadata, g_free);
}

void
event_line_free (EventLine *self)
{
  if (self == NULL)
    return;
  forget (self);
  g_string_free (self->topic, TRUE);
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* ------------------------------------------------------------------ reading */

static gboolean
refuse (GError **error, const char *reason)
{
  g_set_error_literal (error, EVS_ERROR, EVS_ERROR_INVALID, reason);
  return FALSE;
}

static gboolean
get_text (const EvsJsonValue *value, GString *text, GError **error)
{
  if (value->type != EVS_JSON_STRING)
    return refuse (error, "wanted a string");
  if (!evs_json_string_get (value, text))
    return refuse (error, "a lone surrogate has no UTF-8");
  return TRUE;
}

static gboolean
take_id (EventLine *self, const EvsJsonValue *value, GError **error)
{
  return get_text (value, self->text, error)
         && evs_id_parse (self->text->str, (gssize) self->text->len,
                          &self->event.id, error);
}

static gboolean
take_version (EventLine *self, const EvsJsonValue *value, GError **error)
{
  g_autofree char *digits =
      g_strndup (value->text.data, MIN (value->text.size, 32));

  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64,
                                   &self->event.version, NULL))
    return refuse (error, "wanted a whole number from 0 to 2^63 - 1");
  self->has_version = TRUE;
  return TRUE;
}

static gboolean
take_topic (EventLine *self, const EvsJsonValue *value, GError **error)
{
  if (!get_text (value, self->topic, error))
    return FALSE;
  if (self->topic->len == 0 || self->topic->len > EVS_TOPIC_MAX
      || strlen (self->topic->str) != self->topic->len)
    return refuse (error, "wanted 1 to " G_STRINGIFY (
                              EVS_TOPIC_MAX) " bytes, none of them zero");
  self->event.topic = (EvsSpan){ self->topic->str, self->topic->len };
  return TRUE;
}

static gboolean
take_state (EventLine *self, const EvsJsonValue *value, GError **error)
{
  self->event.state = value->text;
  return TRUE;
}

static gboolean
take_metadata (EventLine *self, const EvsJsonValue *value, GError **error)
{
  self->event.metadata = value->text;
  return TRUE;
}

/* GLib passes over what is not base64; encoding again shows it. */
static gboolean
take_base64 (EventLine *self, const EvsJsonValue *value, guchar **bytes,
             EvsSpan *span, GError **error)
{
  g_autofree char *again = NULL;

  if (!get_text (value, self->text, error))
    return FALSE;
  *bytes = g_base64_decode (self->text->str, &span->size);
  span->data = *bytes;
  again = g_base64_encode (*bytes, span->size);
  if (strlen (again) != self->text->len || strcmp (again, self->text->str) != 0)
    return refuse (error, "wanted base64 (RFC 4648, section 4, padded)");
  return TRUE;
}

static gboolean
take_state_base64 (EventLine *self, const EvsJsonValue *value, GError **error)
{
  return take_base64 (self, value, &self->state, &self->event.state, error);
}

static gboolean
take_metadata_base64 (EventLine *self, const EvsJsonValue *value,
                      GError **error)
{
  return take_base64 (self, value, &self->metadata, &self->event.metadata,
                      error);
}

static gboolean
take_time (EventLine *self, const EvsJsonValue *value, GError **error)
{
  EvsSpan text;

  if (!get_text (value, self->text, error))
    return FALSE;
  text = (EvsSpan){ self->text->str, self->text->len };
  if (!rfc3339_parse (text, &self->event.recorded_at))
    return refuse (error, "wanted a time in UTC after 1970 as RFC 3339 has "
                          "it, such as 2008-10-28T20:04:09.000000Z");
  return TRUE;
}

static gboolean
take_erased (EventLine *self, const EvsJsonValue *value, GError **error)
{
  return refuse (error, "the state of this event is gone, so that it cannot "
                        "be imported");
}

enum
{
  ID,
  VERSION,
  TOPIC,
  STATE,
  STATE_BASE64,
  METADATA,
  METADATA_BASE64,
  TIME,
  ERASED,
  N_MEMBERS
};

static const struct
{
  const char *name;
  gboolean (*take) (EventLine *, const EvsJsonValue *, GError **);
} members[N_MEMBERS] = {
  [ID] = { "originator_id", take_id },
  [VERSION] = { "originator_version", take_version },
  [TOPIC] = { "topic", take_topic },
  [STATE] = { "state", take_state },
  [STATE_BASE64] = { "state_base64", take_state_base64 },
  [METADATA] = { "metadata", take_metadata },
  [METADATA_BASE64] = { "metadata_base64", take_metadata_base64 },
  [TIME] = { "recorded_at", take_time },
  [ERASED] = { "erased", take_erased },
};

static guint
find_member (const GString *name)
{
  guint i = 0;

  while (i < N_MEMBERS
         && (strlen (members[i].name) != name->len
             || strcmp (members[i].name, name->str) != 0))
    i++;
  return i;
}

static gboolean
take_member (EventLine *self, const EvsJsonValue *name,
             const EvsJsonValue *value, guint *seen, GError **error)
{
  guint i = evs_json_string_get (name, self->text) ? find_member (self->text)
                                                   : N_MEMBERS;

  if (i == N_MEMBERS)
    {
      g_autofree char *shown = text_safe (name->text, 40);

      g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID, "unknown member %s",
                   shown);
      return FALSE;
    }
  if (*seen & 1u << i)
    {
      g_set_error (error, EVS_ERROR, EVS_ERROR_INVALID,
                   "%s: stands there twice", members[i].name);
      return FALSE;
    }
  *seen |= 1u << i;
  if (members[i].take (self, value, error))
    return TRUE;
  g_prefix_error (error, "%s: ", members[i].name);
  return FALSE;
}

/* Members that are required, or that exclude each other. */
static gboolean
check_members (guint seen, GError **error)
{
  const guint state = seen >> STATE & 3, metadata = seen >> METADATA & 3;

  if (!(seen & 1u << ID))
    return refuse (error, "no originator_id");
  if (!(seen & 1u << TOPIC))
    return refuse (error, "no topic");
  if (state == 0)
    return refuse (error, "no state");
  if (state == 3)
    return refuse (error, "both state and state_base64");
  if (metadata == 3)
    return refuse (error, "both metadata and metadata_base64");
  return TRUE;
}

gboolean
event_line_parse (EventLine *self, EvsSpan line, GError **error)
{
  EvsJsonValue object, name, value;
  gsize offset = 0;
  guint seen = 0;

  forget (self);
  if (!evs_json_scan (line, &object, error))
    return FALSE;
  if (object.type != EVS_JSON_OBJECT)
    return refuse (error, "wanted an object");
  while (evs_json_object_next (&object, &offset, &name, &value))
    if (!take_member (self, &name, &value, &seen, error))
      return FALSE;
  return check_members (seen, error);
}

/* ------------------------------------------------------------------ writing */

/* Whether @text, as it is, can be a member of a line: import would give back
 * the same bytes. */
static gboolean
is_one_line_of_json (EvsSpan text)
{
  EvsJsonValue value;

  return evs_json_scan (text, &value, NULL) && value.text.size == text.size
         && value.depth < EVS_JSON_DEPTH_MAX
         && memchr (text.data, '\n', text.size) == NULL
         && memchr (text.data, '\r', text.size) == NULL;
}

static void
append_bytes (GString *out, const char *name, EvsSpan bytes)
{
  if (is_one_line_of_json (bytes))
    {
      g_string_append_printf (out, ", \"%s\": ", name);
      g_string_append_len (out, bytes.data, (gssize) bytes.size);
    }
  else
    {
      g_autofree char *text = g_base64_encode (bytes.data, bytes.size);

      g_string_append_printf (out, ", \"%s_base64\": \"", name);
      g_string_append (out, text);
      g_string_append_c (out, '"');
    }
}

void
event_line_append (GString *out, const EvsEventView *event)
{
  g_string_append_c (out, '{');
  event_line_append_members (out, event);
}

void
event_line_append_members (GString *out, const EvsEventView *event)
{
  char id[EVS_ID_STRING_LENGTH + 1], time[RFC3339_LENGTH + 1];

  evs_id_format (&event->id, id);
  g_string_append_printf (out,
                          "\"originator_id\": \"%s\", "
                          "\"originator_version\": %" G_GUINT64_FORMAT
                          ", \"topic\": ",
                          id, event->version);
  evs_json_string_append (out, event->topic);
  if (event->erased)
    g_string_append (out, ", \"erased\": true");
  else
    append_bytes (out, "state", event->state);
  if (event->metadata.size > 0)
    append_bytes (out, "metadata", event->metadata);
  if (rfc3339_format (event->recorded_at, time))
    g_string_append_printf (out, ", \"recorded_at\": \"%s\"", time);
  g_string_append (out, "}\n");
}
