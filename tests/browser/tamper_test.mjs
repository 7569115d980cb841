// tamper_test.mjs BASE TOKENS RECEIPT KEY: a server that lies, breaks or has nothing, shown as such.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { focuses, launch, reader, settled, shows } from './browser.mjs';
import { answer, bytes, cut, json, mock, problem, text } from './mock.mjs';
import { attempt, finish, has, is, lacks } from './tap.mjs';
import { views } from './views.mjs';

const [real, folder, receipt, vkey] = process.argv.slice(2);
const token = readFileSync(join(folder, 'auditor'), 'utf8').trim();
const server = await mock(real);
const browser = await launch();
const all = Object.fromEntries((await views(real, token)).map(v => [v.name, v.hash]));
const main = page => page.locator('main').innerText();
const fresh = () => reader(browser, server.base, { token });
// A receipt carries the checkpoint that was signed when it was given: a true, older head.
const older = readFileSync(receipt, 'utf8').split('\n\n').slice(1).join('\n\n');
const size = Number(older.split('\n')[1]);

async function verdict(page, want, words, name)
{
	await page.open('#/verify');
	await page.waitForSelector('.verdict:not(.running)');
	is(await page.locator('.verdict').getAttribute('class'), `verdict ${want}`, `${name}: ${want}`);
	await shows(page, words, `${name}: in words`);
}

// name, rule, what is said
const LIES = [
	['a hash in the last tile', bytes(/^\/tile\/0\/\d+\.p/, b => { b[40] ^= 1; }), 'lead to another root than the signed one'],
	['a hash in an earlier tile', bytes(/^\/tile\/0\/000$/, b => { b[40] ^= 1; }), 'not in the tree where the server says'],
	['another root', text(/^\/checkpoint$/, t => t.replace(/\n[A-Za-z0-9+/]{43}=\n/,
		'\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n')), 'is false'],
	['a bit of the signature', text(/^\/checkpoint$/, t => t.replace(/(.)(.{6})=?\n$/, (a, c, rest) =>
		`${c === 'A' ? 'B' : 'A'}${rest}${a.endsWith('=\n') ? '=' : ''}\n`)), 'is false'],
	['no signature by the key', text(/^\/checkpoint$/, t => t.replace('\u2014 ', '\u2014 other.')), 'carries no signature by'],
	['a head that is none', text(/^\/checkpoint$/, () => 'hello\n'), 'not a checkpoint'],
	['another ledger', text(/^\/checkpoint$/, t => t.replace(/^[^\n]*/, 'other.example/ledger')), 'is of another ledger'],
	['an entry rewritten', bytes(/^\/tile\/entries\/000$/, b => {
		b.write('2001', b.indexOf('"at":"') + 6);
	}), 'The chain is broken'],
	['entries cut off', { path: /^\/tile\/entries\/000$/, change: r => ({ body: r.body.subarray(0, 5000) }) },
		'could not be finished'],
	['a statement at another entry', json(/^\/v1\/statements\?/, d => {
		d.items[3].seq--;
		return d;
	}), 'not in the tree where the server says: 4'],
	['a key that is not its own', json(/^\/v1\/keys/, d => {
		for (const k of d.items)
			k.key = k.key.replace(/.{4}$/, 'AAAA');
		return d;
	}), 'malformed'],
];

for (const [name, rule, words] of LIES)
	await attempt(name, async () => {
		const page = await fresh();

		server.rules(rule);
		await verdict(page, 'bad', words, name);
		is(await page.evaluate(() => localStorage.getItem('utfall.heads')), null, `${name}: nothing of it is remembered`);
		await page.context().close();
	});

await attempt('the public', async () => {
	const page = await reader(browser, server.base);

	server.rules(bytes(/^\/tile\/0\/001$/, b => { b[40] ^= 1; }));
	await verdict(page, 'bad', 'The chain is broken at entry 257', 'a hash in a tile, without a token');
	await page.context().close();
});

await attempt('growth', async () => {
	const page = await fresh();
	const old_head = text(/^\/checkpoint$/, () => older);
	const until = json(/^\/v1\/statements/, d => ({ items: d.items.filter(s => s.seq < size) }));

	server.rules(old_head, until);
	await verdict(page, 'unsure', 'has not seen this ledger before', 'the first visit, an older head');
	server.rules();
	await page.reload();
	await verdict(page, 'good', 'has only grown since', 'the second visit, a newer head');
	server.rules(old_head, until);
	await page.reload();
	await verdict(page, 'bad', 'has become shorter', 'the third visit, the end cut off');
	server.rules();
	await page.evaluate(() => {
		const heads = JSON.parse(localStorage.getItem('utfall.heads'));

		for (const head of Object.values(heads))
			Object.assign(head, { size: head.size - 1 });
		localStorage.setItem('utfall.heads', JSON.stringify(heads));
	});
	await page.reload();
	await verdict(page, 'bad', 'something was rewritten', 'a history other than the one seen');
	await page.context().close();
});

await attempt('a key of the reader', async () => {
	const page = await fresh();

	server.rules();
	await page.open('#/verify');
	await page.getByLabel('Verifier key').fill('not+a+key');
	await page.getByRole('button', { name: 'Use this key' }).click();
	await page.getByText('This is not a checkpoint verifier key').waitFor();
	await page.getByLabel('Verifier key').fill(vkey);
	await page.getByRole('button', { name: 'Use this key' }).click();
	await page.getByText('is the one that you gave').waitFor();
	await verdict(page, 'good', 'is the one that you gave this page yourself', 'the key that was given by other means');
	await page.context().close();
});

await attempt('an event rewritten', async () => {
	const page = await fresh();

	server.rules(json(/^\/v1\/events\/[0-9a-f]{64}$/, d => ({ ...d, event: { ...d.event, body: { ...d.event.body, amount: 1 } } })));
	await page.open(all.event);
	await shows(page, 'do not have this digest', 'an event that was rewritten is said not to fit');
	server.rules(bytes(/^\/tile\/0\/.*/, b => { b[40] ^= 1; b[b.length - 1] ^= 1; }));
	await page.open(all.entry);
	await page.getByRole('button', { name: 'Check that it is' }).click();
	await page.getByText('could not be shown').waitFor();
	await shows(page, 'Verify the ledger', 'an entry whose path does not lead to the root');
	await page.context().close();
});

const MOST = Number.MAX_SAFE_INTEGER;
// name, where, rule, what is said
const TROUBLE = [
	['an error of the server', 'overview', problem(/^\/v1\/contracts\/[0-9a-f]+$/, 500, 'expected this, found that'), 'expected this, found that'],
	['not for this reader', 'person', problem(/^\/v1\/contracts\/.*participants/, 404, 'not there'), 'not for you'],
	['too many requests', 'people', problem(/participants/, 429, 'slower'), 'Too many requests'],
	['not ready', 'statement', problem(/^\/v1\/statements\/[0-9a-f]+$/, 503, 'later'), 'not ready'],
	['no answer', 'terms', cut(/terms/), 'cannot be reached'],
	['no head to check', 'verify', cut(/^\/checkpoint/), 'could not be finished: The server cannot be reached'],
	['no lines for these filters', 'statement', answer(/\/lines\?/, { items: [] }), 'There are no lines'],
	['no contract', 'contracts', answer(/^\/v1\/contracts\?/, { items: [] }), 'No contract has been proposed'],
	['nobody enrolled', 'people', answer(/participants\?/, { items: [] }), 'Nobody whom you may see'],
	// 2 x 90 071 992 547 409.91: each is the most that a ledger may hold
	['the largest amounts', 'overview', answer(/balances/, { items: ['habo', 'jonkoping'].map(payer => ({ payer, payee: 'ips_team',
		unit: 'SEK', settled: MOST, approved: 0, held: 0, paid: 0, received: 0 })) }), '180\u00a0143\u00a0985\u00a0094\u00a0819.82'],
	['no balances', 'overview', answer(/balances/, { items: [] }), 'Nothing has been settled yet'],
];

for (const [name, view, rule, words] of TROUBLE)
	await attempt(name, async () => {
		const page = await fresh();

		server.rules(rule);
		await page.open(all[view]);
		await shows(page, words, name);
		await page.context().close();
	});

await attempt('what is missing', async () => {
	const page = await fresh();

	server.rules(answer(/participants\/[a-z2-7]{26}\/outlook/,
		{ language: 'en', sentences: ['retained_12_pay: not reached', '  12 months without a break: 7 are there'] }));
	await page.open(all.person);
	await shows(page, '7 are there', 'what is missing for the next payment');
	await page.context().close();
});

await attempt('trying again', async () => {
	const page = await fresh();

	server.rules(problem(/terms/, 500, 'not now'));
	await page.open(all.terms);
	server.rules();
	await page.getByRole('button', { name: 'Try again' }).click();
	await shows(page, 'PARTIES', 'trying again helps once the server is well');
	lacks(await main(page), 'not now', 'and the error is gone');
	await focuses(page, 'title', 'whoever pressed the button is at the title');
	await page.context().close();
});

await attempt('a token that expires while one reads', async () => {
	const page = await fresh();

	server.rules();
	await page.open(all.statement);
	server.rules(problem(/^\/v1\//, 401, 'the token has expired'));
	await page.locator('#line-2').click();
	await shows(page, 'It may have expired', 'a line that was opened says so');
	lacks(await main(page), 'You may see the line, not', 'and not that it is hidden from this reader');
	await page.getByRole('link', { name: 'Sign in' }).click();
	await page.getByLabel('Token').waitFor();
	server.rules();
	await page.context().close();
});

await attempt('an address cut in the middle of a letter', async () => {
	const page = await fresh();

	server.rules();
	await page.open('#/contract/%E0%A4%A');
	await shows(page, 'Try again', 'it is answered as one that is not there');
	is(page.noise.filter(n => !/40[04]/.test(n)).join(), '', 'and breaks nothing');
	await page.context().close();
});

await attempt('loading', async () => {
	const page = await fresh();
	let let_go;
	const gate = new Promise(done => { let_go = done; });

	server.rules({ path: /terms/, change: real => gate.then(() => real) });
	await page.goto(`${server.base}/${all.terms}`);
	await page.getByText('Loading').waitFor();
	await shows(page, 'Loading', 'what takes time says so');
	let_go();
	await settled(page);
	await page.context().close();
});

await attempt('whom it asks', async () => {
	const page = await fresh();
	const asked = [];

	page.on('request', r => asked.push(new URL(r.url()).origin));
	server.rules();
	for (const hash of Object.values(all))
		await page.open(hash);
	is([...new Set(asked)].join(), server.base, 'the page asks nobody but its own server');
	await page.context().close();
});

await browser.close();
server.close();
finish();
