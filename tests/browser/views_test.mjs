// views_test.mjs BASE TOKENS: every view in both themes and in narrow windows; roles; keyboard.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { HtmlValidate } from 'html-validate';
import { focuses, launch, reader, settled, shows } from './browser.mjs';
import { attempt, finish, is, lacks, ok } from './tap.mjs';
import { ask, views } from './views.mjs';

const [base, folder] = process.argv.slice(2);
const token = role => readFileSync(join(folder, role), 'utf8').trim();
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const validate = new HtmlValidate({
	extends: ['html-validate:recommended'],
	// The page is read back from the browser's tree: how it was written cannot be told from it.
	rules: { 'void-style': 'off', 'attr-quotes': 'off', 'no-trailing-whitespace': 'off', 'doctype-style': 'off',
		 'no-raw-characters': 'off', 'attribute-boolean-style': 'off', 'attribute-empty-style': 'off',
		 'long-title': 'off', 'prefer-native-element': ['error', { exclude: ['group'] }],
		 // No browser should offer to keep a token.
		 'autocomplete-password': 'off' },
});
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const browser = await launch();
const all = await views(base, token('auditor'));
const main = page => page.locator('main').innerText();

async function findings(page)
{
	await page.evaluate(axe);
	const { violations } = await page.evaluate(tags => axe.run(document, { runOnly: tags }), TAGS);

	return violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.html} (${n.failureSummary})`));
}

async function html_faults(page)
{
	const report = await validate.validateString(
		`<!DOCTYPE html>\n${await page.evaluate(() => document.documentElement.outerHTML)}`);

	return report.results.flatMap(r => r.messages.map(m => `${m.ruleId}: ${m.message} ${m.selector ?? ''}`));
}

for (const scheme of ['light', 'dark']) {
	const page = await reader(browser, base, { token: token('auditor'), scheme });

	for (const view of all)
		await attempt(`${view.name}, ${scheme}`, async () => {
			await page.open(view.hash);
			await view.act?.(page);
			await settled(page);
			await shows(page, view.text, `${view.name}, ${scheme}: shows what it must`);
			const found = await findings(page);

			ok(found.length === 0, `${view.name}, ${scheme}: axe finds nothing`, ...found);
			if (scheme === 'light') {
				const faults = await html_faults(page);

				ok(faults.length === 0, `${view.name}: valid HTML`, ...faults);
			}
		});
	const noise = page.noise.filter(n => !/40[14]/.test(n));

	ok(noise.length === 0, `${scheme}: nothing on the browser's console, no refusal by the policy`, ...noise);
	await page.context().close();
}

for (const [locale, first] of [['sv-SE', 'Avtal'], ['da-DK', 'Kontrakter']])
	await attempt(`320 pixels, ${locale}`, async () => {
		const page = await reader(browser, base, { token: token('auditor'), width: 320, locale });

		for (const view of all) {
			await page.open(view.hash);
			await view.act?.(page);
			const [wide, words, tables] = await page.evaluate(() => [document.documentElement.scrollWidth,
				document.documentElement.lang, [...document.querySelectorAll('.scroll')]
					.filter(s => s.scrollWidth > s.clientWidth).map(s => s.innerText.slice(0, 80)).join('; ')]);

			ok(wide <= 320, `${view.name}, ${locale}: no scrolling sideways at 320 pixels`, `${wide} pixels wide`);
			is(tables, '', `${view.name}, ${locale}: nor inside a table`);
			if (view.name === 'contracts')
				await shows(page, first, `${locale}: speaks ${words}`);
		}
		await page.context().close();
	});

// role: what its overview holds, what it lacks
const ROLES = [
	['funder', ['Money', 'Jönköpings kommun', 'Statement 8'], []],
	['provider', ['Money', 'Statement 8'], []],
	['verifier', ['Parties'], ['Settled', 'Statement 8', 'SEK']],
	['operator', ['Money', 'Statement 8'], []],
];

for (const [role, holds, without] of ROLES)
	await attempt(role, async () => {
		const page = await reader(browser, base, { token: token(role) });

		await page.open(all[1].hash);
		for (const part of holds)
			await shows(page, part, `${role} sees: ${part}`);
		for (const part of without)
			lacks(await main(page), part, `${role} does not see: ${part}`);
		await page.context().close();
	});

await attempt('the public', async () => {
	const page = await reader(browser, base);
	const [{ participant }] = (await ask(base, token('auditor'),
		`/v1/contracts/${all[1].hash.split('/')[2]}/participants`)).items;

	await page.open('#/');
	await shows(page, 'Sign in as one of its parties', 'the public sees the title, and how to see more');
	await shows(page, 'fewer than 5', 'the public sees small numbers suppressed');
	await page.open(all[1].hash);
	await shows(page, 'A token is needed', 'the public is told that a contract needs a token');
	await page.open(`#/search?q=${participant}`);
	await shows(page, 'Nothing that you may see', 'the public finds nobody');
	await page.open('#/verify');
	await shows(page, 'is signed by', 'the public can verify');
	await page.context().close();
});

await attempt('signing in', async () => {
	const page = await reader(browser, base);

	await page.open('#/signin');
	await page.getByLabel('Token').fill('nonsense');
	await page.keyboard.press('Enter');
	await shows(page, 'This is not a token', 'a text that is no token is refused at once');
	await page.getByLabel('Token').fill(`${token('funder').slice(0, -8)}AAAAAAAA`);
	await page.keyboard.press('Enter');
	await page.getByText('does not accept this token').waitFor();
	ok(true, 'a forged token: the page says so and asks again');
	await page.getByLabel('Token').fill(token('funder'));
	await page.keyboard.press('Enter');
	await page.getByRole('button', { name: 'Sign out' }).waitFor();
	await shows(page, 'Jönköpings kommun', 'a funder is signed in by name', 'header');
	is(await page.evaluate(() => JSON.stringify(localStorage).includes('v4.public')), false,
		'the token is not kept beyond the tab');
	await page.getByRole('button', { name: 'Sign out' }).click();
	await page.getByRole('link', { name: 'Sign in', exact: true }).waitFor();
	is(await page.evaluate(() => sessionStorage.getItem('utfall.token')), null, 'signing out forgets it');
	await page.context().close();
});

await attempt('keyboard', async () => {
	const page = await reader(browser, base, { token: token('auditor') });

	await page.open(all.find(v => v.name === 'statement').hash);
	await page.keyboard.press('Tab');
	is(await page.evaluate(() => document.activeElement.className), 'skip', 'the first stop leads to the content');
	await page.keyboard.press('Enter');
	await focuses(page, 'title', 'and it gets there');
	await page.locator('#line-2').focus();
	await page.keyboard.press('Enter');
	await page.getByText('Evidence trail').waitFor();
	is(await page.locator('#line-2').getAttribute('aria-expanded'), 'true', 'a line opens with Enter');
	await page.getByLabel('Payer').selectOption({ label: 'Habo kommun' });
	await page.waitForURL(/payer=habo/);
	ok(true, 'a filter is in the address');
	await page.waitForFunction(() => {
		const rows = [...document.querySelectorAll('table.lines tbody tr:not(.why)')];

		return rows.length > 0 && rows.every(row => row.innerText.includes('Habo kommun'));
	});
	ok(true, 'and only its lines are shown');
	await shows(page, `come to ${await page.locator('table').first().locator('tr', { hasText: 'Habo kommun' })
		.locator('td').last().innerText()}\u00a0SEK.`, 'what they come to is what the statement says that it owes');
	await page.getByRole('link', { name: 'Verify' }).click();
	await page.getByText('is signed by').first().waitFor();
	await focuses(page, 'title', 'a new page gets the focus at its title');
	await page.getByLabel('Language').selectOption('sv');
	await shows(page, 'Kontrollera', 'the language changes at once');
	is(await page.evaluate(() => document.documentElement.lang), 'sv', 'and the page says which it is');
	await page.context().close();
});

await attempt('words of the server', async () => {
	const page = await reader(browser, base, { token: token('auditor'), locale: 'sv-SE' });
	const { items: [first] } = await ask(base, token('auditor'), '/v1/events?type=spell.started&limit=1');

	await page.open(all.find(v => v.name === 'terms').hash);
	await shows(page, 'PARTER', 'the terms are in the language of the reader');
	is(await page.locator('.terms').getAttribute('lang'), 'sv', 'and say which that is');
	await page.open(`#/search?q=${first.digest.slice(0, 16)}`);
	await shows(page, first.digest.slice(0, 8), 'a digest is found by its beginning');
	await page.context().close();
});

await attempt('paper', async () => {
	const page = await reader(browser, base, { token: token('auditor'), scheme: 'dark' });

	await page.open(all.find(v => v.name === 'statement').hash);
	await page.emulateMedia({ media: 'print' });
	is(await page.locator('nav').isVisible(), false, 'on paper there is no navigation');
	is(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), 'rgb(255, 255, 255)',
		'and the paper is white in the dark theme, too');
	is((await page.pdf({ format: 'A4' })).subarray(0, 5).toString(), '%PDF-', 'a statement prints');
	await page.context().close();
});

await browser.close();
finish();
