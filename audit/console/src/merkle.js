// merkle.js - RFC 6962 trees over C2SP tiles, written from those texts alone.

const TILE = 256;

export function same(a, b)
{
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function hex(bytes)
{
	return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}

export function unbase64(text)
{
	return Uint8Array.from(atob(text), c => c.charCodeAt(0));
}

async function sha256(...parts)
{
	const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;

	for (const part of parts) {
		all.set(part, at);
		at += part.length;
	}
	return new Uint8Array(await crypto.subtle.digest('SHA-256', all));
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const hash_bytes = sha256;
export const leaf_hash = bytes => sha256(LEAF, bytes);
export const node_hash = (left, right) => sha256(NODE, left, right);

const half = n => Math.floor(n / 2);
const odd = n => n % 2 === 1;

// The largest power of two below n.
function split(n)
{
	let k = 1;

	while (k * 2 < n)
		k *= 2;
	return k;
}

const is_power = n => n > 0 && (n === 1 || split(n) * 2 === n);

// RFC 9162 2.1.3.2
export async function inclusion_holds(index, size, leaf, path, root)
{
	let fn = index, sn = size - 1, r = leaf;

	if (index >= size)
		return false;
	for (const p of path) {
		if (sn === 0)
			return false;
		if (odd(fn) || fn === sn) {
			r = await node_hash(p, r);
			while (!odd(fn) && fn !== 0) {
				fn = half(fn);
				sn = half(sn);
			}
		} else {
			r = await node_hash(r, p);
		}
		fn = half(fn);
		sn = half(sn);
	}
	return sn === 0 && same(r, root);
}

// RFC 9162 2.1.4.2
export async function consistency_holds(from, to, path, old_root, root)
{
	if (from > to)
		return false;
	if (from === to)
		return path.length === 0 && same(old_root, root);
	if (from === 0)
		return path.length === 0;
	const all = is_power(from) ? [old_root, ...path] : path;
	let fn = from - 1, sn = to - 1;

	if (all.length === 0)
		return false;
	while (odd(fn)) {
		fn = half(fn);
		sn = half(sn);
	}
	let fr = all[0], sr = all[0];

	for (const c of all.slice(1)) {
		if (sn === 0)
			return false;
		if (odd(fn) || fn === sn) {
			fr = await node_hash(c, fr);
			sr = await node_hash(c, sr);
			while (!odd(fn) && fn !== 0) {
				fn = half(fn);
				sn = half(sn);
			}
		} else {
			sr = await node_hash(sr, c);
		}
		fn = half(fn);
		sn = half(sn);
	}
	return sn === 0 && same(fr, old_root) && same(sr, root);
}

// "x001/x234/067", and ".p/W" behind it where the tile is not full.
export function tile_path(level, n, width)
{
	let text = String(n % 1000).padStart(3, '0');

	for (n = Math.floor(n / 1000); n > 0; n = Math.floor(n / 1000))
		text = `x${String(n % 1000).padStart(3, '0')}/${text}`;
	return `tile/${level}/${text}${width < TILE ? `.p/${width}` : ''}`;
}

// The tree of `size` leaves as tiles show it. `load(path)` gives bytes. Nothing that comes from
// here is to be believed before a proof made of it leads to a signed root.
export class Tiles {
	constructor(size, load)
	{
		this.size = size;
		this.load = load;
		this.kept = new Map();
	}

	width(level, n)
	{
		const count = Math.floor(this.size / TILE ** level);

		return Math.min(TILE, count - n * TILE);
	}

	async bytes(level, n)
	{
		const path = tile_path(level, n, this.width(level === 'entries' ? 0 : level, n));

		if (!this.kept.has(path))
			this.kept.set(path, this.load(path));
		return this.kept.get(path);
	}

	async node(level, index)
	{
		const tile = Math.floor(level / 8);
		const count = 2 ** (level % 8);
		const first = index * count;
		const n = Math.floor(first / TILE);
		const bytes = await this.bytes(tile, n);
		let row = [];

		if (bytes.length !== this.width(tile, n) * 32)
			throw new Error(`tile ${tile}/${n}: ${bytes.length} bytes`);
		for (let i = 0; i < count; i++)
			row.push(bytes.subarray((first % TILE + i) * 32, (first % TILE + i + 1) * 32));
		while (row.length > 1)
			row = await Promise.all(row.filter((_, i) => !odd(i))
				.map((left, i) => node_hash(left, row[i * 2 + 1])));
		return row[0];
	}

	// MTH of the leaves from..to-1
	async range(from, to)
	{
		const n = to - from;

		if (is_power(n) && from % n === 0)
			return this.node(Math.round(Math.log2(n)), from / n);
		const k = split(n);

		return node_hash(await this.range(from, from + k), await this.range(from + k, to));
	}

	root()
	{
		return this.size === 0 ? sha256() : this.range(0, this.size);
	}

	async inclusion(index, from = 0, to = this.size)
	{
		if (to - from === 1)
			return [];
		const middle = from + split(to - from);

		return index < middle
			? [...await this.inclusion(index, from, middle), await this.range(middle, to)]
			: [...await this.inclusion(index, middle, to), await this.range(from, middle)];
	}

	async consistency(m, from = 0, to = this.size, whole = true)
	{
		if (m === to)
			return whole ? [] : [await this.range(from, to)];
		const middle = from + split(to - from);

		return m <= middle
			? [...await this.consistency(m, from, middle, whole), await this.range(middle, to)]
			: [...await this.consistency(m, middle, to, false), await this.range(from, middle)];
	}

	// The entries of bundle n: uint16 length, bytes, again and again.
	async entries(n)
	{
		const bytes = await this.bytes('entries', n);
		const list = [];

		for (let at = 0; at < bytes.length;) {
			const end = at + 2 + bytes[at] * 256 + bytes[at + 1];

			if (!(end <= bytes.length))
				throw new Error(`entries ${n}: cut off at byte ${bytes.length}`);
			list.push(bytes.subarray(at + 2, end));
			at = end;
		}
		if (list.length !== this.width(0, n))
			throw new Error(`entries ${n}: ${list.length} in place of ${this.width(0, n)}`);
		return list;
	}
}

// Adds leaves one by one; keeps one root for each bit of their number.
export class Frontier {
	constructor()
	{
		this.size = 0;
		this.stack = [];
	}

	async add(leaf)
	{
		let hash = leaf;

		for (let n = this.size; odd(n); n = half(n))
			hash = await node_hash(this.stack.pop(), hash);
		this.stack.push(hash);
		this.size++;
	}

	async root()
	{
		let root = null;

		for (const hash of [...this.stack].reverse())
			root = root === null ? hash : await node_hash(hash, root);
		return root ?? sha256();
	}
}
