// note.js - C2SP signed notes, verifier keys and checkpoints.
import { hash_bytes, hex, same, unbase64 } from './merkle.js';

const ED25519 = 1;
const utf8 = text => new TextEncoder().encode(text);

export class BadNote extends Error {}

// NAME+HEX8+BASE64
export async function vkey_read(text)
{
	const found = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim());

	if (!found)
		return null;
	let key;

	try {
		key = unbase64(found[3]);
	} catch {
		return null;
	}
	const id = (await hash_bytes(utf8(`${found[1]}\n`), key)).subarray(0, 4);

	if (key.length !== 33 || key[0] !== ED25519 || hex(id) !== found[2])
		return null;
	return { text: text.trim(), name: found[1], id, public: key.subarray(1) };
}

function signature_read(line)
{
	const found = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);

	if (!found)
		throw new BadNote('a signature line is malformed');
	const bytes = unbase64(found[2]);

	if (bytes.length < 5)
		throw new BadNote('a signature is too short');
	return { name: found[1], id: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

export function checkpoint_read(note)
{
	const at = note.lastIndexOf('\n\n');

	if (at < 0 || !note.endsWith('\n'))
		throw new BadNote('not a signed note');
	const text = note.slice(0, at + 1);
	const lines = text.split('\n');
	const signatures = note.slice(at + 2, -1).split('\n').map(signature_read);

	if (lines.length !== 4 || !/^(0|[1-9][0-9]{0,15})$/.test(lines[1]) ||
	    !/^[A-Za-z0-9+/]{43}=$/.test(lines[2]))
		throw new BadNote('not origin, size and root');
	return { text, origin: lines[0], size: Number(lines[1]), root: unbase64(lines[2]), signatures };
}

// 'good', 'bad', 'missing' (no line by this key) or 'unable' (this browser has no Ed25519)
export async function checkpoint_signed(checkpoint, key)
{
	const line = checkpoint.signatures.find(s => s.name === key.name && same(s.id, key.id));
	let imported;

	if (!line)
		return 'missing';
	try {
		imported = await crypto.subtle.importKey('raw', key.public, 'Ed25519', false, ['verify']);
	} catch {
		return 'unable';
	}
	return await crypto.subtle.verify('Ed25519', imported, line.bytes, utf8(checkpoint.text))
		? 'good' : 'bad';
}
