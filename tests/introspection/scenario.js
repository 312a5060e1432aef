// SPDX-License-Identifier: LGPL-2.1-or-later

// scenario.js FOLDER: an encrypted and a plain application on one store.

imports.gi.versions.EventSeal = '1';
const {EventSeal, GLib} = imports.gi;

function openEvents(plugins = '') {
    const text = '[eventseal]\nformat=1\nstore=bdb\n' + plugins +
        '[store bdb]\ndirectory=events\n';
    const config = EventSeal.Config.new_from_data(text, -1, ARGV[0]);
    if (plugins)
        config.set_key(null, new GLib.Bytes('0123456789abcdef'));
    return EventSeal.Application.new(config).get_event_store();
}

function assert(holds, property) {
    if (!holds)
        throw new Error(property);
}

// Each byte as one character.
function toText(bytes) {
    return String.fromCharCode(...bytes.toArray());
}

function create(events, state) {
    const id = EventSeal.Id.init_random();
    const event = EventSeal.Event.new('Example.Created', new GLib.Bytes(state));
    events.append(id, EventSeal.EXPECT_NONE, [event]);
    assert(toText(events.get(id, 0).get_state()) === state, 'it comes back');
    return [id, toText(events.get_record_store().get_data(id, 0)[0])];
}

function refuses(events, id, code) {
    try {
        events.get(id, 0);
        return false;
    } catch (error) {
        return error.matches(EventSeal.Error, code);
    }
}

const encrypted = openEvents('cipher=aes-cbc\ncompressor=lz4\n');
const plain = openEvents();

const [sealedId, sealed] = create(encrypted, '{"foo":"secret info"}');
assert(!sealed.includes('secret info'), 'the sealed record shows nothing');
const [plainId, stored] = create(plain, '{"foo":"bar"}');
assert(stored.includes('{"foo":"bar"}'), 'the plain record shows it');

assert(refuses(plain, sealedId, EventSeal.Error.ENCRYPTED),
    'no sealed event without a cipher');
assert(refuses(encrypted, plainId, EventSeal.Error.NOT_ENCRYPTED),
    'no plain event with one');

// The rest of what a host reads: the log through a cursor, and the ids.
const cursor = plain.read_all(plain.last_position()[1], 0);
assert(cursor.next()[1].get_id().equal(plainId), 'the last event');
assert(cursor.next()[1] === null, 'the log ends');
assert(plain.list_ids(null, 0).some(id => id.equal(sealedId)), 'the ids');
