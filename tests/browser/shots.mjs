// shots.mjs BASE TOKEN FOLDER: every view as a picture, for people to look at.
import { launch, reader, settled } from './browser.mjs';
import { views } from './views.mjs';

const [base, token, folder] = process.argv.slice(2);
const browser = await launch();

for (const [name, width, scheme, locale] of [['wide', 1280, 'light', 'en-GB'], ['dark', 1280, 'dark', 'sv-SE'],
	['phone', 320, 'light', 'sv-SE']]) {
	const page = await reader(browser, base, { token, width, scheme, locale });

	for (const view of await views(base, token)) {
		await page.open(view.hash);
		await view.act?.(page);
		await settled(page);
		await page.screenshot({ path: `${folder}/${view.name}-${name}.png`, fullPage: true });
		if (page.noise.length > 0)
			console.log(view.name, name, page.noise.splice(0));
	}
	await page.context().close();
}
await browser.close();
