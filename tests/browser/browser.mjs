// browser.mjs - Debian's Chromium, headless, as the tests want it.
import { chromium } from 'playwright-core';
import { has, is } from './tap.mjs';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];

// Milliseconds that anything may take: a busy machine is no fault of the page.
const PATIENCE = 60000;

export const launch = () => chromium.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGS, timeout: PATIENCE,
});

// A fresh reader: no memory of earlier visits. `token` signs in as one would be after a reload.
export async function reader(browser, base, { token, scheme = 'light', width = 1280, locale = 'en-GB' } = {})
{
	const context = await browser.newContext({ colorScheme: scheme, locale, viewport: { width, height: 900 } });
	context.setDefaultTimeout(PATIENCE);
	const page = await context.newPage();
	const noise = [];

	page.on('console', message => {
		if (message.type() === 'error' || message.type() === 'warning')
			noise.push(message.text());
	});
	page.on('pageerror', error => noise.push(String(error)));
	if (token)
		await context.addInitScript(text => {
			if (!sessionStorage.getItem('utfall.begun'))
				sessionStorage.setItem('utfall.token', text);
			sessionStorage.setItem('utfall.begun', 'yes');
		}, token);
	page.noise = noise;
	page.open = async hash => {
		await page.goto(`${base}/${hash}`);
		await settled(page);
	};
	return page;
}

// Nothing is loading any more.
export async function settled(page)
{
	await page.waitForSelector('h1');
	await page.waitForFunction(() => !document.querySelector('.progress'));
}

// The page comes to show `part`. A page answers a click or an address when it gets round to it: what is
// there at the first look may still be the view before.
export async function shows(page, part, name, where = 'main')
{
	const found = () => page.locator(where).innerText();
	const until = Date.now() + PATIENCE;

	while (!(await found()).includes(part) && Date.now() < until)
		await page.waitForTimeout(50);
	has(await found(), part, name);
}

// The focus comes to the element `id`.
export async function focuses(page, id, name)
{
	const focused = () => page.evaluate(() => document.activeElement.id);
	const until = Date.now() + PATIENCE;

	while (await focused() !== id && Date.now() < until)
		await page.waitForTimeout(50);
	is(await focused(), id, name);
}
