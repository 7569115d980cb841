// merkle_test.mjs: the page's own Merkle and note code against published answers.
import { Frontier, Tiles, consistency_holds, hex, inclusion_holds, leaf_hash, tile_path } from '../../audit/console/src/merkle.js';
import { checkpoint_read, checkpoint_signed, vkey_read } from '../../audit/console/src/note.js';
import { finish, is, ok } from './tap.mjs';

const utf8 = text => new TextEncoder().encode(text);
const from_hex = text => Uint8Array.from(text.match(/../g) ?? [], h => parseInt(h, 16));

// The leaves and roots of certificate transparency's own tests.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = {
	1: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
	2: 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
	3: 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
	5: '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
	7: 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
	8: '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
};
const hashes = await Promise.all(LEAVES.map(l => leaf_hash(from_hex(l))));
const join = list => Uint8Array.from(list.flatMap(h => [...h]));
const tiles_of = (size, all) => new Tiles(size, async path => {
	const [, level, n, , width] = /^tile\/(\d+)\/(\d+)(\.p\/(\d+))?$/.exec(path);

	return join(all[level].slice(n * 256, n * 256 + Number(width ?? 256)));
});

const roots = [];

for (let n = 0; n <= 8; n++) {
	const frontier = new Frontier();

	for (const h of hashes.slice(0, n))
		await frontier.add(h);
	roots.push(await frontier.root());
	if (n in ROOTS) {
		is(hex(roots[n]), ROOTS[n], `root of ${n} leaves, added one by one`);
		is(hex(await tiles_of(n, [hashes]).root()), ROOTS[n], `root of ${n} leaves, from tiles`);
	}
}
let good = 0, refused = 0, wanted = 0;

for (let n = 1; n <= 8; n++) {
	const tiles = tiles_of(n, [hashes]);

	for (let i = 0; i < n; i++) {
		const path = await tiles.inclusion(i);

		wanted++;
		good += await inclusion_holds(i, n, hashes[i], path, roots[n]);
		refused += !await inclusion_holds(i, n, hashes[(i + 1) % 8], path, roots[n]);
	}
	for (let m = 1; m < n; m++) {
		const path = await tiles.consistency(m);

		wanted++;
		good += await consistency_holds(m, n, path, roots[m], roots[n]);
		refused += !await consistency_holds(m, n, path, roots[m - 1], roots[n]);
	}
}
is(good, wanted, 'every proof in trees of up to 8 leaves holds');
is(refused, wanted, 'and none of another leaf or root');
is(await consistency_holds(8, 7, [], roots[8], roots[7]), false, 'a smaller tree is never consistent');

// 1000 leaves {"seq":i}: tiles over more than one level; the root from four other programs.
const thousand = await Promise.all(Array.from({ length: 1000 }, (_, i) => leaf_hash(utf8(`{"seq":${i}}`))));
const upper = [];

for (let i = 0; i < 3; i++) {
	const frontier = new Frontier();

	for (const h of thousand.slice(i * 256, i * 256 + 256))
		await frontier.add(h);
	upper.push(await frontier.root());
}
const big = tiles_of(1000, [thousand, upper]);
const root = await big.root();

is(btoa(String.fromCharCode(...root)), 'nDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek=', 'root of 1000 leaves over two levels');
ok(await inclusion_holds(700, 1000, thousand[700], await big.inclusion(700), root), 'inclusion across levels');
const old = await tiles_of(300, [thousand, upper]).root();

ok(await consistency_holds(300, 1000, await big.consistency(300), old, root), 'consistency across levels');
is(tile_path(0, 5, 256), 'tile/0/005', 'tile 5');
is(tile_path(1, 1234067, 17), 'tile/1/x001/x234/067.p/17', 'tile 1234067');

// C2SP's note, and a checkpoint of that tree by a key of 32 bytes 0x07.
const VKEY = 'ledger.example/outcomes+6eb9236f+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs';
const NOTE = 'ledger.example/outcomes\n1000\nnDDK42+QoVXgix7yMUA6iL1VEsw+VipTUq4eaRaB0Ek=\n\n' +
	'\u2014 ledger.example/outcomes brkjb3cCp7C1Dbl4pXZ7d1bRo4uRGLp6/tc+u1wPYIprVZ5r/l0KPMztlxvcFKF+Skxaokghk1h5167qxXPlU8xZgQQ=\n';
const key = await vkey_read(VKEY);
const refuses = note => {
	try {
		checkpoint_read(note);
		return false;
	} catch {
		return true;
	}
};

is(await checkpoint_signed(checkpoint_read(NOTE), key), 'good', 'a signed head');
is(await checkpoint_signed(checkpoint_read(NOTE.replace('\n1000\n', '\n1001\n')), key), 'bad', 'another size, the same signature');
is(await checkpoint_signed(checkpoint_read(NOTE.replace('\u2014 ledger', '\u2014 other')), key), 'missing', 'no line by the key');
is(await vkey_read('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k') !== null, true, 'C2SP\'s own key');
is(await vkey_read(VKEY.replace('6eb9236f', '6eb92370')), null, 'a key whose id is not its own');
for (const [name, note] of [['no signature', NOTE.split('\n\n')[0]], ['a leading zero', NOTE.replace('\n1000', '\n01000')],
	['a fourth line', NOTE.replace('=\n\n', '=\nmore\n\n')], ['a short root', NOTE.replace('nDDK', 'nDD')]])
	ok(refuses(note), `refused: ${name}`);
finish();
