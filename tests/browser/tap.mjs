// tap.mjs - lines of TAP; a failure says what it found on standard error, where prove shows it.
let count = 0, bad = 0;

export function ok(good, name, ...more)
{
	count++;
	console.log(`${good ? 'ok' : 'not ok'} ${count} - ${name}`);
	if (good)
		return;
	bad++;
	console.error(`not ok ${count} - ${name}`);
	for (const line of more.join('\n').split('\n'))
		console.error(`#   ${line.slice(0, 400)}`);
}

export const is = (got, want, name) => ok(got === want, name, `got:  ${got}`, `want: ${want}`);
export const has = (text, part, name) => ok(text.includes(part), name, `got: ${text}`, `lacks: ${part}`);
export const lacks = (text, part, name) => ok(!text.includes(part), name, `got: ${text}`, `holds: ${part}`);

// A test that threw is a failed test; the others go on.
export async function attempt(name, work)
{
	try {
		await work();
	} catch (e) {
		ok(false, name, e.stack ?? String(e));
	}
}

export function finish()
{
	console.log(`1..${count}`);
	process.exit(bad === 0 ? 0 : 1);
}
