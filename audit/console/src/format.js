// format.js - money, numbers and names as people read them. Money never becomes a fraction.
import { language, parties, t, titles } from './state.js';
import { TEXT } from './text.js';

const SEPARATORS = { en: ['\u00a0', '.'], sv: ['\u00a0', ','], da: ['.', ','] };

function digits(unit)
{
	try {
		return new Intl.NumberFormat('en', { style: 'currency', currency: unit })
			.resolvedOptions().maximumFractionDigits;
	} catch {
		return 0;
	}
}

export function whole(n)
{
	const [group] = SEPARATORS[language.value];

	return `${n < 0 ? '\u2212' : ''}${String(Math.abs(n)).replace(/\B(?=(\d{3})+$)/g, group)}`;
}

// A sum in whole numbers: what each row may hold is exact, their sum may be more than a Number holds.
export const sum = (rows, of) => rows.reduce((all, row) => all + BigInt(of(row)), 0n);

// An amount in minor units (a Number or a BigInt), without its unit.
export function amount(minor, unit)
{
	const places = digits(unit);
	const text = String(minor < 0 ? -minor : minor).padStart(places + 1, '0');
	const [group, point] = SEPARATORS[language.value];
	const front = text.slice(0, text.length - places).replace(/\B(?=(\d{3})+$)/g, group);

	return `${minor < 0 ? '\u2212' : ''}${front}${places > 0 ? point + text.slice(-places) : ''}`;
}

export const money = (minor, unit) => `${amount(minor, unit)}\u00a0${unit}`;

// A whole part of a hundred; for pictures and shares, never for money.
export const percent = (part, all) => `${all === 0 ? 0 : Math.round(part * 100 / all)}\u00a0%`;

export const party = id => parties.value[id] ?? id ?? '';
export const short = digest => digest.slice(0, 12);
export const person = pseudonym => `${pseudonym.slice(0, 8)}\u2026`;
// What shares the room of a limit: people are shown short.
export const of_person = bucket => bucket.split('/').find(part => /^[a-z2-7]{26}$/.test(part));
export const bucket_name = bucket => bucket === '' ? t('limit_all')
	: bucket.split('/').map(part => of_person(part) ? person(part) : part).join(', ');
export const instant = at => at.replace('T', ' ').replace(/:\d\dZ$/, ' UTC');
export const day = at => at.slice(0, 10);

// A name from the terms: what its contract calls it, else in our words, else as written there.
export function name(kind, id, contract)
{
	const title = titles.value[contract]?.[`${kind}s`]?.[id];

	if (title !== undefined)
		return title;
	const key = `${kind}_${id}`.replaceAll('.', '_');

	return key in TEXT ? t(key) : String(id).replaceAll('_', ' ').replace(/^./, c => c.toUpperCase());
}
