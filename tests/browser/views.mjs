// views.mjs - every view of the console on the demo's ledger: where it is, what must be there.

export async function ask(base, token, path)
{
	const answer = await fetch(base + path, { headers: token ? { Authorization: `Bearer ${token}` } : {} });

	if (!answer.ok)
		throw new Error(`${path}: ${answer.status}`);
	return answer.json();
}

export async function views(base, token)
{
	const [{ contract }] = (await ask(base, token, '/v1/contracts')).items;
	const statements = (await ask(base, token, '/v1/statements')).items;
	const fifth = statements.find(s => s.number === 5);
	const [{ participant, digest }] = (await ask(base, token, `/v1/statements/${fifth.statement}/lines`)).items;

	return [
		{ name: 'contracts', hash: '#/', text: 'Contracts' },
		{ name: 'overview', hash: `#/contract/${contract}`, text: 'Room under each cap' },
		{ name: 'overview-tables', hash: `#/contract/${contract}`, text: 'Left', act: async page => {
			const plots = page.locator('.figure-head button[aria-pressed=false]');

			while (await plots.count() > 0)
				await plots.first().click();
		} },
		{ name: 'terms', hash: `#/contract/${contract}/terms`, text: 'PARTIES' },
		{ name: 'forecast', hash: `#/contract/${contract}/forecast`, text: 'Taken for granted' },
		{ name: 'forecast-until', hash: `#/contract/${contract}/forecast?until=2019-03-31`,
		  text: 'Statements to come: 1, the last through 2019-03-31.' },
		// what tests/demo/expected.py gives for all eight statements together
		{ name: 'forecast-total', hash: `#/contract/${contract}/forecast?until=2019-06-30`,
		  text: '1\u00a0157\u00a0000.00' },
		// the first line's amount, in kronor and in öre
		{ name: 'event-amount', hash: `#/event/${digest}`, text: '15\u00a0000.02\u00a0SEK (1500002)' },
		{ name: 'people', hash: `#/contract/${contract}/people`, text: participant },
		{ name: 'person', hash: `#/contract/${contract}/person/${participant}`, text: 'Timeline' },
		{ name: 'statement', hash: `#/statement/${fifth.statement}`, text: 'Statement 5' },
		{ name: 'line', hash: `#/statement/${fifth.statement}/line/1`, text: 'Evidence trail' },
		{ name: 'empty-statement', hash: `#/statement/${statements[0].statement}`, text: 'has no lines' },
		{ name: 'event', hash: `#/event/${digest}`, text: 'This page computed the digest' },
		{ name: 'entry', hash: '#/entry/41', text: 'Hash of the entry before' },
		{ name: 'verify', hash: '#/verify', text: 'All 1' },
		{ name: 'search', hash: '#/search?q=5.1', text: 'Statement 5, line 1' },
		{ name: 'signin', hash: '#/signin', text: 'A token says who you are' },
		{ name: 'missing', hash: '#/nowhere', text: 'There is no such page' },
	];
}
