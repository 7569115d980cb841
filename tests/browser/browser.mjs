// browser.mjs - Debian's Chromium, headless, as the tests want it.
import { chromium } from 'playwright-core';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
	'--disable-background-networking', '--disable-component-update', '--disable-sync'];

export const launch = () => chromium.launch({
	executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ARGS,
});

// A fresh reader: no memory of earlier visits. `token` signs in as one would be after a reload.
export async function reader(browser, base, { token, scheme = 'light', width = 1280, locale = 'en-GB' } = {})
{
	const context = await browser.newContext({ colorScheme: scheme, locale, viewport: { width, height: 900 } });
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
	await page.waitForFunction(() => !document.querySelector('.progress'), null, { timeout: 20000 });
}
