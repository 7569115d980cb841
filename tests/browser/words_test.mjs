// words_test.mjs: the table of words is complete, and holds nothing that is not used.
import { readFileSync, readdirSync } from 'node:fs';
import { TEXT } from '../../audit/console/src/text.js';
import { finish, is, ok } from './tap.mjs';

const folder = new URL('../../audit/console/src/', import.meta.url);
const source = ['', 'views/'].flatMap(d => readdirSync(new URL(d, folder)).filter(f => f.endsWith('.js') && f !== 'text.js')
	.map(f => readFileSync(new URL(d + f, folder), 'utf8'))).join('\n');
const used = [...source.matchAll(/\bt\('(\w+)'|key: '(check_\w+)'/g)].map(m => m[1] ?? m[2]);
const places = text => [...text.matchAll(/\{\w+\}/g)].map(m => m[0]).sort().join();

is(used.filter(key => !(key in TEXT)).join(), '', 'every word that is asked for is in the table');
for (const [key, words] of Object.entries(TEXT)) {
	const good = ['en', 'sv', 'da'].every(l => words[l]) && places(words.en) === places(words.sv) &&
		places(words.en) === places(words.da);

	if (!good)
		ok(false, `${key} in every language, with the same places to fill`, JSON.stringify(words));
}
ok(true, 'every word in English, Swedish and Danish');
const dynamic = /^(payment|limit|contract|role|status|kind|reason|outcome|event|state|standing|part|check|problem|theme|verdict|mark|in_tree)_/;

is(Object.keys(TEXT).filter(key => !dynamic.test(key) && !source.includes(`'${key}'`)).join(), '',
	'no word that nobody asks for');
finish();
