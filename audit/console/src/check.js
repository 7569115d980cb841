// check.js - what the page checks of a ledger by itself, one row of words for each check.
//
// A row is { state: 'good' | 'bad' | 'unsure', key, ...values }; `key` names its words in text.js.
import { Frontier, Tiles, consistency_holds, hex, inclusion_holds, leaf_hash, same,
	unbase64 } from './merkle.js';
import { BadNote, checkpoint_read, checkpoint_signed, vkey_read } from './note.js';

export const EVERY_ENTRY_UP_TO = 20000;

const REMEMBERED = 'utfall.heads';
const KEYS = 'utfall.keys';

function stored(name)
{
	try {
		return JSON.parse(localStorage.getItem(name)) ?? {};
	} catch {
		return {};
	}
}

function store(name, origin, value)
{
	const all = stored(name);

	if (value === null)
		delete all[origin];
	else
		all[origin] = value;
	localStorage.setItem(name, JSON.stringify(all));
}

export const remembered_head = origin => stored(REMEMBERED)[origin];
export const remembered_key = origin => stored(KEYS)[origin];
export const forget = origin => (store(REMEMBERED, origin, null), store(KEYS, origin, null));

// Canonical JSON: the subset has whole numbers and plain names only, so sorting is enough.
export function canonical(value)
{
	if (Array.isArray(value))
		return `[${value.map(canonical).join(',')}]`;
	if (value !== null && typeof value === 'object')
		return `{${Object.keys(value).sort()
			.map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
	return JSON.stringify(value);
}

export async function event_digest(event)
{
	return hex(await leaf_hash(new TextEncoder().encode(canonical(event))));
}

// Which key to believe: the one pasted by the reader, the one kept from an earlier visit, and
// only then what this very server names.
async function key_of(ask, origin, add)
{
	const kept = remembered_key(origin);

	if (kept) {
		add({ state: 'good', key: kept.pasted ? 'check_key_pasted' : 'check_key_kept', vkey: kept.text });
		return { key: await vkey_read(kept.text), mine: kept.pasted };
	}
	const named = (await ask.keys()).filter(k => k.use === 'checkpoints' && k.revoked === undefined)
		.map(k => k.key).find(k => k.startsWith(`${origin}+`));

	if (!named) {
		add({ state: 'bad', key: 'check_key_none' });
		return null;
	}
	add({ state: 'unsure', key: 'check_key_server', vkey: named });
	return { key: await vkey_read(named), mine: false };
}

async function check_signature(ask, checkpoint, add)
{
	const found = await key_of(ask, checkpoint.origin, add);

	if (found === null || found.key === null) {
		if (found !== null)
			add({ state: 'bad', key: 'check_key_broken' });
		return null;
	}
	const verdict = await checkpoint_signed(checkpoint, found.key);

	add({
		state: { good: 'good', bad: 'bad', missing: 'bad', unable: 'unsure' }[verdict],
		key: `check_signature_${verdict}`, size: checkpoint.size, name: found.key.name,
	});
	return verdict === 'good' ? found : null;
}

async function check_root(tiles, checkpoint, add)
{
	const good = same(await tiles.root(), checkpoint.root);

	add({ state: good ? 'good' : 'bad', key: good ? 'check_root_good' : 'check_root_bad',
	      size: checkpoint.size, root: hex(checkpoint.root) });
}

async function check_growth(tiles, checkpoint, add)
{
	const old = remembered_head(checkpoint.origin);

	if (!old)
		return add({ state: 'good', key: 'check_growth_first', size: checkpoint.size });
	const values = { from: old.size, to: checkpoint.size, when: old.when };

	if (old.size > checkpoint.size)
		return add({ state: 'bad', key: 'check_growth_shorter', ...values });
	const old_root = unbase64(old.root);
	const path = old.size === 0 || old.size === checkpoint.size
		? [] : await tiles.consistency(old.size);
	const good = await consistency_holds(old.size, checkpoint.size, path, old_root, checkpoint.root);

	return add({
		state: good ? 'good' : 'bad', ...values,
		key: !good ? 'check_growth_bad'
			: old.size === checkpoint.size ? 'check_growth_same' : 'check_growth_good',
	});
}

export async function check_entry(tiles, checkpoint, seq, digest)
{
	const bytes = (await tiles.entries(Math.floor(seq / 256)))[seq % 256];
	const entry = JSON.parse(new TextDecoder().decode(bytes));
	const path = await tiles.inclusion(seq);

	return entry.seq === seq && (digest === undefined || entry.event === digest) &&
		await inclusion_holds(seq, checkpoint.size, await leaf_hash(bytes), path, checkpoint.root);
}

async function check_statements(ask, tiles, checkpoint, add)
{
	const statements = (await ask.statements()).filter(s => s.seq < checkpoint.size);
	const lost = [];

	for (const s of statements)
		if (!await check_entry(tiles, checkpoint, s.seq, s.statement))
			lost.push(s.number);
	if (lost.length > 0)
		add({ state: 'bad', key: 'check_statements_bad', lost: lost.join(', ') });
	else if (statements.length > 0)
		add({ state: 'good', key: 'check_statements_good', count: statements.length });
}

// Every entry: numbered without a hole, each holding the hash of the one before and hashing to
// its place in the tiles, and the tree over all of them has the signed root.
async function check_entries(tiles, checkpoint, add, progress)
{
	const frontier = new Frontier();
	let prev = '0'.repeat(64), at = '', seq = 0;

	for (let n = 0; n * 256 < checkpoint.size; n++) {
		for (const bytes of await tiles.entries(n)) {
			const entry = JSON.parse(new TextDecoder().decode(bytes));
			const leaf = await leaf_hash(bytes);

			if (entry.seq !== seq || entry.prev !== prev || entry.at < at ||
			    !same(leaf, await tiles.node(0, seq)))
				return add({ state: 'bad', key: 'check_chain_bad', seq });
			prev = hex(leaf);
			at = entry.at;
			await frontier.add(leaf);
			seq++;
		}
		progress(seq, checkpoint.size);
	}
	const good = same(await frontier.root(), checkpoint.root);

	return add({ state: good ? 'good' : 'bad',
		     key: good ? 'check_chain_good' : 'check_chain_root_bad', count: seq });
}

// Runs every check in its order. `ask` reaches the server; `add` receives a row as soon as it is
// there. What was seen is remembered only when nothing was bad.
export async function check_ledger(ask, { every, add, progress })
{
	let bad = false;
	const row = r => {
		bad ||= r.state === 'bad';
		add(r);
	};

	try {
		const checkpoint = checkpoint_read(await ask.checkpoint());
		const tiles = new Tiles(checkpoint.size, ask.tile);

		if (ask.origin !== undefined && checkpoint.origin !== ask.origin)
			row({ state: 'bad', key: 'check_origin', origin: checkpoint.origin });
		const signer = await check_signature(ask, checkpoint, row);

		await check_root(tiles, checkpoint, row);
		await check_growth(tiles, checkpoint, row);
		if (!bad)
			await check_statements(ask, tiles, checkpoint, row);
		if (!bad && (every || checkpoint.size <= EVERY_ENTRY_UP_TO))
			await check_entries(tiles, checkpoint, row, progress);
		else if (!bad)
			row({ state: 'unsure', key: 'check_chain_skipped', size: checkpoint.size });
		if (!bad && signer)
			remember(checkpoint, signer);
	} catch (e) {
		if (e.name === 'AbortError')
			throw e;
		row(e instanceof BadNote ? { state: 'bad', key: 'check_note_bad', why: e.message }
			: { state: e.status === undefined ? 'bad' : 'unsure', key: 'check_stopped', why: e.message });
	}
}

function remember(checkpoint, signer)
{
	store(REMEMBERED, checkpoint.origin, {
		size: checkpoint.size, root: btoa(String.fromCharCode(...checkpoint.root)),
		when: new Date().toISOString().slice(0, 16).replace('T', ' '),
	});
	if (!remembered_key(checkpoint.origin))
		store(KEYS, checkpoint.origin, { text: signer.key.text, pasted: false });
}

// A key that the reader was given by other means. False where it is not one for this ledger.
export async function keep_key(origin, text)
{
	const key = await vkey_read(text);

	if (key === null || key.name !== origin)
		return false;
	store(KEYS, origin, { text: key.text, pasted: true });
	return true;
}

