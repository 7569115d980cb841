// state.js - what every view shares: language, theme, route, and who is reading.
import { computed, effect, signal } from '@preact/signals';
import { TEXT } from './text.js';

export const LANGUAGES = { en: 'English', sv: 'Svenska', da: 'Dansk' };

const kept = (name, known, other) => {
	const value = localStorage.getItem(name);

	return known.includes(value) ? value : other;
};
const browser = (navigator.languages ?? []).map(l => l.slice(0, 2)).find(l => l in LANGUAGES);

export const language = signal(kept('utfall.language', Object.keys(LANGUAGES), browser ?? 'en'));
export const theme = signal(kept('utfall.theme', ['light', 'dark', 'auto'], 'auto'));
export const token = signal(sessionStorage.getItem('utfall.token') ?? '');
export const access = signal(null);
export const ledger = signal(null);
export const parties = signal({});
// What each contract's terms call their parts: { contract: { payments: { name: title } } }.
export const titles = signal({});

effect(() => {
	document.documentElement.lang = language.value;
	localStorage.setItem('utfall.language', language.value);
});
effect(() => {
	document.documentElement.dataset.theme = theme.value;
	localStorage.setItem('utfall.theme', theme.value);
});
effect(() => {
	if (token.value === '')
		sessionStorage.removeItem('utfall.token');
	else
		sessionStorage.setItem('utfall.token', token.value);
});

// The words for a key, {name} filled in.
export function t(key, values = {})
{
	const words = TEXT[key]?.[language.value] ?? TEXT[key]?.en ?? key;

	return words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

// ---- routes: #/view/a/b?name=value ----------------------------------------------------------

const hash = signal(location.hash);

addEventListener('hashchange', () => { hash.value = location.hash; });

// An address that somebody cut in the middle of a %XX is read as it stands.
function decoded(part)
{
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

export const route = computed(() => {
	const [path, query = ''] = hash.value.replace(/^#\/?/, '').split('?');

	return {
		parts: path.split('/').filter(part => part !== '').map(decoded),
		query: Object.fromEntries(new URLSearchParams(query)),
		path,
	};
});

export function href(parts, query = {})
{
	const text = new URLSearchParams(
		Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)).toString();

	return `#/${parts.map(encodeURIComponent).join('/')}${text && `?${text}`}`;
}

// Filters change the address without a new page in the history.
export function replace_query(query)
{
	history.replaceState(null, '', href(route.value.parts, query));
	hash.value = location.hash;
}
