# SPDX-License-Identifier: LGPL-2.1-or-later
"""scenario.py FOLDER: an encrypted and a plain application on one store."""

import os
import sys

import gi

gi.require_version("EventSeal", "1")
from gi.repository import EventSeal, GLib


def open_events(plugins=""):
    text = ("[eventseal]\nformat=1\nstore=bdb\n" + plugins
            + "[store bdb]\ndirectory=events\n")
    config = EventSeal.Config.new_from_data(text, -1, sys.argv[1])
    if plugins:
        config.set_key(None, GLib.Bytes.new(os.urandom(32)))
    return EventSeal.Application.new(config).get_event_store()


def create(events, state):
    id = EventSeal.Id.init_random()
    event = EventSeal.Event.new("Example.Created", GLib.Bytes.new(state))
    events.append(id, EventSeal.EXPECT_NONE, [event])
    assert events.get(id, 0).get_state().get_data() == state
    return id, events.get_record_store().get_data(id, 0)[0].get_data()


def refuses(events, id, code):
    try:
        events.get(id, 0)
    except GLib.Error as error:
        return error.matches(EventSeal.error_quark(), code)


encrypted = open_events("cipher=aes-cbc\ncompressor=lz4\n")
plain = open_events()

sealed_id, stored = create(encrypted, b'{"foo":"secret info"}')
assert b"secret info" not in stored
plain_id, stored = create(plain, b'{"foo":"bar"}')
assert b'{"foo":"bar"}' in stored

assert refuses(plain, sealed_id, EventSeal.Error.ENCRYPTED)
assert refuses(encrypted, plain_id, EventSeal.Error.NOT_ENCRYPTED)

# The rest of what a host reads: the log through a cursor, and the ids.
cursor = plain.read_all(plain.last_position()[1], 0)
assert cursor.next()[1].get_id().equal(plain_id)
assert cursor.next() == (True, None)
assert any(id.equal(sealed_id) for id in plain.list_ids(None, 0))
